"""A player's parts at its borders: the server's answers, the folder, the key, the command."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import click
import numpy as np
import pytest
import soundfile

from steward import __version__
from steward.cli import steward
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.broadcasts import ReceiptEvent, SoundState
from steward.errors import AlreadyRunning, EngineFailed, PlayerError, ServerAway
from steward.player.identity import Identity, identity
from steward.player.reports import Reports
from steward.player.server import Server, read_events
from steward.player.store import Store
from steward.storage.engine import Database
from steward.web.factory import create_app
from tests.support.playing import RATE_HZ, noise, until
from tests.support.served import in_thread, no_plans
from tests.support.stage import Stage, SteppedClock

CLIP = f"/clips/{'a' * 64}.wav"
STEWARD = [sys.executable, "-c", "from steward.cli import main; main()"]


class Answers:
    """A small server that answers as it is told and remembers who asked for what."""

    def __init__(self) -> None:
        self.status = 200
        self.content = b"{}"
        self.asked: list[tuple[str, str | None, bytes]] = []


@contextmanager
def answering(answers: Answers) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status = answers.status
            length = int(self.headers.get("Content-Length", "0"))
            answers.asked.append(
                (self.path, self.headers.get("Authorization"), self.rfile.read(length))
            )
            self.send_response(status)
            self.send_header("Content-Length", str(len(answers.content)))
            self.end_headers()
            self.wfile.write(answers.content)

        do_POST = do_GET

        def log_message(self, format: str, *arguments: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_token_goes_with_every_question_and_to_no_other_server() -> None:
    answers = Answers()
    with answering(answers) as address:
        server = Server(address + "/", "main", "geheim")
        server.document(3)
        server.sound("/clips/x.wav")
        server.another().report("/receipts", {"a": 1})
        assert [(path, token) for path, token, _ in answers.asked] == [
            ("/hall/main/broadcasts/3.json", "Bearer geheim"),
            ("/clips/x.wav", "Bearer geheim"),
            ("/hall/main/receipts", "Bearer geheim"),
        ]
        for other in ("http://127.0.0.2/x.wav", "//127.0.0.2/x.wav", "file:///etc/passwd"):
            with pytest.raises(PlayerError, match="不在这台服务器上"):
                server.sound(other)
        assert len(answers.asked) == 3


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (401, PlayerError, "令牌"),
        (403, PlayerError, "不能用于这个大厅"),
        (404, PlayerError, "大厅名称"),
        (302, PlayerError, "拒绝（302）"),
        (503, ServerAway, "服务器出错（503）"),
        (200, ServerAway, "看不懂"),
    ],
)
def test_each_refusal_is_a_sentence(status: int, kind: type[PlayerError], words: str) -> None:
    answers = Answers()
    answers.status, answers.content = status, b"<html>"
    with answering(answers) as address, pytest.raises(kind) as refused:
        Server(address, "main").document(3)
    assert words in str(refused.value)
    assert refused.value.retry == (kind is ServerAway)


@pytest.mark.parametrize("address", ["", "10.0.0.1:8080", "ftp://10.0.0.1", "http://"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(PlayerError, match="服务器地址"):
        Server(address, "main")


def test_events_are_read_as_the_standard_says() -> None:
    lines = [
        b": a remark", b"id: 7", b"event: change", b'data: {"id": 7,',
        b'data:"why": "\xe4\xb8\xad"}', b"", b"event: empty", b"",
        b"data: [1]", b"", b'data: {"last": 1}',
    ]  # fmt: skip
    events = [(event.name, event.data) for event in read_events([*lines, b""])]
    assert events == [("change", {"id": 7, "why": "中"}), ("message", {"last": 1})]
    with pytest.raises(ServerAway):
        list(read_events([b"data: {", b""]))


def wav(samples: np.ndarray[tuple[int], np.dtype[np.float32]]) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, RATE_HZ, format="WAV", subtype="FLOAT")
    return file.getvalue()


def test_a_clip_is_fetched_once_for_ever_and_anew_when_its_file_is_damaged(tmp_path: Path) -> None:
    sound = noise(0.2, 1)
    fetched: list[str] = []

    def fetch(address: str) -> bytes:
        fetched.append(address)
        return wav(sound)

    for _ in range(2):
        store = Store(tmp_path, RATE_HZ, fetch)
        assert store.get(CLIP) is None
        store.have(CLIP)
        store.have(CLIP)
        kept = store.get(CLIP)
        assert kept is not None
        np.testing.assert_array_equal(kept, sound)
    assert fetched == [CLIP]
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:10])
    Store(tmp_path, RATE_HZ, fetch).have(CLIP)
    assert fetched == [CLIP, CLIP]
    assert len(file.read_bytes()) > 10


def test_what_is_no_sound_is_not_kept_and_a_folder_that_refuses_does_not_silence(
    tmp_path: Path,
) -> None:
    with pytest.raises(EngineFailed):
        Store(tmp_path, RATE_HZ, lambda address: b"<html>").have(CLIP)
    assert list(tmp_path.iterdir()) == []
    blocked = tmp_path / "file"
    blocked.write_text("")
    store = Store(blocked / "clips", RATE_HZ, lambda address: wav(noise(0.1, 1)))
    store.have(CLIP)
    assert store.get(CLIP) is not None


def test_receipts_wait_for_the_server_in_their_order() -> None:
    answers = Answers()
    answers.status = 503
    with answering(answers) as address:
        told: list[object] = []
        who = Identity("player000001")
        reports = Reports(Server(address, "main"), who, SteppedClock(), told.append)
        reports.start()
        reports.presence(SoundState.READY, 80)
        for ordinal in range(3):
            reports.receipt(5, ReceiptEvent.CLAUSE, ordinal)
            reports.presence(SoundState.READY, 80)
        until(lambda: bool(answers.asked), "a first attempt")
        answers.asked.clear()
        answers.status = 201
        reports.stop()
        bodies = [json.loads(body) for _, _, body in answers.asked]
        assert [body.get("ordinal") for body in bodies] == [None, 0, 1, 2, None]
        assert [path.rsplit("/", 1)[1] for path, _, _ in answers.asked] == [
            "players", "receipts", "receipts", "receipts", "players",
        ]  # fmt: skip
        assert {body["player"] for body in bodies} == {"player000001"}
        assert bodies[0]["clock"] == round(SteppedClock().now().timestamp() * 1000)
        assert (bodies[0]["volume"], bodies[0]["version"]) == (80, __version__)
        assert told == [{}, {}]


def test_a_player_is_the_same_after_a_restart_and_there_is_only_one(tmp_path: Path) -> None:
    with identity(tmp_path, "main") as own:
        assert own.key.isalnum()
        assert own.key == own.key.lower()
        assert (len(own.key), own.secret) == (20, "")
        with pytest.raises(AlreadyRunning, match="--folder"), identity(tmp_path, "main"):
            pass
        with identity(tmp_path, "二楼/会议室") as other:
            assert other.key != own.key
        own.keep("s" * 43)
    file = tmp_path / "main.key"
    assert file.stat().st_mode & 0o777 == 0o600
    with identity(tmp_path, "main") as again:
        assert (again.key, again.secret, again.hall) == (own.key, "s" * 43, "")
        again.move("二号厅")
    with identity(tmp_path, "main") as moved:
        assert (moved.key, moved.secret, moved.hall) == (own.key, "s" * 43, "二号厅")
        moved.keep("")
    with identity(tmp_path, "main") as retired:
        assert (retired.key, retired.secret, retired.hall) == (own.key, "", "")
    file.write_text("../x")
    with identity(tmp_path, "main") as fresh:
        assert fresh.key != own.key
    with pytest.raises(PlayerError, match="不能写入"), identity(file, "main"):
        pass


def test_one_that_is_not_believed_becomes_another_and_loses_no_receipt(tmp_path: Path) -> None:
    answers = Answers()
    answers.status = 403
    answers.content = json.dumps({"error": "登记凭证不对", "place": "secret"}).encode()
    who = Identity("player000001", "s" * 43, tmp_path / "main.key")
    with answering(answers) as address:
        reports = Reports(Server(address, "main"), who, SteppedClock(), lambda answer: None)
        reports.start()
        reports.receipt(5, ReceiptEvent.ENDED)
        until(lambda: who.key != "player000001", "a new key")
        answers.status, answers.content = 201, b'{"id": 1}'
        reports.stop()
    first, last = (json.loads(answers.asked[at][2]) for at in (0, -1))
    assert (first["player"], first["secret"]) == ("player000001", "s" * 43)
    assert (last["player"], last.get("secret"), last["event"]) == (who.key, None, "ended")
    assert (tmp_path / "main.key").read_text() == f"{who.key}\n"


def test_the_command_plays_reports_and_ends_cleanly(
    sqlite_database: Database, tmp_path: Path
) -> None:
    stage, clock = Stage(sqlite_database, tmp_path / "var"), SteppedClock()
    with in_thread(create_app(stage.settings, stage.database, clock, no_plans)) as port:
        broadcast_id = stage.broadcast(clock.now(), seconds=0.2)
        stage.move(broadcast_id, S.PLAYING, clock.now())
        command = [*STEWARD, "player", "--null", "--server", f"http://127.0.0.1:{port}"]
        with subprocess.Popen(
            [*command, "--folder", str(tmp_path / "own")],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            assert process.stdout is not None
            said = []
            for line in process.stdout:
                said.append(line)
                if "结束" in line and "“" in line:
                    break
            process.send_signal(signal.SIGTERM)
            said += list(process.stdout)
        assert process.returncode == 0
    words = "".join(said)
    assert "“每周播报”2/4：本周新增隐患28条" in words
    assert "已停止" in words
    assert "Traceback" not in words


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "--server"),
        (["--server", "10.0.0.1:8080"], "服务器地址应如"),
        (["--server", "http://127.0.0.1:1", "--volume", "101"], "音量应为 0 至 100"),
    ],
)
def test_the_command_says_what_is_wrong(arguments: list[str], words: str) -> None:
    with pytest.raises((PlayerError, click.UsageError)) as refused:
        steward.main(["player", "--null", *arguments], standalone_mode=False)
    assert words in str(refused.value)
