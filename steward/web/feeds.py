"""订阅: podcasts of briefings and broadcasts, the plans as a calendar, by a key in the address.

Neither podcast clients nor calendars can log in. The key stands in every address below `/feeds`; it
is kept out of the logs (`unlogged.py`), of other sites' logs and of caches that others share.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, g, request, send_file, url_for

from steward.briefings.agenda import MIME_TYPE as CALENDAR
from steward.briefings.agenda import agenda
from steward.briefings.podcast import MIME_TYPE as RSS
from steward.briefings.podcast import Show, podcast
from steward.domain.accounts import Caller, Token
from steward.domain.feeds import AHEAD, Episode
from steward.operations.board import towns_of
from steward.operations.hear_podcast import hear_briefing, note_hearing
from steward.operations.show_agenda import show_agenda
from steward.operations.show_podcast import district_podcast, town_podcast
from steward.web.addresses import public
from steward.web.auth.guard import address
from steward.web.context import web
from steward.web.fetched import conditional
from steward.web.sounds import send_broadcast

blueprint = Blueprint("feeds", __name__, url_prefix="/feeds/<key>")
HEADERS = {
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


@dataclass(frozen=True)
class Address:
    """One address to subscribe to: what it gives, and what to do with it."""

    title: str
    address: str
    how: str


def addresses(key: str, token: Token) -> list[Address]:
    """What a feed key opens, as somebody is told it the one time."""
    town = token.town_code
    heard = (
        url_for("feeds.town", key=key, town=town) if town else url_for("feeds.district", key=key)
    )
    return [
        Address(
            "播客：本镇街每周简报" if town else "播客：全区播报",
            public(heard),
            "在播客软件里选“通过网址添加”（Add by URL），粘贴这个地址；以后自动出现新的一期。",
        ),
        Address(
            "日历：播报计划",
            public(url_for("feeds.plans", key=key)),
            "在日历软件里选“订阅日历”“从网址添加”，粘贴这个地址；计划改了，日历跟着改。",
        ),
    ]


@blueprint.after_request
def _kept_apart(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response


@blueprint.get("/town/<town>.xml")
def town(key: str, town: str) -> Response:
    """A town's briefings as a podcast."""
    own = web()
    place, episodes = town_podcast(own.database, own.settings.offices_folder, town)
    return _podcast(
        episodes,
        title=f"{own.settings.district}隐患管家 · {place.name}每周简报",
        about=f"{place.name}的每周简报：本周新增隐患、到期预警和超期预警企业，每周一期。",
        at=url_for("feeds.town", key=key, town=town),
        page=url_for("towns.broadcasts", town=town),
        item_page=lambda _: url_for("towns.broadcasts", town=town),
        sound=lambda one, ending: url_for(
            "feeds.briefing", key=key, town=town, number=one.number, ending=ending
        ),
    )


@blueprint.get("/town/<town>/<int:number>.<any(mp3, vtt):ending>")
def briefing(key: str, town: str, number: int, ending: str) -> Response:
    """The sound of a town's briefing, or its captions; of the sound there is a receipt."""
    own = web()
    file = hear_briefing(own.database, own.settings.offices_folder, town, number, ending)
    mime_type = file.format.mime.partition(";")[0]  # Flask adds the charset
    response = send_file(file.path, mimetype=mime_type, conditional=True, download_name=file.name)
    if ending == "mp3" and request.method == "GET" and response.status_code in (200, 206):
        caller: Caller = g.caller
        at = own.clock.now()
        note_hearing(own.database, number, by=caller.name, at=at, where=address())
    return response


@blueprint.get("/district.xml")
def district(key: str) -> Response:
    """What was played for the district as a podcast."""
    own = web()
    name = own.settings.district
    return _podcast(
        district_podcast(own.database, own.settings.data_dir / "broadcasts"),
        title=f"{name}隐患管家 · 全区播报",
        about=f"{name}应急指挥大厅播过的每周播报和其他播报，可以补听。",
        at=url_for("feeds.district", key=key),
        page=url_for("pages.index"),
        item_page=lambda one: url_for("pages.broadcast", broadcast_id=one.number),
        sound=lambda one, ending: url_for(
            "feeds.broadcast", key=key, number=one.number, ending=ending
        ),
    )


@blueprint.get("/broadcasts/<int:number>.<any(mp3, vtt):ending>")
def broadcast(key: str, number: int, ending: str) -> Response:
    """The sound of a broadcast, or its captions."""
    return send_broadcast(number, ending)


@blueprint.get("/plans.ics")
def plans(key: str) -> Response:
    """The planned broadcasts of the weeks to come: all of them, or the key's town's."""
    own = web()
    caller: Caller = g.caller
    occasions, warnings = show_agenda(
        own.database,
        own.schedule,
        at=own.clock.now(),
        sender=own.settings.cap_sender,
        town=caller.town_code,
    )
    names = {one.code: one.name for one in towns_of(own.database)}
    whose = names.get(caller.town_code or "", own.settings.district)
    content = agenda(
        occasions,
        title=f"隐患管家播报计划（{whose}）",
        about="\n".join([f"今后 {AHEAD.days // 7} 周的计划播报，临时播报不在内。", *warnings]),
        page=public(url_for("plans.page")),
    )
    response = conditional(content, CALENDAR)
    response.headers["Content-Disposition"] = 'inline; filename="plans.ics"'
    return response


def _podcast(
    episodes: Sequence[Episode],
    *,
    title: str,
    about: str,
    at: str,
    page: str,
    item_page: Callable[[Episode], str],
    sound: Callable[[Episode, str], str],
) -> Response:
    """The document; the addresses are given as paths."""
    show = Show(
        title=title,
        about=about,
        author=web().settings.issuer.sender_name,
        address=public(at),
        page=public(page),
        cover=public(url_for("static", filename="cover.png")),
    )
    content = podcast(
        show,
        episodes,
        sound=lambda one, ending: public(sound(one, ending)),
        page=lambda one: public(item_page(one)),
    )
    return conditional(content, RSS, max((one.changed_at for one in episodes), default=None))
