"""`steward run` and `steward engine`: the processes."""

from __future__ import annotations

import hashlib
import http.client
import logging
import logging.handlers
import os
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import click

import steward
from steward import settings as table
from steward.cli.context import clock_of, opened_database, operator
from steward.clock import monotonic_s
from steward.domain.weeks import DISTRICT_ZONE, district_instant
from steward.errors import SettingsError, StewardError, StorageError
from steward.ledger.towns import ensure_towns
from steward.operations.check_readiness import check_readiness
from steward.operations.choose_voices import speaker_of
from steward.operations.collect_alerts import collector_of
from steward.operations.follow_warnings import WarningWatch
from steward.operations.foresee_accidents import ForesightWatch
from steward.operations.furnish import furnish, plan_demonstration
from steward.operations.keep_accounts import FIRST, ensure_first_account
from steward.operations.list_plans import list_plans
from steward.operations.make_digests import Digest
from steward.operations.make_due_reports import issuing_of
from steward.operations.post import post_of
from steward.operations.push_alarms import Push
from steward.operations.reach_targets import read_targets
from steward.operations.studio import Studio
from steward.operations.weekly_figures import weekly_figures
from steward.scheduler import calendar
from steward.scheduler.engine import Engine
from steward.scheduler.post_room import PostRoom
from steward.scheduler.pulling import puller_of
from steward.scheduler.schedule import outlook
from steward.settings import Settings
from steward.storage import migrate
from steward.storage.engine import Database
from steward.workers.lock import check_free, only_one
from steward.workers.supervisor import Child, Supervisor

ROOT = Path(steward.__file__).resolve().parents[1]
STEWARD = [sys.executable, "-c", "from steward.cli import main; main()"]
DEMO_SHOWS = "2021-11-16T08:59:00"
DEMO_SLOT = "2021-11-16T09:00"
ENGINE, RUN = ("engine", "播报引擎"), ("run", "隐患管家")


@click.command("engine")
def engine() -> None:
    """只运行播报引擎（通常由 steward run 启动）。"""
    settings = table.load()
    with only_one(settings.data_dir, *ENGINE), opened_database(settings) as database:
        _log_to(settings, "engine")
        missing = check_readiness(database)
        if missing:
            raise StorageError(missing, place=database.place)
        machine = Engine(
            _studio(settings, database),
            clock_of(settings),
            holidays=settings.holidays,
            prepare_ahead_s=settings.prepare_ahead_s,
            push=_push(settings),
            collector=collector_of(settings),
            puller=puller_of(settings, clock_of(settings), f"{socket.gethostname()}:{os.getpid()}"),
            post_room=_post_room(settings, database),
            warnings=WarningWatch(
                database, due_soon_days=settings.due_soon_days, rules=settings.escalation
            ),
            foresight=ForesightWatch(database, settings.points_rules, settings.enforcement_rules),
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: machine.runner.stop())
        machine.run()


@click.command("run")
@click.option("--demo", is_flag=True, help="用演示数据和演示时钟（2021年11月16日）")
def run(demo: bool) -> None:
    """启动网页服务和播报引擎；Ctrl+C 停止。"""
    settings = table.load()
    if demo:
        settings = settings.model_copy(
            update={
                "demo_clock": settings.demo_clock or DEMO_SHOWS,
                "demo_clock_since": datetime.now(UTC).isoformat(),
            }
        )
    with only_one(settings.data_dir, *RUN):
        check_free(settings.data_dir, *ENGINE)
        _check_port(settings)
        _log_to(settings, "run")
        calendar.load(settings.holidays)
        with opened_database(settings) as database:
            migrate.upgrade(database)
            with database.session(write=True) as session:
                ensure_towns(session)
            furnish(database, at=clock_of(settings).now())
            once = ensure_first_account(database, at=clock_of(settings).now(), by=operator())
            if demo:
                settings = _prepare_demonstration(settings, database)
        _say_where(settings)
        _say_account(once)
        web = Child("网页服务", _gunicorn(settings))
        own = Child(
            "播报引擎", [sys.executable, "-c", "from steward.cli import main; main()", "engine"]
        )
        Supervisor([web, own], table.environment(settings)).run(_Readiness(settings).look)
        click.echo("已停止")


def _prepare_demonstration(settings: Settings, database: Database) -> Settings:
    """Data where there are none, a plan for this start; the clock starts only then."""
    if weekly_figures(database, as_of=datetime.now(UTC)).counts.monitored == 0:
        click.echo("正在生成演示数据……")
        # In a process of its own: this one stays small for as long as the house runs.
        made = subprocess.run([*STEWARD, "demo-data"], env=table.environment(settings), check=False)
        if made.returncode != 0:
            raise StewardError("演示数据没有生成，原因见上", place="steward demo-data")
    settings = settings.model_copy(update={"demo_clock_since": datetime.now(UTC).isoformat()})
    slot_at = district_instant(DEMO_SLOT)
    now = clock_of(settings).now()
    plan_demonstration(database, slot_at=max(slot_at, now), at=now)
    local = district_instant(settings.demo_clock).astimezone(DISTRICT_ZONE)
    shown = f"{local:%Y年%m月%d日 %H:%M:%S}"
    click.secho(f"演示模式：时钟从 {shown} 开始走，数据为演示数据，不是真实情况", bold=True)
    return settings


def _say_where(settings: Settings) -> None:
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    click.echo(f"大厅页面：http://{host}:{settings.port}/hall/main")
    click.echo(f"首页：    http://{host}:{settings.port}/")
    if settings.host in ("0.0.0.0", "::"):
        click.echo(f"其他电脑请用本机地址，如 http://{socket.gethostname()}:{settings.port}/")
    with opened_database(settings) as database:
        plans = list_plans(database)
    view = outlook(plans, clock_of(settings).now(), calendar.load(settings.holidays), 1)
    for warning in view.warnings:
        click.secho(warning, fg="red", bold=True, err=True)
    for slot in view.slots:
        local = slot.slot_at.astimezone(DISTRICT_ZONE)
        click.echo(f"下一次播报：{local:%Y-%m-%d %H:%M:%S}“{slot.plan.title}”")
    if not view.slots:
        click.echo("接下来没有计划中的播报")


def _say_account(once: str) -> None:
    """How to log in: on the terminal only, for a log is read by many."""
    if once:
        click.secho(
            f"登录：    帐号 {FIRST}，一次性密码 {once}（只显示这一次，首次登录须修改）", bold=True
        )
    else:
        click.echo(f"登录：    忘记密码时执行 steward user reset 帐号（第一个帐号是 {FIRST}）")


class _Readiness:
    """Says once that the pages can be opened."""

    def __init__(self, settings: Settings) -> None:
        self._host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
        self._port = settings.port
        self._said = False
        self._next_s = 0.0

    def look(self) -> None:
        if self._said or monotonic_s() < self._next_s:
            return
        self._next_s = monotonic_s() + 0.5
        connection = http.client.HTTPConnection(self._host, self._port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            self._said = connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return
        finally:
            connection.close()
        if self._said:
            click.echo("已就绪，可以在浏览器中打开上面的网址")


def _gunicorn(settings: Settings) -> list[str]:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return [
        *(sys.executable, "-m", "gunicorn", "--worker-class", "gevent", "--workers", "1"),
        *("--bind", f"{host}:{settings.port}", "--chdir", str(ROOT)),
        *("--graceful-timeout", "2", "--log-level", "warning"),
        *("--config", "python:steward.web.gunicorn_hooks", "--no-control-socket"),
        "app:create_app()",
    ]


def _studio(settings: Settings, database: Database) -> Studio:
    folder = hashlib.sha256(str(settings.data_dir.resolve()).encode()).hexdigest()[:8]
    return Studio(
        database=database,
        voice=speaker_of(settings),
        owner=f"{socket.gethostname()[:30]}:{folder}:{os.getpid()}",
        district=settings.district,
        clips_folder=settings.clips_folder,
        sounds_folder=settings.data_dir / "broadcasts",
        offices_folder=settings.offices_folder,
        fonts_folder=settings.fonts_folder,
        own_templates=settings.own_templates,
        lexicon_file=settings.lexicon,
        due_soon_days=settings.due_soon_days,
        colour_rules=settings.colour_rules,
        approvals=settings.approvals,
        approval_waits=timedelta(hours=settings.approval_hours),
        compare_every=timedelta(minutes=settings.compare_minutes),
        compare_since=timedelta(days=settings.compare_days),
        alarms=settings.alarms,
        issuer=settings.issuer,
        demonstration=bool(settings.demo_clock),
    )


def _post_room(settings: Settings, database: Database) -> PostRoom:
    """What carries briefings and reports to the towns. Raises SettingsError, PlanError."""
    room = PostRoom(
        database,
        post_of(settings),
        settings.briefing_delivery,
        settings.report_delivery,
        issue=issuing_of(settings, database),
        digest=_digest(settings),
    )
    room.times(calendar.load(settings.holidays))
    return room


def _digest(settings: Settings) -> Digest | None:
    """When the towns get the day's warnings; None: never."""
    if not settings.warning_digest:
        return None
    return Digest(time.fromisoformat(settings.warning_digest), settings.due_soon_days)


def _push(settings: Settings) -> Push | None:
    """Where alarms go, and in whose name; None where nothing is set."""
    if not settings.push_urls:
        return None
    targets, unknown = read_targets(settings.push_urls)
    for name in unknown:
        logging.getLogger(__name__).error(
            "设置 push_urls 里有不认识的地址 %s，不会推送到那里", name
        )
    demo = "【演示】" if settings.demo_clock else ""
    return Push(targets, f"{demo}{settings.district}隐患管家")


def _check_port(settings: Settings) -> None:
    """Raise SettingsError when the web cannot listen where it should."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise SettingsError(
                f"网页服务不能在 {settings.host}:{settings.port} 监听（{error.strerror}）："
                "端口可能已被其他程序占用，请停止那个程序，或修改设置 port、host",
                place="port",
            ) from error


def _log_to(settings: Settings, name: str) -> None:
    """Log to the terminal and to `<data folder>/logs/<name>.log`, at most 5 files of 5 MB."""
    folder = settings.data_dir / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    handlers: list[logging.Handler] = [
        logging.StreamHandler(),
        logging.handlers.RotatingFileHandler(
            folder / f"{name}.log", maxBytes=5_000_000, backupCount=4, encoding="utf-8"
        ),
    ]
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
        handlers=handlers,
        force=True,
    )
    # Its warning that a job still runs is what we want: a job never runs twice at once.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.WARNING)


COMMANDS = [run, engine]
