"""Settings of gunicorn that belong to the application: a stop sends open streams home.

It imports nothing of the application: that must be loaded after gevent has patched the worker,
or the database's driver would wait without letting the others run.
"""

from __future__ import annotations

import threading
import time
from typing import Any

LOOK_S = 0.2

worker_class = "gevent"
workers = 1
worker_connections = 2000
graceful_timeout = 5
keepalive = 5


def post_worker_init(worker: Any) -> None:
    """Watch for the worker's end, a listener would otherwise hold it for the whole grace; and load
    what the first announcement would wait for."""

    def watch() -> None:
        while worker.alive:
            time.sleep(LOOK_S)
        worker.wsgi.extensions["steward"].tail.stop()

    threading.Thread(target=watch, name="stop-watch", daemon=True).start()
    worker.wsgi.extensions["steward"].prepare()
