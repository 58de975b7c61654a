"""The public reading side as plain files for any web server: ``manage.py publish_static``.

Each floor says which pages it has (``sources.register``) and what each of them hangs on; what has not changed since the
last run is not rendered again.
"""
