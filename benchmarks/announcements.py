"""Announcements made by chance, as a bureau writes them: what voices are measured on.

The seed decides everything. What is tuned is tuned on other seeds than what is measured.
"""

from __future__ import annotations

from random import Random

from steward.ledger.towns import known_towns

MEASURED_SEED = 2021
TUNING_SEED = 7

_INDUSTRIES = ("化工", "纺织", "机械", "建材", "仓储物流", "餐饮", "木材加工", "电镀")
_CATEGORIES = ("消防通道", "电气线路", "危险化学品", "有限空间", "特种设备", "粉尘防爆", "安全出口")
_PATTERNS = (
    "隐患管家提醒您，本周新增隐患{many}条。",
    "本周新增隐患{few}条，隐患到期预警企业{few}家，超期预警企业{few}家。",
    "截至目前，全区累计监控隐患{huge}处，闭环处置{many}处。",
    "全区隐患闭环率{percent}%，比上周上升{small}.{digit}个百分点。",
    "{town}新增隐患{few}条，其中重大隐患{digit}条。",
    "{town}、{town}和{town}新增隐患较多，分别为{few}条、{few}条和{few}条。",
    "{month}月{day}日{hour}:{minute}，{town}一家{industry}企业发生险情。",
    "请{town}于{year}年{month}月{day}日前完成{few}家企业的整改。",
    "网格员本月巡查{many}处，发现{category}隐患{few}处，已处理{few}处。",
    "举报热线12350，值班电话0571-828{four}{digit}。",
    "{industry}行业隐患{many}条，占{percent}%。",
    "{category}类隐患{few}条，较上周减少{few}条，下降{percent}%。",
    "重大隐患{few}条未闭环，涉及{few}家企业，请抓紧督促整改。",
    "今天气温{small}℃，风力{digit}-{digit_high}级，请注意防范。",
    "罚款{money}元，已缴纳{money}元。",
    "第{digit}季度共检查企业{many}家次，检查率{percent}%。",
    "{year}年第{few}周，{town}逾期未整改隐患{few}条。",
    "距离整改期限还有{small}天，请有关企业尽快整改。",
)


def announcements(count: int, seed: int) -> list[str]:
    """`count` announcements, always the same for a seed; every pattern about as often."""
    chance = Random(seed)
    towns = [town.name for town in known_towns()]
    made: list[str] = []
    while len(made) < count:
        text = _PATTERNS[len(made) % len(_PATTERNS)]
        while "{" in text:
            name = text[text.index("{") + 1 : text.index("}")]
            text = text.replace("{" + name + "}", _value(name, chance, towns), 1)
        made.append(text)
    return made


def _value(name: str, chance: Random, towns: list[str]) -> str:
    if name in ("town", "industry", "category"):
        return chance.choice({"town": towns, "industry": _INDUSTRIES}.get(name, _CATEGORIES))
    if name == "percent":
        return f"{chance.randint(0, 99)}.{chance.randint(0, 9)}"
    low, high = {
        "digit": (1, 4),
        "digit_high": (5, 9),
        "small": (1, 30),
        "few": (2, 120),
        "many": (100, 9999),
        "huge": (10000, 99999),
        "money": (100, 50000),
        "four": (1000, 9999),
        "year": (2019, 2029),
        "month": (1, 12),
        "day": (1, 28),
        "hour": (6, 22),
        "minute": (10, 59),
    }[name]
    return str(chance.randint(low, high))
