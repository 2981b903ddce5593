"""`steward run` as real processes: started, killed, refused a second time, stopped."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

from steward.broadcasts.queries import broadcasts
from steward.domain.weeks import district_instant
from steward.storage.engine import Database
from tests.support import studios

COMMAND = [sys.executable, "-c", "from steward.cli import main; main()"]
ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(what: Callable[[], object], seconds: float = 40.0) -> object:
    """The first true answer of `what`; fails when there is none in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = what()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s")


class House:
    """A data folder, a port, and the environment that names them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("STEWARD_")},
            "STEWARD_DATA_DIR": str(folder),
            "STEWARD_PORT": str(self.port),
            "STEWARD_VOICE": "silence",
            "STEWARD_FALLBACK_VOICES": "",
            "PYTHONPATH": str(ROOT),
        }
        self.log = folder.parent / "output.txt"

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as stream:
            return subprocess.Popen(
                [*COMMAND, *arguments],
                env=self.environment,
                cwd=self.folder.parent,
                stdout=stream,
                stderr=stream,
            )

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *arguments],
            env=self.environment,
            cwd=self.folder.parent,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def output(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def healthy(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def engine_pid(self) -> int:
        try:
            return int((self.folder / "engine.pid").read_text())
        except (FileNotFoundError, ValueError):
            return 0


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "var")


@pytest.fixture
def running(house: House) -> Iterator[subprocess.Popen[bytes]]:
    process = house.start("run")
    try:
        until(house.healthy)
        until(house.engine_pid)
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(20)


def test_it_starts_restarts_refuses_and_stops(
    house: House, running: subprocess.Popen[bytes]
) -> None:
    until(lambda: "已就绪" in house.output())
    assert f"http://127.0.0.1:{house.port}/hall/main" in house.output()
    assert "下一次播报" in house.output()
    # The first administrator's password: once, on the terminal, and in no log.
    once = re.search(r"帐号 admin，一次性密码 ([a-z2-9-]{19})（", house.output())
    assert once is not None
    logs = "".join(path.read_text("utf-8") for path in (house.folder / "logs").glob("*.log"))
    assert once[1] not in logs
    assert (house.folder / "secret.key").stat().st_mode & 0o077 == 0
    with urlopen(f"http://127.0.0.1:{house.port}/", timeout=5) as page:
        assert page.url.endswith("/login")

    second = house.call("run")
    assert second.returncode == 1
    assert "已经有隐患管家在运行" in second.stderr
    engine = house.call("engine")
    assert engine.returncode == 1
    assert "已经有播报引擎在运行" in engine.stderr

    first_pid = house.engine_pid()
    os.kill(first_pid, signal.SIGKILL)
    until(lambda: house.engine_pid() not in (0, first_pid))
    assert "播报引擎意外结束" in house.output()
    assert house.healthy()

    family = psutil.Process(running.pid).children(recursive=True)
    assert len(family) >= 3  # gunicorn, its worker, the engine
    # A listener holds a stream open; stopping does not wait for it.
    with urlopen(f"http://127.0.0.1:{house.port}/hall/main/events", timeout=5) as stream:
        assert stream.readline()
        began = time.monotonic()
        running.send_signal(signal.SIGTERM)
        assert running.wait(15) == 0
        took_s = time.monotonic() - began
    assert took_s < 8
    _, alive = psutil.wait_procs(family, timeout=3)
    assert alive == []
    assert not house.healthy()


def test_the_children_end_with_a_killed_parent(
    house: House, running: subprocess.Popen[bytes]
) -> None:
    family = psutil.Process(running.pid).children(recursive=True)
    running.kill()
    running.wait()
    _, alive = psutil.wait_procs(family, timeout=15)
    assert alive == []


def test_a_port_in_use_is_said_so(house: House) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", house.port))
        other.listen()
        refused = house.call("run")
    assert refused.returncode == 1
    assert f"不能在 127.0.0.1:{house.port} 监听" in refused.stderr
    assert not house.healthy()


def test_an_engine_without_tables_says_what_to_do(house: House) -> None:
    refused = house.call("engine")
    assert refused.returncode == 1
    assert "steward database upgrade" in refused.stderr


def test_a_bad_holiday_file_stops_the_start_with_its_place(house: House) -> None:
    house.folder.mkdir()
    path = house.folder / "holidays.toml"
    path.write_text("[2027]\nholiday = []\n", encoding="utf-8")
    refused = house.call("run")
    assert refused.returncode == 1
    assert "不认识“holiday”" in refused.stderr
    assert str(path) in refused.stderr


def test_a_plan_added_while_it_runs_is_broadcast(
    house: House, running: subprocess.Popen[bytes]
) -> None:
    database = Database(f"sqlite:///{house.folder / 'steward.db'}")
    try:
        soon = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(time.time() + 12))
        added = house.call("plans", "add", soon, "--title", "马上播报")
        assert added.returncode == 0, added.stderr
        assert "首次播报" in added.stdout
        until(lambda: studios.states(database) == ["playing"])
        row = studios.only_broadcast(database)
        assert row.started_at is not None
        late_s = (row.started_at - district_instant(soon)).total_seconds()
        assert 0 <= late_s < 5
        shown = house.call("broadcasts", "show", str(row.id))
        assert "播报中" in shown.stdout
        listed = house.call("plans", "next")
        assert "每周播报" in listed.stdout
    finally:
        database.dispose()


def test_each_start_of_a_demonstration_speaks(house: House) -> None:
    source = house.folder.parent / "执法检查.csv"
    source.write_text(
        "隐患编号,企业名称,所属镇街,隐患类别,隐患等级,发现时间\n"
        "Z1,临浦机械厂,临浦镇,消防安全,一般,2021-11-15 09:30\n",
        encoding="utf-8",
    )
    assert house.call("database", "upgrade").returncode == 0
    taken = house.call("intake", str(source), "--source", "enforcement")
    assert taken.returncode == 0, taken.stdout + taken.stderr
    house.environment["STEWARD_DEMO_CLOCK"] = "2021-11-16T08:59:57"
    database = Database(f"sqlite:///{house.folder / 'steward.db'}")
    try:
        for before in ([], ["cancelled"]):
            process = house.start("run", "--demo")
            try:
                until(lambda seen=before: studios.states(database) == [*seen, "playing"])
            finally:
                process.terminate()
                assert process.wait(20) == 0
        with database.session() as session:
            row = broadcasts.get(session, 2)
    finally:
        database.dispose()
    assert house.output().count("一次性密码") == 1
    assert "steward user reset" in house.output()
    assert "演示模式：时钟从 2021年11月16日 08:59:57 开始走" in house.output()
    assert "正在生成演示数据" not in house.output()
    assert row.as_of == district_instant("2021-11-16T09:00")
    assert "本周新增隐患1条" in "".join(clause["written"] for clause in row.clauses)
