"""Where the tests find voice cards, installed voices and fonts."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
CARDS = ROOT / "voices"
VOICES = ROOT / "var" / "voices"  # where set-up puts them
FONTS = ROOT / "var" / "fonts"  # those of the documents
