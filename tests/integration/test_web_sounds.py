"""Sound files: caching, ranges, names."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from steward.storage.engine import Database
from steward.web.factory import create_app
from tests.support.stage import Stage, SteppedClock


@pytest.fixture
def stage(sqlite_database: Database, tmp_path: Path) -> Stage:
    return Stage(sqlite_database, tmp_path / "var")


@pytest.fixture
def client(stage: Stage) -> FlaskClient:
    return create_app(
        stage.settings, stage.database, SteppedClock(), lambda plans, after: []
    ).test_client()


def test_a_clip_is_cached_for_ever_and_checked_by_its_key(
    client: FlaskClient, stage: Stage
) -> None:
    key = stage.clip().key
    answer = client.get(f"/clips/{key}.wav", buffered=True)
    assert answer.status_code == 200
    assert answer.mimetype == "audio/wav"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["ETag"] == f'"{key}"'
    assert answer.data[:4] == b"RIFF"
    again = client.get(f"/clips/{key}.wav", buffered=True, headers={"If-None-Match": f'"{key}"'})
    assert again.status_code == 304
    assert again.data == b""


def test_ranges(client: FlaskClient, stage: Stage) -> None:
    address = f"/clips/{stage.clip().key}.wav"
    whole = client.get(address, buffered=True).data
    part = client.get(address, buffered=True, headers={"Range": "bytes=100-299"})
    assert part.status_code == 206
    assert part.headers["Content-Range"] == f"bytes 100-299/{len(whole)}"
    assert part.data == whole[100:300]
    tail = client.get(address, buffered=True, headers={"Range": "bytes=-50"})
    assert tail.data == whole[-50:]
    beyond = client.get(address, buffered=True, headers={"Range": f"bytes={len(whole) + 10}-"})
    assert beyond.status_code == 416
    assert beyond.headers["Content-Range"] == f"bytes */{len(whole)}"


@pytest.mark.parametrize("key", ["0" * 63, "g" * 64, "A" * 64, "..%2f..%2fsteward.db", "0" * 64])
def test_what_is_no_clip_is_not_found(client: FlaskClient, key: str) -> None:
    answer = client.get(f"/clips/{key}.wav", buffered=True, headers={"Accept": "text/html"})
    assert answer.status_code == 404


def test_a_download_says_what_it_is_and_of_which_day(client: FlaskClient, stage: Stage) -> None:
    late = SteppedClock().now() + timedelta(hours=16)  # the 17th in the district
    broadcast_id = stage.broadcast(late)
    folder = stage.folder / "broadcasts"
    folder.mkdir(parents=True)
    for kind, mimetype in (("mp3", "audio/mpeg"), ("ogg", "audio/ogg"), ("wav", "audio/wav")):
        missing = client.get(f"/broadcasts/{broadcast_id}.{kind}", buffered=True)
        assert missing.status_code == 404
        (folder / f"{broadcast_id}.{kind}").write_bytes(b"0123456789")
        answer = client.get(
            f"/broadcasts/{broadcast_id}.{kind}", buffered=True, headers={"Range": "bytes=2-4"}
        )
        assert answer.data == b"234"
        assert answer.mimetype == mimetype
        disposition = answer.headers["Content-Disposition"]
        assert "filename*=UTF-8''%E8%90%A7%E5%B1%B1%E5%8C%BA" in disposition
        assert "11%E6%9C%8817%E6%97%A5" in disposition
    assert client.get(f"/broadcasts/{broadcast_id}.exe", buffered=True).status_code == 404
