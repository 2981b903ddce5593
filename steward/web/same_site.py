"""Forms are taken from this site's own pages only."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import abort, request

_OWN = ("same-origin", "none")  # "none": typed in by the user


def refuse_other_sites() -> None:
    """Abort with 403 when the browser says that another site's page sent this request.

    Sec-Fetch-Site where there is one (HTTPS, localhost), else Origin, which browsers send with
    every POST; a program that sends neither is no browser and carries nobody's rights.
    """
    fetched_from = request.headers.get("Sec-Fetch-Site")
    if fetched_from is not None:
        if fetched_from not in _OWN:
            abort(403)
        return
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        abort(403)
