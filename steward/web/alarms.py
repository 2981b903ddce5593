"""告警: what is wrong, who took notice, and what was; pages follow it without being reloaded."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from steward.errors import BroadcastError, StorageError
from steward.operations import show_alarms
from steward.operations.feel_pulse import engine_gone
from steward.operations.notice_alarm import notice_alarm
from steward.operations.reach_targets import read_targets
from steward.web.auth.guard import actor, safe_path
from steward.web.context import web

PAGE = 50  # alarms
_LARGEST = 2**63  # of a number in the database

blueprint = Blueprint("alarms", __name__)


@blueprint.app_context_processor
def _of_every_page() -> dict[str, Any]:
    return {"unseen_alarms": _unseen}


def _unseen() -> int | None:
    """For a page's header; None when the database is away, which is no reason to have no page."""
    try:
        return show_alarms.count_unseen(web().database, at=web().clock.now())
    except StorageError:
        return None


@blueprint.get("/alarms")
def page() -> Response:
    """The open ones, then those that are over, newest first: ?before= (a number)."""
    own = web()
    before = request.args.get("before", type=int)
    over = show_alarms.past_alarms(
        own.database,
        before_id=before if before is None or before < _LARGEST else None,
        limit=PAGE + 1,
    )
    drawn = render_template(
        "alarms/page.html",
        alarms=show_alarms.open_alarms(own.database),
        gone=engine_gone(own.database, at=own.clock.now()),
        over=over[:PAGE],
        older=over[PAGE - 1].id if len(over) > PAGE else None,
        first=before is None,
        anybody=show_alarms.halls_without_enrolled(own.database, at=own.clock.now()),
        push=_push_state(own.settings.push_urls),
    )
    return make_response(drawn, 200, {"Cache-Control": "no-store"})


def _push_state(text: str) -> tuple[list[str], list[str]] | None:
    """The names of the targets, and of addresses that are none; None where nothing is set."""
    if not text:
        return None
    targets, unknown = read_targets(text)
    return [target.name for target in targets], unknown


@blueprint.get("/alarms.json")
def pulse() -> Response:
    """{unseen}: how many nobody has taken notice of, asked for by every page every few seconds."""
    own = web()
    answer = jsonify(unseen=show_alarms.count_unseen(own.database, at=own.clock.now()))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/alarms/seen")
def notice() -> Response:
    """知道了: `alarm` is which one. Back to where the button was; 400 when somebody was quicker."""
    own = web()
    alarm_id = request.form.get("alarm", type=int)
    if alarm_id is None or not 0 <= alarm_id < _LARGEST:
        raise BroadcastError("请写明是哪个告警", place="alarm")
    notice_alarm(own.database, alarm_id, at=own.clock.now(), by=actor())
    onward = request.form.get("next", "") or url_for("alarms.page")
    return make_response(redirect(safe_path(onward), 303))
