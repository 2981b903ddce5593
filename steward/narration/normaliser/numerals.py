"""Numbers as a newsreader says them: 10145 is 一万零一百四十五, 2000 is 两千, 200 is 二百."""

from __future__ import annotations

DIGITS = "零一二三四五六七八九"
LONGEST = 16
"""More figures than this are no quantity any more and are read one by one."""

_SCALES = ((10**8, "亿"), (10**4, "万"))
_PLACES = ((1000, "千"), (100, "百"), (10, "十"))


def one_by_one(figures: str, *, one: str = "一") -> str:
    """ASCII figures digit by digit; `one` is 幺 in telephone numbers."""
    return "".join(one if figure == "1" else DIGITS[int(figure)] for figure in figures)


def integer(value: int) -> str:
    """A whole number from 0 to 10^16 - 1 in words. Raises ValueError outside."""
    if not 0 <= value < 10**LONGEST:
        raise ValueError(f"cannot say {value} as a quantity")
    return _read(value, leading=True) if value else "零"


def number(figures: str, *, two: str = "二") -> str:
    """`figures` (ASCII, perhaps with a decimal point) in words.

    `two` is what a lone 2 becomes: 两 before a counted measure word. Figures with a leading
    zero, or too many of them, are a code and are read one by one.
    """
    whole, point, decimals = figures.partition(".")
    if not point and whole == "2":
        return two
    coded = len(whole) > LONGEST or (len(whole) > 1 and whole[0] == "0" and not point)
    said = one_by_one(whole) if coded else integer(int(whole or "0"))
    return f"{said}点{one_by_one(decimals)}" if point else said


def _read(value: int, *, leading: bool) -> str:
    for size, name in _SCALES:
        if value >= size:
            high, low = divmod(value, size)
            head = "两" if high == 2 and leading else _read(high, leading=leading)
            gap = "零" if 0 < low < size // 10 else ""
            return head + name + gap + (_read(low, leading=False) if low else "")
    return _below_ten_thousand(value, leading=leading)


def _below_ten_thousand(value: int, *, leading: bool) -> str:
    said, gap = "", False
    for size, name in _PLACES:
        digit, value = divmod(value, size)
        if not digit:
            gap = bool(said)
            continue
        if gap:
            said += "零"
            gap = False
        if size == 1000 and digit == 2:
            said += "两千"
        elif size == 10 and digit == 1 and leading and not said:
            said += "十"
        else:
            said += DIGITS[digit] + name
    if value:
        said += ("零" if gap else "") + DIGITS[value]
    return said
