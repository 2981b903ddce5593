"""The templates' pages: what one would say now, a version of one's own, its history, refusals."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from steward.domain.accounts import Role
from steward.errors import NotFound
from steward.narration.plain import LONGEST
from steward.operations.narrate import TEMPLATES
from steward.operations.read_audit import search_audit
from steward.operations.show_templates import template_source, versions
from steward.operations.write_script import write_script
from steward.storage.engine import Database
from tests.support import studios
from tests.support.accounts import enter, form_token
from tests.support.stage import Stage, SteppedClock

OWN = "今天是{{ date }}，{{ district }}本周新增隐患{{ new_hazards }}条。"
LINPU = "330109105"


@pytest.fixture
def stage(sqlite_database: Database, tmp_path: Path) -> Stage:
    return Stage(sqlite_database, tmp_path / "var")


@pytest.fixture
def folder(stage: Stage) -> Path:
    return stage.settings.own_templates


@pytest.fixture
def role() -> Role:
    return Role.ADMIN


def base(page: str) -> str:
    found = re.search(r'name="based_on" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def send(
    client: FlaskClient, name: str, source: str, do: str = "save", **fields: str
) -> tuple[int, str]:
    address = f"/templates/{name}/edit"
    known = {"based_on": base(client.get(address).text), "source": source, "do": do}
    known |= fields | {"csrf_token": form_token(client, address)}
    answer = client.post(address, data=known)
    return answer.status_code, answer.location or html.unescape(answer.text)


def test_each_template_shows_what_it_would_say_now_and_its_names(client: FlaskClient) -> None:
    page = client.get("/templates").text
    for words in ("weekly_town", "一个镇街每周", "自带的", "开始写"):
        assert words in page
    weekly = client.get("/templates/weekly").text
    for words in ("本周无新增隐患，", "new_hazards", "本周新增隐患（条）", "{%- if new_hazards %}"):
        assert words in html.unescape(weekly)
    assert "临浦镇本周无新增隐患" in client.get(f"/templates/weekly_town?town={LINPU}").text
    assert client.get("/templates/weekly_town").status_code == 200
    assert "没有这个镇街" in client.get("/templates/daily?town=x%00").text
    for unknown in ("yearly", "weekly-none", "..%2Fweekly", "x%00", "weekly/versions/1"):
        assert client.get(f"/templates/{unknown}").status_code == 404


def test_a_version_of_ones_own_is_tried_saved_spoken_and_kept(
    client: FlaskClient, stage: Stage, folder: Path, clock: SteppedClock
) -> None:
    code, page = send(client, "weekly", OWN, do="try")
    assert (code, "今天是2021年11月16日，" in page) == (200, True)
    assert not folder.exists()
    assert send(client, "weekly", OWN) == (303, "/templates/weekly")
    assert template_source("weekly", folder) == OWN + "\n"
    assert "自己的版本" in client.get("/templates/weekly").text
    studio = studios.studio_of(stage.database, stage.folder)
    studio = replace(studio, own_templates=folder)
    _, script = write_script(studio, "weekly", clock.now(), None)
    assert "".join(one.written for one in script.clauses).startswith("今天是2021年11月16日")
    assert send(client, "weekly", OWN) == (303, "/templates/weekly")  # unchanged: no version
    clock.step(60)
    second = OWN.replace("今天", "现在")
    send(client, "weekly", second.replace("\n", "\r\n"))
    assert [one.number for one in versions("weekly", folder)] == [2, 1]
    assert OWN in html.unescape(client.get("/templates/weekly/versions/1").text)
    assert OWN in html.unescape(client.get("/templates/weekly/edit?version=1").text)
    assert client.get("/templates/weekly/versions/3").status_code == 404
    token = {"csrf_token": form_token(client, "/templates/weekly")}
    assert client.post("/templates/weekly/restore", data=token).status_code == 303
    shipped = (TEMPLATES / "weekly.j2").read_text(encoding="utf-8")
    assert template_source("weekly", folder) == shipped
    assert len(versions("weekly", folder)) == 2
    assert client.post("/templates/weekly/restore", data=token).status_code == 404
    acts = [(one.what, one.about, one.after) for one in reversed(search_audit(stage.database))]
    assert acts == [
        ("template_saved", "模板 weekly", '{"template":"weekly","version":1}'),
        ("template_saved", "模板 weekly", '{"template":"weekly","version":2}'),
        ("template_restored", "模板 weekly", ""),
    ]


def test_a_new_one_begins_with_its_kinds_text(client: FlaskClient, folder: Path) -> None:
    onward = client.get("/templates?kind=daily&own=short")
    assert onward.location == "/templates/daily-short/edit"
    assert "每日播报" in client.get("/templates/daily-short/edit").text
    for asked in ("kind=yearly&own=x", "kind=daily&own=短", "kind=daily&own=../x", "own=%00"):
        refused = client.get(f"/templates?{asked}")
        assert (refused.status_code, 'role="alert"' in refused.text) == (400, True)
    assert send(client, "daily-short", "{{ scope }}好。")[0] == 303
    assert "daily-short" in client.get("/templates").text
    assert template_source("daily-short", folder) == "{{ scope }}好。\n"


def test_what_is_wrong_is_not_saved_and_says_the_line(
    client: FlaskClient, stage: Stage, folder: Path
) -> None:
    for source, sentence, place in [
        ("好。\n{{ ''.__class__.__mro__ }}", "碰不到程序内部", "第2行"),
        ("{{ new_hazard }}", "名字“new_hazard”不存在", "第1行"),
        ("好。\n{% if %}", "模板写法不对", "第2行"),
        ("好。\n\n{{ new_hazards / closed_hazards }}", "模板运算出错", "第3行"),
        ("好\x00。", "控制字符", "第1行"),
        ("好\x1b[31m。", "控制字符", "第1行"),
        ("  \n ", "模板里没有文字", ""),
        ("{% if false %}好{% endif %}", "没有可播报的内容", ""),
        ("好。" * (LONGEST // 2), f"最多{LONGEST}个字", ""),
    ]:
        code, page = send(client, "weekly", source)
        assert code == 400, source
        assert sentence in page
        assert place in page
        assert source.strip() in page or "\x00" in source
    assert not folder.exists()
    assert search_audit(stage.database) == []
    code, page = send(client, "weekly", "a" * 1_000_000)
    assert (code, "送来的内容太大了" in page) == (413, True)


def test_script_in_a_template_is_text(client: FlaskClient) -> None:
    address = "/templates/daily-x/edit"
    token = form_token(client, address)
    for source in ("<script>alert(1)</script>好。", "</textarea><script>alert(1)</script>{{ x }}"):
        fields = {"csrf_token": token, "source": source, "based_on": "", "do": "save"}
        client.post(address, data=fields)
        for where in (address, "/templates/daily-x", "/templates/daily-x/versions/1"):
            assert "<script>alert" not in client.get(where).text
        assert "<script>alert" not in client.post(address, data=fields).text


def test_who_saves_second_is_told(client: FlaskClient, stage: Stage, folder: Path) -> None:
    mine = base(client.get("/templates/weekly/edit").text)
    assert send(client, "weekly", OWN)[0] == 303
    code, page = send(client, "weekly", "我的好。", based_on=mine)
    assert (code, "刚被别人改过" in page, "我的好。" in page) == (400, True, True)
    assert template_source("weekly", folder) == OWN + "\n"
    assert len(search_audit(stage.database)) == 1


def test_a_file_put_there_by_hand_is_kept_in_the_history(client: FlaskClient, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "weekly.j2").write_text("手写的{{ oops }}。", encoding="utf-8")
    page = client.get("/templates/weekly").text
    assert "名字“oops”不存在" in page
    assert '<li class="wrong"><code>手写的{{ oops }}。' in page
    assert send(client, "weekly", OWN)[0] == 303
    texts = [one.path.read_text(encoding="utf-8") for one in versions("weekly", folder)]
    assert texts == [OWN + "\n", "手写的{{ oops }}。"]


def test_a_file_in_the_folders_place_is_told_and_nothing_is_on_record(
    client: FlaskClient, stage: Stage, folder: Path
) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("", encoding="utf-8")
    code, page = send(client, "weekly", OWN)
    assert (code, "模板写不进文件夹" in page, OWN in page) == (503, True, True)
    assert search_audit(stage.database) == []


def test_a_template_that_a_plan_needs_is_not_taken_away(
    client: FlaskClient, stage: Stage, folder: Path, clock: SteppedClock
) -> None:
    send(client, "weekly-own", OWN)
    studios.plan_for(stage.database, at=clock.now(), when="0 9 * * 1", template="weekly-own")
    token = {"csrf_token": form_token(client, "/templates/weekly-own")}
    answer = client.post("/templates/weekly-own/restore", data=token)
    assert (answer.status_code, "在用这个模板" in answer.text) == (400, True)
    assert template_source("weekly-own", folder) == OWN + "\n"
    with pytest.raises(NotFound):
        template_source("weekly-other", folder)


def test_others_read_and_change_nothing(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    enter(client, stage.database, Role.APPROVER, at=clock.now())
    page = client.get("/templates/weekly").text
    assert "/edit" not in page
    assert client.get("/templates/weekly/edit").status_code == 403
    assert "临浦镇本周无新增隐患" in client.get(f"/templates/weekly_town?town={LINPU}").text
