"""Where the files of a town's issue lie: `<folder>/<matter>/<id>.<ending>`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from steward.domain.offices import FORMATS, MATTER_NAMES, OFFERED, Format, Issue, Matter, file_name
from steward.errors import NotFound


@dataclass(frozen=True)
class OfficeFile:
    """One file of an issue: where it lies, what it is called when it is taken, its format."""

    path: Path
    name: str
    format: Format


def file_path(folder: Path, matter: Matter, issue_id: int, ending: str) -> Path:
    """Where a file lies, or is to be written. `folder` is `Settings.offices_folder`."""
    return folder / matter.value / f"{issue_id}.{ending}"


def there(folder: Path, issue: Issue) -> dict[str, bool]:
    """Which of the offered files are there, by ending, in their order."""
    return {
        ending: file_path(folder, issue.matter, issue.id, ending).is_file()
        for ending in OFFERED[issue.matter]
    }


def find_file(folder: Path, issue: Issue, town_name: str, ending: str) -> OfficeFile:
    """One file. Raises NotFound, also for an ending that is not offered."""
    name = MATTER_NAMES[issue.matter]
    if ending not in OFFERED[issue.matter]:
        raise NotFound(f"{name}没有这种文件")
    path = file_path(folder, issue.matter, issue.id, ending)
    if not path.is_file():
        raise NotFound(f"这一期{name}的{FORMATS[ending].name}还没有做好，或没有做成")
    return OfficeFile(path.resolve(), file_name(issue, town_name, ending), FORMATS[ending])
