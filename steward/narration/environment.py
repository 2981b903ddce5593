"""Templates: loaded from a folder, checked, and rendered in Jinja2's sandbox, strictly."""

from __future__ import annotations

import math
import re
import traceback
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from jinja2 import (
    BaseLoader,
    FileSystemLoader,
    FunctionLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    Undefined,
    UndefinedError,
    meta,
    nodes,
    pass_eval_context,
)
from jinja2.exceptions import SecurityError
from jinja2.filters import do_join
from jinja2.nodes import EvalContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from steward.errors import NarrationError
from steward.narration.checking import unknown_names
from steward.narration.plain import not_plain
from steward.narration.saying import Context

SUFFIX = ".j2"
_LEAKED = re.compile(r"None|NaN|Undefined|(?<![A-Za-z])(?:nan|inf|Infinity|True|False)(?![A-Za-z])")
_SUMS = {"*": "乘法", "**": "乘法", "+": "加法", "%": "取余"}
MOST_JOINED = 10_000  # characters
_NAME = re.compile(r"[A-Za-z0-9_-]+")


class _Sandbox(ImmutableSandboxedEnvironment):
    """Arithmetic only with numbers, no powers: a template cannot eat the memory."""

    intercepted_binops = frozenset(["*", "**", "+", "%"])

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" or not all(isinstance(side, int | Decimal) for side in (left, right)):
            raise SecurityError(f"模板里只能对数字做{_SUMS[operator]}")
        return super().call_binop(context, operator, left, right)

    def unsafe_undefined(self, obj: Any, attribute: str) -> Undefined:
        return self.undefined(
            f"“{attribute}”在程序内部，模板碰不到", obj=obj, name=attribute, exc=SecurityError
        )


@pass_eval_context
def _joined(context: EvalContext, value: Any, d: str = "", attribute: Any = None) -> str:
    """The filter `join`, for as much as can be said."""
    text = str(do_join(context, value, d, attribute))
    if len(text) > MOST_JOINED:
        raise SecurityError("join 连出来的文字太长")
    return text


def _printed(value: object) -> object:
    """What `{{ … }}` may print: text and finite numbers. Raises NarrationError otherwise.

    An undefined name raises by itself when it is printed; `a if b` without `else` prints nothing.
    """
    if isinstance(value, str | Undefined):
        return value
    if value is None:
        raise NarrationError("模板要播报的值是空的（None）")
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise NarrationError("模板要播报的不是文字，也不是数字")
    if not math.isfinite(value):
        raise NarrationError("模板要播报的不是一个确定的数字")
    return value


class Templates:
    """The narration templates by name without `.j2`; those of the folder `own` come first."""

    def __init__(self, folder: Path, own: Path | None = None) -> None:
        self._folders = [folder] if own is None else [own, folder]
        self._open(FileSystemLoader(self._folders))

    @classmethod
    def of_text(cls, name: str, source: str) -> Self:
        """One template that stands in no folder yet."""
        made = cls.__new__(cls)
        made._folders = []
        file = name + SUFFIX
        made._open(FunctionLoader(lambda asked: (source, file, None) if asked == file else None))
        return made

    def _open(self, loader: BaseLoader) -> None:
        self._loader = loader
        self._environment = _Sandbox(
            loader=loader,
            undefined=StrictUndefined,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_printed,
        )
        self._environment.filters["join"] = _joined

    def names(self) -> list[str]:
        """The names of all templates, sorted."""
        return sorted({p.stem for folder in self._folders for p in folder.glob(f"*{SUFFIX}")})

    def source(self, name: str) -> str:
        """A template's text. Raises NarrationError: there is none, or it is no text."""
        try:
            return self._loader.get_source(self._environment, name + SUFFIX)[0]
        except TemplateNotFound as error:
            known = "、".join(self.names()) or "（没有）"
            raise NarrationError(f"没有模板“{name}”，现有：{known}", place=name) from error
        except UnicodeDecodeError as error:
            raise NarrationError("模板不是 UTF-8 文字", place=_place(name, None)) from error

    def names_used(self, name: str) -> frozenset[str]:
        """The names of its context that a template says, those it includes with it.

        Raises NarrationError for bad syntax, or when there is no such template.
        """
        used: set[str] = set()
        asked, seen = [name], {name}
        while asked:
            one = asked.pop()
            tree = self._tree(one)
            try:
                used |= meta.find_undeclared_variables(tree)
            except TemplateSyntaxError as error:  # a filter that does not exist
                raise _misspelt(one, error) from error
            others = {o.removesuffix(SUFFIX) for o in meta.find_referenced_templates(tree) if o}
            asked += others - seen
            seen |= others
        return frozenset(used)

    def require_plain(self, name: str) -> None:
        """Raises NarrationError with the line of what `plain` does not allow."""
        for sentence, line in not_plain(self._tree(name)):
            raise NarrationError(sentence, place=_place(name, line))

    def check(self, name: str, context: type[Context]) -> None:
        """Raises NarrationError for bad syntax or a name the context does not have."""
        asked, seen = [name], {name}
        while asked:
            one = asked.pop()
            tree = self._tree(one)
            try:
                unknown = list(unknown_names(tree, context))
            except TemplateSyntaxError as error:  # a filter that does not exist
                raise _misspelt(one, error) from error
            for wrong, line in unknown:
                raise NarrationError(f"模板里的名字“{wrong}”不存在", place=_place(one, line))
            others = {o.removesuffix(SUFFIX) for o in meta.find_referenced_templates(tree) if o}
            asked += others - seen
            seen |= others

    def _tree(self, name: str) -> nodes.Template:
        """A template as it is read. Raises NarrationError: there is none, or bad syntax."""
        try:
            return self._environment.parse(self.source(name), filename=name + SUFFIX)
        except TemplateSyntaxError as error:
            raise _misspelt(name, error) from error
        except RecursionError as error:
            raise NarrationError("模板套得太深", place=_place(name, None)) from error

    def render(self, name: str, context: Context) -> str:
        """The text of a template with its context, on one line.

        Raises NarrationError: no such template, bad syntax, an unknown or missing name, a value
        that cannot be said.
        """
        if not _NAME.fullmatch(name):
            raise NarrationError("模板名只能用字母、数字、“_”和“-”", place=name)
        self.check(name, type(context))
        text = self._rendered(name, vars(context))
        leaked = _LEAKED.search(text)
        if leaked:
            raise NarrationError(
                f"模板结果里出现了“{leaked[0]}”，不能播报", place=_place(name, None)
            )
        return on_one_line(text)

    def fill(self, name: str, values: Mapping[str, str]) -> str:
        """The text of a template with people's own words in it, on one line.

        The words are never read as a template. Raises NarrationError: no such template, bad syntax,
        a name that is not among the values.
        """
        if not _NAME.fullmatch(name):
            raise NarrationError("模板名只能用字母、数字、“_”和“-”", place=name)
        return on_one_line(self._rendered(name, values))

    def _rendered(self, name: str, values: Mapping[str, Any]) -> str:
        try:
            return self._environment.get_template(name + SUFFIX).render(values)
        except UndefinedError as error:
            raise NarrationError(
                f"模板用了不存在的名字（{error.message}）", place=_where(name, error)
            ) from error
        except NarrationError as error:
            raise NarrationError(error.sentence, place=_where(name, error)) from error
        except RecursionError as error:
            raise NarrationError("模板在不停地调用自己", place=_place(name, None)) from error
        except SecurityError as error:
            raise NarrationError(f"模板不能这样做（{error}）", place=_where(name, error)) from error
        except (TemplateError, ArithmeticError, TypeError, ValueError, LookupError) as error:
            raise NarrationError(f"模板运算出错（{error}）", place=_where(name, error)) from error


def on_one_line(text: str) -> str:
    """Lines of a template joined; a space stays only between two Latin words or figures."""
    return re.sub(r"(?<![0-9A-Za-z])\s+|\s+(?![0-9A-Za-z])", "", re.sub(r"\s+", " ", text))


def _misspelt(name: str, error: TemplateSyntaxError) -> NarrationError:
    return NarrationError(f"模板写法不对（{error.message}）", place=_place(name, error.lineno))


def _where(name: str, error: BaseException) -> str:
    """The template's file and the line the error came from."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.endswith(SUFFIX):
            return _place(Path(frame.filename).stem, frame.lineno)
    return _place(name, None)


def _place(name: str, line: int | None) -> str:
    return f"模板 {name}{SUFFIX}" + (f" 第{line}行" if line else "")
