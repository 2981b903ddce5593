"""A database filled with generated hazards, for every benchmark that needs a large ledger."""

from __future__ import annotations

import os
import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, create_engine, insert, text
from stdnum.cn import uscc

import steward.accounts.tables
import steward.broadcasts.tables
import steward.ledger.enforcement_tables
import steward.ledger.warning_tables
import steward.offices.tables  # noqa: F401  (fills the metadata)
from steward.domain.weeks import local_date
from steward.ledger import tally
from steward.ledger.tables import EnterpriseRow, HazardRow, TownRow
from steward.storage.base import Base
from steward.storage.bulk import insert_rows
from steward.storage.engine import Database

AS_OF = datetime(2021, 11, 16, 1, 0, tzinfo=UTC)
YEARS_DAYS = 3 * 365
TOWNS, ENTERPRISES, INDUSTRIES, CATEGORIES = 22, 30_000, 12, 20
SOURCES = ("self_inspection", "third_party", "mutual_aid", "enforcement")
CHUNK = 50_000
POSTGRES_URL = os.environ.get(
    "TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/test"
)
THINGS = (
    "配电箱",
    "灭火器",
    "安全出口",
    "危化品仓库",
    "行车吊钩",
    "空压机储气罐",
    "冲床",
    "除尘管道",
)
FAULTS = (
    "未设置漏电保护装置，线路老化",
    "被杂物遮挡，不能随时取用",
    "没有张贴警示标志和操作规程",
    "超过检验有效期，没有检验记录",
    "防护罩缺失，有卷入伤手的危险",
)
_COLUMNS = (
    "id",
    "source",
    "external_id",
    "enterprise_id",
    "town_id",
    "industry",
    "category",
    "level",
    "description",
    "found_at",
    "deadline",
    "rectified_at",
    "closed_at",
    "voided_at",
    "status",
    "created_at",
)


@contextmanager
def filled(url: str, number: int) -> Iterator[Database]:
    """A database of `number` hazards of three years: 2 % open, 1 % voided, 1 % major."""
    database = Database(url)
    Base.metadata.create_all(database.engine)
    with database.session(write=True) as session:
        session.execute(
            insert(TownRow),
            [
                {"id": n, "code": str(n), "name": f"镇{n}", "column": n, "row": 0}
                for n in range(1, TOWNS + 1)
            ],
        )
        session.execute(insert(EnterpriseRow), [_enterprise(n) for n in range(1, ENTERPRISES + 1)])
    table = cast(Table, HazardRow.__table__)
    for index in table.indexes:  # made afterwards, in a fraction of the time
        index.drop(database.engine)
    chance = random.Random(20211116)
    first = AS_OF - timedelta(days=YEARS_DAYS)
    for start in range(1, number + 1, CHUNK):
        rows = [_hazard(chance, id_, first) for id_ in range(start, min(start + CHUNK, number + 1))]
        with database.session(write=True) as session:
            insert_rows(session, table, _COLUMNS, rows)
    for index in table.indexes:
        index.create(database.engine)
    with database.session(write=True) as session:
        tally.rebuild(session)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    yield database
    database.dispose()


@contextmanager
def schema() -> Iterator[str]:
    """A PostgreSQL URL with a schema of its own, dropped afterwards."""
    name = f"bench_{uuid.uuid4().hex[:12]}"
    admin = create_engine(POSTGRES_URL)
    with admin.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    yield f"{POSTGRES_URL}?options=-csearch_path%3D{name}"
    with admin.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
    admin.dispose()


def credit_code(number: int) -> str:
    """A credit code with a valid check character."""
    body = f"91330109MA{number:07d}"
    return body + uscc.calc_check_digit(body)


def _enterprise(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"企业{number}",
        "credit_code": credit_code(number) if number % 3 else None,
        "town_id": 1 + number % TOWNS,
        "industry": f"行业{number % INDUSTRIES}",
        "created_at": AS_OF,
    }


def _hazard(chance: random.Random, id_: int, first: datetime) -> tuple[Any, ...]:
    enterprise = chance.randint(1, ENTERPRISES)
    found = first + timedelta(seconds=chance.randint(0, YEARS_DAYS * 86_400))
    fate = chance.random()
    closed = found + timedelta(seconds=chance.randint(3_600, 40 * 86_400)) if fate > 0.02 else None
    voided = found + timedelta(hours=5) if fate < 0.01 else None
    if closed is not None and closed > AS_OF:
        closed = None
    status = "voided" if voided else "closed" if closed else "rectifying"
    return (
        id_,
        SOURCES[id_ % 4],
        f"XS{id_:08}",
        enterprise,
        1 + enterprise % TOWNS,
        f"行业{enterprise % INDUSTRIES}",
        f"类别{chance.randint(1, CATEGORIES)}",
        "major" if chance.random() < 0.01 else "general",
        f"{chance.randint(1, 9)}号车间{chance.choice(THINGS)}{chance.choice(FAULTS)}",
        found,
        local_date(found) + timedelta(days=chance.randint(3, 60)),
        closed - timedelta(minutes=30) if closed else None,
        closed,
        voided,
        status,
        found,
    )
