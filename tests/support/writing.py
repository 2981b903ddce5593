"""Writing announcements as the page does: its form, and what it sends by itself."""

from __future__ import annotations

import html
from typing import Any

from flask.testing import FlaskClient

from tests.support.accounts import form_token

NEW = "/announcements/new"
SCRIPT = "\"><script>alert('x')</script>"
FORM = {
    "text": "今天下午3点开会。",
    "target": "main",
    "priority": "routine",
    "status": "actual",
    "repeats": "1",
    "interval": "10",
}


def press(client: FlaskClient, address: str, **fields: Any) -> tuple[int, str]:
    """Send the form; status, and where to or the page."""
    sent = FORM | {"csrf_token": form_token(client, NEW)} | fields
    answer = client.post(address, data=sent)
    return answer.status_code, answer.location or html.unescape(answer.text)


def written(client: FlaskClient, **fields: Any) -> tuple[int, int]:
    """A draft as the page keeps it by itself: (number, version)."""
    code, kept = keeps(client, **fields)
    assert code == 200, kept
    return kept["number"], kept["version"]


def keeps(client: FlaskClient, **fields: Any) -> tuple[int, Any]:
    headers = {"X-CSRFToken": form_token(client, NEW)}
    answer = client.post("/announcements/draft.json", data=FORM | fields, headers=headers)
    return answer.status_code, answer.get_json()


def reads(client: FlaskClient, **fields: Any) -> Any:
    headers = {"X-CSRFToken": form_token(client, NEW)}
    answer = client.post("/announcements/spoken.json", data=FORM | fields, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.get_json()
