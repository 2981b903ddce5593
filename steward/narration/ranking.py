"""The foremost few, with those who tie treated alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

PLACES = 3
NAMED = 5


@dataclass(frozen=True)
class RankGroup:
    """Towns with the same number of new hazards."""

    names: str = field(
        metadata={"help": "镇街名称，如“瓜沥镇”或“瓜沥镇、临浦镇和益农镇”；并列太多时是空文字"}
    )
    towns: int = field(metadata={"help": "这一组有几个镇街"})
    new_hazards: int = field(metadata={"help": "其中每个镇街的新增隐患（条）"})


def joined(names: Sequence[str]) -> str:
    """A, B and C in Chinese: 甲、乙和丙."""
    return "和".join(filter(None, ["、".join(names[:-1]), names[-1]])) if names else ""


def leading(
    counted: Sequence[tuple[str, int]], *, places: int = PLACES, named: int = NAMED
) -> tuple[RankGroup, ...]:
    """The groups that fill the first `places`, in order; `counted` is (name, number), most first.

    Nobody is left out who ties with the last one in: such a group is taken whole. When that
    would make more than `named` names, the group is given by its size, without names.
    """
    groups: list[RankGroup] = []
    taken = 0
    for number, members in groupby(counted, key=lambda pair: pair[1]):
        if taken >= places:
            break
        names = [name for name, _ in members]
        taken += len(names)
        groups.append(RankGroup(joined(names) if taken <= named else "", len(names), number))
    return tuple(groups)
