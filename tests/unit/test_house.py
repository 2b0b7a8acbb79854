"""The shape of the house: short files and functions, nothing twice, few rooms, and no two that import each other.

A room is a top-level entry of `mcbelt`, or one of the packages beside it. What a function imports counts like what its
module imports; the door of the package (`mcbelt/__init__.py`) alone may ask for a room when it is first used. Which
rooms lie above which is in the contracts of pyproject.toml.
"""

import ast
import functools
import io
import tokenize
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BESIDE = ("geomag", "atmosphere", "kernelcache")
MOST_LINES = 400  # of a file
MOST_CODE_LINES = 40  # of a function: signature, docstring, comments and blank lines aside
MOST_SHARED = 5  # lines of code in a row that may stand in two places: signatures, imports and comments aside
MOST_ENTRIES = 30  # at the top of mcbelt
REASON = "# longer than forty lines: "  # opens the comment in a function that says why

UNFINISHED = {"mcbelt/cli/trace_path.py _dataset: 42", "mcbelt/sources/trapped/monte_carlo.py follow: 69"}

# Kernels that are written out, because the sums of their loop must stay in registers.
WRITTEN_OUT = {"geomag/igrf.py"}

FILES = sorted(path for package in ("mcbelt", *BESIDE) for path in (ROOT / package).rglob("*.py"))


def _named(path):
    return str(path.relative_to(ROOT))


@functools.cache
def _lines_with_code(source):
    """Numbers of the lines that hold anything but a comment."""
    idle = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    found = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in idle:
            found.update(range(token.start[0], token.end[0] + 1))
    return found


def long_functions(source):
    """Names of the functions that are too long and do not say why, with their number of lines of code."""
    lines, code = source.splitlines(), _lines_with_code(source)
    found = []
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        first = function.body[0]
        start = first.lineno if ast.get_docstring(function) is None else first.end_lineno + 1
        own = code & set(range(start, function.end_lineno + 1))
        explained = any(REASON in line for line in lines[start - 1 : function.end_lineno])
        if len(own) > MOST_CODE_LINES and not explained:
            found.append(f"{function.name}: {len(own)}")
    return found


def code_lines(source):
    """(number, text) of the lines that do something: no signature, import, docstring, comment or blank line."""
    aside = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            aside.update(range(node.lineno, node.end_lineno + 1))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module):
            first = node.body[0] if node.body else None
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                marks = [mark.lineno for mark in node.decorator_list]
                aside.update(range(min([node.lineno, *marks]), first.lineno))
            if first is not None and ast.get_docstring(node) is not None:
                aside.update(range(first.lineno, first.end_lineno + 1))
    lines = source.splitlines()
    return [(number, lines[number - 1].strip()) for number in sorted(_lines_with_code(source) - aside)]


def shared_runs(sources):
    """Places, "file:line", whose next lines of code, more than `MOST_SHARED`, stand elsewhere to the letter."""
    runs = {}
    for name, source in sources.items():
        lines = code_lines(source)
        for start in range(len(lines) - MOST_SHARED):
            run = tuple(text for _, text in lines[start : start + MOST_SHARED + 1])
            runs.setdefault(run, []).append(f"{name}:{lines[start][0]}")
    return sorted(place for places in runs.values() if len(places) > 1 for place in places)


def _room(module):
    """The room of a module, by its dotted name; None for what is not of this house."""
    first, *rest = module.split(".")
    if first in BESIDE:
        return first
    return f"mcbelt.{rest[0]}" if first == "mcbelt" and rest else None


def arrows(modules):
    """Which rooms each room imports.

    `modules` maps dotted names to sources; a package's own `__init__` has the name of the package.
    """
    found = {}
    for name, source in modules.items():
        here = _room(name)
        if here is None:
            continue
        for node in ast.walk(ast.parse(source)):
            asked = []
            if isinstance(node, ast.Import):
                asked = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{name}: a relative import; write it in full"
                asked = [f"{node.module}.{alias.name}" for alias in node.names]
            found.setdefault(here, set()).update({_room(module) for module in asked} - {None, here})
    return found


def circles(found):
    """Rooms from which a way of imports leads back to themselves."""
    reached = {room: set(next_rooms) for room, next_rooms in found.items()}
    while True:
        grown = {room: far.union(*(reached.get(via, ()) for via in far)) for room, far in reached.items()}
        if grown == reached:
            return sorted(room for room, far in reached.items() if room in far)
        reached = grown


def _modules():
    parts = {path: path.relative_to(ROOT).with_suffix("").parts for path in FILES}
    dotted = {path: ".".join(p[:-1] if p[-1] == "__init__" else p) for path, p in parts.items()}
    return {dotted[path]: path.read_text(encoding="utf-8") for path in FILES}


def test_files_are_short():
    long = {_named(path): n for path in FILES if (n := len(path.read_text().splitlines())) > MOST_LINES}
    assert long == {}


def test_functions_are_short_or_say_why():
    found = {f"{_named(path)} {name}" for path in FILES for name in long_functions(path.read_text(encoding="utf-8"))}
    assert found - UNFINISHED == set()


def test_nothing_is_written_twice():
    found = shared_runs({_named(path): path.read_text(encoding="utf-8") for path in FILES})
    assert [place for place in found if place.partition(":")[0] not in WRITTEN_OUT] == []


def test_every_room_stands_in_a_layer():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    standing = {room.strip() for layer in layers for room in layer.split("|")}
    assert set(arrows(_modules())) - standing == set()


def test_the_package_has_few_rooms():
    entries = [entry.name for entry in (ROOT / "mcbelt").iterdir() if entry.name != "__pycache__"]
    assert len(entries) <= MOST_ENTRIES, sorted(entries)


def test_no_two_rooms_import_each_other():
    found = arrows(_modules())
    assert {"mcbelt.campaign", "mcbelt.orbits", "geomag"} <= found.keys()
    assert circles(found) == []


_LONG = "def f():\n    '''Of f.\n\n    More.\n    '''\n" + "    # why\n\n    x = 1\n" * 41


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (_LONG, ["f: 41"]),
        (_LONG.replace("    x = 1\n", "", 1), []),
        (_LONG.replace("    # why", f"    {REASON}it is a table", 1), []),
    ],
)
def test_what_is_a_long_function(source, found):
    assert long_functions(source) == found


_SIX = "".join(f"    x = {i}\n" for i in range(6))


@pytest.mark.parametrize(
    ("sources", "found"),
    [
        ({"a": f"def f():\n{_SIX}", "b": f"import c\n\n\ndef g(y):\n{_SIX}"}, ["a:2", "b:5"]),
        ({"a": f"def f():\n{_SIX}    y = 1\n\n\ndef g():\n{_SIX}    y = 2\n"}, ["a:12", "a:2"]),
        ({"a": f"def f():\n{_SIX}", "b": "def g(y):\n" + _SIX.replace("3", "7")}, []),
    ],
)
def test_what_is_written_twice(sources, found):
    assert shared_runs(sources) == found


@pytest.mark.parametrize(
    ("modules", "found"),
    [
        ({"mcbelt.a.x": "from mcbelt.b import y", "mcbelt.b": "import geomag.field"}, []),
        (
            {"mcbelt.a.x": "from mcbelt import b", "mcbelt.b.y": "def f():\n    import mcbelt.a.x"},
            ["mcbelt.a", "mcbelt.b"],
        ),
        ({"mcbelt.a": "import geomag.x", "geomag.x": "from mcbelt.b import y", "mcbelt.b": "import mcbelt.a"}, None),
        ({"mcbelt": "from mcbelt import a", "mcbelt.a": "from mcbelt.a import x"}, []),
    ],
)
def test_what_is_a_circle(modules, found):
    assert circles(arrows(modules)) == (["geomag", "mcbelt.a", "mcbelt.b"] if found is None else found)
