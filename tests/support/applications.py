"""What every application of a run has in common, worked out once: its pages and its addresses.

Each test has an application of its own. Compiling templates and what builds addresses took most of
making it; neither depends on anything but their text, which is the key here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

_builders: dict[tuple[Any, ...], Callable[..., Any]] = {}


class KeptPages(BytecodeCache):
    """Compiled templates by name; Jinja2 itself looks whether the source is still the same."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what is kept of this template, if anything."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


class KeptRule(Rule):
    """A rule whose function for building addresses is compiled once for the same rule.

    The function is not bound to a rule: converters are those of the rule that calls it.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., Any]:
        if self.defaults:  # they are written into the function by this rule's own converters
            return super()._compile_builder(append_unknown)
        key = (self.rule, tuple(self._trace), append_unknown)
        if key not in _builders:
            _builders[key] = super()._compile_builder(append_unknown)
        return _builders[key]


def share() -> None:
    """From now on, for every application of this process."""
    Flask.jinja_options = {"bytecode_cache": KeptPages()}
    Flask.url_rule_class = KeptRule
