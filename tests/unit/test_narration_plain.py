"""What a template saved on the console may consist of: whatever reaches outside is refused."""

from __future__ import annotations

import pytest

from steward.errors import NarrationError
from steward.narration.contexts import WeeklyContext, context_of
from steward.narration.environment import Templates
from steward.operations.narrate import TEMPLATES
from tests.support.narration_figures import published


@pytest.mark.parametrize("name", Templates(TEMPLATES).names())
def test_what_is_shipped_is_plain(name: str) -> None:
    Templates(TEMPLATES).require_plain(name)


def test_figures_conditions_loops_and_filters_are_plain() -> None:
    source = (
        "{% set n = new_hazards + 1 %}{% for t in towns[:3]|sort(attribute='name') %}"
        "{{ t.name ~ '镇' }}{{ '，' if not loop.last else '。' }}{% endfor %}"
        "{{ towns|map(attribute='name')|join('、') }}{{ n % 7 }}{{ '是' if n is even else '否' }}"
    )
    templates = Templates.of_text("weekly-x", source)
    templates.require_plain("weekly-x")
    assert templates.render("weekly-x", WeeklyContext.from_figures(published(), district="萧山区"))


@pytest.mark.parametrize(
    ("source", "sentence", "line"),
    [
        ("{{ ''.__class__.__mro__ }}", "“__mro__”：模板只能说给它的数，碰不到程序内部", 1),
        ("好\n{% if new_hazards > 99 %}{{ district.__class__ }}{% endif %}", "“__class__”", 2),
        ("好\n\n{{ ''['__class__'] }}", "“__class__”", 3),
        ("{{ towns|map(attribute='__class__')|list }}", "“__class__”", 1),
        ("{{ ''|attr('x') }}", "过滤器“attr”", 1),
        ("{{ towns|map('center', 99999999)|join }}", "map", 1),
        ("{{ 'x'|center(999999999) }}", "过滤器“center”", 1),
        ("{{ '%999999999d'|format(1) }}", "过滤器“format”", 1),
        ("{{ ''.format(1) }}", "不能调用函数", 1),
        ("{% for i in range(99999) %}好{% endfor %}", "不能调用函数", 1),
        ("{{ cycler('a').next() }}", "不能调用函数", 1),
        ("{{ 9 ** 9 ** 9 }}", "不能做乘方", 1),
        ("{% macro a() %}{{ a() }}{% endmacro %}", "不能定义宏", 1),
        ("好{% include '../../etc/passwd' %}", "不能引用别的文件", 1),
        ("{% import 'x' as y %}", "不能引用别的文件", 1),
        ("{% from 'x' import y %}", "不能引用别的文件", 1),
        ("{% extends 'x' %}", "不能引用别的文件", 1),
        ("{% block a %}好{% endblock %}", "不能这样写", 1),
        ("{% filter upper %}a{% endfilter %}", "不能这样写", 1),
        ("{% set a %}好{% endset %}", "不能这样写", 1),
        ("{% set a = 'x' %}\n{% set a = a ~ a %}", "set 里不能用 ~", 2),
        ("{% for a in towns recursive %}好{% endfor %}", "调用自己", 1),
        (
            "{% for a in towns %}{% for b in towns %}{% for c in towns %}好"
            "{% endfor %}{% endfor %}{% endfor %}",
            "最多套 2 层",
            1,
        ),
        ("{{ __builtins__ }}", "“__builtins__”", 1),
        ("好\n{% if %}", "模板写法不对", 2),
    ],
)
def test_what_reaches_outside_is_refused_with_its_line(
    source: str, sentence: str, line: int
) -> None:
    with pytest.raises(NarrationError, match=sentence) as raised:
        Templates.of_text("weekly-x", source).require_plain("weekly-x")
    assert raised.value.place == f"模板 weekly-x.j2 第{line}行"


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("{{ ''.__class__ }}", "“__class__”在程序内部，模板碰不到"),
        ("{% set a = 'x' + 'y' %}{{ a }}", "只能对数字做加法"),
        ("{{ '%9d' % 1 }}", "只能对数字做取余"),
        ("{% set a = ['xxxxxxxxxx']|list %}" + "{% set a = [a|join, a|join] %}" * 12, "太长"),
        ("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "不停地调用自己"),
        ("{% include 'weekly-x.j2' %}", "不停地调用自己"),
    ],
)
def test_the_sandbox_stands_behind_it(source: str, sentence: str) -> None:
    context = context_of("weekly-x").from_figures(published(), district="萧山区")
    with pytest.raises(NarrationError, match=sentence):
        Templates.of_text("weekly-x", source).render("weekly-x", context)
