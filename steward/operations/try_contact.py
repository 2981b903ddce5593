"""Send a test message to a contact, now, and say in a sentence what came of it."""

from __future__ import annotations

import secrets
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from steward.accounts.queries import audit
from steward.analysis.queries import towns
from steward.domain.accounts import Actor
from steward.domain.audit import Act
from steward.domain.deliveries import Contact
from steward.domain.offices import ContactKind
from steward.domain.weeks import DISTRICT_ZONE
from steward.errors import DeliveryError, PushError
from steward.offices.queries import contacts
from steward.operations.keep_contacts import facts
from steward.operations.post import Post
from steward.operations.reach_targets import reach, read_targets
from steward.operations.write_letter import in_bytes, named
from steward.storage.engine import Database


def try_contact(
    database: Database, contact_id: int, post: Post, *, at: datetime, by: Actor
) -> tuple[bool, str]:
    """Whether it was taken, and the sentence. It is on record. Raises NotFound, StorageError."""
    with database.session() as session:
        contact = contacts.get(session, contact_id)
        names = {town.code: town.name for town in towns(session).values()}
    town = names.get(contact.town_code, contact.town_code)
    text = f"这是{post.sender}给{town}{contact.name}的测试消息，收到即表示可以送达，不必回复。"
    whom = f"{town} {contact.name}（{contact.shown}）"
    fault = ""
    try:
        if contact.kind is ContactKind.MAIL:
            _mail(contact, post, text, at)
        else:
            _push(contact, post, text)
    except (DeliveryError, PushError) as error:
        fault = str(error)
    with database.session(write=True) as session:
        outcome = facts(contact) | {"fault": fault}
        about = f"镇街联系人 {contact.id}"
        audit.record(session, Act.CONTACT_TESTED, at=at, by=by, about=about, after=outcome)
    if fault:
        return False, f"没有发给{whom}：{fault}"
    where = "请对方看一下收件箱" if contact.kind is ContactKind.MAIL else "请看一下群里"
    return True, f"测试消息已发给{whom}，{where}"


def _mail(contact: Contact, post: Post, text: str, at: datetime) -> None:
    """Raises DeliveryError."""
    if post.mail is None:
        raise DeliveryError("还没有设置邮件服务器", place="mail_server")
    sender = post.mail.sender
    letter = EmailMessage(policy=SMTP)
    letter["From"] = named(post.sender, sender)
    letter["To"] = named(contact.name, contact.address)
    letter["Subject"] = f"{post.sender}：测试"
    letter["Date"] = format_datetime(at.astimezone(DISTRICT_ZONE))
    letter["Message-ID"] = f"<{secrets.token_hex(12)}@{sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text + "\n", cte="base64")
    with post.mail.line() as line:
        line.hand_in(in_bytes(letter), sender=sender, to=contact.address)


def _push(contact: Contact, post: Post, text: str) -> None:
    """Raises PushError."""
    targets, _ = read_targets(contact.address)
    if not targets:
        raise PushError("不认识的地址", place=contact.shown, retry=False)
    reach(targets[0], f"{post.sender}：测试", text, limit_s=post.limit_s)
