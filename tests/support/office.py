"""LibreOffice as an office has it, with our fonts in place of that office's and no others."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from xml.sax.saxutils import escape

from steward.briefings.docx_faces import FANG_SONG, HEI, KAI, LATIN, PLAIN_SONG, RARE, SONG
from tests.support.voices import FONTS

# What stands for the faces of an office's computer, and what draws the characters those lack.
STAND_INS = {
    FANG_SONG: "FandolFang",
    SONG: "FandolSong",
    PLAIN_SONG: "FandolSong",
    HEI: "FandolHei",
    KAI: "FandolKai",
    LATIN: "Liberation Serif",
    RARE: "HanaMinB",
}
FALLBACK = "Noto Serif CJK SC"


def as_pdf(docx: Path, folder: Path) -> Path:
    """The PDF that LibreOffice makes of a DOCX; its profile and caches stay in `folder`."""
    program = shutil.which("soffice")
    assert program, "soffice is missing: make setup-test installs libreoffice-writer-nogui"
    folder.mkdir(exist_ok=True)
    aliases = "".join(
        f'<match target="pattern"><test name="family" compare="eq"><string>{escape(name)}</string>'
        f'</test><edit name="family" mode="assign" binding="same"><string>{family}</string>'
        f"<string>{FALLBACK}</string></edit></match>"
        for name, family in STAND_INS.items()
    )
    (folder / "fonts.conf").write_text(
        f"<fontconfig><dir>{FONTS.resolve()}</dir><cachedir>{folder / 'cache'}</cachedir>"
        f"{aliases}</fontconfig>",
        encoding="utf-8",
    )
    done = subprocess.run(
        [
            program,
            f"-env:UserInstallation=file://{folder / 'profile'}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(folder),
            str(docx),
        ],
        env=os.environ | {"FONTCONFIG_FILE": str(folder / "fonts.conf")},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    path = folder / f"{docx.stem}.pdf"
    assert path.is_file(), done.stdout + done.stderr
    return path
