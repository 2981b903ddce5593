"""In whose name, and with what, monthly reports are made here."""

from __future__ import annotations

from steward.operations.make_reports import Press
from steward.settings import Settings


def press_of(settings: Settings) -> Press:
    """The press that the settings describe."""
    return Press(
        district=settings.district,
        issuer=settings.issuer.sender_name,
        fonts=settings.fonts_folder,
        rules=settings.colour_rules,
        due_soon_days=settings.due_soon_days,
        demonstration=bool(settings.demo_clock),
    )
