"""Voice cards: one TOML file a voice in `voices/`, and whether its files are sound."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path

from steward.domain.voices import VoiceCard
from steward.errors import SpeechError, VoiceMissing
from steward.speech.engine import REGISTRY
from steward.speech.model import sha256_of

_KNOWN = {field.name for field in fields(VoiceCard)} - {"id"}


def load_cards(folder: Path) -> dict[str, VoiceCard]:
    """Every card of the folder by its id (the file's name). Raises SpeechError with the file."""
    return {path.stem: _card(path) for path in sorted(folder.glob("*.toml"))}


def faults(card: VoiceCard, voices_folder: Path, model_file: Path | None = None) -> list[str]:
    """What is missing or damaged of a card's files, in Chinese, each with its path; [] when sound.

    `model_file` stands in for the card's model where one is configured.
    """
    found = []
    for name, sha256 in card.files:
        path = voices_folder / name
        if model_file is not None and name.endswith(".onnx"):
            path = model_file
        if not path.is_file():
            found.append(f"缺少 {path}")
        elif sha256_of(path) != sha256:
            found.append(f"已损坏（校验和不符） {path}")
    return found


def checked(card: VoiceCard, voices_folder: Path, model_file: Path | None = None) -> VoiceCard:
    """The card, when its files are sound. Raises VoiceMissing."""
    wrong = faults(card, voices_folder, model_file)
    if wrong:
        raise VoiceMissing("；".join(wrong), place=card.id)
    return card


def _card(path: Path) -> VoiceCard:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SpeechError(f"语音卡不是正确的 TOML：{error}", place=str(path)) from error
    unknown = set(values) - _KNOWN
    if unknown:
        raise SpeechError(f"语音卡中不认识的项：{'、'.join(sorted(unknown))}", place=str(path))
    for table in ("files", "options"):
        values[table] = tuple(sorted(values.get(table, {}).items()))
    try:
        card = VoiceCard(id=path.stem, **values)
    except TypeError as error:
        raise SpeechError(f"语音卡缺少必要的项：{error}", place=str(path)) from error
    if card.engine not in REGISTRY:
        raise SpeechError(f"没有“{card.engine}”这种语音引擎", place=str(path))
    return card
