from django.apps import AppConfig
from django.contrib.admin import apps


class AdminConfig(apps.AdminConfig):
    default_site = "config.admin_site.BackOffice"


class Joined(AppConfig):
    """No app of its own: its commands, and the pages it publishes, are those that need all three."""

    name = "config"

    def ready(self) -> None:
        from config import static_pages

        static_pages.register_pages()
