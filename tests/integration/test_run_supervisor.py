"""The supervisor and the lock, with real processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from steward.errors import AlreadyRunning, SettingsError
from steward.workers.lock import check_free, only_one

PARENT = """
import logging, os, sys
from steward.workers.supervisor import Child, Supervisor
logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(message)s")
child = Child("孩子", [sys.executable, "-c", sys.argv[1]])
looks = 0
def watch():
    global looks
    looks += 1
    if looks == int(sys.argv[2]):
        os.kill(os.getpid(), 15)
Supervisor([child], dict(os.environ)).run(watch)
print("ended")
"""
HOLDER = """
import sys, time
from pathlib import Path
from steward.workers.lock import only_one
with only_one(Path(sys.argv[1]), "engine", "播报引擎"):
    print("held", flush=True)
    time.sleep(60)
"""


def parent(program: str, looks: int) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PARENT, program, str(looks)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


def test_a_child_that_ends_is_started_again_each_time_later() -> None:
    said = parent("raise SystemExit(3)", 25)
    assert said.count("已启动孩子") >= 3
    assert "状态 3" in said
    assert "1 秒后重新启动" in said
    assert "2 秒后重新启动" in said
    assert said.rstrip().endswith("ended")


def test_a_child_that_ignores_the_request_is_killed() -> None:
    said = parent("import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)", 5)
    assert "强制结束" in said
    assert said.rstrip().endswith("ended")


def test_the_lock_names_its_holder_and_dies_with_it(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    with holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunning, match=f"进程 {holder.pid}"):
            check_free(tmp_path, "engine", "播报引擎")
        holder.kill()
        holder.wait()
    check_free(tmp_path, "engine", "播报引擎")


def test_different_kinds_do_not_hinder_each_other(tmp_path: Path) -> None:
    with only_one(tmp_path, "run", "隐患管家"):
        check_free(tmp_path, "engine", "播报引擎")


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file")
    with pytest.raises(SettingsError, match="不能写入"):
        check_free(tmp_path / "var", "engine", "播报引擎")
