"""Edge's voices against a local server that speaks the service's protocol, well and badly."""

from __future__ import annotations

import gc
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import aiohttp
import edge_tts.communicate
import numpy as np
import pytest
from aiohttp.client_reqrep import ConnectionKey
from edge_tts.drm import DRM

from steward.domain.voices import SpeakingRequest, VoiceCard
from steward.errors import EngineFailed
from steward.speech.engine import EngineContext
from steward.speech.engines.edge import EdgeEngine, fault_of, rate_of
from tests.support.edge_server import EdgeServer, edge_server

CARD = VoiceCard("edge", "x", "edge", "zh-CN-XiaoxiaoNeural", "zh-CN", 24000, "x", "x")
TEXT = "本周新增隐患二十八条。"
Serve = Callable[[EdgeServer], EdgeServer]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda server: stack.enter_context(edge_server(monkeypatch, server))
    gc.collect()  # a socket left open would warn here, and a warning fails the test


def engine(timeout_s: float = 10.0, proxy: str = "") -> EdgeEngine:
    return EdgeEngine(EngineContext(Path(), timeout_s=timeout_s, edge_proxy=proxy))


def test_it_speaks(serve: Serve) -> None:
    server = serve(EdgeServer())
    sound = engine().speak(SpeakingRequest(TEXT), CARD)
    assert sound.rate_hz == 24000
    assert sound.samples.dtype == np.float32
    assert sound.duration_ms == pytest.approx(len(TEXT) * 200, abs=150)
    assert "(zh-CN, XiaoxiaoNeural)" in server.ssml[0]
    assert TEXT in server.ssml[0]
    assert "audio-24khz-48kbitrate-mono-mp3" in server.formats[0]


def test_pace_and_pitch_reach_the_service(serve: Serve) -> None:
    server = serve(EdgeServer())
    card = VoiceCard(**{**vars(CARD), "options": (("pitch", "-10Hz"),)})
    engine().speak(SpeakingRequest(TEXT, speed=0.9), card)
    assert "pitch='-10Hz' rate='-10%'" in server.ssml[0]


@pytest.mark.parametrize(
    ("speed", "rate"), [(1.0, "+0%"), (1.3, "+30%"), (0.8, "-20%"), (0.88, "-12%")]
)
def test_a_pace_is_written_as_a_change(speed: float, rate: str) -> None:
    assert rate_of(speed) == rate


def test_signs_of_markup_are_read_as_text(serve: Serve) -> None:
    server = serve(EdgeServer())
    engine().speak(SpeakingRequest("甲<乙>&丙"), CARD)
    assert "甲&lt;乙&gt;&amp;丙" in server.ssml[0]


def test_it_speaks_from_several_threads_at_once(serve: Serve) -> None:
    serve(EdgeServer())
    speaking = engine()
    lengths: dict[int, int] = {}

    def work(length: int) -> None:
        lengths[length] = speaking.speak(SpeakingRequest("条" * length), CARD).duration_ms

    threads = [threading.Thread(target=work, args=(length,)) for length in (3, 9, 15)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert {n: round(ms / 1000, 0) for n, ms in lengths.items()} == {3: 1.0, 9: 2.0, 15: 3.0}


@pytest.mark.parametrize("ahead_s", [3600.0, -86400.0])
def test_a_wrong_clock_is_put_right_by_the_service(serve: Serve, ahead_s: float) -> None:
    server = serve(EdgeServer(ahead_s=ahead_s))
    assert engine().speak(SpeakingRequest(TEXT), CARD).duration_ms > 1000
    assert server.refused == 1
    assert pytest.approx(ahead_s, abs=60) == DRM.clock_skew_seconds
    engine().speak(SpeakingRequest(TEXT), CARD)
    assert server.refused == 1  # remembered


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("forbidden", "拒绝了请求（403）"),
        ("unavailable", "拒绝了请求（503）"),
        ("page", "拒绝了请求（200）"),
        ("no audio", "没有给出声音"),
        ("closed", "不完整"),
        ("cut", "不完整"),
        ("path", "看不懂"),
        ("header", "看不懂"),
        ("long header", "看不懂"),
        ("not mp3", "收到的不是声音：网页"),
        ("silent", "静音"),
    ],
)
def test_a_bad_answer_is_no_sound(serve: Serve, fault: str, sentence: str) -> None:
    serve(EdgeServer(fault))
    with pytest.raises(EngineFailed, match=sentence) as refused:
        engine().speak(SpeakingRequest(TEXT), CARD)
    assert refused.value.retry
    assert refused.value.place == "edge"


def test_a_refusal_without_a_date_points_at_the_clock(serve: Serve) -> None:
    server = serve(EdgeServer("no date", ahead_s=3600))
    with pytest.raises(EngineFailed, match="核对本机时间"):
        engine().speak(SpeakingRequest(TEXT), CARD)
    assert server.refused == 1


def test_a_refusal_is_tried_once_more_and_no_oftener(serve: Serve) -> None:
    server = serve(EdgeServer("forbidden"))
    with pytest.raises(EngineFailed):
        engine().speak(SpeakingRequest(TEXT), CARD)
    assert server.refused == 2


@pytest.mark.parametrize("fault", ["hanging", "deaf"])
def test_time_is_limited(serve: Serve, fault: str) -> None:
    serve(EdgeServer(fault))
    began = time.monotonic()
    with pytest.raises(EngineFailed, match=r"0\.5 秒内没有答完") as refused:
        engine(timeout_s=0.5).speak(SpeakingRequest(TEXT), CARD)
    assert time.monotonic() - began < 4
    assert refused.value.retry


def test_the_cards_time_limit_goes_before_the_settings(serve: Serve) -> None:
    serve(EdgeServer("hanging"))
    card = VoiceCard(**{**vars(CARD), "timeout_s": 0.3})
    with pytest.raises(EngineFailed, match=r"0\.3 秒内没有答完"):
        engine(timeout_s=600).speak(SpeakingRequest(TEXT), card)


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge_tts.communicate, "WSS_URL", f"ws://127.0.0.1:{_closed_port()}/?x=1")
    with pytest.raises(EngineFailed, match="连不上 Edge 语音服务，请检查互联网连接") as refused:
        engine().speak(SpeakingRequest(TEXT), CARD)
    assert refused.value.retry


def test_a_proxy_that_is_not_there_is_named(serve: Serve) -> None:
    serve(EdgeServer())
    with pytest.raises(EngineFailed, match="连不上代理服务器，请核对 edge_proxy"):
        engine(proxy=f"http://127.0.0.1:{_closed_port()}").speak(SpeakingRequest(TEXT), CARD)


def test_an_unknown_host_points_at_the_network() -> None:
    key = ConnectionKey("speech.example", 443, True, True, None, None, None)
    lost = aiohttp.ClientConnectorDNSError(key, OSError(-2, "Name or service not known"))
    fault = fault_of(lost, CARD)
    assert fault.sentence == "找不到 Edge 语音服务的地址，请检查互联网连接"
    assert fault.retry


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "zf_xiaobei"}, "“zf_xiaobei”不是 Edge 语音的名称"),
        ({"options": (("pitch", "high"),)}, "音高应写成"),
        ({"options": (("volume", "+9%"),)}, "不认识的选项：volume"),
    ],
)
def test_a_wrong_card_is_the_cards_fault(changes: dict[str, object], sentence: str) -> None:
    card = VoiceCard(**{**vars(CARD), **changes})
    with pytest.raises(EngineFailed, match=sentence) as refused:
        engine().speak(SpeakingRequest(TEXT), card)
    assert not refused.value.retry


@pytest.mark.parametrize("text", ["", "  ", "……。", "——"])
def test_nothing_to_say_does_not_reach_the_service(serve: Serve, text: str) -> None:
    server = serve(EdgeServer())
    with pytest.raises(EngineFailed, match="没有可以读出的内容") as refused:
        engine().speak(SpeakingRequest(text), CARD)
    assert not refused.value.retry
    assert server.ssml == []
