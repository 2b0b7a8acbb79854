"""Public functions say what they take and give: annotations everywhere, numpydoc sections from three parameters on.

A public function is one of a module or of a public class whose name has no leading underscore; `__init__` and
`__call__` of a public class count too. What is nested in a function, or lies in a private class, does not.
"""

import ast
import itertools
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("geomag", "atmosphere", "kernelcache", "mcbelt")
# Folders and modules that do not keep the rule yet; everything else does. It only gets shorter.
UNFINISHED = {"mcbelt/figures", "mcbelt/cli", "mcbelt/sources/trapped"}
SECTIONS_FROM = 3  # parameters

FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def _is_finished(path):
    relative = path.relative_to(ROOT)
    return not any(str(place) in UNFINISHED for place in (relative, *relative.parents))


def _public_functions(body, prefix=""):
    """(name, definition, whether it is a method) of the public functions of a module or of a class."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if not node.name.startswith("_") or (prefix and node.name in ("__init__", "__call__")):
                yield prefix + node.name, node, bool(prefix)
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _public_functions(node.body, f"{prefix}{node.name}.")


def _parameters(function, is_method):
    """The parameters without `self` or `cls`."""
    given = function.args
    positional = [*given.posonlyargs, *given.args]
    if is_method and not any(getattr(mark, "id", "") == "staticmethod" for mark in function.decorator_list):
        positional = positional[1:]
    return [*positional, *given.kwonlyargs, *(extra for extra in (given.vararg, given.kwarg) if extra)]


def _gives_nothing(function):
    return isinstance(function.returns, ast.Constant) and function.returns.value is None


def _has_section(function, *names):
    lines = (ast.get_docstring(function) or "").splitlines()
    return any(line in names and below == "-" * len(line) for line, below in itertools.pairwise(lines))


def _raises(function):
    """Whether a `raise` stands in the function itself, not in one that is nested in it."""
    nodes = list(function.body)
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.Raise):
            return True
        if not isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            nodes.extend(ast.iter_child_nodes(node))
    return False


def faults(source):
    """What the public functions of a source lack, one sentence each."""
    found = []
    for name, function, is_method in _public_functions(ast.parse(source).body):
        parameters = _parameters(function, is_method)
        bare = [parameter.arg for parameter in parameters if parameter.annotation is None]
        if bare:
            found.append(f"{name}: no annotation of {', '.join(bare)}")
        if function.name == "__init__":  # its sections are those of the class
            continue
        if function.returns is None:
            found.append(f"{name}: no annotation of what it returns")
        if len(parameters) < SECTIONS_FROM:
            continue
        if not _has_section(function, "Parameters"):
            found.append(f"{name}: no section Parameters in the docstring")
        if not _gives_nothing(function) and not _has_section(function, "Returns", "Yields"):
            found.append(f"{name}: no section Returns in the docstring")
        if _raises(function) and not _has_section(function, "Raises"):
            found.append(f"{name}: no section Raises in the docstring")
    return found


@pytest.mark.parametrize("path", [p for p in FILES if _is_finished(p)], ids=lambda p: str(p.relative_to(ROOT)))
def test_public_functions_are_annotated_and_described(path):
    assert faults(path.read_text(encoding="utf-8")) == []


def test_the_finished_rooms_are_looked_at():
    looked_at = {str(path.relative_to(ROOT)) for path in FILES if _is_finished(path)}
    assert {
        *("geomag/field.py", "atmosphere/air.py", "mcbelt/physics/decay.py", "mcbelt/rng.py"),
        *("mcbelt/settings/belt.py", "mcbelt/sources/cosmic/block.py", "mcbelt/workers/local.py"),
    } <= looked_at


@pytest.mark.parametrize(
    ("source", "lacks"),
    [
        ("def f(x): return x", ["no annotation of x", "no annotation of what it returns"]),
        ("class A:\n    def f(self, x: int): return x", ["no annotation of what it returns"]),
        ("def f(x: int, y: int, z: int) -> None: ...", ["no section Parameters"]),
        (
            "def f(x: int, y: int, z: int) -> int:\n    '''F.\n\n    Parameters\n    ----------\n    '''\n    raise E",
            ["no section Returns", "no section Raises"],
        ),
        ("def _f(x): return x\nclass _A:\n    def f(self, x): return x", []),
        ("def f() -> None:\n    def g(x): return x", []),
    ],
)
def test_what_is_a_fault(source, lacks):
    found = faults(source)
    assert len(found) == len(lacks)
    assert all(lack in fault for lack, fault in zip(lacks, found, strict=True))
