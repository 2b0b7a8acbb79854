"""Where a source can be made wrong, and how: sign, factor, index, bound, dropped term, swapped charge.

A site is a piece of one line of the source and the text that stands in its place; the rest of the file stays as it is
to the letter, so that a mutant reads as somebody's slip. What does no arithmetic is left alone: docstrings,
annotations, decorators, imports, texts of errors, and how a figure looks.
"""

import ast
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

OPERATORS = ("sign", "factor", "index", "bound", "dropped", "charge")

_PAIRS = [("positron", "electron"), ("POSITRON", "ELECTRON"), ("proton", "neutron"), ("pi+", "pi-"), ("K+", "K-")]
_PAIRS += [("pi_plus", "pi_minus"), ("piplus", "piminus"), ("mu+", "mu-"), ("proton", "alpha")]
SWAPPED = {b: a for a, b in _PAIRS} | {a: b for a, b in _PAIRS}
_EXTREMES = {"min": "max", "max": "min", "minimum": "maximum", "maximum": "minimum", "floor": "ceil", "ceil": "floor"}
_TURNED = {ast.Lt: ("<", ">="), ast.LtE: ("<=", ">"), ast.Gt: (">", "<="), ast.GtE: (">=", "<")}
_SHIFTED = {ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">")}
_TURNED |= {ast.Eq: ("==", "!="), ast.NotEq: ("!=", "==")}
_LOOKS = frozenset(
    "figsize lw linewidth color alpha fontsize size label marker ms markersize zorder ls linestyle dpi capsize fmt loc"
    " width_ratios height_ratios hspace wspace rotation ha va ncol ncols pad bbox_to_anchor transform xy xytext style"
    " description help title".split()
)
_LOOKING = frozenset("text annotate legend set_title set_xlabel set_ylabel grid tick_params print warn savefig".split())


class Site(NamedTuple):
    """A piece of a source and what stands in its place."""

    operator: str
    line: int  # from 1
    start: int  # columns of the piece, in characters
    end: int
    instead: str


def sites(source: str) -> list[Site]:
    """Every place where an operator applies, in the order of the source.

    Parameters
    ----------
    source : str
        Of a module.

    Returns
    -------
    list of Site
        Each within one line. Whether the changed source is a program, and another one, is for `is_another` to say.
    """
    lines = source.splitlines()
    found = {site for node in _arithmetic(ast.parse(source)) for site in _of(node, lines)}
    known = set(re.findall(r"\w+", source))  # another charge that the module has not heard of is no slip
    return sorted((one for one in found if one.operator != "charge" or _heard(one.instead, known)), key=_place)


def _heard(instead, known):
    return not instead.isidentifier() or instead in known


def _place(site):
    return site.line, site.start, site.operator, site.instead


def changed(source: str, site: Site) -> str:
    """The source with one site changed."""
    lines = source.splitlines(keepends=True)
    text = lines[site.line - 1]
    lines[site.line - 1] = text[: site.start] + site.instead + text[site.end :]
    return "".join(lines)


def is_another(source: str, other: str) -> bool:
    """Whether a changed source is a program, and another one than the source."""
    try:
        return ast.dump(ast.parse(other)) != ast.dump(ast.parse(source))
    except SyntaxError:
        return False


def _arithmetic(node: Any, within: str = "") -> Iterator[Any]:
    """Nodes of the parts that compute; `within` is "index" inside of square brackets."""
    node.within = within
    yield node
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _aside(node, name, child):
                inside = isinstance(node, ast.Subscript) and name == "slice"
                yield from _arithmetic(child, "index" if inside else "" if isinstance(child, ast.Call) else within)


def _aside(parent, name, child):
    """Whether a child computes nothing: a docstring, an annotation, a text, or how a figure looks."""
    if name in ("annotation", "returns", "decorator_list", "bases") or isinstance(
        child, ast.Import | ast.ImportFrom | ast.Raise | ast.Assert | ast.JoinedStr
    ):
        return True
    if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
        return True
    if isinstance(child, ast.keyword) and child.arg in _LOOKS:
        return True
    called = child.func if isinstance(child, ast.Call) else None
    return getattr(called, "attr", getattr(called, "id", "")) in _LOOKING or (
        isinstance(parent, ast.Assign) and name == "targets" and isinstance(child, ast.Name)
    )


def _of(node, lines):
    kind = type(node).__name__
    if not hasattr(node, "lineno") or node.lineno != node.end_lineno or not lines[node.lineno - 1].isascii():
        return
    for found in _RULES.get(kind, ()):
        yield from found(node, lines[node.lineno - 1])


def _text(*operands):
    """Whether an operand is a text or a list, which + and * put together."""
    kinds = (ast.JoinedStr, ast.List, ast.Tuple, ast.ListComp)
    return any(
        isinstance(one, kinds) or (isinstance(one, ast.Constant) and isinstance(one.value, str)) for one in operands
    )


def _sign_between(node, line, left, right, signs):
    between = line[left.end_col_offset : right.col_offset]
    at = re.search(r"//|\*\*|[-+*/]", between)
    if at and at.group() in signs:
        start = left.end_col_offset + at.start()
        yield Site(signs[at.group()][0], node.lineno, start, start + 1, signs[at.group()][1])


_SIGNS = {"+": ("sign", "-"), "-": ("sign", "+"), "*": ("factor", "/"), "/": ("factor", "*")}


def _binary(node, line):
    if _text(node.left, node.right) or isinstance(node.op, ast.BitOr):
        return
    yield from _sign_between(node, line, node.left, node.right, _SIGNS)
    if isinstance(node.op, ast.Add | ast.Sub) and node.within != "index":
        yield Site("dropped", node.lineno, node.left.end_col_offset, node.end_col_offset, "")
    power = node.right
    if isinstance(node.op, ast.Pow) and isinstance(power, ast.Constant):
        yield Site("factor", node.lineno, power.col_offset, power.end_col_offset, repr(power.value + 1))


def _augmented(node, line):
    if _text(node.value) or isinstance(node.op, ast.BitOr):
        return
    yield from _sign_between(node, line, node.target, node.value, _SIGNS)
    yield Site("dropped", node.lineno, node.col_offset, node.end_col_offset, "pass")


def _unary(node, line):
    operand = node.operand
    if isinstance(node.op, ast.USub) and node.within == "index" and isinstance(operand, ast.Constant):
        yield Site("index", node.lineno, node.col_offset, node.end_col_offset, f"-{operand.value + 1}")
    elif isinstance(node.op, ast.USub):
        yield Site("sign", node.lineno, node.col_offset, node.col_offset + 1, "")
    elif isinstance(node.op, ast.Not):
        yield Site("dropped", node.lineno, node.col_offset, operand.col_offset, "")


def _constant(node, line):
    value = node.value
    if isinstance(value, float):
        yield Site("factor", node.lineno, node.col_offset, node.end_col_offset, repr(2.0 * value or 1.0))
    elif type(value) is int and node.within == "index":
        yield Site("index", node.lineno, node.col_offset, node.end_col_offset, str(value - 1 if value > 0 else 1))
    elif isinstance(value, str) and value in SWAPPED:
        quote = line[node.col_offset]
        text = f"{quote}{SWAPPED[value]}{quote}"
        yield Site("charge", node.lineno, node.col_offset, node.end_col_offset, text)


def _name(node, line):
    name = getattr(node, "attr", getattr(node, "id", ""))
    start = node.end_col_offset - len(name)
    if name in SWAPPED:
        yield Site("charge", node.lineno, start, node.end_col_offset, SWAPPED[name])
    elif name == "charge" and isinstance(node.ctx, ast.Load):
        yield Site("charge", node.lineno, node.col_offset, node.col_offset, "-")
    elif name in ("i", "j", "k") and node.within == "index" and isinstance(node.ctx, ast.Load):
        yield Site("index", node.lineno, start, node.end_col_offset, f"{name} - 1")


def _call(node, line):
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    end = node.func.end_col_offset
    if name in _EXTREMES:
        yield Site("bound", node.lineno, end - len(name), end, _EXTREMES[name])
    elif name == "range":
        last = node.args[-1].end_col_offset
        yield Site("index", node.lineno, last, last, " - 1")


def _statement(node, line):
    if isinstance(node.value, ast.Call):
        yield Site("dropped", node.lineno, node.col_offset, node.end_col_offset, "pass")


def _compared(node, line):
    if len(node.ops) != 1:
        return
    right = node.comparators[0]
    counted = any(type(getattr(one, "value", None)) is int for one in (node.left, right))
    table = _SHIFTED | {ast.Eq: _TURNED[ast.Eq], ast.NotEq: _TURNED[ast.NotEq]} if counted else _TURNED
    sign, other = table.get(type(node.ops[0]), ("", ""))
    at = line.find(sign, node.left.end_col_offset, right.col_offset)
    if sign and at >= 0:
        yield Site("bound", node.lineno, at, at + len(sign), other)


def _both(node, line):
    first, second = node.values[:2]
    word, other = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
    at = line.find(word, first.end_col_offset, second.col_offset)
    if at >= 0:
        yield Site("bound", node.lineno, at, at + len(word), other)


_RULES = {
    "BinOp": (_binary,),
    "AugAssign": (_augmented,),
    "UnaryOp": (_unary,),
    "Constant": (_constant,),
    "Name": (_name,),
    "Attribute": (_name,),
    "Call": (_call,),
    "Expr": (_statement,),
    "Compare": (_compared,),
    "BoolOp": (_both,),
}
