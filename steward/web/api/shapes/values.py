"""The values all shapes are made of: texts without control characters, instants, pages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

from steward.domain.weeks import DISTRICT_ZONE, district_instant

LARGEST = 2**63 - 1  # what a column of numbers holds
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
ONE_LINE = r"^[^\x00-\x1f\x7f]*$"
LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
PLACE = r"^\w[\w.-]*$"


class Asked(BaseModel):
    """What a program sends: nothing is converted, nothing unknown is passed over."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Question(BaseModel):
    """What stands in a query: text, read as what it is to be."""

    model_config = ConfigDict(extra="forbid")


class Answer(BaseModel):
    """What a program is given."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


def _instant(value: Any) -> Any:
    """District time where no offset is told; a `+` of a query that became a blank is put back."""
    if isinstance(value, str):
        value = district_instant(value.replace(" ", "+"))
    if isinstance(value, datetime) and not FIRST <= value < LAST:
        raise ValueError("时间应在 2000 年到 2099 年之间")
    return value


Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    PlainSerializer(lambda at: at.astimezone(DISTRICT_ZONE).isoformat(), when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""Given in district time with its offset; taken with an offset, or in district time without."""

Line = Annotated[str, Field(pattern=ONE_LINE)]
Place = Annotated[str, Field(pattern=PLACE, min_length=1, max_length=40)]
Number = Annotated[int, Field(ge=1, le=LARGEST)]


class PageQuestion(Question):
    """Which part of a list."""

    limit: int = Field(50, ge=1, le=200, description="最多几条")
    before: Number | None = Field(None, description="只要编号比它小的；填上一页答复里的 next")
