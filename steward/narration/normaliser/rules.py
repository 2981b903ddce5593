"""The order of the rules: this list. A rule is added here, with its golden rows."""

from __future__ import annotations

from steward.narration.normaliser import characters, codes, dates, quantities, telephones, times
from steward.narration.normaliser.rule import Rule
from steward.narration.normaliser.symbols import Symbol, Times

RULES: tuple[Rule, ...] = (
    characters.Clean(),
    characters.FullWidth(),
    characters.CompatibleFigures(),
    characters.Thousands(),
    codes.Standard(),
    codes.CreditCode(),
    dates.IsoWeek(),
    dates.NumericDate(),
    dates.YearAndMonth(),
    dates.DateRange(),
    dates.Year(),
    dates.BracketedYear(),
    dates.MonthAndDay(),
    times.NamedRatio(),
    times.TimeRange(),
    times.Time(),
    times.SpelledTime(),
    telephones.Telephone(),
    telephones.NamedTelephone(),
    telephones.Hotline(),
    codes.Sum(),
    times.Ratio(),
    codes.Chain(),
    codes.Room(),
    codes.Dotted(),
    quantities.Money(),
    quantities.Fraction(),
    quantities.Ordinal(),
    Times(),
    quantities.Power(),
    codes.Model(),
    quantities.MeasuredRange(),
    quantities.Quantity(),
    Symbol(),
)
