"""The list of mutants: drawn once at a fixed seed, kept in list.json, and found again in sources that have moved.

A mutant is named by the text of its line and the function that it stands in, not by a number of a line, so edits
elsewhere in the file leave it valid. One whose line is gone is stale: it is reported, and `--draw` draws another in
its room.
"""

import ast
import collections
import json
import random
from pathlib import Path
from typing import NamedTuple

from tools.mutants import operators, rooms

LIST = Path(__file__).with_name("list.json")
SEED = 20260101
DRAWN = 140  # the rest of the list is chosen by hand


class Mutant(NamedTuple):
    """One small error."""

    id: str
    file: str
    within: str  # function or class in which it stands, by its dotted name; empty for the module
    line: str  # as it is, without indentation
    instead: str
    operator: str  # "hand" where it was chosen
    compiled: bool = False  # in a kernel
    nth: int = 1  # of the lines of this text in the function
    why: str = ""  # it is on the list by hand: what is wrong with it
    equivalent: str = ""  # why no result can tell it from the program as it is; empty where one can

    @property
    def room(self) -> str:
        """Of the source."""
        return rooms.room_of(self.file)


def read(path: Path = LIST) -> list[Mutant]:
    """The list as it is kept."""
    return [Mutant(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]


def write(mutants: list[Mutant], path: Path = LIST) -> None:
    """Keep a list, one mutant a paragraph, without what is usual."""
    usual = Mutant("", "", "", "", "", "")._asdict()
    entries = [{k: v for k, v in one._asdict().items() if v != usual[k] or k in Mutant._fields[:6]} for one in mutants]
    path.write_text(json.dumps(entries, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


# ---------------------------------------------------------------- where a line stands


def _functions(tree, name=""):
    """(dotted name, node) of every function and class, the module first as ""; what is written later lies deeper."""
    yield name, tree
    waiting = [(name, node) for node in ast.iter_child_nodes(tree)]
    while waiting:
        above, node = waiting.pop(0)
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            above = f"{above}.{node.name}".strip(".")
            yield above, node
        waiting += [(above, child) for child in ast.iter_child_nodes(node)]


def _owners(source: str) -> dict[int, tuple[str, bool]]:
    """Line -> (innermost function or class, whether it is compiled)."""
    found: dict[int, tuple[str, bool]] = {}
    for name, node in _functions(ast.parse(source)):
        marks = " ".join(ast.unparse(mark) for mark in getattr(node, "decorator_list", []))
        compiled = "njit" in marks or "overload" in marks
        for line in range(getattr(node, "lineno", 1), getattr(node, "end_lineno", len(source.splitlines())) + 1):
            found[line] = name, compiled or (found.get(line, ("", False))[1] and name != "")
    return found


def place(mutant: Mutant, source: str) -> int | None:
    """Number of the line of a mutant, from 1; None where it is gone.

    Parameters
    ----------
    mutant : Mutant
    source : str
        Of its file, now.

    Returns
    -------
    int or None
    """
    places = [number for number, text in enumerate(source.splitlines(), start=1) if text.strip() == mutant.line]
    owners = _owners(source)
    inside = [number for number in places if owners[number][0] == mutant.within]
    if len(inside) >= mutant.nth:
        return inside[mutant.nth - 1]
    return places[0] if len(places) == 1 else None


def mutated(mutant: Mutant, source: str) -> str | None:
    """The source with the mutant in it; None where its line is gone.

    Parameters
    ----------
    mutant : Mutant
    source : str
        Of its file, now.

    Returns
    -------
    str or None
    """
    at = place(mutant, source)
    if at is None:
        return None
    lines = source.splitlines(keepends=True)
    lines[at - 1] = lines[at - 1].replace(mutant.line, mutant.instead or "pass", 1)
    return "".join(lines)


def chosen(file: str, line: str, instead: str, root: Path = rooms.ROOT) -> Mutant:
    """A mutant by hand: the text of a line (or enough of it) and what stands in its place.

    Parameters
    ----------
    file : str
        Below the root.
    line, instead : str
        A piece of one line of it, found once, and the piece that replaces it.
    root : Path
        Of the tree.

    Returns
    -------
    Mutant
        Without name and reason.

    Raises
    ------
    ValueError
        The piece is not found once, or what it becomes is no other program.
    """
    source = (root / file).read_text(encoding="utf-8")
    places = [number for number, text in enumerate(source.splitlines(), start=1) if line in text]
    if len(places) != 1:
        raise ValueError(f"{file}: {line!r} stands on {len(places)} lines; it must be one.")
    text = source.splitlines()[places[0] - 1]
    found = _entry(source, file, places[0], text.replace(line, instead, 1).strip(), "hand")
    if not operators.is_another(source, mutated(found, source) or source):
        raise ValueError(f"{file}: {instead!r} in the place of {line!r} is no other program.")
    return found


def _entry(source, file, number, instead, operator):
    line = source.splitlines()[number - 1].strip()
    owners = _owners(source)
    within, compiled = owners[number]
    same = [n for n, text in enumerate(source.splitlines(), 1) if text.strip() == line and owners[n][0] == within]
    return Mutant("", file, within, line, instead, operator, compiled, same.index(number) + 1)


# ---------------------------------------------------------------- the draw


def shares(lines: dict[str, int], total: int) -> dict[str, int]:
    """How many of `total` fall to each room: in proportion to its lines, at least one, by the largest remainders."""
    whole = sum(lines.values())
    exact = {room: total * count / whole for room, count in lines.items()}
    given = {room: max(1, int(value)) for room, value in exact.items()}
    for room in sorted(exact, key=lambda room: (given[room] - exact[room], room)):
        if sum(given.values()) < total:
            given[room] += 1
    return given


def draw(total: int = DRAWN, seed: int = SEED, root: Path = rooms.ROOT) -> list[Mutant]:
    """Mutants drawn at a seed, in proportion to the lines of each room.

    In a room a file is drawn by its lines, then an operator, then a site; all sites of an operator are alike.

    Parameters
    ----------
    total : int
        How many; a room with sites gets at least one.
    seed : int
        The same seed and sources give the same list.
    root : Path
        Of the tree.

    Returns
    -------
    list of Mutant
        By room.
    """
    sizes: dict[str, dict[str, int]] = collections.defaultdict(dict)
    for file in rooms.sources(root):
        source = (root / file).read_text(encoding="utf-8")
        if operators.sites(source):
            sizes[rooms.room_of(file)][file] = len(source.splitlines())
    given = shares({room: sum(files.values()) for room, files in sizes.items()}, total)
    return [mutant for room, files in sizes.items() for mutant in drawn_in(files, given[room], f"{seed} {room}", root)]


def drawn_in(files: dict[str, int], count: int, seed: str, root: Path) -> list[Mutant]:
    """Mutants of one room.

    Parameters
    ----------
    files : dict
        Source -> its lines.
    count : int
        How many.
    seed : str
        Of the draw.
    root : Path
        Of the tree.

    Returns
    -------
    list of Mutant
        On different lines; fewer where the room has not so many sites.
    """
    chance = random.Random(seed)
    found: dict[tuple[str, int], Mutant] = {}
    for _ in range(50 * count):
        if len(found) == count:
            break
        file = chance.choices(sorted(files), [files[name] for name in sorted(files)])[0]
        source = (root / file).read_text(encoding="utf-8")
        sites = operators.sites(source)
        operator = chance.choice(sorted({site.operator for site in sites}))
        site = chance.choice([site for site in sites if site.operator == operator])
        after = operators.changed(source, site)
        if (file, site.line) not in found and operators.is_another(source, after):
            found[file, site.line] = _entry(
                source, file, site.line, after.splitlines()[site.line - 1].strip(), operator
            )
    room = rooms.room_of(next(iter(files))).removeprefix("mcbelt.")
    return [one._replace(id=f"{room}-{number}") for number, one in enumerate(found.values(), start=1)]


def redrawn(mutants: list[Mutant], root: Path = rooms.ROOT) -> list[Mutant]:
    """The list with others in the places of the drawn mutants whose lines are gone; those by hand stay as they are."""
    texts = {one.file: (root / one.file).read_text(encoding="utf-8") for one in mutants if (root / one.file).exists()}
    gone = [one for one in mutants if one.file not in texts or mutated(one, texts[one.file]) is None]
    result, names = list(mutants), {one.id for one in mutants}
    for old in (one for one in gone if one.operator != "hand"):
        files = [file for file in rooms.sources(root) if rooms.room_of(file) == old.room]
        found = {file: (root / file).read_text(encoding="utf-8") for file in files}
        sizes = {file: len(source.splitlines()) for file, source in found.items() if operators.sites(source)}
        lines = {(one.file, one.line) for one in result}
        new = next(
            one for one in drawn_in(sizes, 10, f"{SEED} for {old.id}", root) if (one.file, one.line) not in lines
        )
        number = next(n for n in range(1, 1000) if f"{old.room.removeprefix('mcbelt.')}-{n}" not in names)
        names.add(f"{old.room.removeprefix('mcbelt.')}-{number}")
        result[result.index(old)] = new._replace(id=f"{old.room.removeprefix('mcbelt.')}-{number}")
    return result
