"""Installing the documents' fonts: from a folder, from packages; missing, damaged, repaired."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from steward.briefings.coverage import drawn, gb2312
from steward.briefings.fonts import FONT_FILES, SUMS, find_fonts, font_faults
from steward.cli import steward
from steward.errors import DocumentError
from steward.operations.install_fonts import install_fonts
from tests.support.voices import FONTS, ROOT

NAMES = [one.name for one in FONT_FILES]
LATIN = [one.name for one in FONT_FILES if one.package == "fonts-liberation"]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder such as an office without network is brought: font files, and one package."""
    folder, root = tmp_path / "brought", tmp_path / "package"
    (root / "DEBIAN").mkdir(parents=True)
    (root / "DEBIAN" / "control").write_text(
        "Package: fonts-liberation\nVersion: 1\nArchitecture: all\nMaintainer: a <a@b.invalid>\n"
        "Description: fonts\n"
    )
    inside = root / "usr" / "share" / "fonts"
    inside.mkdir(parents=True)
    folder.mkdir()
    for name in NAMES:
        if name in LATIN:
            shutil.copy(FONTS / name, inside)
        else:
            (folder / name).symlink_to(FONTS / name)
    subprocess.run(
        ["dpkg-deb", "-b", str(root), str(folder / "fonts-liberation_1_all.deb")],
        check=True,
        capture_output=True,
    )
    return folder


def test_fonts_are_put_and_what_is_damaged_is_put_anew(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "fonts"
    assert sorted(install_fonts(folder, source=source)) == sorted(NAMES)
    assert install_fonts(folder, source=source) == []
    assert find_fonts(folder).folder == folder
    sums = subprocess.run(["sha256sum", "-c", "--quiet", SUMS], cwd=folder, check=False)
    assert sums.returncode == 0

    (folder / LATIN[0]).write_bytes(b"short")
    (folder / NAMES[0]).unlink()
    with pytest.raises(DocumentError) as refused:
        find_fonts(folder)
    assert f"缺少 {NAMES[0]}" in refused.value.sentence
    assert f"已损坏（校验和不符） {LATIN[0]}" in refused.value.sentence
    assert "steward fonts install" in refused.value.sentence
    assert sorted(install_fonts(folder, source=source)) == sorted([NAMES[0], LATIN[0]])
    assert font_faults(folder) == []


def test_what_is_no_such_font_is_not_taken(source: Path, tmp_path: Path) -> None:
    (source / NAMES[0]).unlink()
    shutil.copy(source / NAMES[1], source / NAMES[0])  # another font under its name
    with pytest.raises(DocumentError, match="没有软件包"):
        install_fonts(tmp_path / "fonts", source=source)
    assert not (tmp_path / "fonts" / NAMES[0]).exists()
    assert not list((tmp_path / "fonts").glob(".*"))


def test_without_apt_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as refused:
        install_fonts(tmp_path / "fonts", system_folders=(), apt="no-such-apt")
    assert "apt-get download fonts-hanazono" in refused.value.sentence
    assert "steward fonts install --from" in refused.value.sentence


def test_the_command_measures_the_fonts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STEWARD_FONTS_DIR", str(FONTS))
    said = CliRunner().invoke(steward, ["fonts", "check"], catch_exceptions=False)
    assert said.exit_code == 0
    lines = dict(line.split("：", 1) for line in said.output.splitlines())
    assert list(lines) == NAMES
    assert all("GB 2312 汉字齐全" in lines[name] for name in NAMES if name.startswith("Fandol"))
    assert len(gb2312()) == 6763
    assert gb2312() <= drawn(FONTS / "FandolFang-Regular.otf")

    monkeypatch.setenv("STEWARD_FONTS_DIR", str(tmp_path))
    with pytest.raises(DocumentError, match=f"{len(NAMES)} 个字体不完整"):
        CliRunner().invoke(steward, ["fonts", "check"], catch_exceptions=False)


def test_the_readme_lists_every_package_with_its_licence() -> None:
    text = (ROOT / "steward" / "briefings" / "README.md").read_text(encoding="utf-8")
    for one in FONT_FILES:
        assert f"| `{one.package}` | {one.licence} |" in text
