"""Reading a template before it is rendered: does every name it uses exist?

The types of the context's fields are followed through attributes, loops, slices and the filters
that keep their kind; what cannot be followed is left to the strict rendering.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

from jinja2 import meta, nodes

_KEEPING = {"sort", "reverse", "list", "unique"}


def unknown_names(tree: nodes.Template, context: type[Any]) -> Iterator[tuple[str, int]]:
    """(name, line) of every name the context does not have, in the template's order."""
    missing = meta.find_undeclared_variables(tree) - {each.name for each in fields(context)}
    found = [(name.name, name.lineno) for name in tree.find_all(nodes.Name) if name.name in missing]
    found += _attributes(tree, get_type_hints(context))
    yield from sorted(set(found), key=lambda pair: pair[1])


def _attributes(node: nodes.Node, scope: dict[str, Any]) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    if isinstance(node, nodes.For) and isinstance(node.target, nodes.Name):
        found += _attributes(node.iter, scope)
        args = get_args(_type(node.iter, scope))
        scope = {**scope, node.target.name: args[0] if args else None}
    if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
        scope[node.target.name] = _type(node.node, scope)
    if isinstance(node, nodes.Getattr):
        owner = _type(node.node, scope)
        if is_dataclass(owner) and node.attr not in get_type_hints(owner):
            found.append((f"{_path(node.node)}.{node.attr}", node.lineno))
    for child in node.iter_child_nodes():
        found += _attributes(child, scope)
    return found


def _type(node: nodes.Node, scope: dict[str, Any]) -> Any:
    """The type an expression surely has, or None."""
    if isinstance(node, nodes.Name):
        return scope.get(node.name)
    if isinstance(node, nodes.Getattr):
        owner = _type(node.node, scope)
        return get_type_hints(owner).get(node.attr) if is_dataclass(owner) else None
    if isinstance(node, nodes.Getitem):
        owner = _type(node.node, scope)
        if isinstance(node.arg, nodes.Slice):
            return owner
        args = get_args(owner)
        return args[0] if args else None
    if isinstance(node, nodes.Filter) and node.node is not None:
        owner = _type(node.node, scope)
        if node.name in _KEEPING:
            return owner
        args = get_args(owner)
        return args[0] if args and node.name in ("first", "last") else None
    return None


def _path(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_path(node.node)}.{node.attr}"
    return "…"
