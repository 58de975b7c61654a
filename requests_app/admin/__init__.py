from requests_app.admin import disputes, proposals, requests

__all__ = ["disputes", "proposals", "requests"]
