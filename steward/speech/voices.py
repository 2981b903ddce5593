"""Voice cards: one TOML file a voice in `voices/`, and what a voice lacks to speak."""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Annotated, Any, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, create_model
from pydantic_core import ErrorDetails

from steward.domain.voices import VoiceCard
from steward.errors import SpeechError, VoiceMissing
from steward.files import sha256_of
from steward.speech.engine import REGISTRY, EngineContext, build_engine
from steward.speech.engines.options import KnowsItsNeeds
from steward.speech.model import MODEL_FILE

_Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
_Line = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
# What a card may say beyond the type of its field.
_LIMITS: dict[str, Any] = {
    **dict.fromkeys(("title", "engine", "name", "language", "licence", "source"), _Line),
    "rate_hz": Annotated[int, Field(ge=8000, le=192_000)],
    "gain_db": Annotated[float, Field(ge=-60, le=60)] | None,
    "speed": Annotated[float, Field(ge=0.25, le=4)],
    "timeout_s": Annotated[float, Field(gt=0, le=600)] | None,
    "files": dict[_Line, _Sha256],
    "options": dict[str, _Line],
}
_TABLES = ("files", "options")


def load_cards(folder: Path) -> dict[str, VoiceCard]:
    """Every card of the folder by its id (the file's name). Raises SpeechError with the file."""
    return {path.stem: load_card(path) for path in sorted(folder.glob("*.toml"))}


def load_card(path: Path) -> VoiceCard:
    """One card. Raises SpeechError naming the file, the key, and what is wrong with it."""
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SpeechError(f"语音卡不是正确的 TOML：{error}", place=str(path)) from error
    except OSError as error:
        raise SpeechError(f"语音卡无法读取：{error.strerror}", place=str(path)) from error
    try:
        values = _WRITTEN.model_validate(written).model_dump()
    except ValidationError as error:
        reasons = "；".join(_reason(fault) for fault in error.errors())
        raise SpeechError(f"语音卡{reasons}", place=str(path)) from error
    for table in _TABLES:
        values[table] = tuple(sorted(values[table].items()))
    card = VoiceCard(id=path.stem, **values)
    if card.engine not in REGISTRY:
        raise SpeechError(
            f"没有“{card.engine}”这种语音引擎，可用：{'、'.join(REGISTRY)}", place=str(path)
        )
    return card


def faults(card: VoiceCard, voices_folder: Path, model_file: Path | None = None) -> list[str]:
    """What is missing or damaged of a card's files, in Chinese, each with its path; [] when sound.

    `model_file` stands in for the default voices' model where one is configured.
    """
    found = []
    for name, sha256 in card.files:
        path = voices_folder / name
        if model_file is not None and name == MODEL_FILE:
            path = model_file
        if not path.is_file():
            found.append(f"缺少 {path}")
        elif sha256_of(path) != sha256:
            found.append(f"已损坏（校验和不符） {path}")
    return found


def lacks(card: VoiceCard, context: EngineContext) -> list[str]:
    """What this installation lacks for the voice to speak, in Chinese; [] when nothing is known.

    Its files, and what its engine needs besides: a server's address, a library. Nobody is called.
    """
    found = faults(card, context.voices_folder, context.model_file)
    engine = build_engine(card.engine, context)
    if isinstance(engine, KnowsItsNeeds):
        found += [lack for lack in engine.lacks(card) if lack not in found]
    return found


def checked(card: VoiceCard, voices_folder: Path, model_file: Path | None = None) -> VoiceCard:
    """The card, when its files are sound. Raises VoiceMissing."""
    wrong = faults(card, voices_folder, model_file)
    if wrong:
        raise VoiceMissing("；".join(wrong), place=card.id)
    return card


def _as_written() -> type[BaseModel]:
    """A card as its file has it: the fields of VoiceCard but for the id, strictly typed."""
    hints = get_type_hints(VoiceCard)
    columns: dict[str, Any] = {
        field.name: (
            _LIMITS.get(field.name, hints[field.name]),
            Field(default_factory=dict)
            if field.name in _TABLES
            else (... if field.default is MISSING else field.default),
        )
        for field in fields(VoiceCard)
        if field.name != "id"
    }
    config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)
    return create_model("WrittenCard", __config__=config, **columns)


_WRITTEN = _as_written()

_REASONS = {
    "missing": "缺少必要的项“{key}”",
    "extra_forbidden": "中不认识的项：{key}",
    "string_type": "的“{key}”应为文字（加引号）",
    "string_too_short": "的“{key}”不能为空",
    "string_pattern_mismatch": "的“{key}”应为 64 位十六进制的 SHA-256（小写）",
    "int_type": "的“{key}”应为整数",
    "float_type": "的“{key}”应为数字",
    "finite_number": "的“{key}”应为数字",
    "bool_type": "的“{key}”应为 true 或 false",
    "dict_type": "的“{key}”应为一张表",
    "greater_than": "的“{key}”应大于 {gt}",
    "greater_than_equal": "的“{key}”应不小于 {ge}",
    "less_than_equal": "的“{key}”应不大于 {le}",
}


def _reason(fault: ErrorDetails) -> str:
    """Pydantic's fault in Chinese; its own words where the table has none."""
    key = ".".join(str(part) for part in fault["loc"] if part != "[key]")
    pattern = _REASONS.get(fault["type"])
    if pattern is None:
        return f"的“{key}”不对：{fault['msg']}"
    return pattern.format(key=key, **fault.get("ctx", {}))
