"""Captions, read back by a parser of WebVTT."""

from __future__ import annotations

import html

import pytest
import webvtt

from steward.speech.audio.captions import captions


def test_cues_come_back_with_their_times_and_texts() -> None:
    cues = [
        (1_850, 3_200, "隐患管家提醒您，"),
        (3_450, 59_999, "本周新增隐患28条。"),
        (3_661_005, 3_662_000, "播报完毕。"),
    ]
    read = webvtt.from_string(captions(cues)).captions
    assert [(one.start, one.end) for one in read] == [
        ("00:00:01.850", "00:00:03.200"),
        ("00:00:03.450", "00:00:59.999"),
        ("01:01:01.005", "01:01:02.000"),
    ]
    assert [one.text for one in read] == [text for _, _, text in cues]
    assert [one.identifier for one in read] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "said",
    [
        "浓度<5%，",
        "A --> B",
        "张三&李四，",
        "<v 某人>说",
        "&lt;原样&gt;",
        "00:01.000 --> 00:02.000",
        "NOTE 这是正文",
        "STYLE",
        "WEBVTT",
        "“引号”'和'\"双引号\"",
    ],
)
def test_what_looks_like_markup_is_text(said: str) -> None:
    document = captions([(0, 1_000, said), (1_000, 2_000, "下一句。")])
    read = webvtt.from_string(document).captions
    assert [html.unescape(one.raw_text) for one in read] == [said, "下一句。"]
    assert document.count("-->") == 2
    assert "<" not in document


def test_a_line_break_does_not_end_a_cue() -> None:
    read = webvtt.from_string(
        captions([(0, 1_000, "第一行\n\n第二行\r\n第三行\u2028第四行")])
    ).captions
    assert [one.text for one in read] == ["第一行 第二行 第三行 第四行"]


def test_nothing_said_is_an_empty_document() -> None:
    assert captions([]).strip() == "WEBVTT"
