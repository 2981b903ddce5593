"""What a template saved on the console may consist of: text, figures, conditions, short loops.

It is read, not run: whatever is not on these lists is refused with its line, so that a template
of one's own neither reaches into the program nor eats its time or memory. The sandbox stands
behind it.
"""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import nodes

LONGEST = 8000  # characters of a template
_DEEPEST = 2  # loops within loops

_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign),
    *(nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Concat),
    *(nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.CondExpr),
    *(nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Neg, nodes.Pos),
    *(nodes.Filter, nodes.Test, nodes.List, nodes.Tuple, nodes.Keyword),
)
_FILTERS = frozenset(
    {
        *("abs", "count", "d", "default", "first", "int", "join", "last", "length", "list"),
        *("lower", "map", "max", "min", "reject", "rejectattr", "reverse", "round", "select"),
        *("selectattr", "sort", "trim", "unique", "upper"),
    }
)
_NAMES: dict[type[nodes.Node], str] = {
    nodes.Call: "调用函数",
    nodes.Macro: "定义宏（macro）",
    nodes.Include: "引用别的文件（include）",
    nodes.Import: "引用别的文件（import）",
    nodes.FromImport: "引用别的文件（import）",
    nodes.Extends: "引用别的文件（extends）",
    nodes.Pow: "做乘方（**）",
}


def not_plain(tree: nodes.Template) -> Iterator[tuple[str, int]]:
    """(a Chinese sentence, line) of everything that is refused."""
    yield from _look(tree, 0, in_set=False)


def _look(node: nodes.Node, depth: int, *, in_set: bool) -> Iterator[tuple[str, int]]:
    fault = _fault(node, depth, in_set)
    if fault:
        yield fault, node.lineno
        return
    deeper = depth + isinstance(node, nodes.For)
    within = in_set or isinstance(node, nodes.Assign)
    for child in node.iter_child_nodes():
        yield from _look(child, deeper, in_set=within)


def _fault(node: nodes.Node, depth: int, in_set: bool) -> str:
    if not isinstance(node, _ALLOWED):
        return f"模板里不能{_NAMES.get(type(node), '这样写')}"
    hidden = _hidden(node)
    if hidden:
        return f"模板里不能用“{hidden}”：模板只能说给它的数，碰不到程序内部"
    if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
        return f"模板里不能用过滤器“{node.name}”"
    if isinstance(node, nodes.Filter) and node.name == "map" and node.args:
        return "过滤器“map”只能写成 map(attribute=…)"
    if isinstance(node, nodes.For) and (node.recursive or depth >= _DEEPEST):
        return f"循环最多套 {_DEEPEST} 层，也不能调用自己"
    if isinstance(node, nodes.Concat) and in_set:
        return "set 里不能用 ~ 连接文字"
    return ""


def _hidden(node: nodes.Node) -> str:
    """A name that begins with an underscore, wherever it stands; "" for none."""
    if isinstance(node, nodes.Name) and node.name.startswith("_"):
        return node.name
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        return node.attr
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and "__" in node.value:
        return node.value[:40]
    return ""
