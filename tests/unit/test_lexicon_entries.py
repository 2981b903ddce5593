"""A lexicon file: what is refused, and what lies over what."""

from __future__ import annotations

from pathlib import Path

import pytest

from steward.errors import NarrationError
from steward.narration.lexicon import Lexicon, built_in, with_file


@pytest.mark.parametrize(
    "syllable", ["qqq9", "zhong6", "zhong", "lv", "jv4", "lue4", "zhong2", "a0"]
)
def test_impossible_pinyin_is_refused_by_file_and_line(tmp_path: Path, syllable: str) -> None:
    path = tmp_path / "lexicon.tsv"
    path.write_text(f"# 本地\n长山\tchang2 {syllable}\n", encoding="utf-8")
    with pytest.raises(NarrationError, match=f"“{syllable}”") as raised:
        with_file(path)
    assert raised.value.place == f"{path} 第2行"
    assert not raised.value.retry


def test_u_umlaut_is_v(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.tsv"
    path.write_text("吕楼\tlü3 lou2\n绿源\tlv4 yuan2\n", encoding="utf-8")
    lexicon = with_file(path)
    assert lexicon.hints("吕楼绿源") == (("吕楼", ("lv3", "lou2")), ("绿源", ("lv4", "yuan2")))


def test_a_rare_character_may_have_an_entry(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.tsv"
    path.write_text("𬭚\tchun2\n", encoding="utf-8")
    assert with_file(path).hints("铜𬭚厂") == (("𬭚", ("chun2",)),)


def test_a_users_word_wins_inside_longer_words() -> None:
    mine = Lexicon({"朝阳": ("zhao1", "yang2")}).over(built_in())
    assert dict(mine.hints("朝阳村")) == {"朝阳村": ("zhao1", "yang2", "cun1")}
    assert dict(mine.hints("朝阳路")) == {"朝阳": ("zhao1", "yang2")}
    assert dict(built_in().hints("朝阳村")) == {"朝阳村": ("chao2", "yang2", "cun1")}


def test_a_users_single_character_leaves_words_alone() -> None:
    mine = Lexicon({"处": ("chu4",)}).over(built_in())
    assert dict(mine.hints("处置某处")) == {"处置": ("chu3", "zhi4"), "处": ("chu4",)}
