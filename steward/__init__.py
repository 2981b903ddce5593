"""隐患管家 (Hazard Steward): speaks a district's safety hazards aloud."""

__version__ = "0.1.0"
