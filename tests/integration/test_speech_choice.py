"""Which rewriting is kept: the quickest here that sounds the same; whole, or not used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from steward.cli import steward
from steward.domain.script import Clause
from steward.errors import VoiceMissing
from steward.files import sha256_of
from steward.operations.measure_model import Take, measure_model
from steward.operations.rewrite_model import rewrite_model
from steward.speech.engine import EngineContext
from steward.speech.graph import facts
from steward.speech.graph.facts import FLOATS, PRODUCTS, PUBLISHED, facts_of, is_chosen, told
from steward.speech.graph.ways import WAYS
from steward.speech.model import FAST_MODEL_FILE, MODEL_FILE, MODEL_SHA256
from steward.speech.speaker import build_speaker
from steward.speech.voices import load_cards
from tests.support.measuring import Stated, hum, other
from tests.support.voices import CARDS, VOICES

SOURCE = VOICES / MODEL_FILE
CLAUSE = Clause("试", "试", 0)


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the second way won."""
    folder = tmp_path_factory.mktemp("chosen")
    told_facts = rewrite_model(SOURCE, folder, Stated([hum(0.4), hum(0.3), hum(0.2)]))
    assert told_facts.way == list(WAYS)[1]
    return folder


def test_the_quickest_is_kept_and_says_what_it_was_made_from(chosen: Path) -> None:
    assert sorted(path.name for path in chosen.iterdir()) == [
        facts_of(Path(FAST_MODEL_FILE)).name,
        FAST_MODEL_FILE,
    ]
    written = json.loads(facts_of(chosen / FAST_MODEL_FILE).read_text(encoding="utf-8"))
    assert written["source_sha256"] == MODEL_SHA256
    assert written["sha256"] == sha256_of(chosen / FAST_MODEL_FILE)
    assert written["costs"] == {PUBLISHED: 0.4, PRODUCTS: 0.3, FLOATS: 0.2}
    assert written["counted"]["convolutions"] > 60
    assert told(chosen, MODEL_SHA256) == (
        "已改写（浮点卷积法），本机每秒声音用时 0.20 秒，原模型 0.40 秒"
    )


@pytest.mark.parametrize(
    "takes",
    [
        pytest.param([hum(0.2), hum(0.3), hum(0.4)], id="the published is the quickest"),
        pytest.param([hum(0.4), other(0.1), None], id="others say something else, or nothing"),
    ],
)
def test_the_published_one_stays_where_nothing_is_better(
    takes: list[Take | None], tmp_path: Path
) -> None:
    (tmp_path / FAST_MODEL_FILE).write_bytes(b"of an earlier version")
    kept = rewrite_model(SOURCE, tmp_path, Stated(takes))
    assert kept.way == PUBLISHED
    assert [path.name for path in tmp_path.iterdir()] == [facts_of(Path(FAST_MODEL_FILE)).name]
    assert is_chosen(tmp_path, MODEL_SHA256)  # it is not measured again
    assert not facts.is_rewritten(tmp_path, MODEL_SHA256)
    assert "用原模型，它在本机最快" in told(tmp_path, MODEL_SHA256)


def test_what_does_not_speak_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "cut.onnx").write_bytes(SOURCE.read_bytes()[:5000])
    with pytest.raises(VoiceMissing, match="已损坏"):
        rewrite_model(tmp_path / "cut.onnx", tmp_path, Stated([hum(0.4)]))
    assert [path.name for path in tmp_path.iterdir()] == ["cut.onnx"]


def test_what_is_not_whole_is_not_used(chosen: Path, tmp_path: Path) -> None:
    assert not facts.is_rewritten(tmp_path, MODEL_SHA256)
    assert "未改写" in told(tmp_path, MODEL_SHA256)
    copied(chosen, tmp_path)
    assert facts.is_rewritten(tmp_path, MODEL_SHA256)
    assert not facts.is_rewritten(tmp_path, "0" * 64)  # made from another model
    with (tmp_path / FAST_MODEL_FILE).open("r+b") as stream:
        stream.truncate(1000)
    assert not facts.is_rewritten(tmp_path, MODEL_SHA256)
    assert "已损坏" in told(tmp_path, MODEL_SHA256)


@pytest.mark.parametrize(
    "change",
    [
        {"processor": "another"},
        {"version": 1},
        {"way": "unheard of"},
        {"surplus": 1},
        {"costs": None},
    ],
)
def test_facts_of_another_time_or_machine_are_not_believed(
    chosen: Path, tmp_path: Path, change: dict[str, object]
) -> None:
    copied(chosen, tmp_path)
    path = facts_of(tmp_path / FAST_MODEL_FILE)
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | change))
    assert not is_chosen(tmp_path, MODEL_SHA256)
    assert not facts.is_rewritten(tmp_path, MODEL_SHA256)
    assert "steward voices install" in told(tmp_path, MODEL_SHA256)
    for text in ("[]", "{", "{}"):
        path.write_text(text)
        assert not is_chosen(tmp_path, MODEL_SHA256)


def test_a_speaker_does_without_it(chosen: Path, tmp_path: Path) -> None:
    def speaker(folder: Path, rewritten: bool = True) -> str:
        made = build_speaker(
            load_cards(CARDS),
            ("zf_xiaobei",),
            EngineContext(folder, rewritten=rewritten),
            clips_folder=tmp_path,
        )
        return made.key(CLAUSE, made.chain[0])

    assert speaker(tmp_path) == speaker(chosen, rewritten=False)
    assert speaker(chosen) != speaker(tmp_path)  # clips of the two are never taken for one another


def test_staff_are_told(chosen: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEWARD_VOICES_DIR", str(chosen))
    assert "已改写（浮点卷积法）" in CliRunner().invoke(steward, ["voices", "list"]).output
    monkeypatch.setenv("STEWARD_FAST_MODEL", "false")
    assert "按设置 fast_model 用原模型" in CliRunner().invoke(steward, ["voices", "list"]).output


@pytest.mark.model
def test_measuring_says_a_phrase_and_counts_the_quickest() -> None:
    ticks = iter([0.0, 5.0, 10.0, 12.0, 20.0, 29.0])
    card = load_cards(CARDS)["zf_xiaobei"]
    take = measure_model(SOURCE, VOICES, card, phrase="一", stopwatch=lambda: next(ticks))
    assert take.cost == pytest.approx(2.0 / (len(take.sound.samples) / take.sound.rate_hz))


def copied(source: Path, target: Path) -> None:
    for path in source.iterdir():
        (target / path.name).write_bytes(path.read_bytes())
