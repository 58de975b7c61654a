from django.apps import AppConfig


class RequestsConfig(AppConfig):
    name = "requests_app"
    verbose_name = "受理"

    def ready(self) -> None:
        from disclosures.calendars import depends_on_calendar
        from requests_app import static_pages
        from requests_app.redating import redate
        from requests_app.resources import register_sheets
        from requests_app.search_kind import register_kind

        register_sheets()
        register_kind()
        depends_on_calendar(redate)
        static_pages.register_pages()
