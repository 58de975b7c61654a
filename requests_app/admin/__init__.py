from requests_app.admin import disputes, letters, proposals, requests

__all__ = ["disputes", "letters", "proposals", "requests"]
