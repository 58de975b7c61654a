from django.apps import AppConfig


class DisclosuresConfig(AppConfig):
    name = "disclosures"
    verbose_name = "发布"

    def ready(self) -> None:
        from disclosures.resources import register_sheets

        register_sheets()
