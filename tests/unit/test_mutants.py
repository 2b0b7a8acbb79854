"""The tool that puts small errors into the program: its draw, its operators, its list, and what it sees."""

import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tools.mutants import kernels, listing, operators, rooms, table

ROOT = Path(__file__).parents[2]

SOURCE = '''"""Text - text."""
import math

ELECTRON, POSITRON = 0, 1


def f(x: float, charge, table):
    """Of x - 1."""
    total = -x + 2.0 * charge
    total += math.exp(table[0]) / x**2
    for i in range(len(table)):
        if x < total and not i > 3:
            total = max(total, table[i])
    if x > 9.0:
        raise ValueError("x - 9" + str(x))
    append(total, "positron", ELECTRON)
    return total - table[-1]
'''


@pytest.mark.parametrize(
    ("operator", "line"),
    [
        ("sign", "total = -x - 2.0 * charge"),
        ("sign", "total = x + 2.0 * charge"),
        ("sign", "total -= math.exp(table[0]) / x**2"),
        ("factor", "total = -x + 2.0 / charge"),
        ("factor", "total = -x + 4.0 * charge"),
        ("factor", "total += math.exp(table[0]) / x**3"),
        ("index", "total += math.exp(table[1]) / x**2"),
        ("index", "for i in range(len(table) - 1):"),
        ("index", "total = max(total, table[i - 1])"),
        ("index", "return total - table[-2]"),
        ("bound", "if x >= total and not i > 3:"),
        ("bound", "if x < total or not i > 3:"),
        ("bound", "if x < total and not i >= 3:"),
        ("bound", "total = min(total, table[i])"),
        ("dropped", "total = -x"),
        ("dropped", "pass"),
        ("dropped", "if x < total and i > 3:"),
        ("charge", "total = -x + 2.0 * -charge"),
        ("charge", 'append(total, "positron", POSITRON)'),
    ],
)
def test_an_operator_makes_this_line(operator, line):
    made = [operators.changed(SOURCE, site) for site in operators.sites(SOURCE) if site.operator == operator]
    assert any(line in (text.strip() for text in one.splitlines()) for one in made)


def test_every_site_makes_another_program_and_leaves_words_alone():
    found = operators.sites(SOURCE)
    assert {site.operator for site in found} == set(operators.OPERATORS)
    for site in found:
        made = operators.changed(SOURCE, site)
        assert operators.is_another(SOURCE, made), site
        assert [a == b for a, b in zip(made.splitlines(), SOURCE.splitlines(), strict=True)].count(False) == 1
    wordy = {1, 2, 7, 8, 15}  # docstrings, import, annotation, the text of an error
    assert not wordy & {site.line for site in found}


@pytest.fixture
def toy_tree(tmp_path):
    """A tree of three sources in three rooms."""
    for name, text in (("mcbelt/a/one.py", SOURCE * 3), ("mcbelt/b.py", SOURCE), ("geomag/c.py", SOURCE)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_the_draw_belongs_to_its_seed(toy_tree):
    first, again, other = (listing.draw(15, seed, toy_tree) for seed in (1, 1, 2))
    assert first == again != other
    assert [one.room for one in first].count("mcbelt.a") == 9  # three fifths of the lines
    assert len({(one.file, one.line, one.within, one.nth) for one in first}) == 15


def test_shares_go_by_lines_and_every_room_has_one():
    assert listing.shares({"a": 700, "b": 290, "c": 10}, 20) == {"a": 14, "b": 5, "c": 1}


def test_a_mutant_is_found_where_its_line_has_moved_to():
    one = listing.Mutant("x", "a.py", "g", "y = x", "y = -x", "sign", nth=2)
    text = "def f(x):\n    y = x\n\n\ndef g(x):\n    y = x\n    y = x\n    return y\n"
    moved = "import math\n\n\n" + text
    assert listing.mutated(one, moved) == moved[:-23] + "    y = -x\n    return y\n"
    assert listing.mutated(one, text.replace("y = x", "y = 2 * x")) is None


def test_another_is_drawn_for_one_whose_line_is_gone(toy_tree):
    kept, lost = listing.draw(15, 1, toy_tree)[:2]
    hand = lost._replace(id="by-hand", operator="hand", line="z = 1")
    assert listing.redrawn([kept, hand], toy_tree) == [kept, hand]
    same, new = listing.redrawn([kept, lost._replace(line="z = 1")], toy_tree)
    assert same == kept
    assert new.room == lost.room
    assert new.id not in (kept.id, lost.id)
    assert listing.mutated(new, (toy_tree / new.file).read_text()) is not None


def test_the_list_is_as_long_as_it_should_be():
    mutants = listing.read()
    drawn = [one for one in mutants if one.operator != "hand"]
    assert len({one.id for one in mutants}) == len(mutants) >= 150
    assert 0.6 < len(drawn) / len(mutants) < 0.7
    assert all(one.why for one in mutants if one.operator == "hand")
    assert sum(one.compiled for one in mutants) > 50
    there = {one.room for one in mutants}
    missing = [file for file in rooms.sources() if rooms.room_of(file) not in there]
    assert not any(operators.sites((ROOT / file).read_text()) for file in missing), missing


def test_every_source_has_tests_in_the_map():
    known = tomllib.loads(rooms.MAP.read_text())
    for file in rooms.sources():
        assert any(file.startswith(beginning) for beginning in known), file
    for name in {name for names in known.values() for name in names}:
        assert [*ROOT.glob(f"tests/{name}*.py")], f"{name}: no test file of this name"
    named = {name for names in known.values() for name in names}
    for path in (ROOT / "tests" / "physics").glob("test_*.py"):  # one that no room names would catch nothing
        assert any(f"physics/{path.name}".startswith(name) for name in named), path.name
    first = rooms.held_by("mcbelt/physics/decay.py", {"tests/physics/test_micro_decay.py": 1.0}, ROOT)[0]
    assert first == "tests/physics/test_micro_decay.py"


def test_what_registers_at_a_seam_reaches_its_kernels():
    found = kernels.reaching({"mcbelt/physics/antiproton_absorption.py"}, ROOT)
    assert {"mcbelt/orbits/matter.py", "mcbelt/orbits/interfaces/matter.py", "mcbelt/orbits/lanes.py"} <= found
    assert not {"geomag/lanes.py", "mcbelt/rng.py", "mcbelt/physics/decay.py", "mcbelt/cascade/streaming.py"} & found


def test_kernels_that_reach_a_source_that_changes_are_forgotten(tmp_path):
    for name, text in (("a", ""), ("b", "from geomag import a"), ("c", ""), ("d", "import geomag.b")):
        (tmp_path / "geomag").mkdir(exist_ok=True)
        (tmp_path / f"geomag/{name}.py").write_text(text)
    folder = tmp_path / "kernels" / kernels.directory_of("geomag/a.py", tmp_path)
    folder.mkdir(parents=True)
    for name in "abcd":
        (folder / f"{name}.f-7.py311.nbi").touch()
    kernels.forget({"geomag/a.py"}, tmp_path / "kernels", tmp_path, tmp_path)
    assert [path.name[0] for path in folder.iterdir()] == ["c"]


def test_the_page_has_the_table_of_the_outcomes():
    page = table.PAGE.read_text(encoding="utf-8")
    text = table.by_room(listing.read(), table.outcomes())
    assert text.count("\n") > 30
    assert table.with_table(page, text) == page, "python -m tools.mutants --table"


TRIAL = """
import json, sys
from pathlib import Path
import numba, pytest
from tools.mutants import trial

bench = trial.Bench(Path(sys.argv[1]))
outer = (bench.tree / "geomag/outer.py").read_text()
inner = (bench.tree / "geomag/inner.py").read_text()
found = [trial.run(bench, ["-q"])]
tries = [("inner", inner.replace("x + 1", "x - 1")), ("inner", inner.replace("x + 1", "1 + x"))]
tries += [("outer", outer.replace("while x < 0", "while x < 9"))]
for number, (name, text) in enumerate(tries):
    trial.CPU_LIMIT = 1.5 if name == "outer" else 60.0
    found.append(trial.with_mutant(bench, f"geomag/{name}.py", text, number, ["-q"]))
kernels = sorted(bench.kernels.rglob("*.nb?"))
found.append(trial.with_mutant(bench, "geomag/inner.py", tries[0][1], 9, ["-q"], trial.How(compiled=False)))
assert kernels == sorted(bench.kernels.rglob("*.nb?"))
(toy,) = trial.run(bench, ["-q"]).held
left_out = trial.with_mutant(bench, "geomag/inner.py", tries[0][1], 10, ["-q"], trial.How(without=frozenset([toy])))
assert left_out[:2] == ("passed", "") and not left_out.held
print(json.dumps([run[:2] for run in found]))
"""


def test_a_toy_mutant_is_caught_an_equivalent_one_survives_and_one_without_end_hangs(tmp_path):
    """The kernel of `outer` lies on the disk; a mutant of `inner`, which it calls, compiles it anew."""
    tree = tmp_path / "tree"
    head = "from numba import njit\n{}\n\n@njit(cache=True)\ndef {}(x):\n"
    files = {
        "geomag/__init__.py": "",
        "geomag/inner.py": head.format("", "inner") + "    return x + 1\n",
        "geomag/outer.py": head.format("from geomag.inner import inner\n", "outer")
        + "    while x < 0:\n        x *= 1\n    return inner(x)\n",
        "tests/unit/test_toy.py": "from geomag.outer import outer\n\n\ndef test_toy():\n    assert outer(1) == 2\n",
    }
    for name, text in files.items():
        ast.parse(text)
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)
    (tmp_path / "kernels").mkdir()
    command = [sys.executable, "-c", TRIAL, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr + (tmp_path / "log").read_text()
    toy = "tests/unit/test_toy.py::test_toy"
    assert json.loads(done.stdout) == [["passed", ""], ["failed", toy], ["passed", ""], ["hung", toy], ["failed", toy]]
    assert (tree / "geomag/inner.py").read_text() == files["geomag/inner.py"]
