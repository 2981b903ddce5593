"""A bureau's own speech server, against a local one that behaves well and badly."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from steward.domain.voices import SpeakingRequest, VoiceCard
from steward.errors import EngineFailed, VoiceMissing
from steward.speech.engine import EngineContext
from steward.speech.engines.openai_server import OpenAIEngine, base_of, list_voices
from tests.support.openai_server import SpeechServer, speech_server

CARD = VoiceCard("own", "x", "openai", "zf_xiaoxiao", "zh-CN", 24000, "x", "x")
TEXT = "本周新增隐患二十八条。"
Serve = Callable[[SpeechServer], SpeechServer]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ExitStack() as stack:
        yield lambda server: stack.enter_context(speech_server(server))


def engine(url: str, *, key: str = "", model: str = "", timeout_s: float = 10.0) -> OpenAIEngine:
    return OpenAIEngine(
        EngineContext(
            Path(),
            timeout_s=timeout_s,
            speech_server_url=url,
            speech_server_key=key,
            speech_server_model=model,
        )
    )


def with_options(**options: str) -> VoiceCard:
    return replace(CARD, options=tuple(options.items()))


def test_it_asks_as_the_protocol_says(serve: Serve) -> None:
    server = serve(SpeechServer())
    sound = engine(server.url, key="secret").speak(SpeakingRequest(TEXT, speed=0.9), CARD)
    assert server.asked == [
        {
            "model": "tts-1",
            "input": TEXT,
            "voice": "zf_xiaoxiao",
            "response_format": "wav",
            "speed": 0.9,
        }
    ]
    assert server.keys == ["Bearer secret"]
    assert (sound.rate_hz, sound.samples.dtype) == (24000, np.float32)
    assert sound.duration_ms == pytest.approx(len(TEXT) * 200 / 0.9, abs=1)


def test_the_model_is_the_cards_or_the_settings(serve: Serve) -> None:
    server = serve(SpeechServer())
    engine(server.url, model="kokoro").speak(SpeakingRequest(TEXT), CARD)
    engine(server.url, model="kokoro").speak(SpeakingRequest(TEXT), with_options(model="cosy"))
    assert [asked["model"] for asked in server.asked] == ["kokoro", "cosy"]


@pytest.mark.parametrize("sending", ["length", "chunked"])
@pytest.mark.parametrize("kind", ["wav", "pcm", "mp3", "flac", "opus"])
def test_every_format_comes_through(serve: Serve, kind: str, sending: str) -> None:
    server = serve(SpeechServer(sending=sending))
    card = with_options(response_format=kind, stream="true")
    sound = engine(server.url).speak(SpeakingRequest(TEXT), card)
    assert server.asked[0]["response_format"] == kind
    assert server.asked[0]["stream"] is True
    assert sound.duration_ms == pytest.approx(len(TEXT) * 200, abs=120)
    assert np.max(np.abs(sound.samples)) == pytest.approx(0.4, abs=0.05)


@pytest.mark.parametrize("kind", ["mp3", "opus", "flac", "wav"])
@pytest.mark.parametrize("asked", ["wav", "pcm"])
def test_a_server_that_speaks_another_format_is_understood(
    serve: Serve, asked: str, kind: str
) -> None:
    server = serve(SpeechServer(kind=kind))
    sound = engine(server.url).speak(SpeakingRequest(TEXT), with_options(response_format=asked))
    assert sound.duration_ms == pytest.approx(len(TEXT) * 200, abs=120)
    assert np.max(np.abs(sound.samples)) == pytest.approx(0.4, abs=0.05)


@pytest.mark.parametrize("length", ["ffffffff", "0", "7fffffff", "7fffffdb", "ffffffdb"])
def test_a_streamed_wav_does_not_know_its_length(serve: Serve, length: str) -> None:
    server = serve(SpeechServer(f"unknown length {length}", sending="chunked"))
    sound = engine(server.url).speak(SpeakingRequest(TEXT), CARD)
    assert sound.duration_ms == len(TEXT) * 200


def test_two_channels_become_one(serve: Serve) -> None:
    server = serve(SpeechServer("stereo"))
    sound = engine(server.url).speak(SpeakingRequest(TEXT), CARD)
    assert sound.samples.ndim == 1
    assert sound.duration_ms == len(TEXT) * 200


def test_a_wav_that_knows_its_length_may_end_with_the_connection(serve: Serve) -> None:
    server = serve(SpeechServer(sending="until closed"))
    sound = engine(server.url).speak(SpeakingRequest(TEXT), CARD)
    assert sound.duration_ms == len(TEXT) * 200


@pytest.mark.parametrize(
    ("fault", "kind", "sentence"),
    [
        ("unknown length ffffffff", "wav", "不能确认完整"),
        ("", "mp3", "不能确认完整"),
        ("", "pcm", "不能确认完整"),
        ("short", "wav", "声音不完整"),
        ("cut", "wav", "声音不完整"),
    ],
)
def test_what_may_have_been_cut_is_not_spoken(
    serve: Serve, fault: str, kind: str, sentence: str
) -> None:
    server = serve(SpeechServer(fault, kind=kind, sending="until closed"))
    card = with_options(response_format=kind)
    with pytest.raises(EngineFailed, match=sentence) as refused:
        engine(server.url).speak(SpeakingRequest(TEXT), card)
    assert refused.value.retry


@pytest.mark.parametrize("sending", ["length", "chunked"])
@pytest.mark.parametrize("kind", ["wav", "pcm", "mp3"])
def test_a_connection_that_is_cut_is_noticed(serve: Serve, kind: str, sending: str) -> None:
    server = serve(SpeechServer("cut", sending=sending))
    with pytest.raises(EngineFailed, match="中途断开，声音不完整") as refused:
        engine(server.url).speak(SpeakingRequest(TEXT), with_options(response_format=kind))
    assert refused.value.retry


@pytest.mark.parametrize("kind", ["wav", "pcm"])
@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("page", "收到的不是声音：网页"),
        ("message", "收到的不是声音：.*voice is loading"),
        ("empty", "空"),
        ("silent", "静音"),
    ],
)
def test_what_is_no_speech_is_refused(serve: Serve, fault: str, sentence: str, kind: str) -> None:
    server = serve(SpeechServer(fault))
    with pytest.raises(EngineFailed, match=sentence) as refused:
        engine(server.url).speak(SpeakingRequest(TEXT), with_options(response_format=kind))
    assert refused.value.retry


@pytest.mark.parametrize("fault", ["short", "header only"])
def test_a_wav_shorter_than_it_says_is_refused(serve: Serve, fault: str) -> None:
    server = serve(SpeechServer(fault))
    with pytest.raises(EngineFailed, match="不完整"):
        engine(server.url).speak(SpeakingRequest(TEXT), CARD)


@pytest.mark.parametrize(
    ("status", "sentence", "retry"),
    [
        (302, "转到别处", False),
        (400, "不接受这段文字或参数", False),
        (401, "请核对 speech_server_key", False),
        (403, "请核对 speech_server_key", False),
        (404, "没有这个地址、模型或语音", False),
        (422, "不接受这段文字或参数", False),
        (429, "太忙", True),
        (500, "语音服务器出错", True),
        (503, "语音服务器出错", True),
    ],
)
def test_a_refusal_says_what_to_do(serve: Serve, status: int, sentence: str, retry: bool) -> None:
    server = serve(SpeechServer(status=status))
    with pytest.raises(EngineFailed, match=sentence) as refused:
        engine(server.url).speak(SpeakingRequest(TEXT), CARD)
    assert refused.value.retry is retry
    assert f"（{status}）" in refused.value.sentence
    assert "no voice zf_nobody" in refused.value.sentence
    assert len(server.asked) == 1


@pytest.mark.parametrize("fault", ["hanging", "stalling"])
def test_time_is_limited(serve: Serve, fault: str) -> None:
    server = serve(SpeechServer(fault))
    began = time.monotonic()
    with pytest.raises(EngineFailed, match=r"0\.4 秒内没有") as refused:
        engine(server.url, timeout_s=0.4).speak(SpeakingRequest(TEXT), CARD)
    assert time.monotonic() - began < 3
    assert refused.value.retry


def test_the_cards_time_limit_goes_before_the_settings(serve: Serve) -> None:
    server = serve(SpeechServer("hanging"))
    with pytest.raises(EngineFailed, match=r"0\.3 秒内没有"):
        engine(server.url).speak(SpeakingRequest(TEXT), replace(CARD, timeout_s=0.3))


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(EngineFailed, match="连不上语音服务器") as refused:
        engine(f"http://127.0.0.1:{port}").speak(SpeakingRequest(TEXT), CARD)
    assert refused.value.retry


@pytest.mark.parametrize("url", ["127.0.0.1/speech", "tts.example:80", "http://", "ftp://host"])
def test_a_wrong_address_is_named(url: str) -> None:
    with pytest.raises(EngineFailed, match="地址不正确") as refused:
        engine(url).speak(SpeakingRequest(TEXT), CARD)
    assert not refused.value.retry


def test_no_address_is_a_missing_voice() -> None:
    with pytest.raises(VoiceMissing, match="speech_server_url"):
        engine("").speak(SpeakingRequest(TEXT), CARD)


def test_a_cards_own_server_is_not_shown_the_settings_key(serve: Serve) -> None:
    main, other = serve(SpeechServer()), serve(SpeechServer())
    engine(main.url, key="secret").speak(SpeakingRequest(TEXT), with_options(url=other.url))
    assert (main.keys, other.keys) == ([], [None])


def test_no_key_is_looked_for_elsewhere(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login staff password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    server = serve(SpeechServer())
    engine(server.url).speak(SpeakingRequest(TEXT), CARD)
    engine(server.url, key="own").speak(SpeakingRequest(TEXT), CARD)
    assert server.keys == [None, "Bearer own"]


def test_a_key_that_cannot_be_sent_is_named(serve: Serve) -> None:
    server = serve(SpeechServer())
    with pytest.raises(EngineFailed, match="speech_server_key") as refused:
        engine(server.url, key="密钥").speak(SpeakingRequest(TEXT), CARD)
    assert not refused.value.retry
    assert server.asked == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"response_format": "aiff"}, "没有“aiff”这种声音格式"),
        ({"colour": "warm"}, "不认识的选项：colour"),
    ],
)
def test_a_wrong_card_is_the_cards_fault(options: dict[str, str], sentence: str) -> None:
    with pytest.raises(EngineFailed, match=sentence) as refused:
        engine("http://127.0.0.1").speak(SpeakingRequest(TEXT), with_options(**options))
    assert not refused.value.retry


@pytest.mark.parametrize("text", ["", " ", "……。"])
def test_nothing_to_say_does_not_reach_the_server(serve: Serve, text: str) -> None:
    server = serve(SpeechServer())
    with pytest.raises(EngineFailed, match="没有可以读出的内容") as refused:
        engine(server.url).speak(SpeakingRequest(text), CARD)
    assert not refused.value.retry
    assert server.asked == []


@pytest.mark.parametrize("url", ["http://h:1", "http://h:1/", "http://h:1/v1", "http://h:1/v1/"])
def test_an_address_may_have_its_version_or_not(url: str) -> None:
    assert base_of(url) == "http://h:1/v1"


@pytest.mark.parametrize(
    "listed",
    [
        ["a", "b"],
        {"voices": ["a", "b"]},
        {"voices": [{"id": "a", "name": "甲"}, {"name": "b"}]},
        {"data": [{"id": "a"}, {"id": "b"}]},
    ],
)
def test_voices_are_listed(serve: Serve, listed: object) -> None:
    server = serve(SpeechServer(voices=listed))
    assert list_voices(server.url, key="secret") == ("a", "b")
    assert server.keys == ["Bearer secret"]


def test_a_server_that_does_not_list_its_voices_has_none_to_show(serve: Serve) -> None:
    assert list_voices(serve(SpeechServer()).url) == ()


@pytest.mark.parametrize("listed", [b"<html>", {"items": []}, "a", [{"title": "a"}], {"voices": 3}])
def test_a_strange_list_is_refused(serve: Serve, listed: object) -> None:
    server = serve(SpeechServer(voices=listed))
    with pytest.raises(EngineFailed, match="看不懂"):
        list_voices(server.url)
