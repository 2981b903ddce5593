"""`steward lexicon`: how words will be read, and which names might be read wrong."""

from __future__ import annotations

import json

import click

from steward.cli.context import opened_database
from steward.cli.table import print_table
from steward.operations.check_names import (
    check_names,
    checked_document,
    marked,
    pinyin_of,
    where_to_write,
)
from steward.settings import load


@click.group("lexicon")
def lexicon() -> None:
    """读音：核对名称里的多音字，查一句话怎么念。"""


@lexicon.command("check")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def check(as_json: bool) -> None:
    """台账里的镇街和企业名称，哪些多音字的读音拿不准。"""
    settings = load()
    with opened_database(settings) as database:
        checked = check_names(database, settings.lexicon)
    if as_json:
        click.echo(json.dumps(checked_document(checked), ensure_ascii=False, indent=2))
        return
    rows = [
        (
            word.words,
            marked(*word.syllables),
            f"{word.words[word.place]} {'、'.join(marked(one) for one in word.others)}",
            f"{len(word.names)} 个，如{word.names[0]}",
        )
        for word in checked.doubtful
    ]
    print_table(("词", "会读成", "也可能是", "出现在"), rows, empty="没有拿不准的读音")
    for name, sentence in checked.unreadable:
        click.echo(f"{name}：{sentence}")
    click.echo(f"核对了 {checked.names} 个名称，{len(checked.doubtful)} 个词的读音拿不准。")
    if checked.doubtful:
        path = where_to_write(settings.lexicon, settings.data_dir)
        click.echo(f"念得对的照抄、念错的改好，写进 {path}，一行一个，之后就不再列出：\n")
        for word in checked.doubtful:
            click.echo(word.line)


@lexicon.command("say")
@click.argument("text", metavar="文字")
def say(text: str) -> None:
    """一句话会念成什么：读出的文字，和带变调的拼音。"""
    spoken, pinyin = pinyin_of(text, load().lexicon)
    click.echo(spoken)
    click.echo(pinyin)


COMMANDS: list[click.Command] = [lexicon]
