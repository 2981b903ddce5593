"""镇街联系人: who is reached for each town; the administrator adds, tries and removes them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from steward.domain.offices import CONTACT_NAMES
from steward.errors import DeliveryError, NotFound, SettingsError
from steward.operations import keep_contacts as keeping
from steward.operations.board import towns_of
from steward.operations.import_contacts import Imported, import_contacts
from steward.operations.post import post_of
from steward.operations.try_contact import try_contact
from steward.web.auth.guard import actor, kept_nowhere
from steward.web.context import web

_LARGEST = 2**63  # of a number in the database
_FIELDS = ("town", "name", "address", "list")

blueprint = Blueprint("contacts", __name__, url_prefix="/offices/contacts")
blueprint.after_request(kept_nowhere)


@blueprint.route("", methods=["GET", "POST"])
def page() -> Response:
    """Everybody, and the form that adds one."""
    if request.method == "GET":
        return _page()
    own, form = web(), request.form
    try:
        made = keeping.add_contact(
            own.database,
            form.get("town", ""),
            form.get("name", ""),
            form.get("address", ""),
            at=own.clock.now(),
            by=actor(),
        )
    except DeliveryError as error:
        return _page(fault=error.sentence, of="add", field=error.place)
    return _back(added=made.id)


@blueprint.post("/list")
def bring() -> Response:
    """A list, uploaded (`file`) or pasted (`list`); the rows that were refused are named."""
    own = web()
    brought = request.files.get("file")
    if brought is not None and brought.filename:
        content, name = brought.read(), brought.filename
    else:
        content, name = request.form.get("list", "").encode(), "粘贴的名单"
    try:
        done = import_contacts(own.database, content, name=name, at=own.clock.now(), by=actor())
    except DeliveryError as error:
        return _page(fault=error.sentence, of="list")
    if done.refused:
        return _page(of="list", done=done)
    return _page(done=done)


@blueprint.post("/remove")
def remove() -> Response:
    """Reach him no more: `contact`."""
    own = web()
    keeping.remove_contact(own.database, _contact(), at=own.clock.now(), by=actor())
    return _back()


@blueprint.post("/test")
def test() -> Response:
    """发一封测试 to one `contact`, and what came of it."""
    own = web()
    contact = _contact()
    try:
        post = post_of(own.settings)
    except SettingsError as error:
        return _page(tried=(False, str(error)))
    told = try_contact(own.database, contact, post, at=own.clock.now(), by=actor())
    return _page(tried=told)


def _contact() -> int:
    """Raises NotFound."""
    given = request.form.get("contact", type=int)
    if given is None or not 0 < given < _LARGEST:
        raise NotFound("没有这个联系人")
    return given


def _back(**facts: Any) -> Response:
    return make_response(redirect(url_for("contacts.page", **facts), 303))


def _page(
    *,
    fault: str = "",
    of: str = "",
    field: str = "",
    done: Imported | None = None,
    tried: tuple[bool, str] | None = None,
) -> Response:
    """`of` is the form that was refused, "add" or "list"; `field` the field that is wrong."""
    own = web()
    people: dict[str, list[Any]] = {}
    for contact in keeping.list_contacts(own.database):
        people.setdefault(contact.town_code, []).append(contact)
    drawn = render_template(
        "offices/contacts.html",
        towns=towns_of(own.database),
        people=people,
        count=sum(map(len, people.values())),
        kinds=CONTACT_NAMES,
        typed={name: request.form.get(name, "") for name in _FIELDS} if of else {},
        added=request.args.get("added", type=int),
        fault=fault,
        of=of,
        field=field,
        done=done,
        tried=tried,
        mails=bool(own.settings.mail_server),
        name_length=keeping.NAME_LENGTH,
        address_length=keeping.ADDRESS_LENGTH,
    )
    refused = fault or (done is not None and done.refused)
    return make_response(drawn, 400 if refused else 200)
