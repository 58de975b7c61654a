from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DisclosuresConfig(AppConfig):
    name = "disclosures"
    verbose_name = "发布"

    def ready(self) -> None:
        from disclosures.calendars import depends_on_calendar
        from disclosures.complaints import redate
        from disclosures.portal import converters
        from disclosures.resources import register_sheets
        from disclosures.search import keeping
        from disclosures.search.own_kinds import register_kinds
        from disclosures.static_edition import assets, floor

        converters.register()
        register_sheets()
        register_kinds()
        keeping.watch_agencies()
        post_migrate.connect(keeping.fill_if_empty, sender=self)
        depends_on_calendar(redate)
        floor.register_pages()
        assets.register_pages()
