"""Which of our modules, data files and foreign libraries a module reaches, read from the sources without running them.

Every import statement counts, also one within a function. A package above a module is run and not used: only the
imports that run with it count, so a door such as `mcbelt.run` leads nowhere. Names of modules in strings count as
imports too, so a registry that lists modules, or `import_module("a.b")`, hides nothing; a string put together from
parts can not be followed, and who uses such gives the modules as entries.
"""

import ast
import functools
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

OURS = ("mcbelt", "geomag", "atmosphere", "kernelcache")


class Reached(NamedTuple):
    """What the entries reach, themselves included."""

    modules: frozenset[str]
    data: frozenset[Path]
    libraries: frozenset[str]  # top-level names of modules that are neither ours nor Python's own


class _Module(NamedTuple):
    """Names that one source mentions, as absolute module names or module.attribute; some may not exist."""

    run: frozenset[str]  # imported when the module is
    used: frozenset[str]  # imported in functions
    named: frozenset[str]  # in strings: a package stands for all that is in it
    data: frozenset[str]  # patterns of files below the package, as "package:pattern"


def reached(entries: Iterable[str], root: Path) -> Reached:
    """What modules reach.

    Parameters
    ----------
    entries : iterable of str
        Names of modules of ours.
    root : Path
        Directory that holds our packages.

    Returns
    -------
    Reached

    Raises
    ------
    ModuleNotFoundError
        An entry has no source file.
    """
    modules: dict[str, bool] = {}  # name -> whether it is used, not only run as a package above another
    libraries: set[str] = set()
    patterns: set[str] = set()
    waiting: list[tuple[str, bool]] = []
    for entry in entries:
        if source_path(entry, root) is None:
            raise ModuleNotFoundError(f"{entry}: no module of this name lies below {root}.")
        waiting.append((entry, True))
    while waiting:
        name, used = waiting.pop()
        if modules.get(name, False) or (name in modules and not used):
            continue
        modules[name] = used
        waiting += [(above, False) for above in _packages_above(name)]
        path = source_path(name, root)
        assert path is not None
        found = _read(name, path)
        patterns |= found.data
        named = {each for mentioned in found.named for each in _folder(mentioned, root)}
        for mentioned in found.run | found.used | named if used else found.run:
            if mentioned.partition(".")[0] not in OURS:
                libraries.add(mentioned.partition(".")[0])
            elif target := _module_of(mentioned, root):
                waiting.append((target, True))
    data = {path for pattern in patterns for path in _files(root, pattern)}
    return Reached(frozenset(modules), frozenset(data), frozenset(libraries - sys.stdlib_module_names))


def source_path(name: str, root: Path) -> Path | None:
    """Source file of a module of ours; none where there is no such module."""
    base = root.joinpath(*name.split("."))
    for path in (base / "__init__.py", base.with_suffix(".py")):
        if path.is_file():
            return path
    return None


def _packages_above(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts))]


def _module_of(mentioned: str, root: Path) -> str | None:
    """The module that `from a.b import c`, written "a.b.c", imports: a.b.c where that is one, else a.b."""
    while mentioned and source_path(mentioned, root) is None:
        mentioned = mentioned.rpartition(".")[0]
    return mentioned or None


def _folder(named: str, root: Path) -> list[str]:
    """The module of this very name, with those in it where it is a package."""
    parts = named.split(".")
    path = source_path(named, root) if all(part.isidentifier() for part in parts) else None
    if path is None:
        return []
    inside = sorted(path.parent.rglob("*.py")) if path.name == "__init__.py" else []
    below = (module.relative_to(root).with_suffix("").parts for module in inside if module.name != "__init__.py")
    return [named, *(".".join(module) for module in below)]


def _files(root: Path, pattern: str) -> Iterator[Path]:
    package, _, below = pattern.partition(":")
    for path in (root / package).glob(below):
        if path.is_file() and path.suffix not in (".py", ".pyc"):
            yield path


# ---------------------------------------------------------------- one source


@functools.cache
def _read_at(name: str, path: Path, changed: int, size: int) -> _Module:
    reader = _Reader(name if path.name == "__init__.py" else name.rpartition(".")[0], name.partition(".")[0])
    reader.visit(ast.parse(path.read_bytes(), str(path)))
    return _Module(frozenset(reader.run), frozenset(reader.used), frozenset(reader.named), frozenset(reader.data))


def _read(name: str, path: Path) -> _Module:
    status = path.stat()
    return _read_at(name, path, status.st_mtime_ns, status.st_size)


class _Reader(ast.NodeVisitor):
    """Collects imports, strings that look like our modules, and files of packages."""

    def __init__(self, package: str, top: str) -> None:
        self.package, self.top = package, top
        self.run: set[str] = set()
        self.used: set[str] = set()
        self.named: set[str] = set()
        self.data: set[str] = set()
        self._depth = 0

    def _mention(self, name: str) -> None:
        (self.used if self._depth else self.run).add(name)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._mention(alias.name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        base = node.module or ""
        if node.level:
            parts = self.package.split(".")
            base = ".".join([*parts[: len(parts) - node.level + 1], *([base] if base else [])])
        for alias in node.names:
            self._mention(f"{base}.{alias.name}")

    def visit_If(self, node: ast.If) -> None:
        if "TYPE_CHECKING" not in ast.dump(node.test):
            self.generic_visit(node)
            return
        for statement in node.orelse:
            self.visit(statement)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._depth += 1
        self.generic_visit(node)
        self._depth -= 1

    visit_AsyncFunctionDef = visit_Lambda = visit_FunctionDef  # type: ignore[assignment]

    def visit_Constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, str) and "." in value and value.partition(".")[0] in OURS and value.isascii():
            self.named.add(value)

    def visit_Name(self, node: ast.Name) -> None:
        if node.id == "__file__":
            self.data.add(f"{self.top}:data/**/*")

    def visit_BinOp(self, node: ast.BinOp) -> None:
        parts = _path_parts(node)
        if parts is None:
            self.generic_visit(node)
        else:
            self.data.add(f"{parts[0]}:{PurePosixPath(*parts[1:])}")

    def visit_Call(self, node: ast.Call) -> None:
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        first = node.args[0] if node.args else None
        text = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None
        if called == "files":  # of importlib.resources, not followed by a path that can be read: all that there is
            self.data.add(f"{text or self.top}:data/**/*")
        if called in ("find_spec", "import_module") and text is not None:
            self._mention(text)
        self.generic_visit(node)


def _path_parts(node: ast.expr) -> list[str] | None:
    """Package and path of `files(package) / "a" / f"b{c}.csv"`, what is not literal as "*"; none for other nodes."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        left = _path_parts(node.left)
        return None if left is None else [*left, _pattern(node.right)]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        if called == "files" and len(node.args) == 1 and isinstance(node.args[0], ast.Constant):
            return [str(node.args[0].value)]
    return None


def _pattern(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
    return "*"
