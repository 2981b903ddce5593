"""读音核对: which names might be read wrong, and what to write about it."""

from __future__ import annotations

from flask import Blueprint, render_template

from steward.operations.check_names import check_names, marked, where_to_write
from steward.web.context import web

SHOWN = 200  # words on the page; the command line lists all

blueprint = Blueprint("readings", __name__)
blueprint.add_app_template_filter(lambda syllables: marked(*syllables), "marked")


@blueprint.get("/readings")
def page() -> str:
    """The doubtful words of the names in the ledger."""
    own = web()
    checked = check_names(own.database, own.settings.lexicon)
    return render_template(
        "readings.html",
        checked=checked,
        shown=checked.doubtful[:SHOWN],
        path=where_to_write(own.settings.lexicon, own.settings.data_dir),
    )
