"""All files of an issue in one: a ZIP, the same bytes as long as the files are the same."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

from steward.domain.offices import Issue, file_name
from steward.domain.weeks import DISTRICT_ZONE
from steward.errors import NotFound
from steward.operations.office_files import find_file, there

ZIP = "zip"
_PLAIN = 0o644 << 16  # rights of an ordinary file, where they count


@dataclass(frozen=True)
class Packed:
    """The archive's name and content; `digest` is another when a file in it is."""

    name: str
    content: bytes
    digest: str


def pack_issue(folder: Path, issue: Issue, town: str) -> Packed:
    """The files that are there, in the order in which a page lists them, stored as they are (they
    are compressed already); names in UTF-8. Raises NotFound when there is none."""
    endings = [one for one, is_there in there(folder, issue).items() if is_there and one != ZIP]
    if not endings:
        raise NotFound("这一期还没有文件可以打包")
    made_at = issue.made_at.astimezone(DISTRICT_ZONE)
    buffer, digest = io.BytesIO(), hashlib.sha256()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for ending in endings:
            found = find_file(folder, issue, town, ending)
            content = found.path.read_bytes()
            member = zipfile.ZipInfo(found.name, made_at.timetuple()[:6])
            member.external_attr = _PLAIN
            member.create_system = 3
            archive.writestr(member, content)
            digest.update(f"{ending} {len(content)} ".encode() + hashlib.sha256(content).digest())
    return Packed(file_name(issue, town, ZIP), buffer.getvalue(), digest.hexdigest()[:32])
