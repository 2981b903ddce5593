"""Settings of gunicorn that belong to the application: a stop sends open streams home."""

from __future__ import annotations

import threading
import time
from typing import Any

from steward.web.context import EXTENSION

LOOK_S = 0.2

worker_class = "gevent"
workers = 1
worker_connections = 2000
graceful_timeout = 5
keepalive = 5


def post_worker_init(worker: Any) -> None:
    """Watch for the worker's end: a listener would otherwise hold it for the whole grace."""

    def watch() -> None:
        while worker.alive:
            time.sleep(LOOK_S)
        worker.wsgi.extensions[EXTENSION].tail.stop()

    threading.Thread(target=watch, name="stop-watch", daemon=True).start()
