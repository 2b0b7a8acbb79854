"""The rooms of the program, and which tests hold which: the map rooms.toml, by which the tests of a mutant are chosen.

Of the test files of a room those that import the mutated module come first, then the quickest.
"""

import ast
import tomllib
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("geomag", "atmosphere", "kernelcache", "mcbelt")

MAP = Path(__file__).with_name("rooms.toml")


def room_of(file: str) -> str:
    """The room of a source: a package beside mcbelt, or a top-level entry of mcbelt, as `mcbelt.physics`."""
    first, *rest = PurePosixPath(file).with_suffix("").parts
    return first if first != "mcbelt" or rest == ["__init__"] else f"mcbelt.{rest[0]}"


def sources(root: Path = ROOT) -> list[str]:
    """All sources of our packages, below the root."""
    return sorted(p.relative_to(root).as_posix() for package in PACKAGES for p in (root / package).rglob("*.py"))


def held_by(file: str, seconds: dict[str, float], root: Path = ROOT) -> list[str]:
    """Test files that hold a source, those that fail soonest first.

    Parameters
    ----------
    file : str
        The source, below the root.
    seconds : dict
        What test files took before [s of processor]; those not in it count as a minute.
    root : Path
        Of the tree.

    Returns
    -------
    list of str
        Below the root.
    """
    known = tomllib.loads(MAP.read_text(encoding="utf-8"))
    names = known[max((beginning for beginning in known if file.startswith(beginning)), key=len)]
    files = {p.relative_to(root).as_posix(): p for p in sorted((root / "tests").glob("*/test_*.py"))}
    wanted = [name for name in files if any(name.startswith(f"tests/{beginning}") for beginning in names)]
    return sorted(wanted, key=lambda name: (not _imports(files[name], file), seconds.get(name, 60.0)))


def _imports(test: Path, file: str) -> bool:
    module = ".".join(PurePosixPath(file).with_suffix("").parts).removesuffix(".__init__")
    for node in ast.walk(ast.parse(test.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and any(
            module in (node.module, f"{node.module}.{alias.name}") for alias in node.names
        ):
            return True
        if isinstance(node, ast.Import) and any(alias.name == module for alias in node.names):
            return True
    return False
