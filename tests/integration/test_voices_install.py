"""Installing the voices: from the packages, from npm, by download; sound, damaged, repaired."""

from __future__ import annotations

import base64
import gc
import hashlib
import io
import json
import tarfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from steward.cli import steward
from steward.errors import VoiceMissing
from steward.operations.install_voices import install_voices
from steward.speech import model
from steward.speech.graph.facts import facts_of, is_rewritten
from steward.speech.voices import faults, load_cards
from tests.support.measuring import Stated, hum
from tests.support.voices import CARDS, VOICES

CARD = load_cards(CARDS)["zf_xiaobei"]
TENSOR = "zf_xiaobei.bin"


@contextmanager
def serving(pages: dict[str, bytes]) -> Iterator[str]:
    """A local HTTP server with these pages."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path.split("?")[0])
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def registry(tensor: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """npm's registry protocol on loopback, with a package that carries one tensor."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as package:
        for name, content in (
            ("package/package.json", b'{"name": "kokoro-js", "version": "1.2.1"}'),
            (f"package/voices/{TENSOR}", tensor),
        ):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            package.addfile(entry, io.BytesIO(content))
    tarball = archive.getvalue()
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(tarball).digest()).decode()
    pages = {"/kokoro-js.tgz": tarball}
    with serving(pages) as url:
        version = {
            "name": "kokoro-js",
            "version": "1.2.1",
            "dist": {"tarball": f"{url}/kokoro-js.tgz", "integrity": integrity},
        }
        pages["/kokoro-js"] = json.dumps(
            {"name": "kokoro-js", "dist-tags": {"latest": "1.2.1"}, "versions": {"1.2.1": version}}
        ).encode()
        monkeypatch.setenv("npm_config_registry", url)
        monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm-cache"))
        yield


@pytest.fixture
def tensor() -> bytes:
    return (VOICES / TENSOR).read_bytes()


def test_everything_is_installed_checked_and_left_alone(
    tensor: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "voices"
    with registry(tensor, monkeypatch, tmp_path):
        installed = install_voices([CARD], folder, measure=Stated([hum(0.4), hum(0.2), hum(0.3)]))
    chosen = [facts_of(Path(model.FAST_MODEL_FILE)).name, model.FAST_MODEL_FILE]
    assert installed == [model.MODEL_FILE, TENSOR, model.VOICES_FILE, *chosen]
    assert is_rewritten(folder, model.MODEL_SHA256)
    assert faults(CARD, folder) == []
    with np.load(folder / model.VOICES_FILE) as voices:
        assert voices["zf_xiaobei"].shape == model.TENSOR_SHAPE
    # Without any registry: nothing is fetched, and nothing measured, when all is in place.
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    assert install_voices([CARD], folder, measure=Stated([])) == []
    (folder / model.MODEL_FILE).write_bytes(b"cut")
    assert faults(CARD, folder) == [f"已损坏（校验和不符） {folder / model.MODEL_FILE}"]
    assert install_voices([CARD], folder, measure=Stated([])) == [model.MODEL_FILE]
    assert faults(CARD, folder) == []


def test_a_wrong_tensor_is_refused_and_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        registry(b"not the tensor", monkeypatch, tmp_path),
        pytest.raises(VoiceMissing, match="音色校验和不符"),
    ):
        install_voices([CARD], tmp_path / "voices")
    assert not (tmp_path / "voices" / TENSOR).exists()


def test_an_unreachable_registry_is_told_and_can_be_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    with pytest.raises(VoiceMissing, match="npm 无法取得音色文件") as refused:
        install_voices([CARD], tmp_path / "voices", model_file=VOICES / model.MODEL_FILE)
    assert refused.value.retry


def test_the_model_is_downloaded_where_the_packages_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tensor: bytes
) -> None:
    monkeypatch.setattr(model, "MODEL_PACKAGES", ("no_such_package",))
    content = (VOICES / model.MODEL_FILE).read_bytes()
    folder = tmp_path / "voices"
    folder.mkdir()
    (folder / TENSOR).write_bytes(tensor)
    with serving({"/model.onnx": content}) as url:
        installed = install_voices([CARD], folder, model_url=f"{url}/model.onnx", fast_model=False)
    assert installed == [model.MODEL_FILE, model.VOICES_FILE]
    assert faults(CARD, folder) == []


@pytest.fixture
def closed_answers() -> Iterator[None]:
    """pooch leaves the answer to a refused request open: let it be closed here, not later."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.mark.usefixtures("closed_answers")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("page", ["/model.onnx", "/gone.onnx"])
def test_a_bad_download_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    monkeypatch.setattr(model, "MODEL_PACKAGES", ("no_such_package",))
    with (
        serving({"/model.onnx": b"cut short"}) as url,
        pytest.raises(VoiceMissing, match=r"校验和不符|无法下载") as refused,
    ):
        install_voices([CARD], tmp_path / "voices", model_url=url + page)
    assert refused.value.retry
    del refused  # its traceback holds the answer
    assert not (tmp_path / "voices" / model.MODEL_FILE).exists()


def test_the_command_checks_and_names_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEWARD_VOICES_DIR", str(VOICES))
    runner = CliRunner()
    good = runner.invoke(steward, ["voices", "check"])
    assert good.exit_code == 0, good.output
    assert "zf_xiaobei：完好" in good.output
    assert "语音模型：" in good.output
    assert "[首选]" in runner.invoke(steward, ["voices", "list"]).output
    monkeypatch.setenv("STEWARD_VOICES_DIR", str(tmp_path))
    bad = runner.invoke(steward, ["voices", "check", "zf_xiaobei"])
    assert bad.exit_code != 0
    assert f"缺少 {tmp_path / TENSOR}" in bad.output


@pytest.mark.parametrize(
    ("text", "sentence"), [("……", "没有可播报的内容"), ("字" * 10_000, "内容太长")]
)
def test_say_refuses_what_cannot_be_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, sentence: str
) -> None:
    monkeypatch.setenv("STEWARD_DATA_DIR", str(tmp_path))
    target = tmp_path / "a.mp3"
    arguments = ["say", text, "-o", str(target), "--voice", "silence"]
    result = CliRunner().invoke(steward, arguments)
    assert result.exit_code != 0
    assert sentence in str(result.exception)
    assert not target.exists()


def test_say_writes_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEWARD_DATA_DIR", str(tmp_path))
    target = tmp_path / "通知.ogg"
    result = CliRunner().invoke(
        steward, ["say", "今天下午3点开会，地点2号楼。", "-o", str(target), "--voice", "silence"]
    )
    assert result.exit_code == 0, result.output
    assert "2 句" in result.output
    assert target.stat().st_size > 0
