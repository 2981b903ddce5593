"""What sending to the towns needs to know: of the house, of the mail server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from steward.domain.mail import MailServer
from steward.operations.mail_line import LIMIT_S, MailLine
from steward.settings import Settings

_MB = 1024 * 1024


@dataclass(frozen=True)
class MailDesk:
    """Where letters are handed in, in whose name, and how big one may be with its files."""

    server: MailServer
    sender: str
    limit_bytes: int
    ca_file: str = ""
    limit_s: float = LIMIT_S

    def line(self) -> MailLine:
        """A line to the server, not connected yet."""
        return MailLine(self.server, ca_file=self.ca_file, limit_s=self.limit_s)


@dataclass(frozen=True)
class Post:
    """`sender` is in every title; `folder` holds the towns' files; `address` is where others reach
    this house, "" when nobody has said. `mail` None: no mail is sent."""

    sender: str
    folder: Path
    address: str = ""
    mail: MailDesk | None = None
    per_minute: int = 20
    remind_after: int = 3
    limit_s: float = 5.0  # for a push


def post_of(settings: Settings) -> Post:
    """As the settings say. Raises SettingsError."""
    server = settings.mail
    demonstration = "【演示】" if settings.demo_clock else ""
    return Post(
        sender=f"{demonstration}{settings.district}隐患管家",
        folder=settings.offices_folder,
        address=settings.public_url,
        mail=MailDesk(
            server,
            settings.mail_from,
            round(settings.mail_limit_mb * _MB),
            settings.mail_ca_file,
        )
        if server
        else None,
        per_minute=settings.push_per_minute,
        remind_after=settings.remind_after_workdays,
    )
