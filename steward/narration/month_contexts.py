"""What a template about a whole month may say: the district's month, and its towns' colours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, ClassVar, Self

from steward.domain.colours import COLOUR_NAMES, Colour, TownColour
from steward.domain.monthly import MonthCounts, MonthShare
from steward.domain.months import Month
from steward.domain.spoken_month import SpokenMonth
from steward.domain.tendency import TENDENCY_NAMES, tendency
from steward.narration.ranking import RankGroup, joined, leading
from steward.narration.saying import HELP, Context, Reads, written_percent

_WORST_FIRST = list(Colour)


@dataclass(frozen=True)
class CategoryGroup:
    """Categories with the same number of new hazards."""

    names: str = field(
        metadata={HELP: "类别名称，如“消防安全”或“消防安全和用电安全”；并列太多时是空文字"}
    )
    categories: int = field(metadata={HELP: "这一组有几个类别"})
    new_hazards: int = field(metadata={HELP: "其中每个类别的新增隐患（条）"})


@dataclass(frozen=True)
class MonthBase(Context):
    """What every template about a month may say."""

    district: str = field(metadata={HELP: "区县名称，如“萧山区”"})
    month: str = field(metadata={HELP: "说的是哪个月，如“2021年10月”"})
    month_end: str = field(metadata={HELP: "这个月的最后一天，如“10月31日”"})
    last_month: str = field(metadata={HELP: "上个月，如“9月”；在上一年的带年份，如“2020年12月”"})
    note: str = field(metadata={HELP: "没有数据时为什么没有；有数据时是空文字，不可播报"})

    of_town: ClassVar[bool | None] = False
    reads: ClassVar[Reads] = Reads.MONTH

    @staticmethod
    def _common(said: SpokenMonth, district: str) -> dict[str, Any]:
        month, last = said.month, said.month.previous()
        return {
            "district": district,
            "month": month.name,
            "month_end": f"{month.number}月{month.last_day.day}日",
            "last_month": _last_name(month, last),
        }


def _last_name(month: Month, last: Month) -> str:
    return f"{last.number}月" if last.year == month.year else last.name


_COUNTED = (
    "new_hazards",
    "new_major",
    "closed_hazards",
    "open_hazards",
    "open_major",
    "overdue_hazards",
    "overdue_enterprises",
    "monitored",
    "closed_total",
)


@dataclass(frozen=True)
class MonthlyContext(MonthBase):
    """The district's whole month."""

    new_hazards: int = field(metadata={HELP: "本月新增隐患（条）"})
    new_major: int = field(metadata={HELP: "本月新增重大隐患（条）"})
    closed_hazards: int = field(metadata={HELP: "本月闭环隐患（条）"})
    open_hazards: int = field(metadata={HELP: "月末未闭环隐患（处）"})
    open_major: int = field(metadata={HELP: "月末未闭环重大隐患（条）"})
    overdue_hazards: int = field(metadata={HELP: "月末超期隐患（处）"})
    overdue_enterprises: int = field(metadata={HELP: "月末超期预警企业（家）"})
    monitored: int = field(metadata={HELP: "到月末累计监控隐患（处）"})
    closed_total: int = field(metadata={HELP: "到月末累计闭环处置隐患（处）"})
    closure_rate: str = field(metadata={HELP: "月末闭环率，如“68.7%”；没有隐患时是“无”"})
    compared: bool = field(metadata={HELP: "有没有上月可比；台账的第一个月没有"})
    last_new_hazards: int = field(metadata={HELP: "上月新增隐患（条）；没有上月可比时为 0"})
    last_closed_hazards: int = field(metadata={HELP: "上月闭环隐患（条）；没有上月可比时为 0"})
    new_trend: str = field(
        metadata={
            HELP: "新增与上月相比：“上升”“下降”或“基本持平”；没有上月可比时是空文字，不可播报"
        }
    )
    closed_trend: str = field(
        metadata={
            HELP: "闭环与上月相比：“上升”“下降”或“基本持平”；没有上月可比时是空文字，不可播报"
        }
    )
    leading_towns: tuple[RankGroup, ...] = field(
        metadata={HELP: "新增最多的三个镇街，并列的归在一组"}
    )
    other_towns: int = field(metadata={HELP: "有新增、但没有列入 leading_towns 的镇街（个）"})
    leading_categories: tuple[CategoryGroup, ...] = field(
        metadata={HELP: "新增最多的三个类别，并列的归在一组"}
    )
    other_categories: int = field(
        metadata={HELP: "有新增、但没有列入 leading_categories 的类别（个）"}
    )

    kind: ClassVar[str] = "monthly"
    about: ClassVar[str] = "全区每月"

    @classmethod
    def from_figures(cls, figures: SpokenMonth, *, district: str) -> Self:
        found = figures.figures
        counts = found.counts if found else MonthCounts()
        last = found.last_month if found else None
        towns, other_towns = _leading(figures.by_town)
        categories, other_categories = _leading(found.by_category if found else ())
        return cls(
            **cls._common(figures, district),
            note=figures.note,
            **{name: getattr(counts, name) for name in _COUNTED},
            closure_rate=written_percent(counts.closure_rate),
            compared=last is not None,
            last_new_hazards=last.new_hazards if last else 0,
            last_closed_hazards=last.closed_hazards if last else 0,
            new_trend=_trend(last.new_hazards, counts.new_hazards) if last else "",
            closed_trend=_trend(last.closed_hazards, counts.closed_hazards) if last else "",
            leading_towns=towns,
            other_towns=other_towns,
            leading_categories=tuple(
                CategoryGroup(one.names, one.towns, one.new_hazards) for one in categories
            ),
            other_categories=other_categories,
        )

    @property
    def title(self) -> str:
        return f"{self.district}隐患每月播报（{self.month}）"


def _trend(before: int, now: int) -> str:
    return TENDENCY_NAMES[tendency(before, now)]


def _leading(shares: Iterable[MonthShare]) -> tuple[tuple[RankGroup, ...], int]:
    """The leading groups, and how many more have new hazards."""
    counted = [(one.name, one.counts.new_hazards) for one in shares if one.counts.new_hazards]
    groups = leading(sorted(counted, key=lambda pair: -pair[1]))
    return groups, len(counted) - sum(group.towns for group in groups)


@dataclass(frozen=True)
class ColourMove:
    """Towns that went from one colour to another."""

    names: str = field(metadata={HELP: "镇街名称，如“瓜沥镇”或“瓜沥镇和临浦镇”"})
    towns: int = field(metadata={HELP: "有几个镇街"})
    last: str = field(metadata={HELP: "上月的颜色：“红”“橙”“黄”“蓝”之一"})
    now: str = field(metadata={HELP: "本月的颜色"})


@dataclass(frozen=True)
class FourColourContext(MonthBase):
    """镇街隐患四色图: the towns' colours of a whole month."""

    red_towns: int = field(metadata={HELP: "红色镇街（个）"})
    orange_towns: int = field(metadata={HELP: "橙色镇街（个）"})
    yellow_towns: int = field(metadata={HELP: "黄色镇街（个）"})
    blue_towns: int = field(metadata={HELP: "蓝色镇街（个）"})
    without_colour: int = field(metadata={HELP: "没有颜色的镇街（个）：没有可评分的数据"})
    red_names: str = field(metadata={HELP: "红色镇街的名称；没有时是空文字"})
    orange_names: str = field(metadata={HELP: "橙色镇街的名称；没有时是空文字"})
    compared: bool = field(metadata={HELP: "有没有镇街两个月都有颜色，可以相比"})
    better: tuple[ColourMove, ...] = field(metadata={HELP: "颜色变好的镇街，变法相同的归在一组"})
    worse: tuple[ColourMove, ...] = field(metadata={HELP: "颜色变差的镇街，变法相同的归在一组"})

    kind: ClassVar[str] = "four_colour"
    about: ClassVar[str] = "镇街隐患四色图每月"

    @classmethod
    def from_figures(cls, figures: SpokenMonth, *, district: str) -> Self:
        towns = figures.colours.towns
        names = {
            colour: [one.town.name for one in towns if one.colour is colour] for colour in Colour
        }
        return cls(
            **cls._common(figures, district),
            note=figures.colours.note,
            red_towns=len(names[Colour.RED]),
            orange_towns=len(names[Colour.ORANGE]),
            yellow_towns=len(names[Colour.YELLOW]),
            blue_towns=len(names[Colour.BLUE]),
            without_colour=sum(one.colour is None for one in towns),
            red_names=joined(names[Colour.RED]),
            orange_names=joined(names[Colour.ORANGE]),
            compared=any(one.colour and one.last for one in towns),
            better=_moves(towns, 1),
            worse=_moves(towns, -1),
        )

    @property
    def title(self) -> str:
        return f"{self.district}镇街隐患四色图提示（{self.month}）"


def _moves(towns: Iterable[TownColour], sign: int) -> tuple[ColourMove, ...]:
    """Those that moved this way (1: better), the worst colour of now first."""
    moved = [
        (_WORST_FIRST.index(one.colour), _WORST_FIRST.index(one.last), one.town.name)
        for one in towns
        if one.colour and one.last
    ]
    wanted = sorted(
        (one for one in moved if (one[0] - one[1]) * sign > 0), key=lambda one: (one[0], one[1])
    )
    found = []
    for (now, last), group in groupby(wanted, key=lambda one: (one[0], one[1])):
        names = [name for _, _, name in group]
        found.append(
            ColourMove(
                joined(names),
                len(names),
                COLOUR_NAMES[_WORST_FIRST[last]],
                COLOUR_NAMES[_WORST_FIRST[now]],
            )
        )
    return tuple(found)
