"""Mail: addresses (RFC 5322), and the server that takes what is sent."""

from __future__ import annotations

from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from enum import StrEnum
from urllib.parse import parse_qs, unquote, urlsplit

LONGEST = 254  # of an address: RFC 5321, 4.5.3.1.3


class Encryption(StrEnum):
    """How the line to the server is encrypted."""

    OFFERED = "smtp"
    DEMANDED = "starttls"
    AT_ONCE = "smtps"
    NONE = "none"


_PORTS = {Encryption.OFFERED: 25, Encryption.DEMANDED: 587, Encryption.AT_ONCE: 465}


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in. `user` "": without logging in."""

    host: str
    port: int
    encryption: Encryption
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"MailServer({self.name})"  # whoever prints it must not print the password

    @property
    def name(self) -> str:
        """What staff may read."""
        return f"{self.host}:{self.port}"


def mail_address(text: str) -> str:
    """The address as it is used, its domain in small ASCII letters. Raises ValueError in Chinese.

    What comes before the @ must be ASCII: few servers take anything else.
    """
    text = text.strip()
    if len(text) > LONGEST:
        raise ValueError(f"邮件地址最长 {LONGEST} 个字符")
    try:
        read = Address(addr_spec=text)
        domain = read.domain.encode("idna").decode().lower()
    except (ValueError, MessageError, IndexError) as error:
        raise ValueError("不是正确的邮件地址，应如 zhangsan@example.gov.cn") from error
    if read.addr_spec != text or not read.username.isascii() or not domain:
        raise ValueError("不是正确的邮件地址，应如 zhangsan@example.gov.cn")
    return Address(username=read.username, domain=domain).addr_spec


def read_mail_server(text: str) -> MailServer | None:
    """The server of the setting; None for "". Raises ValueError in Chinese, without the secret."""
    if not text:
        return None
    wrong = "应如 smtp://用户:密码@主机:端口，也可以是 starttls:// 或 smtps://"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ValueError(wrong) from error
    options = parse_qs(parts.query)
    if parts.scheme not in ("smtp", "starttls", "smtps") or not parts.hostname:
        raise ValueError(wrong)
    if parts.path not in ("", "/") or parts.fragment or set(options) - {"tls"}:
        raise ValueError(f"{wrong}；密码里的 / ? # @ : % 要写成 %2F 等")
    encryption = Encryption(parts.scheme)
    if "tls" in options:
        if options["tls"] != ["no"] or encryption is not Encryption.OFFERED:
            raise ValueError("?tls=no 只能写在 smtp:// 后面，表示不加密")
        encryption = Encryption.NONE
    return MailServer(
        host=parts.hostname,
        port=port or _PORTS.get(encryption, 25),
        encryption=encryption,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
