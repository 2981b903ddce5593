"""Who may do what: roles, whoever asks, and the name an act is put down under."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

NAME_LENGTH = 40
NAME_RULE = f"名称应为 1 至 {NAME_LENGTH} 个字，只用汉字、字母、数字和 . _ -，不以符号开头"
_NAME = re.compile(r"\w[\w.-]*")


class Role(StrEnum):
    """角色. Each may do what those before it may; a town officer, for his own town."""

    VIEWER = "viewer"
    TOWN_OFFICER = "town_officer"
    OPERATOR = "operator"
    APPROVER = "approver"
    ADMIN = "admin"

    def reaches(self, needed: Role) -> bool:
        """May this role do what `needed` may?"""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(needed)


ROLE_NAMES: dict[Role, str] = {
    Role.VIEWER: "查看",
    Role.TOWN_OFFICER: "镇街安监员",
    Role.OPERATOR: "播报员",
    Role.APPROVER: "审批员",
    Role.ADMIN: "管理员",
}


def plain_name(text: str) -> str:
    """A name of an account or a token as it is kept: NFKC, without case; "" when it is none.

    1 to 40 letters (Chinese ones too), digits, `_`, `.` and `-`, the first no sign: no path, no
    markup, no control character is a name.
    """
    name = unicodedata.normalize("NFKC", text.strip()).casefold()
    return name if len(name) <= NAME_LENGTH and _NAME.fullmatch(name) else ""


FEED = "订阅密钥"


@dataclass(frozen=True)
class Actor:
    """Who an act is put down to: a name, a role (or "command", "token"), and from where."""

    name: str
    role: str
    where: str


@dataclass(frozen=True)
class Account:
    """帐号, without its password. `single_sign_on`: it has none, the district's log-in knows it."""

    id: int
    name: str
    role: Role
    town_code: str | None
    must_change: bool
    single_sign_on: bool
    created_at: datetime
    last_login_at: datetime | None
    disabled_at: datetime | None


@dataclass(frozen=True)
class Token:
    """令牌, without its secret: bound to a role (a town officer's to a town), or to a hall.

    Bound to neither it is a feed key (订阅密钥), of a town or of the district: it stands in the
    addresses that people subscribe to and opens nothing else.
    """

    id: int
    name: str
    role: Role | None
    hall: str | None
    town_code: str | None
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    @property
    def feed(self) -> bool:
        """Is it a feed key?"""
        return self.role is None and self.hall is None


@dataclass(frozen=True)
class Caller:
    """Who asks: an account that is logged in, or a token. `role` None: a token of one hall, or,
    without a hall, a feed key.

    `by_link`: a browser that came by a personal link, thus without an account of its own.
    """

    name: str
    role: Role | None
    town_code: str | None = None
    hall: str | None = None
    must_change: bool = False
    is_token: bool = False
    by_link: bool = False

    @property
    def bound(self) -> bool:
        """May it see one town alone?"""
        return self.role is Role.TOWN_OFFICER

    @property
    def feed(self) -> bool:
        """Is it a feed key?"""
        return self.role is None and self.hall is None

    def actor(self, where: str) -> Actor:
        """As the log of acts names it."""
        role = "token" if self.is_token else "link" if self.by_link else str(self.role)
        return Actor(self.name, role, where)

    def refusal(
        self, needed: Role | None, *, hall: str | None, town: str | None, for_towns: bool = False
    ) -> str:
        """Why it may not do what needs a role, in this hall, for this town; "" when it may.

        Whoever is bound to a town may use what is `for_towns`, and nothing else.
        """
        if self.feed:
            return "这是订阅密钥，只用在订阅地址里，不能用在别处"
        if self.hall is not None and hall != self.hall:
            return f"这个令牌只用于大厅“{self.hall}”，不能用在别处"
        if needed is not None and (self.role is None or not self.role.reaches(needed)):
            own = ROLE_NAMES[self.role] if self.role else f"大厅“{self.hall}”的令牌"
            return f"这件事须由{ROLE_NAMES[needed]}或更高的角色来做，您现在是{own}"
        if self.bound and (self.town_code is None or not for_towns):
            return "这个地址只给区里用，镇街看得到的只有自己镇街的"
        if town is not None and self.town_code is not None and town != self.town_code:
            return "您只能看自己镇街的，这个地址是别的镇街的"
        return ""
