"""Plates, roads and the stakes along them."""

from __future__ import annotations

import re

from steward.narration.normaliser.numerals import number, one_by_one
from steward.narration.normaliser.rule import Rule

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"


class Plate(Rule):
    """浙A·12345, 浙AD12345: figure by figure, 1 is 幺; the new-energy ones have one place more."""

    pattern = re.compile(
        rf"([{_PROVINCES}][A-Z])[·•‧・.\-\s]?(?=[A-Z]*[0-9])([A-Z0-9]{{4}}[A-Z0-9挂学警港澳领使]"
        r"[A-Z0-9]?|[A-Z0-9]{5})(?![0-9A-Za-z])"
    )

    def say(self, match: re.Match[str]) -> str:
        return match[1] + re.sub("[0-9]+", lambda found: one_by_one(found[0], one="幺"), match[2])


class Road(Rule):
    """104国道 and G104 are 幺零四; G60 is 六十."""

    pattern = re.compile(
        r"(?<![0-9A-Za-z.])(?:([GSXY])([0-9]{2,4})(?=[\u4e00-\u9fff]{0,6}(?:高速|国道|省道|县道|公路))"
        r"|([0-9]{3})(?=国道|省道|县道))"
    )

    def say(self, match: re.Match[str]) -> str:
        figures = match[2] or match[3]
        said = number(figures) if len(figures) == 2 else one_by_one(figures, one="幺")
        return (match[1] or "") + said


class Stake(Rule):
    """K35+500 is K三十五加五百."""

    pattern = re.compile(r"(?<![0-9A-Za-z])([A-Z]?K)([0-9]+)\+([0-9]{3})(?![0-9])")

    def say(self, match: re.Match[str]) -> str:
        return f"{match[1]}{number(match[2])}加{number(match[3])}"
