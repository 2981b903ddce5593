"""The words of the field as frozen dataclasses and enums. Standard library only."""
