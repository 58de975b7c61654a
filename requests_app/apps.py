from django.apps import AppConfig


class RequestsConfig(AppConfig):
    name = "requests_app"
    verbose_name = "受理"

    def ready(self) -> None:
        from disclosures.calendars import depends_on_calendar
        from requests_app.redating import redate
        from requests_app.resources import register_sheets

        register_sheets()
        depends_on_calendar(redate)
