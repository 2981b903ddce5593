"""Models that users bring, by sherpa-onnx, with a tiny model made here."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from steward.domain.voices import SpeakingRequest, VoiceCard
from steward.errors import EngineFailed, VoiceMissing
from steward.speech.engine import EngineContext
from steward.speech.engines.sherpa import SherpaEngine
from steward.speech.engines.sherpa_model import model_of
from steward.speech.voices import faults, lacks
from tests.support.tiny_vits import FACTS, TOKEN_S, tiny_vits

TEXT = "隐患管家提醒您，本周新增二十八条。"


def engine(folder: Path, timeout_s: float = 30.0) -> SherpaEngine:
    return SherpaEngine(EngineContext(folder, timeout_s=timeout_s))


def with_options(card: VoiceCard, **options: str | None) -> VoiceCard:
    chosen = {**dict(card.options), **options}
    return replace(card, options=tuple((k, v) for k, v in chosen.items() if v is not None))


def children() -> list[psutil.Process]:
    """The processes that hold models; those of engines nobody has any more are gone."""
    gc.collect()
    return [
        child
        for child in psutil.Process().children()
        if any("sherpa_process" in part for part in child.cmdline())
    ]


def test_it_speaks(tmp_path: Path) -> None:
    card = tiny_vits(tmp_path)
    speaking = engine(tmp_path)
    sound = speaking.speak(SpeakingRequest(TEXT), card)
    assert (sound.rate_hz, sound.samples.dtype) == (16000, np.float32)
    assert sound.duration_ms == round(len(TEXT) * TOKEN_S * 1000)
    fast = speaking.speak(SpeakingRequest(TEXT, speed=2.0), card)
    assert fast.duration_ms == round(len(TEXT) * TOKEN_S * 500)
    assert len(children()) == 1  # the model is loaded once


def test_its_process_goes_with_it(tmp_path: Path) -> None:
    card = tiny_vits(tmp_path)
    speaking = engine(tmp_path)
    speaking.speak(SpeakingRequest(TEXT), card)
    process = children()[0]
    del speaking
    assert children() == []
    assert not process.is_running()


def test_a_process_that_was_ended_is_replaced(tmp_path: Path) -> None:
    card = tiny_vits(tmp_path)
    speaking = engine(tmp_path)
    speaking.speak(SpeakingRequest(TEXT), card)
    process = children()[0]
    process.kill()
    psutil.wait_procs([process], timeout=5)
    assert speaking.speak(SpeakingRequest(TEXT), card).duration_ms > 1000


def test_time_is_limited(tmp_path: Path) -> None:
    card = tiny_vits(tmp_path, endless=True)
    speaking = engine(tmp_path, timeout_s=600)
    began = time.monotonic()
    with pytest.raises(EngineFailed, match="2 秒内没有合成完成，已终止") as refused:
        speaking.speak(SpeakingRequest(TEXT), replace(card, timeout_s=2.0))
    assert refused.value.retry
    assert time.monotonic() - began < 6
    assert children() == []
    with pytest.raises(EngineFailed, match=r"0\.01 秒内"):  # even before it is loaded
        speaking.speak(SpeakingRequest(TEXT), replace(card, timeout_s=0.01))


def test_what_the_lexicon_does_not_have_is_not_left_out(tmp_path: Path) -> None:
    card = tiny_vits(tmp_path)
    with pytest.raises(EngineFailed, match="词典里没有，读不出来：萧、lng8（") as refused:
        engine(tmp_path).speak(SpeakingRequest("萧：新增LNG8处😀。"), card)
    assert not refused.value.retry


def test_a_sign_without_a_sound_is_no_loss(tmp_path: Path) -> None:
    card = tiny_vits(tmp_path)
    sound = engine(tmp_path).speak(SpeakingRequest("本周😀新增\x00《八处》"), card)
    assert sound.duration_ms == 600


@pytest.mark.parametrize("speaker", ["0", "1"])
def test_a_speaker_is_a_number(tmp_path: Path, speaker: str) -> None:
    card = replace(tiny_vits(tmp_path), name=speaker)
    assert engine(tmp_path).speak(SpeakingRequest(TEXT), card).duration_ms > 1000


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "2"}, "没有 2 号说话人，可用：0 到 1"),
        ({"name": "xiaobei"}, "说话人（name）应为整数，而不是“xiaobei”"),
        ({"rate_hz": 22050}, "模型的采样率是 16000 Hz，语音卡写的是 22050 Hz"),
    ],
)
def test_a_card_that_does_not_fit_the_model(
    tmp_path: Path, changes: dict[str, object], sentence: str
) -> None:
    card = VoiceCard(**{**vars(tiny_vits(tmp_path)), **changes})
    with pytest.raises(EngineFailed, match=sentence) as refused:
        engine(tmp_path).speak(SpeakingRequest(TEXT), card)
    assert not refused.value.retry


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"kind": None}, "选项 kind 应为vits、matcha、kokoro之一"),
        ({"kind": "bark"}, "选项 kind 应为"),
        ({"tokens": None}, "缺少选项：tokens"),
        ({"kind": "matcha"}, "缺少选项：vocoder"),
        ({"vocoder": "v.onnx"}, "不认识的选项：vocoder"),
        ({"threads": "many"}, "threads 应为整数"),
    ],
)
def test_wrong_options_are_named(
    tmp_path: Path, options: dict[str, str | None], sentence: str
) -> None:
    card = with_options(tiny_vits(tmp_path), **options)
    with pytest.raises(EngineFailed, match=sentence) as refused:
        engine(tmp_path).speak(SpeakingRequest(TEXT), card)
    assert not refused.value.retry


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def nonsense(path: Path) -> None:
    path.write_text("a b c d\n")


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("model.onnx", cut),
        ("model.onnx", nonsense),
        ("tokens.txt", nonsense),
    ],
)
def test_a_damaged_file_is_named_and_harms_nobody_else(
    tmp_path: Path, name: str, spoil: Callable[[Path], None]
) -> None:
    card = tiny_vits(tmp_path)
    spoil(tmp_path / "tiny" / name)
    with pytest.raises(VoiceMissing, match="无法载入，可能已损坏") as refused:
        engine(tmp_path).speak(SpeakingRequest(TEXT), card)
    assert refused.value.place == str(tmp_path / "tiny" / name)
    assert not refused.value.retry


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {k: v for k, v in FACTS.items() if k != "sample_rate"},
        {**FACTS, "comment": "melo"},  # an old one, which the library does not take any more
    ],
)
def test_a_model_of_another_kind_is_refused(tmp_path: Path, facts: dict[str, str]) -> None:
    card = tiny_vits(tmp_path, facts=facts)
    with pytest.raises(VoiceMissing, match="不是所写的种类") as refused:
        engine(tmp_path).speak(SpeakingRequest(TEXT), card)
    assert refused.value.place.endswith("model.onnx")


def test_a_model_that_breaks_while_speaking_is_a_failure(tmp_path: Path) -> None:
    card = tiny_vits(tmp_path, facts={**FACTS, "language": "Klingon"})
    with pytest.raises(EngineFailed, match="语音模型出错") as refused:
        engine(tmp_path).speak(SpeakingRequest(TEXT), card)
    assert refused.value.retry


@pytest.mark.parametrize("name", ["model.onnx", "tokens.txt", "lexicon.txt"])
def test_missing_and_empty_files_are_named(tmp_path: Path, name: str) -> None:
    card = tiny_vits(tmp_path)
    path = tmp_path / "tiny" / name
    path.write_bytes(b"")
    with pytest.raises(VoiceMissing, match=f"文件是空的 {path}"):
        engine(tmp_path).speak(SpeakingRequest(TEXT), card)
    path.unlink()
    with pytest.raises(VoiceMissing, match=f"缺少 {path}"):
        engine(tmp_path).speak(SpeakingRequest(TEXT), card)
    assert children() == []


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    card = with_options(tiny_vits(tmp_path), data_dir="espeak-ng-data")
    with pytest.raises(VoiceMissing, match=f"缺少文件夹 {tmp_path / 'espeak-ng-data'}"):
        engine(tmp_path).speak(SpeakingRequest(TEXT), card)


def test_a_file_without_a_checksum_is_refused_with_the_line_to_add(tmp_path: Path) -> None:
    whole = tiny_vits(tmp_path)
    card = replace(whole, files=whole.files[1:])
    name, sha256 = whole.files[0]
    with pytest.raises(VoiceMissing, match=f'缺少这一行："{name}" = "{sha256}"'):
        engine(tmp_path).speak(SpeakingRequest(TEXT), card)


def test_without_the_library_it_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = tiny_vits(tmp_path)
    monkeypatch.setitem(sys.modules, "sherpa_onnx", None)
    with pytest.raises(VoiceMissing, match=r"pip install 'hazard-steward\[sherpa\]'"):
        engine(tmp_path).speak(SpeakingRequest(TEXT), card)


def test_what_is_lacking_is_told_without_speaking(tmp_path: Path) -> None:
    context = EngineContext(tmp_path)
    card = tiny_vits(tmp_path)
    assert lacks(card, context) == []
    cut(tmp_path / "tiny" / "model.onnx")
    assert lacks(card, context) == faults(card, tmp_path) != []
    (tmp_path / "tiny" / "model.onnx").unlink()
    assert lacks(card, context) == [f"缺少 {tmp_path / 'tiny' / 'model.onnx'}"]
    assert lacks(with_options(card, kind=None), context)[-1].startswith("选项 kind")
    assert children() == []


def test_two_clauses_at_once_take_turns(tmp_path: Path) -> None:
    card = tiny_vits(tmp_path)
    speaking = engine(tmp_path)
    texts = ["八条", "二十八条", "本周新增二十八条"]
    with ThreadPoolExecutor(3) as pool:
        sounds = list(pool.map(lambda text: speaking.speak(SpeakingRequest(text), card), texts))
    assert [sound.duration_ms for sound in sounds] == [200, 400, 800]
    assert len(children()) == 1


def test_matcha_and_lists_of_files_are_told_as_the_library_names_them(tmp_path: Path) -> None:
    whole = tiny_vits(tmp_path)
    more = {"vocoder": "tiny/model.onnx", "lexicon": "tiny/lexicon.txt, tiny/tokens.txt"}
    card = with_options(whole, kind="matcha", rule_fsts="tiny/tokens.txt", **more)
    told = model_of(card, tmp_path)
    place = tmp_path / "tiny"
    assert told["model"]["acoustic_model"] == str(place / "model.onnx")
    assert told["model"]["lexicon"] == f"{place / 'lexicon.txt'},{place / 'tokens.txt'}"
    assert told["rule_fsts"] == str(place / "tokens.txt")
    assert os.path.isabs(told["model"]["vocoder"])
