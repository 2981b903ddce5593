"""What a [[source]] of sources.toml may say, a kind each; an unknown key is a fault."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from steward.domain.sources import Kind

Text = Annotated[str, Field(min_length=1, max_length=300)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
Overlap = Annotated[float, Field(ge=0, le=10_000_000)]
Limit = Annotated[float, Field(gt=0, le=3600)]


class Source(BaseModel):
    """What every source has. `columns`: upstream column → field (its English name)."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)

    name: Annotated[str, Field(min_length=1, max_length=40)]
    kind: str
    source: str
    when: Text
    stale_after_hours: Annotated[int, Field(ge=1, le=8760)]
    columns: dict[str, str] = Field(default_factory=dict)

    either: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Pairs of keys of which only one may be there."""
    paths: ClassVar[tuple[str, ...]] = ()
    """Keys that name a file or a folder, which is looked for beside sources.toml."""
    dated: ClassVar[bool] = False
    """It is as fresh as what it gives, not as its last reading."""

    @property
    def aside(self) -> str:
        """The watermark's column, which is no column of the ledger's to tell of."""
        return ""

    @property
    def answer_s(self) -> float:
        """How long one answer may take, in seconds."""
        return 0.0

    @field_validator("name")
    @classmethod
    def _plain(cls, value: str) -> str:
        if value != value.strip() or not value.isprintable() or set("/\\?#%") & set(value):
            raise ValueError("首尾不能有空格，不能有 / \\ ? # %")
        return value


class AnsweringSource(Source):
    """What is asked since when, and has a time to answer in."""

    watermark: str
    limit_s: Limit

    @property
    def aside(self) -> str:
        return self.watermark

    @property
    def answer_s(self) -> float:
        return self.limit_s


class DatabaseSource(AnsweringSource):
    """One query of a database, again from where it got to. Times without a zone are local."""

    kind: Literal["database"]
    url: Text
    password_env: str = ""
    password_file: str = ""
    query: Annotated[str, Field(min_length=1, max_length=20_000)]
    watermark: Name
    since: datetime | date | int
    overlap: Overlap | None = None
    batch: Annotated[int, Field(ge=1, le=20_000)] = 5_000
    limit_s: Limit = 60.0

    either: ClassVar = (("password_env", "password_file"),)
    paths: ClassVar = ("password_file",)

    @field_validator("url")
    @classmethod
    def _address(cls, value: str) -> str:
        return _without_password(value, "password_env 或 password_file")


class HttpSource(AnsweringSource):
    """A JSON endpoint, page by page."""

    kind: Literal["http"]
    url: Text
    token_env: str = ""
    token_file: str = ""
    token_header: Name = "Authorization"
    ca_file: str = ""
    items: str = ""
    total: str = ""
    paging: Literal["none", "cursor", "next", "page"] = "none"
    cursor: str = ""
    cursor_parameter: str = ""
    next: str = ""
    page_parameter: str = ""
    first_page: Annotated[int, Field(ge=0, le=1)] = 1
    size_parameter: str = ""
    size: Annotated[int, Field(ge=1, le=20_000)] = 500
    watermark: str = ""
    watermark_parameter: str = ""
    watermark_format: Literal["iso", "text", "epoch_s", "epoch_ms"] = "iso"
    since: datetime | date | int | None = None
    overlap: Overlap | None = None
    ordered: bool = False
    limit_s: Limit = 30.0
    most_mb: Annotated[float, Field(gt=0, le=256)] = 16.0

    either: ClassVar = (("token_env", "token_file"),)
    paths: ClassVar = ("token_file", "ca_file")

    @field_validator("url")
    @classmethod
    def _address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("应以 http:// 或 https:// 开头")
        return _without_password(value, "token_env 或 token_file")

    @field_validator("token_header")
    @classmethod
    def _header(cls, value: str) -> str:
        if not value.replace("-", "").isalnum() or not value.isascii():
            raise ValueError("不是请求头的名称")
        return value

    def gaps(self) -> Iterator[tuple[str, str]]:
        """Keys that others need, and why."""
        needed = {
            "cursor": ("cursor", "cursor_parameter"),
            "next": ("next",),
            "page": ("page_parameter",),
        }
        for key in needed.get(self.paging, ()):
            if not getattr(self, key):
                yield key, f'paging = "{self.paging}" 时要写'
        if self.watermark_parameter and not self.watermark:
            yield "watermark", "写了 watermark_parameter 就要写"
        if self.watermark_parameter and self.since is None:
            yield "since", "写了 watermark_parameter 就要写：第一次从哪里读起"


class FolderSource(Source):
    """A folder that files are put into, of the same form as those that are carried in."""

    kind: Literal["folder"]
    folder: Text

    paths: ClassVar = ("folder",)
    dated: ClassVar = True


SHAPES: dict[str, type[Source]] = {
    Kind.DATABASE: DatabaseSource,
    Kind.HTTP: HttpSource,
    Kind.FOLDER: FolderSource,
}


def _without_password(url: str, instead: str) -> str:
    """Raises ValueError where a secret stands in an address."""
    try:
        password = urlsplit(url).password
    except ValueError as error:
        raise ValueError("地址写得不对") from error
    if password is not None:
        raise ValueError(f"不要把密码写在地址里，用 {instead}")
    return url
