"""What a narration template may say: one frozen dataclass for each kind of template.

Every field's help stands in docs/narration.md, which is tested against these classes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Self

from steward.domain.besides import Besides
from steward.domain.figures import Figures, Freshness, Share
from steward.domain.tendency import TENDENCY_NAMES, tendency
from steward.domain.weeks import DISTRICT_ZONE
from steward.errors import NarrationError
from steward.narration.month_contexts import FourColourContext, MonthlyContext
from steward.narration.ranking import RankGroup, leading
from steward.narration.saying import HELP, Context, written_percent

WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Part:
    """One row of a breakdown."""

    name: str = field(metadata={HELP: "名称，如“企业自查”"})
    new_hazards: int = field(metadata={HELP: "其本周新增隐患（条）"})


@dataclass(frozen=True)
class Comparison:
    """This week so far against the last whole week."""

    this: int = field(metadata={HELP: "本周至今的数"})
    last: int = field(metadata={HELP: "上周全周的数"})
    more: int = field(metadata={HELP: "比上周多的数；没有增加为 0"})
    fewer: int = field(metadata={HELP: "比上周少的数；没有减少为 0"})
    percentage: str = field(
        metadata={HELP: "变化幅度，不带正负号，如“40%”；上周为 0 时是空文字，不可播报"}
    )

    @classmethod
    def of(cls, figures: Figures, name: str) -> Self:
        change = figures.change(name)
        size = change.percentage
        return cls(
            this=change.this,
            last=change.last,
            more=max(change.difference, 0),
            fewer=max(-change.difference, 0),
            percentage="" if size is None else written_percent(abs(size)),
        )


@dataclass(frozen=True)
class StaleSource:
    """A source whose data are older than they may be."""

    name: str = field(metadata={HELP: "名称，如“区镇执法检查”"})
    as_of: str = field(
        metadata={HELP: "数据截至的时间，如“11月15日18时”；从没收到过时是空文字，不可播报"}
    )
    hours: int = field(metadata={HELP: "超过多少小时没有更新就算过旧"})

    @classmethod
    def of(cls, one: Freshness) -> Self:
        as_of = ""
        if one.as_of is not None:
            local = one.as_of.astimezone(DISTRICT_ZONE)
            minute = f"{local.minute}分" if local.minute else ""
            as_of = f"{local.month}月{local.day}日{local.hour}时{minute}"
        return cls(one.name, as_of, one.hours)


@dataclass(frozen=True)
class Base(Context):
    """What every template about a week or a day may say."""

    district: str = field(metadata={HELP: "区县名称，如“萧山区”"})
    date: str = field(metadata={HELP: "当天日期，如“2021年11月16日”"})
    weekday: str = field(metadata={HELP: "星期几，如“星期二”"})
    year: int = field(metadata={HELP: "本周所属的年份（ISO 周），如 2021"})
    week: int = field(metadata={HELP: "本周是第几周（ISO 周），如 46"})
    new_hazards: int = field(metadata={HELP: "本周新增隐患（条）"})
    new_major: int = field(metadata={HELP: "本周新增重大隐患（条）"})
    closed_hazards: int = field(metadata={HELP: "本周闭环隐患（条）"})
    due_soon_enterprises: int = field(metadata={HELP: "隐患到期预警企业（家）"})
    overdue_enterprises: int = field(metadata={HELP: "隐患超期预警企业（家）"})
    open_hazards: int = field(metadata={HELP: "未闭环隐患（处）"})
    open_major: int = field(metadata={HELP: "未闭环重大隐患（条）"})
    without_deadline: int = field(metadata={HELP: "未闭环且没有整改期限的隐患（条）"})
    monitored: int = field(metadata={HELP: "累计监控隐患（处）"})
    closed_total: int = field(metadata={HELP: "累计闭环处置隐患（处）"})
    closure_rate: str = field(metadata={HELP: "闭环率，如“68.7%”；没有隐患时是“无”"})
    enterprises: int = field(metadata={HELP: "范围内的企业（家）"})
    inspected_enterprises: int = field(metadata={HELP: "本周检查过的企业（家）"})
    inspection_rate: str = field(metadata={HELP: "检查率，如“12.5%”；没有企业时是“无”"})
    sources: tuple[Part, ...] = field(metadata={HELP: "本周有新增的各来源，从多到少"})
    new_hazards_change: Comparison = field(metadata={HELP: "新增隐患与上周全周相比"})
    closed_hazards_change: Comparison = field(metadata={HELP: "闭环隐患与上周全周相比"})
    stale_sources: tuple[StaleSource, ...] = field(
        metadata={HELP: "数据过旧的来源；都新、或没有自动接入的来源时为空"}
    )

    @classmethod
    def _common(cls, figures: Figures, district: str) -> dict[str, Any]:
        """The values of the fields above, by name."""
        counts, today = figures.counts, figures.today
        same = {name: getattr(counts, name) for name in _COUNTED}
        return same | {
            "district": district,
            "date": f"{today.year}年{today.month}月{today.day}日",
            "weekday": f"星期{WEEKDAYS[today.weekday()]}",
            "year": figures.week.year,
            "week": figures.week.number,
            "closure_rate": written_percent(counts.closure_rate),
            "enterprises": figures.enterprises,
            "inspected_enterprises": figures.inspected_enterprises,
            "inspection_rate": written_percent(figures.inspection_rate),
            "sources": parts(figures.by_source),
            "new_hazards_change": Comparison.of(figures, "new_hazards"),
            "closed_hazards_change": Comparison.of(figures, "closed_hazards"),
            "stale_sources": tuple(StaleSource.of(one) for one in figures.sources if one.stale),
        }

    @classmethod
    def from_figures(cls, figures: Figures, *, district: str) -> Self:
        return cls(**cls._common(figures, district))


_COUNTED = (
    "new_hazards",
    "new_major",
    "closed_hazards",
    "due_soon_enterprises",
    "overdue_enterprises",
    "open_hazards",
    "open_major",
    "without_deadline",
    "monitored",
    "closed_total",
)


BESIDES = {
    "new_hazards_trend": "same_days",
    "escalated_warnings": "escalated",
    "colour_month": "colours",
    "red_towns": "colours",
    "orange_towns": "colours",
    "yellow_towns": "colours",
    "blue_towns": "colours",
}
"""Names of the weekly context that are read only for templates that use them, and of which field
of `domain.besides.Besides` each is made."""


def require_besides(names: Collection[str], figures: Figures) -> None:
    """Raises NarrationError when a template uses names of `BESIDES` that were not read."""
    for name, part in BESIDES.items():
        if name in names and getattr(figures.besides, part, None) is None:
            raise NarrationError("这里没有读这个数，不能播报", place=name)


def _besides(figures: Figures) -> dict[str, Any]:
    found = figures.besides or Besides()
    colours = found.colours
    counted = {
        f"{name}_towns": getattr(colours, name) if colours else 0
        for name in ("red", "orange", "yellow", "blue")
    }
    coloured = colours is not None and any(counted.values())
    same = found.same_days
    return counted | {
        "new_hazards_trend": ""
        if same is None
        else TENDENCY_NAMES[tendency(same, figures.counts.new_hazards)],
        "escalated_warnings": found.escalated or 0,
        "colour_month": f"{colours.month.number}月" if colours and coloured else "",
    }


@dataclass(frozen=True)
class WeeklyContext(Base):
    """The district's week."""

    towns: tuple[Part, ...] = field(metadata={HELP: "本周有新增的各镇街，从多到少"})
    leading_towns: tuple[RankGroup, ...] = field(
        metadata={HELP: "新增最多的三个镇街，并列的归在一组；见下表"}
    )
    other_towns: int = field(metadata={HELP: "有新增、但没有列入 leading_towns 的镇街（个）"})
    new_hazards_trend: str = field(
        metadata={HELP: "新增隐患与上周同期（同样长的一段）相比：“上升”“下降”或“基本持平”"}
    )
    escalated_warnings: int = field(metadata={HELP: "升级到区里、还没有解除的超期预警企业（家）"})
    colour_month: str = field(
        metadata={HELP: "四色图是哪个月，即上一个整月，如“10月”；那个月没有颜色时是空文字"}
    )
    red_towns: int = field(metadata={HELP: "其中红色镇街（个）"})
    orange_towns: int = field(metadata={HELP: "橙色镇街（个）"})
    yellow_towns: int = field(metadata={HELP: "黄色镇街（个）"})
    blue_towns: int = field(metadata={HELP: "蓝色镇街（个）"})

    kind: ClassVar[str] = "weekly"
    about: ClassVar[str] = "全区每周"
    of_town: ClassVar[bool | None] = False

    @classmethod
    def from_figures(cls, figures: Figures, *, district: str) -> Self:
        if figures.town is not None:
            raise NarrationError(
                "全区播报不能只用一个镇街的数，请去掉镇街，或改用模板 weekly_town",
                place=figures.town.name,
            )
        towns = parts(figures.by_town)
        groups = leading([(town.name, town.new_hazards) for town in towns])
        return cls(
            **cls._common(figures, district),
            towns=towns,
            leading_towns=groups,
            other_towns=len(towns) - sum(group.towns for group in groups),
            **_besides(figures),
        )

    @property
    def title(self) -> str:
        return f"{self.district}隐患每周播报（{self.year}年第{self.week}周）"


@dataclass(frozen=True)
class WeeklyTownContext(Base):
    """One town's week."""

    town: str = field(metadata={HELP: "镇街名称，如“瓜沥镇”"})

    kind: ClassVar[str] = "weekly_town"
    about: ClassVar[str] = "一个镇街每周"
    of_town: ClassVar[bool | None] = True

    @classmethod
    def from_figures(cls, figures: Figures, *, district: str) -> Self:
        if figures.town is None:
            raise NarrationError("镇街播报要指明是哪个镇街")
        return cls(**cls._common(figures, district), town=figures.town.name)

    @property
    def title(self) -> str:
        return f"{self.town}隐患每周播报（{self.year}年第{self.week}周）"


@dataclass(frozen=True)
class DailyContext(Base):
    """Today, of the district or of one town."""

    scope: str = field(metadata={HELP: "范围：“全区”或镇街名称"})

    kind: ClassVar[str] = "daily"
    about: ClassVar[str] = "每日，全区或一个镇街"

    @classmethod
    def from_figures(cls, figures: Figures, *, district: str) -> Self:
        scope = "全区" if figures.town is None else figures.town.name
        return cls(**cls._common(figures, district), scope=scope)

    @property
    def title(self) -> str:
        place = self.district if self.scope == "全区" else self.scope
        return f"{place}隐患每日播报（{self.date}）"


@dataclass(frozen=True)
class Corrected:
    """One figure that is put right."""

    name: str = field(metadata={HELP: "数字的名称，如“本周新增隐患”"})
    now: str = field(metadata={HELP: "现在的数，连同单位，如“27条”；为 0 时是“无”"})
    said: str = field(metadata={HELP: "原来播报的数"})
    corrected: str = field(metadata={HELP: "上次更正时播报的数；没有更正过它时是空文字"})


@dataclass(frozen=True)
class CorrectionContext(Base):
    """更正: what was said and what it is now; the other figures are as they are now."""

    when: str = field(metadata={HELP: "原播报的时间，如“11月16日上午9时”"})
    again: bool = field(metadata={HELP: "以前已经更正过一次"})
    changes: tuple[Corrected, ...] = field(metadata={HELP: "要更正的各个数字，见下表"})

    kind: ClassVar[str] = "correction"
    about: ClassVar[str] = "更正"
    planned: ClassVar[bool] = False

    @classmethod
    def from_figures(cls, figures: Figures, *, district: str) -> Self:
        """An example, to try a template with: as if one hazard too many had been said."""
        new = figures.counts.new_hazards
        change = Corrected("本周新增隐患", f"{new}条" if new else "无", f"{new + 1}条", "")
        when = f"{figures.today.month}月{figures.today.day}日上午9时"
        return cls.of(figures, district=district, when=when, again=False, changes=(change,))

    @property
    def title(self) -> str:
        return f"更正：{self.when}的播报"

    @classmethod
    def of(
        cls,
        figures: Figures,
        *,
        district: str,
        when: str,
        again: bool,
        changes: tuple[Corrected, ...],
    ) -> Self:
        """The context of these figures, as they are now."""
        common = cls._common(figures, district)
        return cls(**common, when=when, again=again, changes=changes)


CONTEXTS: dict[str, type[Context]] = {
    context.kind: context
    for context in (
        WeeklyContext,
        WeeklyTownContext,
        DailyContext,
        MonthlyContext,
        FourColourContext,
        CorrectionContext,
    )
}


def context_of(template: str) -> type[Context]:
    """The context of a template by its name: `weekly`, or a variant such as `weekly-short`.

    Raises NarrationError when the name begins with no known kind.
    """
    kind = template.partition("-")[0]
    if kind not in CONTEXTS:
        known = "、".join(CONTEXTS)
        raise NarrationError(
            f"模板名“{template}”不对：应为 {known} 之一，或在其后加“-”和自取的名字", place=template
        )
    return CONTEXTS[kind]


def parts(shares: tuple[Share, ...]) -> tuple[Part, ...]:
    """The rows with new hazards, most first; equals keep the ledger's order."""
    found = [Part(share.name, share.counts.new_hazards) for share in shares]
    return tuple(
        sorted((part for part in found if part.new_hazards), key=lambda part: -part.new_hazards)
    )


def documented(context: type[Any]) -> list[tuple[str, str]]:
    """(name, help) of every field, in order: what the documentation must say."""
    return [(each.name, str(each.metadata[HELP])) for each in fields(context)]
