"""The narration templates: list, what one would say now, and for administrators a version of
one's own, tried before it is saved."""

from __future__ import annotations

import re

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from steward.domain.script import Script
from steward.errors import (
    FiguresError,
    NarrationError,
    NotFound,
    RulesError,
    StewardError,
    StorageError,
)
from steward.narration.contexts import CONTEXTS, context_of, documented
from steward.narration.plain import LONGEST
from steward.operations.board import towns_of
from steward.operations.keep_templates import (
    check_template,
    clean_source,
    restore_template,
    save_template,
)
from steward.operations.show_templates import (
    PARTS,
    checked_name,
    fingerprint,
    show_templates,
    template_source,
    try_template,
    version_source,
    versions,
)
from steward.web.auth.guard import actor
from steward.web.context import web

_LINE = re.compile(r"第(\d+)行")

blueprint = Blueprint("templates", __name__, url_prefix="/templates")


@blueprint.get("")
def page() -> Response:
    """All templates; ?kind= ?own= go on to writing a new one."""
    own, fault = web(), ""
    kind, name = request.args.get("kind", ""), request.args.get("own", "")
    if kind or name:
        try:
            fresh = checked_name(f"{kind}-{name}" if name else kind)
            return make_response(redirect(url_for("templates.edit", template=fresh), 303))
        except NarrationError as error:
            fault = error.sentence
    drawn = render_template(
        "templates/page.html",
        templates=show_templates(own.database, own.settings.own_templates),
        kinds={one: context.about for one, context in CONTEXTS.items()},
        kind=kind,
        own=name,
        fault=fault,
    )
    return make_response(drawn, 400 if fault else 200)


@blueprint.get("/<template>")
def one(template: str) -> str:
    """A template in force: what it would say now, its text, the names it may use, its versions."""
    folder = web().settings.own_templates
    source = template_source(template, folder)
    script, fault = _tried(template, source)
    return render_template(
        "templates/one.html",
        view=next(v for v in show_templates(web().database, folder) if v.name == template),
        source=source,
        script=script,
        fault=fault,
        line=_line(fault),
        versions=versions(template, folder),
        names=documented(context_of(template)),
        parts=PARTS,
        **_scope(template),
    )


@blueprint.route("/<template>/edit", methods=["GET", "POST"])
def edit(template: str) -> Response:
    """Write a version of one's own: try it, or save it. ?version= begins with an older one."""
    own = web()
    folder = own.settings.own_templates
    try:
        name = checked_name(template)
    except NarrationError as error:
        raise NotFound(error.sentence) from error
    typed = request.form.get("source")
    script, fault, saved = None, None, False
    if typed is not None:
        try:
            source = clean_source(typed)
            check_template(name, source)
            script, fault = _tried(name, source)
            if fault is None and request.form.get("do") == "save":
                save_template(
                    own.database,
                    folder,
                    name,
                    source,
                    based_on=request.form.get("based_on", ""),
                    at=own.clock.now(),
                    by=actor(),
                )
                saved = True
        except (NarrationError, StorageError) as error:
            fault = error
    if saved:
        return make_response(redirect(url_for("templates.one", template=name), 303))
    drawn = render_template(
        "templates/edit.html",
        name=name,
        about=context_of(name).about,
        source=_begun(name) if typed is None else typed,
        based_on=request.form.get("based_on", "") if typed is not None else _base(name),
        script=script,
        fault=fault,
        line=_line(fault),
        longest=LONGEST,
        names=documented(context_of(name)),
        parts=PARTS,
        **_scope(name),
    )
    status = 503 if isinstance(fault, StorageError) else 400
    return make_response(drawn, status if fault else 200)


@blueprint.get("/<template>/versions/<int:version>")
def version(template: str, version: int) -> str:
    """The text of a version that was saved."""
    folder = web().settings.own_templates
    name = _named(template)
    source = version_source(name, folder, version)
    return render_template("templates/version.html", name=name, version=version, source=source)


@blueprint.post("/<template>/restore")
def restore(template: str) -> Response:
    """Back to the shipped template; one's own versions stay in the history."""
    own = web()
    folder, name = own.settings.own_templates, _named(template)
    try:
        restore_template(own.database, folder, name, at=own.clock.now(), by=actor())
    except NarrationError as error:
        answer = render_template("error.html", status=400, sentence=error.sentence, place="")
        return make_response(answer, 400)
    return make_response(redirect(url_for("templates.page"), 303))


def _named(template: str) -> str:
    try:
        return checked_name(template)
    except NarrationError as error:
        raise NotFound(error.sentence) from error


def _begun(name: str) -> str:
    """The text an edit begins with: an older version, the one in force, or its kind's."""
    folder = web().settings.own_templates
    asked = request.args.get("version", type=int)
    if asked is not None:
        return version_source(name, folder, asked)
    try:
        return template_source(name, folder)
    except NotFound:
        return template_source(context_of(name).kind, folder)


def _base(name: str) -> str:
    try:
        return fingerprint(template_source(name, web().settings.own_templates))
    except NotFound:
        return ""


def _scope(name: str) -> dict[str, object]:
    """Which towns a trial may be about, and which it is about ("" for the district)."""
    of_town = context_of(name).of_town
    towns = [] if of_town is False else towns_of(web().database)
    return {"towns": towns, "town": _town(name) or "", "of_town": of_town}


def _town(name: str) -> str | None:
    """The code of the town a trial is about; None for the district."""
    of_town = context_of(name).of_town
    if of_town is False:
        return None
    asked = request.values.get("town", "")
    if not asked and of_town:
        asked = next((town.code for town in towns_of(web().database)), "")
    return asked or None


def _tried(name: str, source: str) -> tuple[Script | None, StewardError | None]:
    """What it would say now, or why not."""
    own = web()
    try:
        return try_template(
            own.database,
            name,
            source,
            at=own.clock.now(),
            town=_town(name),
            district=own.settings.district,
            due_soon_days=own.settings.due_soon_days,
            lexicon_file=own.settings.lexicon,
            colour_rules=own.settings.colour_rules,
        ), None
    except (NarrationError, FiguresError, RulesError) as error:
        return None, error


def _line(fault: StewardError | None) -> int:
    """The number of the line a fault is in; 0 for none."""
    found = _LINE.search(fault.place) if fault else None
    return int(found[1]) if found else 0
