"""Pulling from an endpoint that pages, stalls, fails, lies: nothing is lost, nothing hangs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import func, select

from steward.domain.sources import Pulled
from steward.ledger.tables import HazardRow
from steward.operations.pull_source import pull_source
from steward.sources.queries import sources
from steward.sources.queries.freshness import freshness
from steward.sources.shapes import HttpSource
from steward.storage.engine import Database
from tests.support.endpoint import STALL, Asked, Endpoint, by_cursor, by_page, endpoint_server
from tests.support.upstream import NOW, case, cases, declare, endpoint, means

MINUTE = timedelta(minutes=1)
PAGES: dict[str, Any] = {"paging": "page", "page_parameter": "page", "items": "data.list"}
CURSOR: dict[str, Any] = {
    "paging": "cursor",
    "cursor": "cursor",
    "cursor_parameter": "cursor",
    "items": "items",
}


@pytest.fixture
def server() -> Iterator[Endpoint]:
    with endpoint_server() as own:
        yield own


def pulled(database: Database, source: HttpSource, now: datetime = NOW, **other: Any) -> Pulled:
    declare(database, source)
    found = pull_source(database, source, means(now, **other))
    assert found is not None
    return found


def count(database: Database) -> int:
    with database.session() as session:
        return session.scalar(select(func.count()).select_from(HazardRow)) or 0


def watermark(database: Database) -> str | None:
    with database.session() as session:
        found = sources.watermark_of(sources.declared(session)[0].watermark)
        return found.value if found else None


def as_of(database: Database) -> datetime | None:
    with database.session() as session:
        return freshness(session, NOW + timedelta(hours=1))[0].as_of


def test_pages_by_number_until_one_is_empty(database: Database, server: Endpoint) -> None:
    server.answer = by_page(cases(range(25)), 10)
    run = pulled(database, endpoint(server.at(), **PAGES, total="data.total"))
    assert (run.error, run.rows_new, run.warnings) == ("", 25, ())
    assert [asked["page"] for asked in server.asked] == ["1", "2", "3", "4"]
    assert as_of(database) == NOW
    assert watermark(database) == "2021-11-15T00:24:00+00:00"


def test_pages_by_a_cursor_and_by_the_next_address(
    sqlite_database: Database, server: Endpoint
) -> None:
    server.answer = by_cursor(cases(range(7)), 3)
    assert pulled(sqlite_database, endpoint(server.at(), **CURSOR)).rows_new == 7

    def linked(asked: Asked) -> Any:
        part = int(asked.get("part", 0))
        rows = cases(range(100 + part * 2, 102 + part * 2))
        return {"items": rows, "next": f"/cases?part={part + 1}" if part < 2 else None}

    server.answer = linked
    source = endpoint(server.at(), paging="next", next="next", items="items")
    assert pulled(sqlite_database, source).rows_new == 6


def test_the_watermark_is_sent_back_with_what_is_read_again(
    sqlite_database: Database, server: Endpoint
) -> None:
    source = endpoint(
        server.at("/cases?region=xs"),
        watermark_parameter="since",
        since=datetime(2021, 11, 1),  # noqa: DTZ001
        size_parameter="size",
        size=50,
    )
    server.answer = lambda _asked: cases(range(3))
    assert pulled(sqlite_database, source).rows_new == 3
    pulled(sqlite_database, source, NOW + MINUTE)
    first, second = server.asked
    assert first == {"region": "xs", "size": "50", "since": "2021-11-01T00:00:00+08:00"}
    assert second["since"] == "2021-11-15T07:52:00+08:00"  # ten minutes before


@pytest.mark.parametrize(
    ("how", "sent"),
    [
        ("text", "2021-11-15 08:02:00"),
        ("epoch_s", "1636934520"),
        ("epoch_ms", "1636934520000"),
    ],
)
def test_the_watermark_is_written_as_the_other_side_wants(
    sqlite_database: Database, server: Endpoint, how: str, sent: str
) -> None:
    source = endpoint(
        server.at(),
        watermark_parameter="since",
        since=datetime(2021, 11, 1),  # noqa: DTZ001
        watermark_format=how,
        overlap=0,
    )
    server.answer = lambda _asked: cases(range(3))
    pulled(sqlite_database, source)
    pulled(sqlite_database, source, NOW + MINUTE)
    assert server.asked[-1]["since"] == sent


def test_yesterday_again_and_out_of_order_change_nothing(
    sqlite_database: Database, server: Endpoint
) -> None:
    rows = cases(range(9))
    server.answer = by_page(rows, 4)
    source = endpoint(server.at(), **PAGES)
    pulled(sqlite_database, source)
    reached = watermark(sqlite_database)
    server.answer = by_page(list(reversed(rows)), 4)
    again = pulled(sqlite_database, source, NOW + MINUTE)
    assert (again.rows_read, again.rows_new, again.rows_unchanged) == (9, 0, 9)
    server.answer = by_page(rows[:2], 4)
    pulled(sqlite_database, source, NOW + 2 * MINUTE)
    assert watermark(sqlite_database) == reached


def test_of_one_case_twice_in_a_page_the_later_counts(
    sqlite_database: Database, server: Endpoint
) -> None:
    server.answer = lambda _asked: [case(1, note="旧"), case(1, note="新")]
    run = pulled(sqlite_database, endpoint(server.at()))
    assert (run.rows_read, run.rows_new, run.rows_unchanged) == (2, 1, 1)
    with sqlite_database.session() as session:
        assert session.scalars(select(HazardRow.description)).one() == "新"


def test_fewer_than_promised_is_a_warning_and_is_read_again(
    sqlite_database: Database, server: Endpoint
) -> None:
    server.answer = by_page(cases(range(60)), 30, total=100)
    source = endpoint(server.at(), **PAGES, total="data.total")
    run = pulled(sqlite_database, source)
    assert (run.error, run.rows_new) == ("", 60)
    assert run.warnings == ("对方说共 100 条，只给了 60 条：水位不前移，下次重读",)
    assert watermark(sqlite_database) is None


def test_a_page_that_stalls_is_cut_and_what_came_before_is_kept(
    database: Database, server: Endpoint
) -> None:
    paged = by_page(cases(range(25)), 10)
    server.answer = lambda asked: STALL if asked["page"] == "3" else paged(asked)
    source = endpoint(server.at(), **PAGES, limit_s=0.2, ordered=True)
    run = pulled(database, source)
    assert (run.error, run.rows_new) == ("接口0.2 秒内没有答完", 20)
    assert run.next_at == NOW + MINUTE
    assert as_of(database) is None  # not known up to any instant
    assert watermark(database) == "2021-11-15T00:19:00+00:00"
    server.answer = paged
    assert pulled(database, source, NOW + MINUTE).rows_new == 5
    assert count(database) == 25


def test_without_a_promise_of_order_the_watermark_waits_for_the_end(
    sqlite_database: Database, server: Endpoint
) -> None:
    rows = [*cases(range(20, 30)), *cases(range(10))]
    paged = by_page(rows, 10)
    server.answer = lambda asked: 500 if asked["page"] == "2" else paged(asked)
    source = endpoint(server.at(), **PAGES)
    assert pulled(sqlite_database, source).error == "接口对方出错（500）"
    assert watermark(sqlite_database) is None
    # A promise that is not kept is noticed.
    server.answer = paged
    run = pulled(sqlite_database, endpoint(server.at(), **PAGES, ordered=True), NOW + MINUTE)
    assert run.warnings == ("说是按水位排好的，其实没有：水位到读完才前移",)
    assert count(sqlite_database) == 20


def test_a_cursor_that_goes_round_ends_the_run(sqlite_database: Database, server: Endpoint) -> None:
    server.answer = lambda asked: {
        "items": cases([int(asked.get("cursor", 0))]),
        "cursor": str((int(asked.get("cursor", 0)) + 1) % 3),
    }
    run = pulled(sqlite_database, endpoint(server.at(), **CURSOR))
    assert run.error == "翻页绕了回来：同一个下一页给了两次"
    assert len(server.asked) < 6


def test_the_last_page_again_and_again_ends_the_run(
    sqlite_database: Database, server: Endpoint
) -> None:
    def clamped(asked: Asked) -> Any:
        page = min(int(asked["page"]), 2)
        return {"data": {"list": cases(range(page * 2, page * 2 + 2)), "total": 4}}

    server.answer = clamped
    run = pulled(sqlite_database, endpoint(server.at(), **PAGES))
    assert run.error == "第 3 页和上一页一模一样，没有往前翻"
    counted = pulled(sqlite_database, endpoint(server.at(), **PAGES, total="data.total"))
    assert counted.error == ""


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"<!DOCTYPE html><title>502</title>", "接口给的是网页，不是 JSON"),
        (b"\xff\xfe", "接口给的不是 JSON"),
        (b'{"items": [{"a": NaN}]}', "接口给的不是 JSON"),
        (b"[" * 90_000, "接口给的不是 JSON"),
        (b'[{"a":' * 9_000 + b"1" + b"}]" * 9_000, "接口给的不是 JSON"),
        (b'{"items": {"a": 1}}', "接口给的 JSON 里“items”处不是一列数据"),
        (b"[" + b" " * 200_000 + b"]", "接口内容太大，超过 102 KB"),
        (404, "接口没有这个地址（404）"),
        (429, "接口请求太多，对方限流（429）"),
        (401, "接口要求登录（401）"),
    ],
)
def test_what_is_no_answer_ends_the_run_with_the_reason(
    sqlite_database: Database, server: Endpoint, answer: Any, why: str
) -> None:
    server.answer = lambda _asked: answer
    run = pulled(sqlite_database, endpoint(server.at(), items="items", most_mb=0.1))
    assert run.error == why


def test_a_next_page_on_another_server_is_not_followed(
    sqlite_database: Database, server: Endpoint
) -> None:
    server.answer = lambda _asked: {"items": [case(1)], "next": "http://127.0.0.1:9/more"}
    source = endpoint(server.at(), paging="next", next="next", items="items")
    assert pulled(sqlite_database, source).error == "下一页在另一台服务器上，没有取"


def test_items_that_are_no_rows_are_kept_as_refused(
    sqlite_database: Database, server: Endpoint
) -> None:
    bad = case(2, note="半个字\ud83d和\x00空字节", kind=None)
    nested = {**case(3), "place": "临浦镇", "extra": {"lat": 30.1, "tags": ["a"]}}
    server.answer = lambda _asked: ["文字", bad, nested]
    run = pulled(sqlite_database, endpoint(server.at()))
    assert (run.rows_read, run.rows_new, run.rows_rejected) == (3, 1, 2)
    assert run.unknown_columns == ("extra.lat", "extra.tags")
    with sqlite_database.session() as session:
        (extra,) = session.scalars(select(HazardRow.extra))
        assert extra == {"extra.lat": "30.1", "extra.tags": '["a"]'}


def test_times_as_programs_write_them(sqlite_database: Database, server: Endpoint) -> None:
    server.answer = lambda _asked: [
        case(1, seen_at=1636939800000),
        case(2, seen_at=1636939800),
        case(3, seen_at="2021-11-15T01:30:00Z"),
        case(4, seen_at="2021-11-15T09:30:00.000+0800"),
    ]
    assert pulled(sqlite_database, endpoint(server.at())).rows_new == 4
    with sqlite_database.session() as session:
        found = set(session.scalars(select(HazardRow.found_at)))
        assert found == {datetime(2021, 11, 15, 1, 30, tzinfo=UTC)}


def test_the_token_goes_along_and_is_not_told(sqlite_database: Database, server: Endpoint) -> None:
    server.answer = lambda _asked: 403
    variables = {"GRID_TOKEN": "hush-hush"}.get
    source = endpoint(server.at("/cases?who=steward"), token_env="GRID_TOKEN")
    run = pulled(sqlite_database, source, variable=variables)
    assert server.headers[0]["Authorization"] == "Bearer hush-hush"
    assert run.error == "接口不允许访问（403）"
    source = endpoint(server.at(), token_env="GRID_TOKEN", token_header="X-Api-Key")
    pulled(sqlite_database, source, variable=variables)
    assert server.headers[1]["X-Api-Key"] == "hush-hush"


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate that nobody knows, for this machine's own address."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    own, secret = folder / "own.pem", folder / "key.pem"
    own.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return own, secret


def test_a_certificate_that_nobody_vouches_for_is_refused(
    sqlite_database: Database, tmp_path: Path
) -> None:
    own = certificate(tmp_path)
    with endpoint_server(own) as server:
        server.answer = lambda _asked: [case(1)]
        assert pulled(sqlite_database, endpoint(server.at())).error == "接口证书有问题"
        assert server.asked == []
        trusting = endpoint(server.at(), ca_file=str(own[0]))
        assert pulled(sqlite_database, trusting).rows_new == 1
