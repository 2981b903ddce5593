"""XML that came from anywhere, parsed safely; and CAP's own schema with its faults in Chinese."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from steward.domain.alerts import MOST_BYTES
from steward.errors import AlertError

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
ROOT = f"{{{NAMESPACE}}}alert"
_FILE = Path(__file__).with_name("data") / "CAP-v1.2.xsd"
_FAULTS = {
    "SCHEMAV_CVC_ENUMERATION_VALID": "的值不在允许的范围里",
    "SCHEMAV_CVC_PATTERN_VALID": "的写法不对（时间应如 2021-11-16T09:00:00+08:00，不能写 Z）",
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_1": "的值不对",
    "SCHEMAV_ELEMENT_CONTENT": "处缺少必需的内容、顺序不对，或多出了不认识的内容",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": "里不应有文字",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": "有不认识的属性",
}


def parse(content: bytes, *, most_bytes: int = MOST_BYTES) -> Any:
    """The root element. No entity is resolved, no document type allowed, nothing fetched.

    Raises AlertError: too large, a document type, or (`retry`: it may not be all there yet) no
    well-formed XML.
    """
    if len(content) > most_bytes:
        raise AlertError(f"文件太大，超过 {most_bytes // 1024} KB")
    plain = content.replace(b"\0", b"")  # in UTF-16, too
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise AlertError("含有文档类型或实体声明（DOCTYPE、ENTITY），出于安全不接收")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise AlertError(
            "不是完整、正确的 XML", place=f"第 {line} 行" if line else "", retry=True
        ) from error
    if root.getroottree().docinfo.doctype:
        raise AlertError("含有文档类型声明（DOCTYPE），出于安全不接收")
    return root


def check(root: Any) -> None:
    """Hold a document to the schema. Raises AlertError naming the element and its line."""
    if root.tag != ROOT:
        name = etree.QName(root)
        if name.localname == "alert" and (name.namespace or "").startswith(NAMESPACE[:-3]):
            version = str(name.namespace).rpartition(":")[2]
            raise AlertError(f"是 CAP {version} 的警报，只接收 1.2")
        raise AlertError("不是 CAP 警报")
    schema = _schema()
    if schema.validate(root):
        return
    fault = schema.error_log[0]
    name = str(fault.path or "").rpartition(":")[2].rpartition("/")[2].partition("[")[0]
    said = _FAULTS.get(fault.type_name, "不对")
    raise AlertError(f"不符合 CAP 1.2：{_element(fault, name)}{said}", place=f"第 {fault.line} 行")


def _element(fault: Any, name: str) -> str:
    quoted = fault.message.partition("}")[2].partition("'")[0]
    return f"“{quoted or name}”"


@cache
def _schema() -> Any:
    return etree.XMLSchema(etree.parse(str(_FILE)))
