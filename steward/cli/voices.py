"""`steward voices …` and `steward say`."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import click
from tqdm import tqdm

from steward.cli.context import clock_of
from steward.cli.voices_compare import compare_
from steward.domain.voices import VoiceCard
from steward.errors import SpeechError, VoiceMissing
from steward.operations.choose_voices import context_of, speaker_of, voice_cards
from steward.operations.install_recogniser import install_recogniser, recogniser_faults
from steward.operations.install_voices import install_voices
from steward.operations.say import say as say_text
from steward.settings import Settings, load
from steward.speech.engines.openai_server import list_voices as list_server_voices
from steward.speech.graph.facts import told
from steward.speech.model import MODEL_SHA256
from steward.speech.voices import faults, lacks

SAMPLE = "隐患管家提醒您，本周新增隐患28条，隐患到期预警企业51家，超期预警企业64家。"


@click.group("voices")
def voices() -> None:
    """语音：列出、核对、安装、试听。"""


@voices.command("list")
def list_voices() -> None:
    """列出所有语音和它们是否可用。"""
    settings = load()
    for card in voice_cards().values():
        wrong = lacks(card, context_of(settings))
        place = settings.voice_chain.index(card.id) + 1 if card.id in settings.voice_chain else 0
        order = {0: "", 1: "  [首选]"}.get(place, f"  [第{place}备用]")
        state = "；".join(wrong) or "可用"
        click.echo(f"{card.id:12} {card.title}  {card.engine}  {card.licence}  {state}{order}")
    click.echo(f"语音模型：{_rewriting(settings)}")
    if settings.speech_server_url:
        names = list_server_voices(settings.speech_server_url, key=settings.speech_server_key)
        click.echo(f"语音服务器上的语音：{'、'.join(names) or '服务器没有列出'}")


@voices.command("check")
@click.argument("ids", nargs=-1, metavar="[语音]...")
def check(ids: tuple[str, ...]) -> None:
    """核对语音文件的校验和；有缺失或损坏时退出码为 1。"""
    settings = load()
    failed = 0
    for card in _chosen(ids):
        if not card.files:
            continue  # nothing of it lies here
        wrong = faults(card, settings.voices_folder, _model_file(settings))
        failed += bool(wrong)
        click.echo(f"{card.id}：{'；'.join(wrong) or '完好'}")
    if not ids:
        click.echo(f"语音模型：{_rewriting(settings)}")
    if not ids and settings.hear_back:
        wrong = recogniser_faults(settings.voices_folder)
        failed += bool(wrong)
        click.echo(f"听回模型：{'；'.join(wrong) or '完好'}")
    if failed:
        raise VoiceMissing(f"{failed} 个语音不完整，请执行 steward voices install")


@voices.command("install")
def install() -> None:
    """安装语音文件（已有且完好的不动）。"""
    settings = load()
    installed = install_voices(
        voice_cards().values(),
        settings.voices_folder,
        model_file=_model_file(settings),
        model_url=settings.model_url,
        fast_model=settings.fast_model,
        progress=click.echo,
        progress_bar=sys.stderr.isatty(),
    )
    if settings.hear_back and find_spec("faster_whisper") is not None:
        installed += install_recogniser(
            settings.voices_folder,
            source=Path(settings.recogniser_dir) if settings.recogniser_dir else None,
            url=settings.recogniser_url,
            progress=click.echo,
            progress_bar=sys.stderr.isatty(),
        )
    click.echo(f"已安装：{'、'.join(installed)}" if installed else "语音文件完好")


@voices.command("sample")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.argument("ids", nargs=-1, metavar="[语音]...")
def sample(folder: Path, ids: tuple[str, ...]) -> None:
    """每个语音说同一句话，存成 WAV 供试听。"""
    settings = load()
    for card in _chosen(ids):
        path = folder / f"{card.id}.wav"
        _, clips = say_text(
            speaker_of(settings, (card.id,), listens=False),
            SAMPLE,
            path,
            district=settings.district,
            at=clock_of(settings).now(),
        )
        seconds = sum(clip.duration_ms for clip in clips) / 1000
        click.echo(f"{path}  {seconds:.1f} 秒")


@click.command("say")
@click.argument("text")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--voice", help="语音编号，默认按设置中的顺序")
@click.option("--captions", is_flag=True, help="同时写出字幕（同名 .vtt 文件）")
def say(text: str, output: Path, voice: str | None, captions: bool) -> None:
    """把文字说成声音文件（.mp3 .ogg .wav）。文字为 - 时从标准输入读。"""
    settings = load()
    if text == "-":
        text = sys.stdin.read()
    chain = (voice,) if voice else settings.voice_chain
    with tqdm(total=1, desc="合成", unit="句", disable=None) as bar:

        def progress(done: int, all_: int) -> None:
            bar.total = all_
            bar.update(done - bar.n)

        _, clips = say_text(
            speaker_of(settings, chain, listens=False),
            text,
            output,
            district=settings.district,
            at=clock_of(settings).now(),
            captions=captions,
            progress=progress,
        )
    seconds = sum(clip.duration_ms for clip in clips) / 1000
    spoken_by = "、".join(dict.fromkeys(clip.voice_id for clip in clips))
    click.echo(f"{output}：{len(clips)} 句，{seconds:.1f} 秒，语音 {spoken_by}")


def _model_file(settings: Settings) -> Path | None:
    return Path(settings.model_file) if settings.model_file else None


def _rewriting(settings: Settings) -> str:
    if not settings.fast_model:
        return "按设置 fast_model 用原模型"
    return told(settings.voices_folder, MODEL_SHA256)


def _chosen(ids: tuple[str, ...]) -> list[VoiceCard]:
    cards = voice_cards()
    unknown = [id_ for id_ in ids if id_ not in cards]
    if unknown:
        raise SpeechError(f"没有“{unknown[0]}”这个语音，可用：{'、'.join(cards)}")
    return [cards[id_] for id_ in ids] if ids else list(cards.values())


voices.add_command(compare_)
COMMANDS = [voices, say]
