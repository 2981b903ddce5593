"""What a voice card says of a model for sherpa-onnx, and whether its files are there."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from steward.domain.voices import VoiceCard
from steward.errors import EngineFailed, VoiceMissing
from steward.files import sha256_of
from steward.speech.engines.options import options_of, whole_number

THREADS = "2"
INSTALL = "没有安装 sherpa-onnx，请执行 pip install 'hazard-steward[sherpa]'"


@dataclass(frozen=True)
class Kind:
    """A kind of model: the options naming files that it must have and may have."""

    must: tuple[str, ...]
    may: tuple[str, ...] = ("lexicon", "data_dir", "dict_dir")


KINDS = {
    "vits": Kind(("model", "tokens")),
    "matcha": Kind(("model", "tokens", "vocoder")),
    "kokoro": Kind(("model", "tokens", "voices")),
}
_SETTINGS = ("kind", "threads")  # the options that name no files
_LISTS = ("lexicon", "rule_fsts")  # several files, parted by commas


def model_of(card: VoiceCard, folder: Path) -> dict[str, Any]:
    """What the model's process is told of it (see `sherpa_process`), with whole paths.

    Raises EngineFailed (a wrong card), VoiceMissing (a library or files that are not there).
    """
    files = _files_of(card)
    threads = dict(card.options).get("threads", THREADS)
    lacking = lacks_of(card, folder)
    if lacking:
        raise VoiceMissing("；".join(lacking), place=card.id)
    kind = dict(card.options)["kind"]
    paths = {
        "acoustic_model" if (kind, option) == ("matcha", "model") else option: ",".join(
            str((folder / name).absolute()) for name in names
        )
        for option, names in files.items()
    }
    return {
        "kind": kind,
        "rule_fsts": paths.pop("rule_fsts", ""),
        "model": paths,
        "threads": max(1, whole_number(threads, "选项 threads ", card)),
    }


def lacks_of(card: VoiceCard, folder: Path) -> list[str]:
    """The library, files that are missing, and files whose checksum the card does not give.

    A checksum tells a damaged file from a sound one, and clips made with another model apart.
    """
    found = [] if find_spec("sherpa_onnx") else [INSTALL]
    for option, names in _files_of(card).items():
        for name in names:
            path = folder / name
            if option.endswith("_dir"):
                found += [] if path.is_dir() else [f"缺少文件夹 {path}"]
            elif not path.is_file():
                found.append(f"缺少 {path}")
            elif path.stat().st_size == 0:
                found.append(f"文件是空的 {path}")
            elif name not in dict(card.files):
                found.append(f'语音卡的 [files] 中缺少这一行："{name}" = "{sha256_of(path)}"')
    return found


def suspect(card: VoiceCard, words: str) -> str:
    """The name of the file that the library's last words are about; the model's when unsure."""
    files = _files_of(card)
    for option in ("tokens", "lexicon", "vocoder", "voices", "rule_fsts"):
        if option in files and (option in words.lower() or files[option][0] in words):
            return files[option][0]
    return files["model"][0]


def _files_of(card: VoiceCard) -> dict[str, list[str]]:
    """The names of the files and folders, by option. Raises EngineFailed."""
    named = dict(card.options).get("kind", "")
    if named not in KINDS:
        raise EngineFailed(f"选项 kind 应为{'、'.join(KINDS)}之一", place=card.id, retry=False)
    kind = KINDS[named]
    options = options_of(card, *_SETTINGS, "rule_fsts", *kind.must, *kind.may)
    missing = [option for option in kind.must if option not in options]
    if missing:
        raise EngineFailed(f"语音卡缺少选项：{'、'.join(missing)}", place=card.id, retry=False)
    return {
        option: [name.strip() for name in value.split(",")] if option in _LISTS else [value]
        for option, value in options.items()
        if option not in _SETTINGS
    }
