"""`steward voices compare`: the same text by every voice, measured and heard back."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click
from tqdm import tqdm

from steward.cli.table import print_table
from steward.domain.voices import Hearing, Take, VoiceCard
from steward.errors import SpeechError
from steward.narration.lexicon import with_file
from steward.narration.script import script_from_text
from steward.operations.choose_voices import speaker_of, voice_cards
from steward.operations.compare_voices import compare, copy_take
from steward.operations.show_voices import offered_cards
from steward.settings import Settings, load


@click.command("compare")
@click.argument("text")
@click.option("--voice", "ids", multiple=True, help="语音编号，可多次；默认所有可用的语音")
@click.option(
    "--speed",
    "paces",
    multiple=True,
    type=click.FloatRange(0.5, 2.0),
    default=(1.0,),
    show_default=True,
    help="语速（原速的倍数），可多次",
)
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="把声音存进这个文件夹，文件名为 语音-语速.wav",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def compare_(
    text: str, ids: tuple[str, ...], paces: tuple[float, ...], folder: Path | None, as_json: bool
) -> None:
    """同一句话由各语音各说一遍：时长、响度、合成快慢、听回结果。"""
    settings = load()
    cards = _chosen(settings, ids)
    clauses = script_from_text("试听", text, lexicon=with_file(settings.lexicon)).clauses
    takes = []
    with tempfile.TemporaryDirectory() as own:
        # A cache of its own: everything is made anew, and so is its cost measured.
        aside = {"data_dir": Path(own), "voices_dir": str(settings.voices_folder)}
        speaker = speaker_of(settings.model_copy(update=aside))
        made = compare(speaker, clauses, cards, paces)
        for take in tqdm(made, "试听", len(cards) * len(paces), unit="段", disable=None):
            takes.append(take)
            if folder is not None:
                copy_take(speaker, take, folder)
        deaf = speaker.deaf
    if as_json:
        click.echo(json.dumps([_plain(take) for take in takes], ensure_ascii=False, indent=2))
    else:
        _print(takes, deaf)
    if all(take.fault for take in takes):
        raise SpeechError("没有一个语音能说这句话，原因见上")


def _chosen(settings: Settings, ids: Sequence[str]) -> list[VoiceCard]:
    """The voices asked for; else all that lack nothing. Raises SpeechError."""
    cards = voice_cards()
    unknown = [id_ for id_ in ids if id_ not in cards]
    if unknown:
        raise SpeechError(f"没有“{unknown[0]}”这个语音，可用：{'、'.join(cards)}")
    chosen = [cards[id_] for id_ in ids] or offered_cards(settings)
    if not chosen:
        raise SpeechError("没有可用的语音，请执行 steward voices install")
    return chosen


def _print(takes: Sequence[Take], deaf: str) -> None:
    print_table(
        ("语音", "语速", "时长", "响度", "合成1秒声音用时", "听回"),
        [
            (take.voice_id, f"{take.pace:g}", "", "", "", f"没有合成：{take.fault}")
            if take.fault
            else (
                take.voice_id,
                f"{take.pace:g}",
                f"{(take.duration_ms or 0) / 1000:.1f} 秒",
                "无声" if take.loudness_lufs is None else f"{take.loudness_lufs:.1f} LUFS",
                "" if take.cost is None else f"{take.cost:.2f} 秒",
                _heard(take.hearing),
            )
            for take in takes
        ],
    )
    if deaf:
        click.echo(f"没有听回核对：{deaf}", err=True)


def _heard(hearing: Hearing | None) -> str:
    if hearing is None:
        return "没有听回"
    if hearing.ok:
        return "一致"
    return f"不符，听到“{hearing.heard}”"


def _plain(take: Take) -> dict[str, object]:
    document = asdict(take)
    del document["clip_key"]  # of a cache that is gone
    return document
