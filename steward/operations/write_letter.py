"""Write what a town is told: a letter with its files, or a line of a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from steward.domain.deliveries import ATTACHED
from steward.domain.offices import FORMATS, MATTER_NAMES, Issue, Matter, SoundState, file_name
from steward.domain.weeks import DISTRICT_ZONE
from steward.operations.board import FIGURES
from steward.operations.office_files import file_path
from steward.operations.post import Post

_FEWEST = 3  # figures in a message
_WEEK = tuple((key, name, unit) for key, name, unit, _ in FIGURES if key != "closure_rate")
_MONTH = (
    ("new_hazards", "本月新增隐患", "条"),
    ("closed_hazards", "本月闭环", "条"),
    ("overdue_enterprises", "月底超期预警企业", "家"),
    ("due_soon_enterprises", "月底隐患到期预警企业", "家"),
    ("open_hazards", "月底未闭环隐患", "处"),
    ("open_major", "月底未闭环重大隐患", "处"),
)
_DAY = (
    ("overdue_enterprises", "超期预警企业", "家"),
    ("due_soon_enterprises", "隐患到期预警企业", "家"),
)
_TABLES = {Matter.BRIEFING: _WEEK, Matter.REPORT: _MONTH, Matter.DIGEST: _DAY}
_MOST_LINES = 100  # enterprises in a letter
_LONG = SMTP.clone(max_line_length=500)  # RFC 5322 allows 998 signs a line
_ROOM = 2048  # bytes around a file in a letter: its headers, its boundary


class _WholeNames(EmailPolicy):
    """Leaves the names of files in one piece: of the mail clients in use not all put together what
    RFC 2231 allows to cut."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() == "content-disposition":
            return _LONG.fold_binary(name, value)
        return super().fold_binary(name, value)


@dataclass(frozen=True)
class Told:
    """An issue as it is told of: its town's name, its figures, how its sound and its papers do.

    `figures` are its counts by the names of `domain.figures.Counts`; `lines` are the enterprises of
    a day's warnings.
    """

    issue: Issue
    town: str
    figures: dict[str, Any]
    sound: SoundState = SoundState.MADE
    papers: SoundState = SoundState.MADE
    reminder: bool = False
    lines: tuple[str, ...] = ()


def write_letter(
    post: Post, told: Told, *, sender: str, to: tuple[str, str], message_id: str, at: datetime
) -> EmailMessage:
    """The letter to `to` (name, address); the same at every try as long as its files are."""
    assert post.mail is not None
    files, left = _files(post.folder, told, post.mail.limit_bytes)
    letter = EmailMessage(policy=SMTP)
    letter["From"] = named(post.sender, sender)
    letter["To"] = named(*to)
    letter["Subject"] = title(post, told)
    letter["Date"] = format_datetime(at.astimezone(DISTRICT_ZONE))
    letter["Message-ID"] = message_id
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence is told to us
    letter.set_content(_body(post, told, [path.suffix[1:] for path in files], left), cte="base64")
    for path in files:
        kind = FORMATS[path.suffix[1:]]
        main, _, sub = kind.mime.partition(";")[0].partition("/")
        letter.add_attachment(
            path.read_bytes(),
            maintype=main,
            subtype=sub,
            filename=file_name(told.issue, told.town, kind.ending),
        )
    return letter


def in_bytes(letter: EmailMessage) -> bytes:
    """As it is handed in."""
    return letter.as_bytes(policy=_WholeNames(linesep="\r\n"))


def title(post: Post, told: Told) -> str:
    """【催办】萧山区隐患管家：瓜沥镇每周隐患简报（2021年第46周）."""
    return f"{'【催办】' if told.reminder else ''}{post.sender}：{told.issue.title}"


def line(post: Post, told: Told) -> str:
    """One line of a message in a group: what can be fetched, its first figures, where."""
    said = "，".join(f"{name} {value}" for name, value in key_figures(told)[:_FEWEST])
    where = f"，领取：{page_of(post, told)}" if post.address else "，请登录隐患管家领取"
    if told.issue.matter is Matter.DIGEST:
        first = f"，最紧的：{told.lines[0]}" if told.lines else ""
        return f"{told.issue.title}：{said}{first}"
    if told.reminder:
        return f"【催办】{told.issue.title}还没有领取{where}"
    again = f"（{told.issue.reason}）" if told.issue.reason else ""
    return f"{told.issue.title}可以领取{again}：{said}{where}"


def key_figures(told: Told) -> list[tuple[str, str]]:
    """Name and value with its unit, of those that are there."""
    table = _TABLES[told.issue.matter]
    return [
        (name, f"{told.figures[key]} {unit}") for key, name, unit in table if key in told.figures
    ]


def page_of(post: Post, told: Told) -> str:
    """Where the town fetches it."""
    return f"{post.address}/town/{told.issue.town_code}"


def _files(folder: Path, told: Told, limit_bytes: int) -> tuple[list[Path], list[str]]:
    """The files that go with it, and the endings of those that find no room or are not there."""
    if told.reminder:
        return [], []
    room = limit_bytes - 8 * _ROOM
    found, left = [], []
    for ending in ATTACHED:
        path = file_path(folder, told.issue.matter, told.issue.id, ending)
        if not path.is_file():
            continue
        size = _encoded(path.stat().st_size) + _ROOM
        if size > room:
            left.append(ending)
            continue
        room -= size
        found.append(path)
    return found, left


def _encoded(size: int) -> int:
    """Bytes in base64, with the ends of its lines."""
    lines = -(-size // 57)
    return lines * 78


def _body(post: Post, told: Told, files: Sequence[str], left: Sequence[str]) -> str:
    issue = told.issue
    as_of = issue.as_of.astimezone(DISTRICT_ZONE)
    lines = [f"{told.town}安监办：", ""]
    if issue.matter is Matter.DIGEST:
        return "\n".join([*lines, *_of_day(post, told, f"{as_of:%Y年%m月%d日 %H:%M}")]) + "\n"
    if told.reminder:
        lines += [f"{issue.title}已经送出，贵单位还没有领取，请尽快领取。", ""]
    else:
        lines += [f"{issue.title}已做好，数字截至 {as_of:%Y年%m月%d日 %H:%M}。", ""]
    if issue.reason:
        lines += [f"这是{issue.correction or '重新做的'}：{issue.reason}。以前的请不再使用。", ""]
    lines += [f"{name}：{value}" for name, value in key_figures(told)]
    lines.append("")
    if files:
        lines += ["附件：" + "、".join(FORMATS[one].name for one in files), ""]
    if left:
        names = "、".join(FORMATS[one].name for one in left)
        lines += [f"没有附上（一封邮件放不下）：{names}，请到下面的页面领取。", ""]
    lines += _of_files(told)
    to_do = "领取和收听" if issue.matter is Matter.BRIEFING else "领取"
    where = page_of(post, told) if post.address else "请登录隐患管家，打开本镇街的页面"
    lines += [f"{to_do}：{where}", ""]
    lines.append(f"这封邮件由{post.sender}自动发出，请勿回复。内容是工作提示，不是政府发布的预警。")
    return "\n".join(lines) + "\n"


def _of_day(post: Post, told: Told, as_of: str) -> list[str]:
    """A day's warnings: how many, whom, how to see all of it."""
    lines = [f"截至 {as_of}，" + "，".join(f"{name} {value}" for name, value in key_figures(told))]
    lines += ["", *told.lines[:_MOST_LINES]]
    if len(told.lines) > _MOST_LINES:
        lines.append(f"……共 {len(told.lines)} 条，其余请到本镇街的页面看。")
    where = page_of(post, told) if post.address else "请登录隐患管家，打开本镇街的页面"
    lines += ["", "请督促有关企业按期整改，及时复查销号。", f"详情：{where}", ""]
    ending = "每个工作日最多一封，请勿回复。内容是工作提示，不是政府发布的预警。"
    return [*lines, f"这封邮件由{post.sender}自动发出，{ending}"]


def _of_files(told: Told) -> list[str]:
    """What is not there, and why."""
    if told.reminder:
        return []
    found = []
    if told.papers is SoundState.WAITING:
        found += ["文件还没有做好，先送数字；做好后可在下面的页面领取。", ""]
    elif told.papers is SoundState.FAILED:
        found += ["这一期的文件没有做全，已做成的都附上了。", ""]
    if told.sound is SoundState.WAITING:
        found += ["声音还没有做好，先送文字；做好后可在下面的页面收听。", ""]
    elif told.sound is SoundState.FAILED:
        found += ["这一期的声音没有做成，只有文字。", ""]
    return found


def named(name: str, address: str) -> str:
    """A name without signs that would make a list of it, before its address."""
    plain = "".join(one for one in name if one.isalnum() or one in " ·（）【】-")
    return f'"{plain}" <{address}>'


def what(issue: Issue) -> str:
    """2021-W46 每周简报."""
    return f"{issue.period} {MATTER_NAMES[issue.matter]}"
