"""What a program sent, read as its shape: the query, the body, the key; or why it cannot be."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, TypeVar

from flask import abort, request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from steward.errors import RequestError, RequestUnreadable
from steward.operations.answer_once import Request

KEY_HEADER = "Idempotency-Key"
KEY = re.compile(r"[!-~]{1,100}")
MOST_FAULTS = 3  # told in one answer
Shape = TypeVar("Shape", bound=BaseModel)

_FAULTS = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项",
    "string_type": "应为文字",
    "string_too_short": "至少 {min_length} 个字",
    "string_too_long": "最多 {max_length} 个字",
    "string_pattern_mismatch": "有不能用的字符，或格式不对",
    "string_unicode": "不是完整的文字",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "int_parsing_size": "数字太大",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "enum": "应为其中之一：{expected}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than_equal": "应不大于 {le}",
    "list_type": "应为列表",
    "too_short": "至少 {min_length} 个",
    "too_long": "最多 {max_length} 个",
    "model_type": "应为一个 JSON 对象",
    "datetime_type": "应为时间，如 2021-11-16T09:00:00+08:00",
    "datetime_parsing": "应为时间，如 2021-11-16T09:00:00+08:00",
    "datetime_from_date_parsing": "应为时间，如 2021-11-16T09:00:00+08:00",
}


def read_query(shape: type[Shape]) -> Shape:
    """The query. Raises RequestError."""
    for name in request.args:
        if len(request.args.getlist(name)) > 1:
            raise RequestError("同一个参数只能给一次", place=name)
    try:
        return shape.model_validate(request.args.to_dict())
    except ValidationError as error:
        raise _refusal(error) from error


def read_body(shape: type[Shape]) -> Shape:
    """The body. Raises RequestError; RequestUnreadable: no JSON; 413 and 415 as Flask does."""
    if request.mimetype != "application/json":
        abort(415)
    try:
        return shape.model_validate_json(request.get_data())
    except ValidationError as error:
        raise _refusal(error) from error


def read_key(caller: str, body: BaseModel | None) -> Request | None:
    """This request by its idempotency key; None without one. Raises RequestError."""
    key = request.headers.get(KEY_HEADER)
    if key is None:
        return None
    if KEY.fullmatch(key) is None:
        raise RequestError("应为 1 到 100 个英文字母、数字或符号", place=KEY_HEADER)
    sent = body.model_dump_json() if body is not None else ""
    asked = f"{request.method} {request.path}\n{sent}"
    return Request(caller, key, hashlib.sha256(asked.encode("utf-8", "replace")).hexdigest())


def _refusal(error: ValidationError) -> RequestError:
    faults = error.errors(include_url=False)
    if faults[0]["type"] == "json_invalid":
        return RequestUnreadable(f"请求的内容不是正确的 JSON：{faults[0]['ctx']['error']}")
    told = [f"{_place(one)}：{_sentence(one)}".removeprefix("：") for one in faults[:MOST_FAULTS]]
    return RequestError("；".join(told), place=_place(faults[0]))


def _place(fault: ErrorDetails) -> str:
    return ".".join(str(part)[:60] for part in fault["loc"])


def _sentence(fault: ErrorDetails) -> str:
    context: Mapping[str, Any] = fault.get("ctx", {})
    if fault["type"] == "value_error":
        said = str(context["error"])
        return said if not said.isascii() else "应为时间，如 2021-11-16T09:00:00+08:00"
    pattern = _FAULTS.get(fault["type"])
    return pattern.format(**context) if pattern else fault["msg"]
