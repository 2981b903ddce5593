"""What is known of the rewritten model: what it was made from, how, where, and what it costs."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from steward.files import sha256_of
from steward.speech.model import FAST_MODEL_FILE, MODEL_FILE

VERSION = 2  # raise it when the rewriting changes: the model is then written anew
Way = Literal["published", "products", "floats"]
PUBLISHED: Way = "published"  # the model as it is
PRODUCTS: Way = "products"
FLOATS: Way = "floats"
NAMES: dict[Way, str] = {PUBLISHED: "原模型", FLOATS: "浮点卷积法", PRODUCTS: "整数矩阵法"}
# What decides which kernels the runtime has, and on x86 whether its integers can overflow.
_INSTRUCTIONS = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8", "asimddp", "i8mm")


@dataclass(frozen=True)
class Facts:
    """The choice made at installation, kept beside the model.

    `costs` are seconds of computing per second of sound, by way; a way that is not in it did not
    sound the same on that processor. `sha256` is that of the model the choice names.
    """

    way: Way
    source_sha256: str
    sha256: str
    processor: str
    version: int = VERSION
    source: str = MODEL_FILE
    costs: dict[str, float] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)

    __pydantic_config__ = ConfigDict(strict=True, extra="forbid")


_FACTS = TypeAdapter(Facts)


def facts_of(path: Path) -> Path:
    """The file that says what a rewritten model was made from."""
    return path.with_suffix(".json")


def read_facts(folder: Path) -> Facts | None:
    """The facts in a voices folder; None when there are none of this version, or damaged ones."""
    try:
        facts = _FACTS.validate_json(facts_of(folder / FAST_MODEL_FILE).read_bytes())
    except (OSError, ValidationError):
        return None
    known = facts.version == VERSION and {PUBLISHED, facts.way} <= facts.costs.keys()
    return facts if known else None


def write_facts(folder: Path, facts: Facts) -> None:
    text = json.dumps(asdict(facts), indent=2)
    facts_of(folder / FAST_MODEL_FILE).write_text(text, encoding="utf-8")


def is_chosen(folder: Path, source_sha256: str) -> bool:
    """Whether a choice was made for that model on this processor, and what was chosen is whole."""
    facts = read_facts(folder)
    if facts is None or (facts.source_sha256, facts.processor) != (source_sha256, processor()):
        return False
    if facts.way == PUBLISHED:
        return facts.sha256 == source_sha256
    path = folder / FAST_MODEL_FILE
    return path.is_file() and facts.sha256 == sha256_of(path)


def way_of(folder: Path, source_sha256: str) -> Way:
    """How the model that is to be used here was rewritten; `published` when it was not.

    A rewritten one made on another kind of processor is not used: there it was neither measured
    nor heard.
    """
    facts = read_facts(folder)
    return facts.way if facts and is_chosen(folder, source_sha256) else PUBLISHED


def is_rewritten(folder: Path, source_sha256: str) -> bool:
    """Whether the folder holds a rewriting of that model that is to be used here, whole."""
    return way_of(folder, source_sha256) != PUBLISHED


@lru_cache(maxsize=1)
def processor() -> str:
    """This machine's processor: its name and those instructions that matter here."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    told = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    name = told.get("model name") or platform.processor() or platform.machine()
    has = (told.get("flags") or told.get("Features") or "").split()
    return " ".join([name, *(one for one in _INSTRUCTIONS if one in has)])


def told(folder: Path, source_sha256: str) -> str:
    """What is to be known of the model's rewriting here, for staff."""
    facts = read_facts(folder)
    if facts is None:
        return "未改写，用原模型；请执行 steward voices install"
    costs = {way: f"{cost:.2f} 秒" for way, cost in facts.costs.items()}
    if not is_chosen(folder, source_sha256):
        moved = facts.processor != processor()
        why = "处理器与安装时不同" if moved else "改写后的文件缺失或已损坏"
        return f"{why}，暂用原模型；请执行 steward voices install"
    if facts.way == PUBLISHED:
        return f"用原模型，它在本机最快：每秒声音用时 {costs[PUBLISHED]}"
    return (
        f"已改写（{NAMES[facts.way]}），本机每秒声音用时 {costs[facts.way]}，"
        f"原模型 {costs[PUBLISHED]}"
    )
