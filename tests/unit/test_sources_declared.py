"""sources.toml: what it may say, and where exactly each fault stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from steward.scheduler import when
from steward.sources.declared import Declared, read_declared
from steward.sources.statement import check_select

GOOD = """
[[source]]
name = "执法平台"
kind = "database"
source = "enforcement"
when = "*/10 * * * *"
stale_after_hours = 24
url = "postgresql://reader@10.0.0.9/zf"
password_env = "ZF_PASSWORD"
query = "SELECT * FROM cases WHERE changed >= :watermark"
watermark = "changed"
since = 2021-01-01
[source.columns]
case_no = "隐患编号"
company = "enterprise_name"
"""


def read(folder: Path, text: str) -> Declared:
    path = folder / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return read_declared(path, when.read)


def test_the_example_of_the_manual_can_be_read(tmp_path: Path) -> None:
    manual = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    example = manual.split("# sources.toml\n", 1)[1].split("```", 1)[0]
    found = read(tmp_path, example)
    assert found.faults == ()
    assert [one.kind for one in found.sources] == ["database", "http", "folder"]
    # It names every key there is, but for a few that are told beside the others.
    told = {"password_file", "token_file", "token_header", "cursor", "cursor_parameter", "next"}
    told |= {"overlap"}
    for source in found.sources:
        unsaid = set(type(source).model_fields) - source.model_fields_set - told
        assert unsaid <= {"columns"}
    for key in told:
        assert key in manual


def test_without_a_file_nothing_is_declared(tmp_path: Path) -> None:
    assert read_declared(tmp_path / "sources.toml", when.read) == Declared()


def test_a_source_is_read_and_its_fields_have_one_name(tmp_path: Path) -> None:
    found = read(tmp_path, GOOD + 'extra_file = "x"\n'.replace("extra_file", "note"))
    assert found.faults == (
        "第 1 个 [[source]] 的 columns.note：没有“x”这一栏，应为 隐患编号、"
        "企业名称、统一社会信用代码、所属镇街、行业、隐患类别、隐患等级、隐患描述、发现时间、"
        "整改期限、整改完成时间、闭环时间、状态 之一",
    )
    (source,) = read(tmp_path, GOOD).sources
    assert source.columns == {"case_no": "external_id", "company": "enterprise_name"}


def test_paths_are_those_beside_the_file(tmp_path: Path) -> None:
    text = GOOD.replace('password_env = "ZF_PASSWORD"', 'password_file = "zf.key"')
    (source,) = read(tmp_path, text).sources
    assert source.password_file == str(tmp_path / "zf.key")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('name = "执法平台"', "", "name：缺少这一项"),
        ('name = "执法平台"', 'name = "a/b"', "name：首尾不能有空格，不能有 / \\ ? # %"),
        ('kind = "database"', 'kind = "ftp"', "kind：应为 database、http、folder 之一"),
        (
            'source = "enforcement"',
            'source = "police"',
            "source：应为 self_inspection、third_party、mutual_aid、enforcement、grid_patrol 之一",
        ),
        ("stale_after_hours = 24", 'stale_after_hours = "24"', "stale_after_hours：应为整数"),
        ("stale_after_hours = 24", "stale_after_hours = 0", "stale_after_hours：应不小于 1"),
        ('"*/10 * * * *"', '"10 9 * *"', "when：播报时间应为五段"),
        ("since = 2021-01-01", "", "since：缺少这一项"),
        ('watermark = "changed"', 'watermark = "changed"\nbatchs = 5', "batchs：不认识的项"),
        (
            "reader@",
            "reader:secret@",
            "url：不要把密码写在地址里，用 password_env 或 password_file",
        ),
        (
            'password_env = "ZF_PASSWORD"',
            'password_env = "A"\npassword_file = "b"',
            "password_env、password_file：只能写一个",
        ),
        ("SELECT *", "DELETE", "query：只能是一条 SELECT"),
        (">= :watermark", "> now()", "query：须有 :watermark"),
        (
            'company = "enterprise_name"',
            'b = "external_id"',
            "columns.b：“隐患编号”已经由“case_no”给出",
        ),
    ],
)
def test_every_fault_names_its_place(tmp_path: Path, old: str, new: str, fault: str) -> None:
    text = '[[source]]\nname = "甲"\nkind = "folder"\nsource = "enforcement"\n'
    text += 'when = "* * * * *"\nstale_after_hours = 24\nfolder = "in"\n'
    found = read(tmp_path, text + GOOD.replace(old, new))
    assert [one.name for one in found.sources] == ["甲"]
    (told,) = found.faults
    assert told.startswith(f"第 2 个 [[source]] 的 {fault}")
    assert "secret" not in told


def test_all_faults_are_told_at_once_and_names_are_used_once(tmp_path: Path) -> None:
    twice = GOOD + GOOD + GOOD.replace("cases", "cases; DROP TABLE cases").replace("since", "sinc")
    found = read(tmp_path, f'title = "x"\n{twice}')
    assert found.faults[0] == "不认识的项“title”：文件里只能有 [[source]]"
    assert found.faults[1] == "第 2 个 [[source]] 的 name：“执法平台”前面已经用过"
    assert len(found.faults) == 4  # the third one's unknown key and the missing one
    assert found.names == {"执法平台"}


@pytest.mark.parametrize(
    "text", ["[[source]\n", 'source = "x"', "[source]\nname = 'x'\n", '[[source]]\nname = "\\x"']
)
def test_what_cannot_be_read_declares_nothing(tmp_path: Path, text: str) -> None:
    found = read(tmp_path, text)
    assert not found.whole
    assert len(found.faults) == 1


def test_what_an_endpoint_needs_is_asked_for(tmp_path: Path) -> None:
    text = """
[[source]]
name = "网格"
kind = "http"
source = "grid_patrol"
when = "* * * * *"
stale_after_hours = 24
url = "ftp://10.0.0.9/x"
"""
    assert read(tmp_path, text).faults == (
        "第 1 个 [[source]] 的 url：应以 http:// 或 https:// 开头",
    )
    text = text.replace("ftp", "http") + 'paging = "cursor"\nwatermark_parameter = "since"\n'
    assert read(tmp_path, text).faults == (
        '第 1 个 [[source]] 的 cursor：paging = "cursor" 时要写',
        '第 1 个 [[source]] 的 cursor_parameter：paging = "cursor" 时要写',
        "第 1 个 [[source]] 的 watermark：写了 watermark_parameter 就要写",
        "第 1 个 [[source]] 的 since：写了 watermark_parameter 就要写：第一次从哪里读起",
    )


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM t WHERE u >= :watermark",
        "with a as (select 1) select * from a where u >= :watermark;",
        "SELECT 'drop table; :x' AS a, \"update\", replace(b, 'x', 'y'), c::text FROM t"
        " WHERE u >= :watermark -- delete from t;",
        "SELECT updated_at /* ; set */ FROM t WHERE updated_at >= :watermark",
    ],
)
def test_a_select_passes(query: str) -> None:
    assert list(check_select(query)) == []


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("DELETE FROM t WHERE u >= :watermark", "只能是一条 SELECT（或以 WITH 开头的 SELECT）"),
        ("SELECT 1; DROP TABLE t -- :watermark", "只能有一条语句，不能有分号"),
        ("WITH d AS (DELETE FROM t RETURNING *) SELECT :watermark", "只能读：不能有“DELETE”"),
        ("SELECT * INTO copy_of FROM t WHERE u >= :watermark", "只能读：不能有“INTO”"),
        ("SELECT * FROM t WHERE u >= :watermark FOR  UPDATE", "只能读：不能有“FOR  UPDATE”"),
        ("SELECT ':watermark'", "须有 :watermark，如 WHERE updated_at >= :watermark"),
        ("SELECT :watermark, :b", "不认识的参数 :b，只有 :watermark"),
    ],
)
def test_what_is_no_plain_select_is_refused(query: str, why: str) -> None:
    assert why in list(check_select(query))
