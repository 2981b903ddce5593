"""Mail addresses and the address of the server that takes mail."""

from __future__ import annotations

import pytest

from steward.domain.mail import Encryption, MailServer, mail_address, read_mail_server


def test_an_address_is_taken_as_it_is_used() -> None:
    assert mail_address(" Zhang.San@Example.Gov.CN ") == "Zhang.San@example.gov.cn"
    assert mail_address("a@应急.中国") == "a@xn--extu8a.xn--fiqs8s"
    assert mail_address('"a b"@x.cn') == '"a b"@x.cn'


@pytest.mark.parametrize(
    "text",
    [
        *("", "a@", "@x.cn", "a@@x.cn", "a b@x.cn", "张三@x.cn", "a.@x.cn", "a@x..cn"),
        *("a@x.cn,b@x.cn", "<a@x.cn>", "a@x.cn (c)", "a@x.cn\nBcc: b@x.cn", "a" * 250 + "@x.cn"),
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="邮件地址"):
        mail_address(text)


def test_the_server_is_read_and_its_password_is_not_printed() -> None:
    assert read_mail_server("") is None
    server = read_mail_server("smtp://me%40x:p%2Fw%3A@mail.x:2525")
    assert server == MailServer("mail.x", 2525, Encryption.OFFERED, "me@x", "p/w:")
    assert "p/w" not in repr(server)
    ports = {
        text: (found.port, found.encryption)
        for text in ("smtp://m", "starttls://m", "smtps://m", "smtp://m?tls=no")
        if (found := read_mail_server(text))
    }
    assert ports == {
        "smtp://m": (25, Encryption.OFFERED),
        "starttls://m": (587, Encryption.DEMANDED),
        "smtps://m": (465, Encryption.AT_ONCE),
        "smtp://m?tls=no": (25, Encryption.NONE),
    }


@pytest.mark.parametrize(
    "text",
    ["mail.x:25", "http://m", "smtp://", "smtp://u:secret/x@m", "smtps://m?tls=no", "smtp://m:x"],
)
def test_a_wrong_server_is_refused_without_its_secret(text: str) -> None:
    with pytest.raises(ValueError, match="smtp://") as caught:
        read_mail_server(text)
    assert "secret" not in str(caught.value)
