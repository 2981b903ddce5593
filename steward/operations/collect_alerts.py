"""Collect alerts of others where they are to be had: a folder, and addresses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from steward.narration.lexicon import Lexicon
from steward.operations.announce_alert import Intake, intake_of
from steward.operations.fetch_alerts import fetch_alerts
from steward.operations.fetch_document import LIMIT_S
from steward.operations.settle_readings import lexicon_in_force
from steward.operations.take_folder import take_folder
from steward.operations.watch_folder import Watched
from steward.settings import Settings
from steward.storage.engine import Database


@dataclass
class Collector:
    """Where to look and how often; `due` is when the addresses are asked next."""

    intake: Intake
    watched: Watched | None = None
    addresses: tuple[str, ...] = ()
    every: timedelta = timedelta(minutes=1)
    lexicon_file: Path | None = None
    limit_s: float = LIMIT_S
    due: datetime | None = field(default=None)


def collector_of(settings: Settings) -> Collector | None:
    """As the settings say; None when there is nowhere to look."""
    if not settings.cap_folder and not settings.cap_addresses:
        return None
    return Collector(
        intake_of(settings),
        Watched(Path(settings.cap_folder).resolve()) if settings.cap_folder else None,
        settings.cap_addresses,
        timedelta(seconds=settings.cap_feed_s),
        settings.lexicon,
    )


def collect_alerts(
    database: Database,
    collector: Collector,
    *,
    now: datetime,
    stopping: Callable[[], bool] = lambda: False,
) -> list[str]:
    """One look everywhere; the faults. Raises StorageError, NarrationError (a bad lexicon)."""
    faults = []
    lexicon: Lexicon = lexicon_in_force(database, collector.lexicon_file)
    if collector.watched is not None:
        take_folder(database, collector.watched, collector.intake, lexicon=lexicon, now=now)
        if collector.watched.fault:
            faults.append(f"{collector.watched.folder}：{collector.watched.fault}")
    if collector.due is not None and now < collector.due:
        return faults
    collector.due = now + collector.every
    for address in collector.addresses:
        if stopping():
            break
        fault = fetch_alerts(
            database,
            address,
            collector.intake,
            lexicon=lexicon,
            now=now,
            limit_s=collector.limit_s,
        )
        if fault:
            faults.append(fault)
    return faults
