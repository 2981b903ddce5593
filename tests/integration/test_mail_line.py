"""Handing in mail at a real server, and what servers do instead of taking it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from steward.domain.mail import Encryption, MailServer
from steward.errors import DeliveryError, MailServerAway
from steward.operations.mail_line import MailLine
from tests.support.mail_server import PASSWORD, USER, Letters, mail_server, own_authority

LETTER = b"Subject: x\r\n\r\n.one\r\n"
ME = "steward@x.cn"


@pytest.fixture
def server() -> Iterator[Letters]:
    with mail_server() as server:
        yield server


def line_to(
    port: int,
    encryption: Encryption = Encryption.OFFERED,
    *,
    ca_file: str = "",
    user: str = "",
    password: str = PASSWORD,
    limit_s: float = 5,
) -> MailLine:
    server = MailServer("127.0.0.1", port, encryption, user, password if user else "")
    return MailLine(server, ca_file=ca_file, limit_s=limit_s)


def test_many_letters_go_over_one_connection(server: Letters) -> None:
    with line_to(server.port) as line:
        for to in ("a@x.cn", "b@x.cn", "c@x.cn"):
            line.hand_in(LETTER, sender=ME, to=to)
    assert [to for to, _ in server.taken] == ["a@x.cn", "b@x.cn", "c@x.cn"]
    assert server.letters("a@x.cn")[0].get_content() == ".one\r\n"
    assert server.connections == 1


def test_a_refusal_of_one_is_told_apart_and_the_next_goes_on(server: Letters) -> None:
    server.refuse = {"gone@x.cn": "550 5.1.1 查无此人", "grey@x.cn": "451 4.7.1 try later"}
    server.answers["spam@x.cn"] = ["554 5.7.1 spam"]
    faults = {}
    with line_to(server.port) as line:
        for to in ("gone@x.cn", "grey@x.cn", "spam@x.cn", "good@x.cn"):
            try:
                line.hand_in(LETTER, sender=ME, to=to)
            except DeliveryError as error:
                faults[to] = (type(error), error.retry, error.sentence)
    assert faults == {
        "gone@x.cn": (DeliveryError, False, "邮件服务器拒收：550 5.1.1 查无此人"),
        "grey@x.cn": (DeliveryError, True, "邮件服务器暂时不收：451 4.7.1 try later"),
        "spam@x.cn": (DeliveryError, False, "邮件服务器拒收：554 5.7.1 spam"),
    }
    assert [to for to, _ in server.taken] == ["good@x.cn"]
    assert server.connections == 1


def test_what_breaks_off_or_hangs_may_have_arrived(server: Letters) -> None:
    server.answers = {"a@x.cn": ["drop"], "b@x.cn": ["hang"]}
    with line_to(server.port, limit_s=0.3) as line:
        for to in ("a@x.cn", "b@x.cn"):
            with pytest.raises(MailServerAway, match="可能已经收到") as caught:
                line.hand_in(LETTER, sender=ME, to=to)
            assert caught.value.begun
        line.hand_in(LETTER, sender=ME, to="c@x.cn")  # over a new connection
    assert [to for to, _ in server.taken] == ["b@x.cn", "c@x.cn"]


def test_an_answer_that_never_ends_is_cut(server: Letters) -> None:
    server.answers["a@x.cn"] = ["drip"]
    asked = MailServer("127.0.0.1", server.port, Encryption.OFFERED)
    with (
        MailLine(asked, limit_s=5, whole_s=0.3) as line,
        pytest.raises(MailServerAway, match="可能已经收到"),
    ):
        line.hand_in(LETTER, sender=ME, to="a@x.cn")


def test_nobody_there_is_said_at_once(server: Letters) -> None:
    with mail_server() as other:
        port = other.port
    with line_to(port) as line, pytest.raises(MailServerAway, match="连不上") as caught:
        line.hand_in(LETTER, sender=ME, to="a@x.cn")
    assert (caught.value.begun, caught.value.place) == (False, f"127.0.0.1:{port}")
    demanding = line_to(server.port, Encryption.DEMANDED)
    with demanding as line, pytest.raises(MailServerAway, match="不支持所要的加密"):
        line.hand_in(LETTER, sender=ME, to="a@x.cn")


def test_with_starttls_an_own_certificate_and_a_password(tmp_path: Path) -> None:
    authority, context = own_authority(tmp_path)
    with mail_server(tls=context, login=True) as server:
        good = line_to(server.port, ca_file=str(authority), user=USER)
        with good as line:
            line.hand_in(LETTER, sender=ME, to="a@x.cn")
        strange = line_to(server.port, user=USER)
        with strange as line, pytest.raises(MailServerAway, match="证书有问题"):
            line.hand_in(LETTER, sender=ME, to="a@x.cn")
        wrong = line_to(server.port, ca_file=str(authority), user=USER, password="falsch")
        with wrong as line, pytest.raises(MailServerAway, match="用户或密码不对") as caught:
            line.hand_in(LETTER, sender=ME, to="a@x.cn")
        assert "falsch" not in str(caught.value)
    assert (len(server.taken), set(server.logins)) == (1, {USER})


def test_a_password_goes_over_an_open_line_only_where_that_is_wanted(server: Letters) -> None:
    far = "127.1"  # not one of the names of this machine, though it leads here
    offered = MailServer(far, server.port, Encryption.OFFERED, USER, PASSWORD)
    with MailLine(offered) as line, pytest.raises(MailServerAway, match="没有送密码"):
        line.hand_in(LETTER, sender=ME, to="a@x.cn")
    assert server.logins == []
    wanted = MailServer(far, server.port, Encryption.NONE, USER, PASSWORD)
    with MailLine(wanted) as line:
        line.hand_in(LETTER, sender=ME, to="a@x.cn")
    assert (server.logins, len(server.taken)) == ([USER], 1)
