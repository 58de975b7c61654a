from django.apps import AppConfig


class RequestsConfig(AppConfig):
    name = "requests_app"
    verbose_name = "受理"

    def ready(self) -> None:
        from requests_app.resources import register_sheets

        register_sheets()
