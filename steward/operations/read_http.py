"""Read a JSON endpoint page by page: within its limits, never round in a circle."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from steward.domain.sources import Batch, Form, Watermark
from steward.domain.weeks import DISTRICT_ZONE
from steward.errors import AlertError, SourceError
from steward.ledger.intake.cells import BadCell, as_instant
from steward.ledger.intake.headers import CHINESE, REQUIRED
from steward.operations.fetch_document import fetch_document, on_same_server
from steward.sources.cells import as_cell
from steward.sources.shapes import HttpSource

MOST_PAGES = 10_000
# A field that is missing from so many rows at once is gone, not forgotten.
GONE = 20
OVERLAP_MINUTES, OVERLAP_NUMBERS = 10.0, 100.0
_TIMES = ("found_at", "deadline", "rectified_at", "closed_at")


def read_http(
    source: HttpSource, token: str | None, reached: Watermark | None
) -> Generator[Batch, None, None]:
    """What changed since `reached`, a page at a time.

    A page's own watermark is kept with it only where the source says that its rows come in order,
    and as long as they do; else with the last. With fewer rows than were promised it stays where it
    was, so that they are asked for again. Raises SourceError.
    """
    walk = _Walk(source, reached)
    for page in _pages(source, token, walk):
        walk.take(page)
        try:
            batch = _batch(source, page, walk.ordered if source.ordered else None)
        except RecursionError as error:
            raise _fault(source, "接口给的 JSON 嵌套太深") from error
        yield batch
    warnings = list(walk.warnings)
    if walk.promised is not None and walk.given < walk.promised:
        warnings.append(
            f"对方说共 {walk.promised} 条，只给了 {walk.given} 条：水位不前移，下次重读"
        )
        yield Batch((), [], None, tuple(warnings))
        return
    if walk.promised is not None and walk.given > walk.promised:
        warnings.append(f"对方说共 {walk.promised} 条，给了 {walk.given} 条")
    yield Batch((), [], walk.furthest, tuple(warnings))


@dataclass
class _Walk:
    """How far one reading has come."""

    source: HttpSource
    reached: Watermark | None
    given: int = 0
    promised: int | None = None
    furthest: Watermark | None = None
    ordered: Watermark | None = None
    warnings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.furthest = self.ordered = self.reached
        self._in_order = True
        self._last: Any = None

    def take(self, page: _Page) -> None:
        """Count a page's rows, and look how far they reach."""
        self.given += len(page.items)
        if page.total is not None:
            self.promised = page.total
        if not self.source.watermark:
            return
        without = 0
        for item in page.items:
            mark = _mark(_at(item, self.source.watermark))
            if mark is None:
                without += 1
                continue
            if self._in_order and _before(mark, self._last) and self.source.ordered:
                self._in_order = False
                self.warnings.append("说是按水位排好的，其实没有：水位到读完才前移")
            self._last = mark
            self.furthest = _later(self.furthest, mark)
        if without:
            self.warnings.append(f"{without} 行没有水位“{self.source.watermark}”")
        if self._in_order:
            self.ordered = self.furthest


@dataclass(frozen=True)
class _Page:
    items: list[Any]
    total: int | None
    document: Any
    digest: str


def _pages(source: HttpSource, token: str | None, walk: _Walk) -> Iterator[_Page]:
    """Every page, until there is no more. Raises SourceError: a fault, or no end."""
    parameters = _parameters(source, walk.reached)
    address, number, seen = source.url, source.first_page, set[str]()
    before = ""
    for _ in range(MOST_PAGES):
        if source.paging == "page":
            parameters[source.page_parameter] = str(number)
        page = _page(source, address, parameters, token)
        if source.paging == "page" and page.items and page.digest == before:
            if walk.promised is not None and walk.given >= walk.promised:
                return  # some give the last page again
            raise _fault(source, f"第 {number} 页和上一页一模一样，没有往前翻")
        before = page.digest
        yield page
        onward = _onward(source, page)
        if onward is None:
            return
        if source.paging == "page":
            number += 1
            continue
        if onward in seen:
            raise _fault(source, "翻页绕了回来：同一个下一页给了两次")
        seen.add(onward)
        if source.paging == "next":
            try:
                address, parameters = on_same_server(address, onward), {}
            except AlertError as error:
                raise _fault(source, f"下一页{error.sentence}") from error
        else:
            parameters[source.cursor_parameter] = onward
    raise _fault(source, f"超过 {MOST_PAGES} 页还没有完")


def _onward(source: HttpSource, page: _Page) -> str | None:
    """What leads to the next page; None after the last."""
    if source.paging == "page":
        return "" if page.items else None
    if source.paging == "none":
        return None
    found = _at(page.document, source.cursor if source.paging == "cursor" else source.next)
    if found is None or found is False or found == "":
        return None
    if not isinstance(found, str | int):
        raise _fault(source, "下一页的位置不是文字")
    return str(found)


def _page(source: HttpSource, address: str, parameters: dict[str, str], token: str | None) -> _Page:
    """Fetch and read one page. Raises SourceError."""
    headers = {"Accept": "application/json"}
    if token is not None:
        bearer = source.token_header == "Authorization"
        headers[source.token_header] = f"Bearer {token}" if bearer else token
    try:
        fetched = fetch_document(
            _with(address, parameters),
            most_bytes=round(source.most_mb * 1024 * 1024),
            limit_s=source.limit_s,
            own_headers=headers,
            ca_file=source.ca_file,
        )
    except AlertError as error:
        raise _fault(source, f"接口{error.sentence}") from error
    content = fetched.content or b""
    try:
        document = json.loads(content.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        page = content.lstrip()[:1] == b"<"
        why = "给的是网页，不是 JSON" if page else "给的不是 JSON"
        raise _fault(source, f"接口{why}") from error
    items = _at(document, source.items)
    if not isinstance(items, list):
        where = f"“{source.items}”处" if source.items else "最外层"
        raise _fault(source, f"接口给的 JSON 里{where}不是一列数据")
    total = _at(document, source.total) if source.total else None
    promised = total if isinstance(total, int) and not isinstance(total, bool) else None
    return _Page(items, promised, document, hashlib.sha256(content).hexdigest())


def _no_number(text: str) -> None:
    raise ValueError(text)


def _batch(source: HttpSource, page: _Page, watermark: Watermark | None) -> Batch:
    """The page's items as rows under the union of their columns; what is nested has dots."""
    flat = [_flat(item) for item in page.items]
    columns = dict.fromkeys(source.columns)
    for item in flat:
        columns.update(dict.fromkeys(item))
    fields = {source.columns.get(one) or CHINESE.get(one, one) for one in columns}
    if len(flat) < GONE:  # of few rows all may lack it: each says so itself
        missing = [name for name in REQUIRED if name not in fields]
        columns.update(dict.fromkeys(missing))
        present = set(columns)
    else:
        present = {name for item in flat for name in item}
    names = tuple(name for name in columns if name in present)
    times = {name for name in names if source.columns.get(name, name) in _TIMES}
    rows = [
        [_instant(item.get(name)) if name in times else as_cell(item.get(name)) for name in names]
        for item in flat
    ]
    return Batch(names, rows, watermark)


def _flat(item: Any, before: str = "") -> dict[str, Any]:
    if not isinstance(item, dict):
        return {"": item} if not before else {before[:-1]: item}
    found: dict[str, Any] = {}
    for key, value in item.items():
        name = f"{before}{key}"
        if isinstance(value, dict):
            found |= _flat(value, f"{name}.")
        else:
            found[name] = value
    return found


def _at(document: Any, path: str) -> Any:
    """What stands at a path such as `data.items`; None for nothing. "" is the document itself."""
    found = document
    for part in path.split(".") if path else ():
        if not isinstance(found, dict):
            return None
        found = found.get(part)
    return found


def _instant(value: Any) -> Any:
    """A time as a cell; seconds or milliseconds since 1970 are understood."""
    if type(value) in (int, float) and value > 600_000_000:
        seconds = value / 1000 if value > 100_000_000_000 else value
        try:
            return datetime.fromtimestamp(seconds, DISTRICT_ZONE).replace(tzinfo=None)
        except (OverflowError, ValueError, OSError):
            return str(value)
    return as_cell(value)


def _mark(value: Any) -> Watermark | None:
    """The watermark in an item: a number, or an instant however it is written."""
    if isinstance(value, str):
        try:
            found = as_instant(value)
        except BadCell:
            return None
        return Watermark(Form.INSTANT, found[0].isoformat()) if found else None
    return Watermark.of(value)


def _before(one: Watermark, other: Watermark | None) -> bool:
    return other is not None and one.form is other.form and bool(one.order < other.order)


def _later(one: Watermark | None, other: Watermark) -> Watermark:
    if one is None or one.form is not other.form or other.order > one.order:
        return other
    return one


def _parameters(source: HttpSource, reached: Watermark | None) -> dict[str, str]:
    parameters = {}
    if source.size_parameter:
        parameters[source.size_parameter] = str(source.size)
    if source.watermark_parameter:
        asked = _since(source) if reached is None else _back(source, reached)
        parameters[source.watermark_parameter] = _written(source, asked)
    return parameters


def _since(source: HttpSource) -> Watermark:
    since = source.since
    if isinstance(since, date):
        at = since if isinstance(since, datetime) else datetime.combine(since, time())
        return Watermark(Form.INSTANT if at.tzinfo else Form.LOCAL, at.isoformat())
    return Watermark(Form.NUMBER, str(since))


def _back(source: HttpSource, reached: Watermark) -> Watermark:
    default = OVERLAP_NUMBERS if reached.form is Form.NUMBER else OVERLAP_MINUTES
    return reached.back(default if source.overlap is None else source.overlap)


_FORMATS: dict[str, Callable[[datetime], str]] = {
    "iso": lambda at: at.astimezone(DISTRICT_ZONE).isoformat(timespec="seconds"),
    "text": lambda at: f"{at.astimezone(DISTRICT_ZONE):%Y-%m-%d %H:%M:%S}",
    "epoch_s": lambda at: str(int(at.timestamp())),
    "epoch_ms": lambda at: str(int(at.timestamp() * 1000)),
}


def _written(source: HttpSource, asked: Watermark) -> str:
    at = asked.instant
    return str(asked.raw) if at is None else _FORMATS[source.watermark_format](at.astimezone(UTC))


def _with(address: str, parameters: dict[str, str]) -> str:
    """The address with these parameters besides its own."""
    parts = urlsplit(address)
    own = parse_qsl(parts.query, keep_blank_values=True)
    query = urlencode([pair for pair in own if pair[0] not in parameters] + [*parameters.items()])
    return parts._replace(query=query).geturl()


def _fault(source: HttpSource, why: str) -> SourceError:
    return SourceError(why, place=source.name, retry=True)
