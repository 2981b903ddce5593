"""A finished broadcast replayed in a real browser: its captions load, and follow what is heard."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from steward.clock import SystemClock
from steward.domain.broadcasts import BroadcastState as S
from steward.operations.keep_sound import keep_sound
from tests.acceptance.conftest import Launch
from tests.support.served import Process
from tests.support.stage import Stage
from tests.support.studios import studio_of

pytestmark = pytest.mark.browser

CLAUSES = ("浓度<5%&温度>40℃，", "隐患到期预警企业51家，", "超期预警企业64家。")


def test_the_captions_follow_what_is_heard(
    stage: Stage, clock: SystemClock, launch: Launch, server: Process, faults: list[str]
) -> None:
    now = clock.now()
    broadcast_id = stage.broadcast(now, clauses=CLAUSES, seconds=1.0)
    stage.move(broadcast_id, S.PLAYING, now)
    stage.move(broadcast_id, S.PLAYED, now)
    studio = studio_of(stage.database, stage.folder)
    keep_sound(replace(studio, clips_folder=stage.settings.clips_folder), broadcast_id)

    page = launch().new_page(viewport={"width": 1920, "height": 1080})
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    page.goto(f"{server.address}/broadcasts/{broadcast_id}")
    page.wait_for_function("document.querySelector('track').readyState === 2")  # loaded
    cues = page.evaluate(
        "[...document.querySelector('audio').textTracks[0].cues]"
        ".map(cue => [cue.startTime, cue.endTime, cue.getCueAsHTML().textContent])"
    )
    assert [text for *_, text in cues] == list(CLAUSES)

    said = page.locator("[data-said]")
    expect(said).to_be_hidden()
    page.evaluate("document.querySelector('audio').play()")
    for words in CLAUSES:
        expect(said).to_have_text(words, timeout=6_000)
        expect(said).to_be_visible()
    ends = page.evaluate("document.querySelector('audio').duration")
    assert cues[-1][1] < ends
    expect(said).to_be_hidden(timeout=6_000)
    assert faults == []
