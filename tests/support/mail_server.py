"""A small mail server (aiosmtpd) that takes letters, or does what bad servers do."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "hazard", "geheim-7"


@dataclass
class Letters:
    """`taken` are the letters it said yes to, by whom they are for; `connections` how often it was
    connected to. `refuse` is its answer to a recipient, `answers` its answers to the letters for
    one, one after the other and the last for the rest. Four answers are none: `hang` keeps the
    letter and says nothing until it is let go; `close` keeps it and breaks off; `drop` breaks off;
    `drip` begins an answer that never ends.
    """

    refuse: dict[str, str] = field(default_factory=dict)
    answers: dict[str, list[str]] = field(default_factory=dict)
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    connections: int = 0
    logins: list[str] = field(default_factory=list)
    port: int = 0
    hangs: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)

    def letters(self, to: str | None = None) -> list[EmailMessage]:
        """As a mail client reads them."""
        found = []
        for whom, content in self.taken:
            if to in (None, whom):
                read = message_from_bytes(content, policy=policy.default)
                assert isinstance(read, EmailMessage)
                found.append(read)
        return found

    async def handle_EHLO(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.asked.append(address)
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        to = envelope.rcpt_tos[0]
        waiting = self.answers.get(to, ["250 OK"])
        answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if answer.startswith("250") or answer in ("hang", "close"):
            self.taken.append((to, bytes(envelope.content or b"")))
        if answer == "hang":
            self.hangs.set()
            await asyncio.get_running_loop().run_in_executor(None, self.let_go.wait, 30)
        while answer == "drip" and not server.transport.is_closing():
            server.transport.write(b"250-wait\r\n")
            await asyncio.sleep(0.02)
        if answer in ("hang", "close", "drop", "drip"):
            server.transport.close()
            return "421 closing"
        return answer


class _AnyPort(Controller):
    """Its own port is known only when it listens."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(*, tls: ssl.SSLContext | None = None, login: bool = False) -> Iterator[Letters]:
    """On this machine's own address; with `tls` it demands STARTTLS, with `login` a password."""
    own = Letters()

    def known(
        server: SMTP, session: Session, envelope: Envelope, how: str, data: Any
    ) -> AuthResult:
        given = (data.login.decode(), data.password.decode())
        own.logins.append(given[0])
        right = given == (USER, PASSWORD)
        return AuthResult(success=right, handled=right)

    controller = _AnyPort(
        own,
        hostname="127.0.0.1",
        port=0,
        tls_context=tls,
        require_starttls=tls is not None,
        authenticator=known,
        auth_required=login,
        auth_require_tls=tls is not None,
    )
    controller.start()
    own.port, own.connections = controller.port, 0
    try:
        yield own
    finally:
        own.let_go.set()
        controller.stop()


def own_authority(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate of one's own for 127.0.0.1, and a server's context with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "ca.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    both = folder / "server.pem"
    both.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + file.read_bytes()
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return file, context
