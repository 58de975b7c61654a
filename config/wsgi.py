import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
_django = get_wsgi_application()


def application(environ, start_response):
    """Django, beneath PATH_PREFIX whether or not the proxy before it has taken the prefix off."""
    from django.conf import settings

    prefix, path = settings.PATH_PREFIX, environ.get("PATH_INFO", "")
    if prefix and (path == prefix or path.startswith(f"{prefix}/")):
        environ["PATH_INFO"] = path.removeprefix(prefix) or "/"
    return _django(environ, start_response)
