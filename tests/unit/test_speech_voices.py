"""Voice cards: what is wrong is named with its file and key; files are held to checksums."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from steward.errors import SpeechError, VoiceMissing
from steward.speech.engine import EngineContext
from steward.speech.model import MODEL_FILE
from steward.speech.voices import checked, faults, lacks, load_card, load_cards
from tests.support.voices import CARDS

SHA = "0" * 64
WHOLE = {
    "title": '"小北"',
    "engine": '"sherpa"',
    "name": '"0"',
    "language": '"zh-CN"',
    "rate_hz": "22050",
    "licence": '"own"',
    "source": '"own"',
}


def written(folder: Path, *, without: str = "", more: str = "", **changes: str) -> Path:
    """A card's file; `changes` are TOML values, `more` is appended."""
    values = {**WHOLE, **changes}
    path = folder / "own.toml"
    lines = [f"{key} = {value}" for key, value in values.items() if key != without]
    path.write_text("\n".join([*lines, more]), encoding="utf-8")
    return path


def test_the_cards_of_this_house_are_well_written() -> None:
    cards = load_cards(CARDS)
    assert {"zf_xiaobei", "zm_yunjian", "espeak_cmn", "edge_xiaoxiao", "server"} <= set(cards)
    assert all(card.id == id_ for id_, card in cards.items())
    examples = load_cards(CARDS / "examples")
    assert not set(examples) & set(cards)
    assert all(card.title.endswith("（示例）") for card in examples.values())


def test_a_whole_card_is_read(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        gain_db="-3",
        speed="0.9",
        timeout_s="15",
        intelligible="false",
        more=f'[files]\n"b.txt" = "{SHA}"\n"a.onnx" = "{SHA}"\n[options]\nkind = "vits"',
    )
    card = load_card(path)
    assert (card.id, card.title, card.rate_hz) == ("own", "小北", 22050)
    assert (card.gain_db, card.speed, card.timeout_s) == (-3.0, 0.9, 15.0)
    assert card.intelligible is False
    assert card.files == (("a.onnx", SHA), ("b.txt", SHA))
    assert card.options == (("kind", "vits"),)


def test_what_may_be_left_out_has_its_default(tmp_path: Path) -> None:
    card = load_card(written(tmp_path))
    assert (card.gain_db, card.speed, card.files, card.options) == (None, 1.0, (), ())
    assert (card.timeout_s, card.intelligible) == (None, True)


@pytest.mark.parametrize("key", list(WHOLE))
def test_what_must_be_there_is_named(tmp_path: Path, key: str) -> None:
    path = written(tmp_path, without=key)
    with pytest.raises(SpeechError, match=f"缺少必要的项“{key}”") as refused:
        load_card(path)
    assert refused.value.place == str(path)
    assert not refused.value.retry


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("title", "3", "应为文字（加引号）"),
        ("title", '"  "', "不能为空"),
        ("source", "2024-01-01", "应为文字"),
        ("engine", '["kokoro"]', "应为文字"),
        ("rate_hz", '"22050"', "应为整数"),
        ("rate_hz", "22050.5", "应为整数"),
        ("rate_hz", "true", "应为整数"),
        ("rate_hz", "100", "应不小于 8000"),
        ("gain_db", '"loud"', "应为数字"),
        ("gain_db", "nan", "应为数字"),
        ("gain_db", "inf", "应为数字"),
        ("gain_db", "90", "应不大于 60"),
        ("speed", "true", "应为数字"),
        ("speed", "0", "应不小于 0.25"),
        ("timeout_s", "0", "应大于 0"),
        ("timeout_s", '"15"', "应为数字"),
        ("intelligible", "1", "应为 true 或 false"),
        ("intelligible", '"no"', "应为 true 或 false"),
        ("files", '"a.onnx"', "应为一张表"),
        ("options", "3", "应为一张表"),
    ],
)
def test_a_wrong_value_is_named(tmp_path: Path, key: str, value: str, reason: str) -> None:
    path = written(tmp_path, **{key: value})
    with pytest.raises(SpeechError, match=f"语音卡的“{key}”{reason}") as refused:
        load_card(path)
    assert refused.value.place == str(path)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("[options]\nthreads = 2", "“options.threads”应为文字"),
        ('[options]\nkind = ""', "“options.kind”不能为空"),
        ('[options.kind]\nname = "vits"', "“options.kind”应为文字"),
        ('[files]\n"a.onnx" = 3', "“files.a.onnx”应为文字"),
        ('[files]\n"a.onnx" = "3f"', "“files.a.onnx”应为 64 位十六进制"),
        (f'[files]\n"a.onnx" = "{"G" * 64}"', "“files.a.onnx”应为 64 位十六进制"),
        (f'[files]\n"" = "{SHA}"', "“files.*”不能为空"),
    ],
)
def test_a_wrong_line_of_a_table_is_named(tmp_path: Path, table: str, reason: str) -> None:
    with pytest.raises(SpeechError, match=reason):
        load_card(written(tmp_path, more=table))


def test_every_fault_of_a_card_is_told_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, without="name", rate_hz='"x"', colour='"warm"')
    with pytest.raises(SpeechError) as refused:
        load_card(path)
    for told in ("缺少必要的项“name”", "“rate_hz”应为整数", "不认识的项：colour"):
        assert told in refused.value.sentence


def test_an_id_is_the_files_and_not_the_cards(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="不认识的项：id"):
        load_card(written(tmp_path, id='"other"'))


def test_an_unknown_engine_is_named_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="没有“festival”这种语音引擎，可用：kokoro、edge"):
        load_card(written(tmp_path, engine='"festival"'))


@pytest.mark.parametrize("content", [b"title = ", b"title = '\xff'", "title = “小北”".encode()])
def test_what_is_no_toml_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.toml").write_bytes(content)
    with pytest.raises(SpeechError, match="不是正确的 TOML") as refused:
        load_cards(tmp_path)
    assert refused.value.place.endswith("bad.toml")


def test_a_card_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(SpeechError, match="无法读取"):
        load_cards(tmp_path)


def test_files_are_held_to_their_checksums(tmp_path: Path) -> None:
    content = b"model" * 1000
    right = hashlib.sha256(content).hexdigest()
    path = tmp_path / "a.onnx"
    card = load_card(written(tmp_path, more=f'[files]\n"a.onnx" = "{right}"'))
    assert faults(card, tmp_path) == [f"缺少 {path}"]
    path.write_bytes(content)
    assert faults(card, tmp_path) == []
    assert checked(card, tmp_path) is card
    path.write_bytes(content[:-1])  # cut short
    assert faults(card, tmp_path) == [f"已损坏（校验和不符） {path}"]
    with pytest.raises(VoiceMissing, match="已损坏") as refused:
        checked(card, tmp_path)
    assert refused.value.place == "own"
    wrong = replace(card, files=(("a.onnx", SHA),))
    path.write_bytes(content)
    assert faults(wrong, tmp_path) == [f"已损坏（校验和不符） {path}"]


def test_a_configured_model_stands_in_for_the_default_voices_alone(tmp_path: Path) -> None:
    own = tmp_path / "elsewhere.onnx"
    own.write_bytes(b"model")
    right = hashlib.sha256(b"model").hexdigest()
    card = load_card(written(tmp_path, more=f'[files]\n"{MODEL_FILE}" = "{right}"'))
    assert faults(card, tmp_path, own) == []
    other = load_card(written(tmp_path, more=f'[files]\n"a.onnx" = "{right}"'))
    assert faults(other, tmp_path, own) == [f"缺少 {tmp_path / 'a.onnx'}"]


def test_a_voice_tells_what_it_lacks(tmp_path: Path) -> None:
    cards = {**load_cards(CARDS), **load_cards(CARDS / "examples")}
    here = EngineContext(tmp_path)
    assert lacks(cards["silence"], here) == []
    assert lacks(cards["edge_xiaoxiao"], here) == []
    assert lacks(cards["server"], here) == ["没有设置语音服务器的地址（speech_server_url）"]
    assert lacks(cards["server"], replace(here, speech_server_url="http://10.0.0.8")) == []
    assert lacks(cards["zf_xiaobei"], here)[0] == f"缺少 {tmp_path / MODEL_FILE}"
    for example in ("vits", "melo", "matcha"):
        assert f"缺少 {tmp_path / example / 'model.onnx'}" in lacks(cards[example], here)
