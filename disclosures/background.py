"""Work behind the page: queued in the database, done by ``manage.py db_worker`` or by a thread of the web process.

An office with one machine needs no second process. ``WORKER=separate`` leaves the queue to ``db_worker``.
"""

import os
import threading

from django.conf import settings
from django.db import connections
from django_tasks import task_backends
from django_tasks_db import DatabaseBackend

_working = threading.Lock()


def wake() -> None:
    """Sees to it that what was just queued is done: at once if nobody else does."""
    queued = isinstance(task_backends["default"], DatabaseBackend)
    if queued and not settings.SEPARATE_WORKER and not _working.locked():
        threading.Thread(target=_drain, name="background", daemon=True).start()


def _drain() -> None:
    """Does what is queued, one after the other, until nothing is; several processes share the queue by its locks."""
    from django_tasks_db.management.commands.db_worker import Worker

    if not _working.acquire(blocking=False):
        return
    try:
        Worker(
            queue_names=["default"],
            interval=0.1,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=f"web-{os.getpid()}",
            excluded_queue_names=[],
        ).run()
    finally:
        _working.release()
        connections.close_all()
