"""What programs fetch again and again: nothing is sent that has not changed."""

from __future__ import annotations

import hashlib
from datetime import datetime

from flask import Response, make_response, request


def conditional(content: bytes, mime_type: str, changed_at: datetime | None = None) -> Response:
    """The document with its ETag; 304 for whoever has it. `changed_at`: since when it is so."""
    response = make_response(content)
    response.headers["Content-Type"] = f"{mime_type}; charset=utf-8"
    response.set_etag(hashlib.sha256(content).hexdigest()[:32])
    if changed_at is not None:
        response.last_modified = changed_at
    response.make_conditional(request)
    return response
