"""Sound files and captions: clips by key, whole broadcasts by number. ETag, ranges, caching."""

from __future__ import annotations

from flask import Blueprint, Response, send_file, url_for

from steward.domain.weeks import local_date
from steward.operations.find_sound import find_broadcast_sound, find_clip
from steward.web.context import web
from steward.web.words import day

blueprint = Blueprint("sounds", __name__)

TYPES = {"wav": "audio/wav", "mp3": "audio/mpeg", "ogg": "audio/ogg", "vtt": "text/vtt"}


@blueprint.get("/clips/<key>.wav")
def clip(key: str) -> Response:
    """A clip; its content never changes, for its key is made of all that makes its sound."""
    path = find_clip(web().settings.clips_folder, key)
    response = send_file(path, mimetype=TYPES["wav"], conditional=True, etag=key)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@blueprint.get("/broadcasts/<int:broadcast_id>.<any(mp3, ogg, wav, vtt):kind>")
def broadcast(broadcast_id: int, kind: str) -> Response:
    """A finished broadcast or its captions."""
    return send_broadcast(broadcast_id, kind)


def send_broadcast(broadcast_id: int, kind: str) -> Response:
    """The file under a name that says what it is and of which day. Raises NotFound.

    One that was put right since says so in its name, and links to what put it right.
    """
    settings = web().settings
    sound = find_broadcast_sound(
        web().database, settings.data_dir / "broadcasts", broadcast_id, kind
    )
    mark = "（已更正）" if sound.corrected_by is not None else ""
    name = (
        f"{settings.district}隐患管家 {sound.title} {day(local_date(sound.slot_at))}{mark}.{kind}"
    )
    response = send_file(sound.path, mimetype=TYPES[kind], conditional=True, download_name=name)
    response.headers["Cache-Control"] = "no-cache"
    if sound.corrected_by is not None:
        right = url_for("pages.broadcast", broadcast_id=sound.corrected_by)
        response.headers["Link"] = f'<{right}>; rel="successor-version"'  # RFC 5829
    return response
