"""送达: who is reached for a town, when what is meant for it goes out, what was taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from steward.domain.offices import ContactKind, Matter

WORK_BEGINS, WORK_ENDS = time(8, 30), time(17, 30)
"""What does not go at its own instant goes in these hours (the district's) of a workday."""

SOUND_WAITS = timedelta(hours=1)
"""How long after it was made a briefing waits for its sound before it goes without."""

NEWS: dict[Matter, timedelta] = {
    Matter.BRIEFING: timedelta(days=7),
    Matter.REPORT: timedelta(days=31),
    Matter.DIGEST: timedelta(days=1),
}
"""A first issue made so long after its instant is history, and is not sent by itself."""

ATTACHED = ("docx", "pdf", "xlsx", "mp3")
"""The files that go with a mail, by ending, in the order in which they find room."""


@dataclass(frozen=True)
class Contact:
    """联系人: one address of a town. `shown` is all that anybody is shown of it again."""

    id: int
    town_code: str
    kind: ContactKind
    name: str
    address: str
    created_at: datetime

    @property
    def shown(self) -> str:
        """A mail address; of a push address, which may be a secret, its kind: `ntfy://…`."""
        return shown(self.kind, self.address)


def shown(kind: ContactKind, address: str) -> str:
    """An address without what may be a secret."""
    return address if kind is ContactKind.MAIL else f"{address.partition('://')[0][:20]}://…"


@dataclass(frozen=True)
class NewContact:
    """A contact that is to be added; checked."""

    town_code: str
    kind: ContactKind
    name: str
    address: str
