"""What the steps of the engine share: where things lie, who speaks, who owns the work."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from steward.domain.alarms import AlarmRules
from steward.domain.alerts import Issuer
from steward.domain.announcements import Rules
from steward.operations.narrate import TEMPLATES
from steward.speech.speaker import Speaker
from steward.storage.engine import Database


@dataclass(frozen=True)
class Studio:
    """One engine's place of work. What town offices are given lies in `offices_folder`.

    `colour_rules` is `Settings.colour_rules`.

    `owner` names this process in claims: `<host>:<data folder>:<process>`. `lease_s` is how long
    a claim holds unrenewed; `grace_s` what is waited after a broadcast's length for its receipt;
    `approvals` are the rules who decides, `approval_waits` how long an announcement waits for an
    approver; `compare_every` how often the
    broadcasts of `compare_since` are compared with the ledger; `issuer` in whose name alerts
    go out; `demonstration`: the ledger is invented, and papers say so.
    """

    database: Database
    voice: Speaker
    owner: str
    district: str
    clips_folder: Path
    sounds_folder: Path
    offices_folder: Path
    fonts_folder: Path
    templates_dir: Path = TEMPLATES
    own_templates: Path | None = None
    lexicon_file: Path | None = None
    due_soon_days: int = 7
    colour_rules: Path | None = None
    lease_s: float = 60.0
    grace_s: float = 10.0
    approvals: Rules = field(default_factory=dict)
    approval_waits: timedelta = timedelta(hours=24)
    compare_every: timedelta = timedelta(minutes=10)
    compare_since: timedelta = timedelta(days=14)
    alarms: AlarmRules = field(default_factory=AlarmRules)
    issuer: Issuer = field(default_factory=Issuer)
    demonstration: bool = False

    def is_dead_twin(self, owner: str) -> bool:
        """Whether `owner` was an earlier process on this same data folder, whose lock is ours."""
        return owner != self.owner and owner.rpartition(":")[0] == self.owner.rpartition(":")[0]
