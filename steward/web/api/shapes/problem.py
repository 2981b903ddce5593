"""What went wrong, as RFC 9457 has it."""

from __future__ import annotations

from pydantic import Field

from steward.web.api.shapes.values import Answer


class Problem(Answer):
    """A refusal, or a fault."""

    type: str = Field("about:blank", description="总是 about:blank：含义由状态码和 detail 说明")
    title: str = Field(description="状态码的通称")
    status: int = Field(ge=400, le=599, description="HTTP 状态码")
    detail: str = Field(description="哪里不对，给人看的一句话")
    place: str = Field(description="不对的地方（字段、编号、名称）；说不出时为空")
    retry: bool = Field(description="原样再试一次有没有用")
