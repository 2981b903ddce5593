"""播放点: which there are, how each does; enrol, rename, move, retire."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from steward.domain.places import TITLE_LENGTH
from steward.domain.players import CODE_LENGTH, KnownPlayer
from steward.errors import NotFound, PlaceError
from steward.operations.enrol_player import change_player, enrol_player, retire_player
from steward.operations.show_hall import all_halls
from steward.operations.show_players import show_players
from steward.web.auth.guard import actor
from steward.web.context import web

blueprint = Blueprint("players", __name__, url_prefix="/players")

_STEPS = ((90, 1, "秒"), (90 * 60, 60, "分钟"), (36 * 3600, 3600, "小时"))


@blueprint.app_template_filter("span")
def span(seconds: float) -> str:
    """45 秒, 12 分钟, 3 小时, 2 天."""
    for below, unit_s, name in _STEPS:
        if seconds < below:
            return f"{round(seconds / unit_s)} {name}"
    return f"{round(seconds / 86400)} 天"


@blueprint.get("")
def page() -> str:
    """All of them, and the form that enrols one."""
    return _page()


def _page(fault: str = "", typed: dict[str, str] | None = None) -> str:
    found = _known()
    return render_template(
        "players/page.html",
        enrolled=[one for one in found if one.enrolled_at],
        strangers=[one for one in found if not one.enrolled_at],
        done=request.args.get("done", type=int),
        typed=typed or {},
        fault=fault,
        code_length=CODE_LENGTH,
        title_length=TITLE_LENGTH,
    )


def _known() -> list[KnownPlayer]:
    own = web()
    silence = own.settings.alarms.silence
    return show_players(own.database, at=own.clock.now(), silence=silence)


@blueprint.post("")
def enrol() -> Response:
    """Enrol the player that shows the code; what was typed stays when it is refused."""
    own = web()
    typed = {name: request.form.get(name, "") for name in ("code", "title")}
    try:
        number = enrol_player(
            own.database, typed["code"], typed["title"], at=own.clock.now(), by=actor()
        )
    except PlaceError as error:
        return make_response(_page(error.sentence, typed), 400)
    return make_response(redirect(url_for("players.page", done=number), 303))


@blueprint.get("/<int:number>")
def player(number: int) -> str:
    """One enrolled player, and what staff may do with it."""
    return _player(_find(number))


def _find(number: int) -> KnownPlayer:
    for one in _known():
        if one.id == number and one.enrolled_at:
            return one
    raise NotFound("没有这个登记过的播放点，可能已经注销")


def _player(found: KnownPlayer, fault: str = "", typed: dict[str, str] | None = None) -> str:
    settings = {"title": found.title, "hall": found.hall_name}
    return render_template(
        "players/player.html",
        player=found,
        halls=all_halls(web().database),
        settings=settings | (typed or {}),
        fault=fault,
        title_length=TITLE_LENGTH,
    )


@blueprint.post("/<int:number>")
def change(number: int) -> Response:
    """Rename it, move it to another hall."""
    own = web()
    typed = {name: request.form.get(name, "") for name in ("title", "hall")}
    try:
        change_player(
            own.database,
            number,
            title=typed["title"],
            hall=typed["hall"],
            at=own.clock.now(),
            by=actor(),
        )
    except PlaceError as error:
        return make_response(_player(_find(number), error.sentence, typed), 400)
    return make_response(redirect(url_for("players.page", done=number), 303))


@blueprint.post("/<int:number>/retire")
def retire(number: int) -> Response:
    """It is enrolled no more."""
    own = web()
    retire_player(own.database, number, at=own.clock.now(), by=actor())
    return make_response(redirect(url_for("players.page"), 303))
