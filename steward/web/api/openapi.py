"""The interface's OpenAPI 3.1 document, made from the declared operations."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from steward import __version__
from steward.domain.accounts import ROLE_NAMES
from steward.web.api.contract import NAME, OPERATIONS, REPLAYED, Operation, Subject
from steward.web.api.problems import MEDIA_TYPE, PREFIX
from steward.web.api.reading import KEY, KEY_HEADER
from steward.web.api.shapes.problem import Problem
from steward.web.auth.access import ACCESS

Schema = dict[str, Any]
Mode = Literal["validation", "serialization"]
JSON = "application/json"

_RULE = re.compile(r"<(?:(\w+)(?:\(([^)]*)\))?:)?(\w+)>")
_ARGUMENTS: dict[str, Schema] = {
    "int": {"type": "integer", "minimum": 0, "maximum": 10**18 - 1},
    "": {"type": "string", "minLength": 1, "maxLength": 40},
}
_NAMES = {"number": "编号", "hall": "大厅的名称", "kind": "哪种文件；vtt 是字幕"}
_REFUSALS = {
    400: "请求读不懂",
    401: "没有有效的令牌",
    403: "这个令牌不能做这件事",
    404: "没有这样东西",
    409: "它已不是您看到的样子，或别人先做了",
    413: "送来的内容太大",
    415: "送来的内容不是 JSON",
    416: "所要的范围超出了文件",
    422: "内容不合要求",
    429: "请求太多",
    500: "程序出错",
    503: "数据库暂时不可用",
}


def document(district: str) -> Schema:
    """The whole document, as JSON."""
    shapes: list[tuple[type[BaseModel], Mode]] = [(Problem, "serialization")]
    for one in OPERATIONS:
        shapes += [(model, "validation") for model in (one.query, one.body) if model]
        shapes += [(model, "serialization") for model in (one.answer,) if model]
    known, schemas = models_json_schema(
        list(dict.fromkeys(shapes)), ref_template="#/components/schemas/{model}"
    )
    components = schemas.get("$defs", {})
    queries = {one.query: _taken_out(components, known, one.query) for one in OPERATIONS}
    paths: Schema = {}
    for one in sorted(OPERATIONS, key=lambda one: list(Subject).index(one.subject)):
        address = PREFIX + _RULE.sub(r"{\3}", one.rule)
        item = _operation(one, queries[one.query], known)
        paths.setdefault(address, {})[one.method.lower()] = item
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{district}隐患管家接口",
            "version": __version__,
            "description": "给程序用的接口：令牌由管理员在“帐号”页或用 steward token add 发放。",
        },
        "security": [{"token": []}],
        "tags": [{"name": subject.value} for subject in Subject],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": components,
        },
    }


def _taken_out(components: Schema, known: Any, query: type[BaseModel] | None) -> list[Schema]:
    """The parameters of a query; its shape is then no component any more."""
    if query is None:
        return []
    name = known[query, "validation"]["$ref"].rpartition("/")[2]
    shape = components.pop(name, None)
    return [] if shape is None else [_parameter(shape, one) for one in shape["properties"]]


def _parameter(shape: Schema, name: str) -> Schema:
    schema = dict(shape["properties"][name])
    described = schema.pop("description", "")
    kinds = [one for one in schema.pop("anyOf", []) if one != {"type": "null"}]
    if kinds:
        schema = kinds[0]  # one that is not sent stands for none
    schema = {key: value for key, value in schema.items() if key != "title"}
    return {
        "name": name,
        "in": "query",
        "required": name in shape.get("required", ()),
        "description": described,
        "schema": schema,
    }


def _operation(one: Operation, parameters: list[Schema], known: Any) -> Schema:
    needs = ACCESS[f"{NAME}.{one.name}"]
    who = ROLE_NAMES[needs.role] if needs.role else ""
    rights = f"需要角色：{who}或更高。" + ("本大厅的令牌也可以。" if needs.hall_token else "")
    item: Schema = {
        "operationId": one.name,
        "tags": [one.subject.value],
        "summary": one.summary,
        "description": rights,
        "parameters": [*_path_parameters(one.rule), *parameters],
        "responses": _responses(one, known),
    }
    if one.body is not None:
        item["parameters"].append(_KEY)
        item["requestBody"] = {
            "required": True,
            "content": {JSON: {"schema": known[one.body, "validation"]}},
        }
    return item


def _path_parameters(rule: str) -> list[Schema]:
    found = []
    for converter, choice, name in _RULE.findall(rule):
        schema = _ARGUMENTS.get(converter, {"type": "string"})
        if converter == "any":
            schema = {"type": "string", "enum": [part.strip() for part in choice.split(",")]}
        found.append(
            {
                "name": name,
                "in": "path",
                "required": True,
                "description": _NAMES[name],
                "schema": schema,
            }
        )
    return found


_KEY: Schema = {
    "name": KEY_HEADER,
    "in": "header",
    "required": False,
    "description": "同一个键、同样的内容再发一次，得到第一次的答复，不会做第二遍",
    "schema": {"type": "string", "pattern": f"^{KEY.pattern}$"},
}


def _responses(one: Operation, known: Any) -> Schema:
    refusals = {400, 401, 403, 404, 422, 429, 500, 503}
    done: Schema = {"description": "完成"}
    if one.answer is not None:
        done["content"] = {JSON: {"schema": known[one.answer, "serialization"]}}
    else:
        done["content"] = {kind: {} for kind in one.media}
        refusals.add(416)
    responses = {str(one.status): done}
    if one.answer is None:
        responses["206"] = {**done, "description": "所要的范围（Range）"}
        responses["304"] = {"description": "没有变（If-None-Match）"}
    if one.body is not None:
        refusals |= {409, 413, 415}
        done["headers"] = {
            REPLAYED: {
                "description": "true：这是第一次的答复",
                "schema": {"type": "string", "enum": ["true"]},
            }
        }
        if one.created:
            done["headers"]["Location"] = {"required": True, "schema": {"type": "string"}}
    problem = {MEDIA_TYPE: {"schema": known[Problem, "serialization"]}}
    for status in sorted(refusals):
        responses[str(status)] = {"description": _REFUSALS[status], "content": problem}
    wait = {"required": True, "schema": {"type": "string", "pattern": "^[0-9]+$"}}
    responses["429"]["headers"] = {"Retry-After": wait}
    return responses
