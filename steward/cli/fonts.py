"""`steward fonts …`."""

from __future__ import annotations

from pathlib import Path

import click

from steward.briefings.coverage import drawn, gb2312
from steward.briefings.fonts import FONT_FILES, font_faults
from steward.errors import DocumentError
from steward.files import sha256_of
from steward.operations.install_fonts import install_fonts
from steward.settings import load


@click.group("fonts")
def fonts() -> None:
    """字体：核对、安装（简报、月报等文档用）。"""


@fonts.command("check")
def check() -> None:
    """核对字体文件和它们的字数；有缺失或损坏时退出码为 1。"""
    folder = load().fonts_folder
    failed = 0
    for one in FONT_FILES:
        wrong = font_faults(folder, one)
        failed += bool(wrong)
        if wrong:
            click.echo(wrong[0])
            continue
        characters = drawn(folder / one.name)
        lacking = len(gb2312() - characters)
        chinese = f"GB 2312 缺 {lacking} 字" if lacking else "GB 2312 汉字齐全"
        other = "" if sha256_of(folder / one.name) == one.sha256 else "，不是试过的版本"
        click.echo(f"{one.name}：完好，{len(characters)} 字，{chinese}{other}（{one.licence}）")
    if failed:
        raise DocumentError(f"{failed} 个字体不完整，请执行 steward fonts install")


@fonts.command("install")
@click.option(
    "--from",
    "source",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="没有网络时：放着字体文件或其软件包（.deb）的文件夹",
)
def install(source: Path | None) -> None:
    """安装字体文件（已有且完好的不动）。"""
    installed = install_fonts(load().fonts_folder, source=source, progress=click.echo)
    click.echo(f"已安装：{'、'.join(installed)}" if installed else "字体文件完好")


COMMANDS = [fonts]
