"""A line to the mail server: many letters over one connection, and what became of each."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Self

from steward.domain.mail import Encryption, MailServer
from steward.errors import DeliveryError, MailServerAway

LIMIT_S = 30.0  # for each answer
WHOLE_S = 300.0  # for a letter: whatever the server does, the line is cut then
_OUR_NAME = "hazard-steward"  # in the greeting: the machine's own may be nobody's business
_TOO_BIG = (523, 534, 552)
_HERE = ("127.0.0.1", "::1", "localhost")


class MailLine:
    """Connected when the first letter is handed in, and again when that broke; closed at the end.

    `ca_file` vouches for the server beside what the system trusts; "" for none.
    """

    def __init__(
        self,
        server: MailServer,
        *,
        ca_file: str = "",
        limit_s: float = LIMIT_S,
        whole_s: float = WHOLE_S,
    ) -> None:
        self._server = server
        self._ca_file = ca_file
        self._limit_s = limit_s
        self._whole_s = whole_s
        self._line: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def open(self) -> None:
        """Connect, unless that was done. Raises MailServerAway."""
        if self._line is None:
            self._line = self._connected()

    def hand_in(self, letter: bytes, *, sender: str, to: str) -> None:
        """Hand in one letter for one person.

        Raises DeliveryError with the server's words: `retry` False, refused for good (5xx); True,
        to be tried later (4xx). Raises MailServerAway when it is not about this letter.
        """
        self.open()
        assert self._line is not None
        try:
            with _cut_after(self._whole_s, self._line):
                self._line.sendmail(sender, [to], letter)
        except smtplib.SMTPRecipientsRefused as error:
            raise self._refused(*error.recipients[to]) from error
        except smtplib.SMTPDataError as error:
            raise self._refused(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPSenderRefused as error:
            if error.smtp_code in _TOO_BIG:
                raise self._refused(error.smtp_code, error.smtp_error) from error
            self.close()
            said = _said(error.smtp_code, error.smtp_error)
            raise MailServerAway(f"邮件服务器不接受发件人：{said}", place=self._name) from error
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise MailServerAway(
                f"发送中途断开或超过 {self._limit_s:g} 秒没有答复，对方可能已经收到",
                place=self._name,
                begun=True,
            ) from error

    def close(self) -> None:
        """Say goodbye, if there is anybody."""
        line, self._line = self._line, None
        if line is None:
            return
        try:
            line.quit()
        except (smtplib.SMTPException, OSError):
            line.close()

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    @property
    def _name(self) -> str:
        return self._server.name

    def _refused(self, code: int, words: bytes | str) -> DeliveryError:
        if code == 421:  # it closes the line, whatever it was about
            self._drop()
            return MailServerAway(f"邮件服务器暂停服务：{_said(code, words)}", place=self._name)
        later = code < 500
        text = "暂时不收" if later else "拒收"
        return DeliveryError(f"邮件服务器{text}：{_said(code, words)}", retry=later)

    def _connected(self) -> smtplib.SMTP:
        """Raises MailServerAway."""
        try:
            line = self._opened()
        except ssl.SSLCertVerificationError as error:
            raise MailServerAway(
                f"邮件服务器的证书有问题：{error.verify_message}", place=self._name
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            words = _words(error)
            raise MailServerAway(f"邮件服务器连不上{words}", place=self._name) from error
        return line

    def _opened(self) -> smtplib.SMTP:
        server = self._server
        context = ssl.create_default_context()
        if self._ca_file:
            context.load_verify_locations(cafile=self._ca_file)
        limit = self._limit_s
        at_once = server.encryption is Encryption.AT_ONCE
        with ExitStack() as stack:
            line: smtplib.SMTP = (
                smtplib.SMTP_SSL(
                    server.host, server.port, _OUR_NAME, context=context, timeout=limit
                )
                if at_once
                else smtplib.SMTP(server.host, server.port, _OUR_NAME, timeout=limit)
            )
            stack.callback(line.close)
            line.ehlo()
            secret = at_once
            if server.encryption is Encryption.DEMANDED or (
                server.encryption is Encryption.OFFERED and line.has_extn("starttls")
            ):
                line.starttls(context=context)
                line.ehlo()
                secret = True
            if server.user:
                if not (secret or server.encryption is Encryption.NONE or server.host in _HERE):
                    raise MailServerAway("邮件服务器不支持加密，没有送密码", place=self._name)
                line.login(server.user, server.password)
            stack.pop_all()
        return line


@contextmanager
def _cut_after(seconds: float, line: smtplib.SMTP) -> Iterator[None]:
    """Within it the line lasts no longer: limits of single answers do not end a drip."""
    end = line.sock
    assert end is not None

    def cut() -> None:
        try:
            socket.socket.shutdown(end, socket.SHUT_RDWR)
        except OSError:
            return  # closed already

    watch = threading.Timer(seconds, cut)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _words(error: Exception) -> str:
    """Why, when the server said something, or the network."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"：用户或密码不对（{_said(error.smtp_code, error.smtp_error)}）"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"：{_said(error.smtp_code, error.smtp_error)}"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "：它不支持所要的加密或登录方式"
    if isinstance(error, smtplib.SMTPServerDisconnected | TimeoutError):
        return "：没有答复，或中途断开"
    if isinstance(error, OSError) and error.strerror:
        return f"：{error.strerror}"
    return ""


def _said(code: int, words: bytes | str) -> str:
    """550 5.1.1 No such user, on one line and not too long."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    plain = "".join(one if one.isprintable() else " " for one in text)
    return f"{code} {' '.join(plain.split())[:200]}".strip()
