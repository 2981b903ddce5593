"""CAP documents for tests: a good one, and what a test changes in it."""

from __future__ import annotations

from steward.cap.write import instant_text
from tests.support.studios import SLOT

SENDER = "hzqx.example.gov.cn"
SENT = instant_text(SLOT)
EXPIRES = "2021-11-16T18:00:00+08:00"

INFO = f"""  <info>
    <language>zh-CN</language>
    <category>Met</category>
    <event>暴雨</event>
    <responseType>Prepare</responseType>
    <urgency>Immediate</urgency>
    <severity>Severe</severity>
    <certainty>Likely</certainty>
    <expires>{EXPIRES}</expires>
    <senderName>杭州市气象台</senderName>
    <headline>暴雨红色预警</headline>
    <description>预计未来3小时降雨量将达100毫米以上。</description>
    <instruction>请停止户外作业，低洼处人员立即转移。</instruction>
    <area><areaDesc>萧山区</areaDesc></area>
  </info>
"""


def document(
    identifier: str = "A1",
    *,
    sender: str = SENDER,
    sent: str = SENT,
    status: str = "Actual",
    msg_type: str = "Alert",
    scope: str = "Public",
    references: str = "",
    info: str = INFO,
) -> bytes:
    """A CAP 1.2 document."""
    earlier = f"  <references>{references}</references>\n" if references else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">\n'
        f"  <identifier>{identifier}</identifier>\n"
        f"  <sender>{sender}</sender>\n"
        f"  <sent>{sent}</sent>\n"
        f"  <status>{status}</status>\n"
        f"  <msgType>{msg_type}</msgType>\n"
        f"  <scope>{scope}</scope>\n"
        f"{earlier}{info}</alert>\n"
    ).encode()


def reference(identifier: str = "A1", *, sender: str = SENDER, sent: str = SENT) -> str:
    """How a later message names that one."""
    return f"{sender},{identifier},{sent}"
