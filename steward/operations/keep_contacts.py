"""Keep who is reached for each town: add, remove, list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from steward.accounts.queries import audit
from steward.analysis.queries import towns
from steward.domain.accounts import Actor
from steward.domain.audit import Act
from steward.domain.deliveries import Contact, NewContact
from steward.domain.figures import Town
from steward.domain.mail import mail_address
from steward.domain.offices import CONTACT_NAMES, ContactKind
from steward.errors import DeliveryError
from steward.offices.queries import contacts
from steward.operations.reach_targets import read_targets
from steward.storage.engine import Database, Session

NAME_LENGTH = 40
ADDRESS_LENGTH = 400


def add_contact(
    database: Database, town: str, name: str, address: str, *, at: datetime, by: Actor
) -> Contact:
    """The new contact of a town (its name or code). Raises DeliveryError: what is wrong, where."""
    with database.session(write=True) as session:
        new = checked(towns(session).values(), town, name, address)
        if contacts.same(session, new) is not None:
            raise DeliveryError("这个镇街已有这个地址", place="address")
        return put(session, new, at=at, by=by)


def put(session: Session, new: NewContact, *, at: datetime, by: Actor) -> Contact:
    """Add a contact that was checked, in the caller's transaction."""
    made = contacts.add(session, new, at=at)
    audit.record(session, Act.CONTACT_ADDED, at=at, by=by, about=_about(made), after=facts(made))
    return made


def remove_contact(database: Database, contact_id: int, *, at: datetime, by: Actor) -> Contact:
    """Reach him no more. Raises NotFound."""
    with database.session(write=True) as session:
        was = contacts.remove(session, contact_id, at=at)
        audit.record(
            session, Act.CONTACT_REMOVED, at=at, by=by, about=_about(was), before=facts(was)
        )
        return was


def list_contacts(database: Database) -> Sequence[Contact]:
    """Everybody who is reached, by town."""
    with database.session() as session:
        return contacts.active(session)


def checked(known: Iterable[Town], town: str, name: str, address: str) -> NewContact:
    """What may be added. Raises DeliveryError in the words of whoever typed it, without secrets."""
    code = next((one.code for one in known if town.strip() in (one.code, one.name)), None)
    if code is None:
        what = f"没有名称或代码为“{town.strip()[:20]}”的镇街" if town.strip() else "请选择镇街"
        raise DeliveryError(what, place="town")
    name = " ".join(name.split())
    if not 1 <= len(name) <= NAME_LENGTH or not name.isprintable():
        raise DeliveryError(f"姓名应为 1 至 {NAME_LENGTH} 个字", place="name")
    address = address.strip()
    if not address or len(address) > ADDRESS_LENGTH:
        raise DeliveryError(f"请填写地址，最长 {ADDRESS_LENGTH} 个字符", place="address")
    if "://" not in address:
        try:
            return NewContact(code, ContactKind.MAIL, name, mail_address(address))
        except ValueError as error:
            raise DeliveryError(str(error), place="address") from error
    good, _ = read_targets(address)
    if len(good) != 1 or good[0].address != address:
        raise DeliveryError(
            "不认识的推送地址：应是一个，如 dingtalk://令牌、wecombot://密钥、feishu://令牌、"
            "ntfy://服务器/主题、json://服务器/路径",
            place="address",
        )
    if address.lower().startswith("mailto"):
        raise DeliveryError("邮件请直接写邮件地址，如 zhangsan@example.gov.cn", place="address")
    return NewContact(code, ContactKind.PUSH, name, address)


def facts(contact: Contact) -> dict[str, str]:
    """What the log of acts keeps of it: no secret."""
    return {
        "name": contact.name,
        "town": contact.town_code,
        "what": CONTACT_NAMES[contact.kind],
        "address": contact.shown,
    }


def _about(contact: Contact) -> str:
    return f"镇街联系人 {contact.id}"
