"""The program in the documentation, run against a real server with an engine behind it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from flask import Response, request

from steward.domain.accounts import Role
from steward.operations.keep_tokens import add_token
from steward.settings import Settings
from steward.storage.engine import Database
from steward.web.factory import create_app
from tests.support.accounts import ROOT
from tests.support.desk import Desk
from tests.support.served import ROOT as HOUSE
from tests.support.served import in_thread, no_plans
from tests.support.stage import SteppedClock

SAMPLE = HOUSE / "docs" / "samples" / "announce.py"


def test_the_platform_has_a_text_said_and_takes_its_receipts_and_its_sound(
    sqlite_database: Database, tmp_path: Path
) -> None:
    clock = SteppedClock()
    desk = Desk.open(sqlite_database, tmp_path)
    url = sqlite_database.engine.url.render_as_string(hide_password=False)
    settings = Settings(data_dir=tmp_path, database_url=url)
    app = create_app(settings, sqlite_database, clock, no_plans)
    posted = threading.Event()

    @app.after_request
    def _tell(response: Response) -> Response:
        if request.method == "POST":
            posted.set()
        return response

    _, key = add_token(sqlite_database, "数字应急平台", at=clock.now(), by=ROOT, role=Role.OPERATOR)
    with in_thread(app) as port:
        platform = subprocess.Popen(
            [sys.executable, str(SAMPLE), f"http://127.0.0.1:{port}", "main", "今天下午3点开会。"],
            cwd=tmp_path,
            env=os.environ | {"TOKEN": key, "PYTHONIOENCODING": "utf-8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        assert posted.wait(60), platform.communicate(timeout=10)
        desk.look(clock.now())
        assert desk.state(1) == "playing"
        desk.ended(1, clock.now())
        said, _ = platform.communicate(timeout=60)
    assert platform.returncode == 0, said
    assert "播报单 1：sent" in said
    assert "main hallsc ended" in said
    assert (tmp_path / "1.mp3").read_bytes() == (tmp_path / "broadcasts" / "1.mp3").read_bytes()
