"""Who may use which address: one table. An address that is not in it is refused to all."""

from __future__ import annotations

from dataclasses import dataclass

from steward.domain.accounts import Role
from steward.domain.alerts import MOST_BYTES


@dataclass(frozen=True)
class Needs:
    """What an address asks of its caller.

    `role` None: anybody, with no look at who it is. `from_start` False: anybody as long as there
    was never an account. `form` False: a program posts here, without this site's token of forms.
    `own`: about one's own log-in: with a one-time password that is not changed yet, too, and for no
    token. `most_bytes`: what it may be sent at most. `open_if` names a setting that, when it is
    "open", lets anybody in. `program`: by a token alone, no log-in counts. `hall_token`: a token of
    a hall, too; the view sees to it that it is about that hall. `towns`: whoever is bound to a
    town, too: the address names it (`town`), is about one's own log-in, or its view keeps to what
    is that town's; everything else is refused to him. `feed`: by the key in
    the address alone; of the "district", of the "town" in the address, or of "either".
    """

    role: Role | None
    from_start: bool = True
    form: bool = True
    own: bool = False
    most_bytes: int = 16 * 1024  # nobody sends more than a receipt or a small form
    open_if: str = ""
    program: bool = False
    hall_token: bool = False
    towns: bool = False
    feed: str = ""


OPEN = Needs(None)  # a hall's screen has no user
PLAYER = Needs(None, form=False)
PAGE = Needs(Role.VIEWER, from_start=False)
OWN = Needs(Role.VIEWER, own=True, towns=True)
TOWN = Needs(Role.VIEWER, towns=True)  # the district's staff open every town's
OPERATOR = Needs(Role.OPERATOR)
WRITER = Needs(Role.OPERATOR, most_bytes=256 * 1024)  # more than can be said: it stays typed
APPROVER = Needs(Role.APPROVER)
ADMIN = Needs(Role.ADMIN)
LONG_ADMIN = Needs(Role.ADMIN, most_bytes=128 * 1024)  # a template, with every sign escaped
BRINGS_ALERT = Needs(Role.APPROVER, most_bytes=MOST_BYTES + 16 * 1024)
ALERT = Needs(Role.VIEWER, open_if="cap_access")
FEED_OF_TOWN = Needs(None, feed="town")
FEED_OF_DISTRICT = Needs(None, feed="district")
_LONGER = 64 * 1024  # an announcement's text, its readings and targets


def _program(role: Role, *, hall_token: bool = False, towns: bool = False) -> Needs:
    return Needs(
        role, form=False, most_bytes=_LONGER, program=True, hall_token=hall_token, towns=towns
    )


_SCOPED = _program(Role.VIEWER, towns=True)  # the view keeps to the caller's town (`api/scope.py`)
_SCOPED_TO_HALL = _program(Role.VIEWER, hall_token=True, towns=True)


ACCESS: dict[str, Needs] = {
    "static": OPEN,
    "health.healthz": OPEN,
    "health.readyz": OPEN,
    "hall.page": OPEN,
    "hall.board": OPEN,
    "hall.events": OPEN,
    "hall.stream": OPEN,
    "hall.broadcast": OPEN,
    "hall.receipt": PLAYER,
    "hall.player": PLAYER,
    "sounds.clip": OPEN,
    "sounds.broadcast": PAGE,
    "pages.index": PAGE,
    "pages.broadcast": PAGE,
    "pages.decide": OPERATOR,
    "reports.page": PAGE,
    "reports.export": PAGE,
    "sequels.correct": OPERATOR,
    "sequels.end": OPERATOR,
    "alarms.page": PAGE,
    "alarms.pulse": PAGE,
    "alarms.notice": OPERATOR,
    "halls.page": PAGE,
    "halls.control": OPERATOR,
    "halls.stop": OPERATOR,
    "warnings.page": PAGE,
    "warnings.export": PAGE,
    "warnings.past": PAGE,
    "warnings.take": OPERATOR,
    "analysis.page": PAGE,
    "analysis.export": PAGE,
    "analysis.picture": PAGE,
    "enforcement.page": PAGE,
    "enforcement.make": OPERATOR,
    "enforcement.round_": PAGE,
    "enforcement.exclude": OPERATOR,
    "enforcement.include": OPERATOR,
    "penalties.page": PAGE,
    "penalties.record": OPERATOR,
    "penalties.step": OPERATOR,
    "penalties.void": OPERATOR,
    "accident.page": PAGE,
    "accident.incidents": PAGE,
    "accident.record": OPERATOR,
    "accident.void": OPERATOR,
    "map.page": PAGE,
    "map.town": PAGE,
    "map.rules": PAGE,
    "map.file": PAGE,
    "cap.page": PAGE,
    "cap.alert": PAGE,
    "cap.incoming": BRINGS_ALERT,
    "cap.feed": ALERT,
    "cap.document": ALERT,
    "cap.sound": ALERT,
    "desk.page": OPERATOR,
    "desk.waiting": OPERATOR,
    "desk.compose": WRITER,
    "desk.edit": WRITER,
    "desk.spoken": WRITER,
    "desk.autosave": WRITER,
    "desk.announcement": OPERATOR,
    "desk.sound": OPERATOR,
    "desk.send": OPERATOR,
    "desk.act": WRITER,
    "desk.judge": APPROVER,
    "playlog.page": PAGE,
    "playlog.export": PAGE,
    "ledger.hazards": PAGE,
    "ledger.export": PAGE,
    "ledger.hazard": PAGE,
    "ledger.act": OPERATOR,
    "ledger.enterprises": PAGE,
    "ledger.enterprise": PAGE,
    "players.page": PAGE,
    "players.enrol": OPERATOR,
    "players.player": OPERATOR,
    "players.change": OPERATOR,
    "players.retire": OPERATOR,
    "places.page": OPERATOR,
    "places.add_hall": ADMIN,
    "places.add_zone": ADMIN,
    "places.hall": ADMIN,
    "places.change_hall": ADMIN,
    "places.move_hall": ADMIN,
    "places.remove_hall": ADMIN,
    "places.zone": ADMIN,
    "places.rename_zone": ADMIN,
    "places.move_zone": ADMIN,
    "places.remove_zone": ADMIN,
    "readings.page": PAGE,
    "readings.settle": OPERATOR,
    "readings.drop": OPERATOR,
    "voices.page": PAGE,
    "voices.ask": OPERATOR,
    "voices.audition": PAGE,
    "voices.blind": PAGE,
    "auth.login": OPEN,
    "auth.logout": OWN,
    "auth.password": OWN,
    "sso.begin": OPEN,
    "sso.done": OPEN,
    "audit.page": ADMIN,
    "sources.page": PAGE,
    "sources.source": PAGE,
    "sources.rejected": PAGE,
    "sources.pull": OPERATOR,
    "sources.town": OPERATOR,
    "sources.dismiss": OPERATOR,
    "merges.page": OPERATOR,
    "merges.decide": OPERATOR,
    "plans.page": PAGE,
    "plans.add": OPERATOR,
    "plans.remove": OPERATOR,
    "plans.calendar": PAGE,
    "templates.page": PAGE,
    "templates.one": PAGE,
    "templates.version": PAGE,
    "templates.edit": LONG_ADMIN,
    "templates.restore": ADMIN,
    "accounts.page": ADMIN,
    "accounts.one": ADMIN,
    "accounts.change": ADMIN,
    "tokens.page": ADMIN,
    "tokens.revoke": ADMIN,
    "offices.page": PAGE,
    "offices.export": PAGE,
    "offices.again": OPERATOR,
    "contacts.page": ADMIN,
    "contacts.bring": Needs(Role.ADMIN, most_bytes=1024 * 1024),
    "contacts.remove": ADMIN,
    "contacts.test": ADMIN,
    "towns.enter": OPEN,
    "towns.page": TOWN,
    "towns.briefing": TOWN,
    "towns.report": TOWN,
    "towns.shelf": TOWN,
    "towns.file": TOWN,
    "towns.colour": TOWN,
    "towns.hazards": TOWN,
    "towns.hazards_file": TOWN,
    "towns.hazard": TOWN,
    "towns.behind": TOWN,
    "towns.behind_file": TOWN,
    "towns.broadcasts": TOWN,
    "towns.broadcast_sound": TOWN,
    "feeds.town": FEED_OF_TOWN,
    "feeds.briefing": FEED_OF_TOWN,
    "feeds.district": FEED_OF_DISTRICT,
    "feeds.broadcast": FEED_OF_DISTRICT,
    "feeds.plans": Needs(None, feed="either"),
    "api.openapi": OPEN,
    "api.docs": PAGE,
    "api.halls": _SCOPED,
    "api.zones": _SCOPED,
    "api.players": _SCOPED,
    "api.announcements": _SCOPED,
    "api.announcement": _SCOPED,
    "api.create": _program(Role.OPERATOR),
    "api.submit": _program(Role.OPERATOR),
    "api.approve": _program(Role.APPROVER),
    "api.return_": _program(Role.APPROVER),
    "api.cancel": _program(Role.OPERATOR),
    "api.broadcasts": _SCOPED,
    "api.broadcast": _SCOPED,
    "api.receipts": _SCOPED_TO_HALL,
    "api.hall_receipts": _SCOPED_TO_HALL,
    "api.file": _SCOPED,
    "api.figures": _SCOPED,
    "api.plans": _SCOPED,
    "api.alarms": _program(Role.VIEWER),
    "api.notice": _program(Role.OPERATOR),
}
"""Endpoint → what it needs."""
