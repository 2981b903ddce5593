"""演练总结: what became of an exercise or an emergency, to read, to print, to take along."""

from __future__ import annotations

import io

from flask import Blueprint, Response, render_template, send_file

from steward.domain.announcements import STATUS_NAMES
from steward.operations.export_drill import report_name, write_report
from steward.operations.report_drill import report_drill
from steward.web.context import web

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

blueprint = Blueprint("reports", __name__)


@blueprint.get("/broadcasts/<int:broadcast_id>/report")
def page(broadcast_id: int) -> str:
    """The report on one page; 404 for what has none."""
    report = report_drill(web().database, broadcast_id)
    return render_template("sequels/report.html", report=report, status_names=STATUS_NAMES)


@blueprint.get("/broadcasts/<int:broadcast_id>/report.xlsx")
def export(broadcast_id: int) -> Response:
    """The same as a workbook."""
    report = report_drill(web().database, broadcast_id)
    stream = io.BytesIO()
    write_report(report, stream)
    stream.seek(0)
    answer = send_file(
        stream, mimetype=_XLSX, as_attachment=True, download_name=report_name(report)
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
