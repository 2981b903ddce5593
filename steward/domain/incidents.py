"""事故: what has happened at an enterprise, as the ledger keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class IncidentKind(StrEnum):
    """事故类别 (GB 6441-1986, table A.1 gives twenty; what else there is is `other`)."""

    STRUCK_BY_OBJECT = "struck_by_object"
    VEHICLE = "vehicle"
    MACHINERY = "machinery"
    LIFTING = "lifting"
    ELECTRIC_SHOCK = "electric_shock"
    DROWNING = "drowning"
    BURN = "burn"
    FIRE = "fire"
    FALL = "fall"
    COLLAPSE = "collapse"
    ROOF_FALL = "roof_fall"
    WATER_INRUSH = "water_inrush"
    BLASTING = "blasting"
    GUNPOWDER = "gunpowder"
    GAS = "gas"
    BOILER = "boiler"
    VESSEL = "vessel"
    OTHER_EXPLOSION = "other_explosion"
    POISONING = "poisoning"
    OTHER = "other"


KIND_NAMES: dict[IncidentKind, str] = {
    IncidentKind.STRUCK_BY_OBJECT: "物体打击",
    IncidentKind.VEHICLE: "车辆伤害",
    IncidentKind.MACHINERY: "机械伤害",
    IncidentKind.LIFTING: "起重伤害",
    IncidentKind.ELECTRIC_SHOCK: "触电",
    IncidentKind.DROWNING: "淹溺",
    IncidentKind.BURN: "灼烫",
    IncidentKind.FIRE: "火灾",
    IncidentKind.FALL: "高处坠落",
    IncidentKind.COLLAPSE: "坍塌",
    IncidentKind.ROOF_FALL: "冒顶片帮",
    IncidentKind.WATER_INRUSH: "透水",
    IncidentKind.BLASTING: "放炮",
    IncidentKind.GUNPOWDER: "火药爆炸",
    IncidentKind.GAS: "瓦斯爆炸",
    IncidentKind.BOILER: "锅炉爆炸",
    IncidentKind.VESSEL: "容器爆炸",
    IncidentKind.OTHER_EXPLOSION: "其他爆炸",
    IncidentKind.POISONING: "中毒和窒息",
    IncidentKind.OTHER: "其他伤害",
}
KINDS_BY_NAME: dict[str, IncidentKind] = {name: kind for kind, name in KIND_NAMES.items()}


@dataclass(frozen=True)
class Incident:
    """One incident. `simulated`: of the demonstration, it never happened."""

    id: int
    external_id: str
    enterprise_id: int
    enterprise: str
    town_code: str
    town: str
    kind: IncidentKind
    occurred_at: datetime
    deaths: int
    injured: int
    description: str
    recorded_at: datetime
    simulated: bool
    voided_at: datetime | None = None
    void_reason: str = ""
