"""The files of an issue: names, types, conditional requests, ranges; and who took them."""

from __future__ import annotations

import io

from flask import Response, g, request, send_file

from steward.domain.accounts import Caller
from steward.domain.offices import FORMATS, Issue
from steward.operations.pack_issue import ZIP, pack_issue
from steward.operations.take_office_file import find_issue, note_download, take_office_file
from steward.web.auth.guard import address
from steward.web.context import web
from steward.web.town.blueprint import blueprint
from steward.web.town.page import MATTERS

PLAYED = ("mp3", "ogg", "vtt")  # what the page's player asks for, with ?play=1
_PROBE = 2  # bytes with which some players only ask whether there are ranges


@blueprint.get(
    "/<town>/<any(briefings, reports):matter>/<int:number>"
    ".<any(mp3, ogg, vtt, txt, docx, pdf, xlsx, json, zip):ending>"
)
def file(town: str, matter: str, number: int, ending: str) -> Response:
    """One file, to be kept, or with ?play=1 to be played; a whole one taken is put down."""
    own = web()
    folder, kind = own.settings.offices_folder, MATTERS[matter]
    played = "play" in request.args and ending in PLAYED
    if ending == ZIP:
        name, issue = find_issue(own.database, town, kind, number)
        packed = pack_issue(folder, issue, name)
        answer = send_file(
            io.BytesIO(packed.content),
            mimetype=FORMATS[ZIP].mime,
            as_attachment=True,
            download_name=packed.name,
            conditional=True,
            etag=packed.digest,
        )
    else:
        taken = take_office_file(own.database, folder, town, kind, number, ending)
        issue = taken.issue
        answer = send_file(
            taken.file.path,
            mimetype=taken.file.format.mime.partition(";")[0],  # Flask adds its own
            as_attachment=not played,
            download_name=taken.file.name,
            conditional=True,
        )
    answer.headers["Cache-Control"] = "private, no-cache"
    if is_whole(answer) and not (played and ending == "vtt"):
        _note(issue, ending)
    return answer


def is_whole(answer: Response) -> bool:
    """Is it a file from its first byte on? No HEAD, nothing that is known already (304), no later
    part, and no mere probe for ranges: sounds are fetched in parts, of which the first counts."""
    if request.method != "GET" or answer.status_code not in (200, 206):
        return False
    if answer.status_code == 200:
        return True
    start, stop = answer.content_range.start, answer.content_range.stop
    return start == 0 and stop is not None and stop > _PROBE


def _note(issue: Issue, ending: str) -> None:
    own, caller = web(), _caller()
    note_download(own.database, issue, ending, by=caller, at=own.clock.now(), where=address())


def _caller() -> Caller:
    caller: Caller = g.caller  # these addresses are for nobody unknown
    return caller
