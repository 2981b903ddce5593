"""CAP documents: read, written, held to the schema; what may harm is refused."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.cap.read import read_alert, text_of
from steward.cap.write import instant_text, write_alert
from steward.domain.alerts import (
    CERTAINTIES,
    SEVERITIES,
    URGENCIES,
    Alert,
    Info,
    MessageType,
    Reference,
    Resource,
    claims_colour,
    priority_of,
    read_issuer,
)
from steward.errors import AlertError
from tests.support.cap import INFO, document, reference
from tests.support.studios import SLOT

ALERT = Alert(
    identifier="A1",
    sender="a.example",
    sent=SLOT,
    status="Exercise",
    msg_type=MessageType.UPDATE,
    scope="Restricted",
    restriction="仅供值守",
    note="演练",
    references=(Reference("a.example", "A0", instant_text(SLOT)),),
    infos=(
        Info(
            event="火灾",
            urgency="Immediate",
            severity="Severe",
            certainty="Observed",
            categories=("Fire", "Safety"),
            language="zh-CN",
            responses=("Evacuate",),
            expires=SLOT + timedelta(hours=1),
            sender_name="萧山区应急管理局",
            headline="1 < 2 & 3",
            description="请有序撤离。",
            instruction="走楼梯",
            resources=(Resource("声音", "audio/mpeg", "http://a.example/1.mp3"),),
            areas=("指挥大厅", "东片 二号厅"),
        ),
    ),
)

LINE = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co")), min_size=1, max_size=40
).map(str.strip)


def test_what_is_written_is_read_back_and_holds_to_the_schema() -> None:
    assert read_alert(write_alert(ALERT).encode()) == ALERT
    assert "<sent>2021-11-16T09:00:00+08:00</sent>" in write_alert(ALERT)


@given(title=LINE, text=LINE, area=LINE)
def test_whatever_was_announced_can_be_written(title: str, text: str, area: str) -> None:
    info = replace(ALERT.infos[0], headline=title, description=text, areas=(area,) if area else ())
    alert = replace(ALERT, infos=(info,))
    assert read_alert(write_alert(alert).encode()) == alert


def test_what_xml_cannot_carry_is_left_out() -> None:
    info = replace(ALERT.infos[0], headline="火\x00情\x1b\ufffe")
    read = read_alert(write_alert(replace(ALERT, infos=(info,))).encode())
    assert read.infos[0].headline == "火情"


def test_a_good_one_is_read() -> None:
    alert = read_alert(document())
    assert (alert.identifier, alert.sent, alert.status) == ("A1", SLOT, "Actual")
    (info,) = alert.infos
    assert (info.headline, info.areas) == ("暴雨红色预警", ("萧山区",))
    assert alert.expires == SLOT + timedelta(hours=9)
    gbk = document().decode().replace('"UTF-8"', '"GB18030"').encode("gb18030")
    assert read_alert(gbk) == alert
    assert "暴雨红色预警" in text_of(gbk)


def test_a_signature_may_follow() -> None:
    signature = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><X/></Signature>'
    assert read_alert(document(info=INFO + signature)).identifier == "A1"


def without(name: str) -> str:
    lines = [line for line in INFO.splitlines(keepends=True) if f"<{name}>" not in line]
    assert len(lines) < INFO.count("\n")
    return "".join(lines)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (document("A 1"), "identifier.*空格"),
        (document("A,1"), "identifier.*逗号"),
        (document("A&lt;1"), "identifier.*<"),
        (document("A&amp;1"), "identifier.*&"),
        (document(""), "identifier"),
        (document("x" * 201), "200"),
        (document(sender="气象 台"), "sender"),
        (document(sent="2021-11-16T09:00:00Z"), "sent.*不能写 Z"),
        (document(sent="2021-11-16T09:00:00"), "sent.*08:00"),
        (document(sent="2021-11-16T09:00:00.5+08:00"), "sent"),
        (document(sent="2021-13-16T09:00:00+08:00"), "sent"),
        (document(sent="2021-11-16T24:00:00+08:00"), "sent"),
        (document(sent="9999-12-31T23:59:59-14:00"), "sent"),
        (document(status="actual"), "status.*允许"),
        (document(msg_type="Alarm"), "msgType.*允许"),
        (document(scope="Secret"), "scope.*允许"),
        (document(info=INFO.replace("Met", "Weather")), "category.*允许"),
        (document(info=INFO.replace("Prepare", "Run")), "responseType.*允许"),
        (document(info=INFO.replace("Immediate", "Now")), "urgency.*允许"),
        (document(info=INFO.replace("Severe", "Bad")), "severity.*允许"),
        (document(info=INFO.replace("Likely", "Sure")), "certainty.*允许"),
        (document(info=INFO.replace("18:00:00+08:00", "18:00:00Z")), "expires.*Z"),
        (document(info=INFO.replace("zh-CN", "中文")), "language"),
        *((document(info=without(one)), "缺少") for one in ("category", "event", "urgency")),
        *((document(info=without(one)), "缺少") for one in ("severity", "certainty")),
        (document(info=INFO.replace("<areaDesc>萧山区</areaDesc>", "")), "area"),
        (
            document(info=INFO.replace("<headline>", "<title>").replace("/headline", "/title")),
            "不认识",
        ),
        (document(msg_type="Update"), "references"),
        (document(msg_type="Cancel", references="A1"), "references"),
        (document(references="a,b,yesterday"), "references"),
        (document().replace(b"cap:1.2", b"cap:1.1"), "CAP 1.1"),
        (b"<rss/>", "不是 CAP"),
        (b"", "XML"),
        (document()[:-9], "XML"),
        (document().replace("暴雨".encode(), b"\xff\xfe"), "XML"),
    ],
)
def test_each_constraint_of_the_schema_is_held(content: bytes, sentence: str) -> None:
    with pytest.raises(AlertError, match=sentence):
        read_alert(content)


def test_elements_stand_in_their_order() -> None:
    lines = document().decode().splitlines()
    lines[2], lines[3] = lines[3], lines[2]
    with pytest.raises(AlertError, match="顺序不对") as caught:
        read_alert("\n".join(lines).encode())
    assert caught.value.place == "第 3 行"


BOMB = (
    "<!DOCTYPE alert ["
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
    + "]>"
)


@pytest.mark.parametrize(
    "head",
    [
        BOMB,
        '<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE alert SYSTEM "http://127.0.0.1:9/cap.dtd">',
        '<!DOCTYPE alert [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_and_document_types_are_refused(head: str, encoding: str) -> None:
    text = document("&l9;" if head == BOMB else "&x;").decode().partition("?>\n")[2]
    begun = time.process_time()
    with pytest.raises(AlertError, match="安全"):
        read_alert(f'<?xml version="1.0" encoding="{encoding}"?>{head}{text}'.encode(encoding))
    assert time.process_time() - begun < 1


def test_what_is_too_large_or_too_deep_is_refused() -> None:
    with pytest.raises(AlertError, match="太大"):
        read_alert(document(info=INFO + " " * 1024 * 1024))
    with pytest.raises(AlertError):
        read_alert(b"<a>" * 100_000 + b"</a>" * 100_000)


def test_half_a_document_may_not_be_all_there_yet() -> None:
    for whole, retry in ((document()[:200], True), (b"<rss/>", False)):
        with pytest.raises(AlertError) as caught:
            read_alert(whole)
        assert caught.value.retry is retry


def test_the_gravest_part_says_how_urgently_it_is_said() -> None:
    def rank(severity: str, urgency: str) -> str:
        return priority_of((replace(ALERT.infos[0], severity=severity, urgency=urgency),)).value

    assert rank("Severe", "Immediate") == "emergency"
    assert rank("Severe", "Future") == "important"
    assert rank("Minor", "Immediate") == "routine"
    assert rank("Extreme", "Past") == "routine"
    both = replace(ALERT.infos[0], severity="Minor"), ALERT.infos[0]
    assert priority_of(both).value == "emergency"
    assert priority_of(()).value == "routine"
    assert {"emergency", "important", "routine"} == {
        rank(severity, urgency) for severity in SEVERITIES for urgency in URGENCIES
    }
    assert len(CERTAINTIES) == 5


def test_a_colour_is_told_from_the_words_around_it() -> None:
    for text in ("发布红色预警", "黄色暴雨预警信号", "蓝色警报"):
        assert claims_colour(text), text
    for text in ("黄山市预警", "请穿红色马甲", "隐患到期预警企业51家", "红色镇街3个，到期预警"):
        assert not claims_colour(text), text


def test_the_parts_of_ours_are_read_and_refused() -> None:
    made = read_issuer("category=Fire, event=火情提示，hours=6")
    assert (made.category, made.event, made.valid_hours, made.urgency) == (
        "Fire",
        "火情提示",
        6,
        "Immediate",
    )
    for text, sentence in (
        ("colour=red", "colour"),
        ("category=Weather", "Met"),
        ("event=红色预警", "县级以上政府"),
        ("hours=0", "720"),
        ("hours=x", "720"),
        ("event", "event"),
    ):
        with pytest.raises(ValueError, match=sentence):
            read_issuer(text)


def test_a_reference_is_written_as_the_standard_says() -> None:
    (one,) = read_alert(document(msg_type="Cancel", references=reference("A0"))).references
    assert str(one) == reference("A0")
