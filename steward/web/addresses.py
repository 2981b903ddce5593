"""What stands in addresses: numbers that a database holds, names without control characters."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter

from steward.web.context import web


class Number(IntegerConverter):
    """Digits, so few that the number is one of a row; more are no address of ours."""

    regex = r"\d{1,18}"


class Words(UnicodeConverter):
    """Anything up to a slash that can be looked up in any database."""

    def __init__(self, map: Map, minlength: int = 1) -> None:
        super().__init__(map, minlength)
        self.regex = rf"[^/\x00-\x1f\x7f]{{{minlength},200}}"


def public(path: str) -> str:
    """An absolute address, below the public one where it is set."""
    return f"{web().settings.public_url or request.host_url.rstrip('/')}{path}"


def install(app: Flask) -> None:
    """Before the first route is added."""
    app.url_map.converters |= {"int": Number, "string": Words, "default": Words}
