"""Random numbers: no two purposes share a stream, and every draw of the program names its purpose."""

import ast
import itertools
from pathlib import Path

import pytest

import mcbelt
from mcbelt import rng
from mcbelt.rng import Purpose

ROOT = Path(mcbelt.__file__).parent
DRAWS = ("words", "uniform_pair", "uniform_quad", "normal_pair")
DOORS = {f"rng.{name}": (3, "purpose") for name in DRAWS}  # position and name of the argument
DOORS |= {"rng.species_stream": (0, "purpose"), "rng.secondary": (3, "index")}
FILES = [path for path in sorted(ROOT.rglob("*.py")) if path != ROOT / "rng.py"]


def test_no_two_purposes_share_a_stream():
    for one, other in itertools.combinations(Purpose, 2):
        assert not rng.streams(one) & rng.streams(other), (one, other)
    assert len(rng.streams(Purpose.TRAPPED_KICK)) == rng.MOST_SPECIES


def test_purposes_keep_the_numbers_that_results_were_made_with():
    assert [int(p) for p in Purpose] == [0, 1, 3, 11, 12, 13, 14, 21, 22, 101, 102, 111]
    kicks = [rng.species_stream(int(Purpose.TRAPPED_KICK), species) for species in range(3)]
    assert kicks == [1, 2, 1002]


def _named(tree):
    """Names that a module binds to members of Purpose and to nothing else."""
    found = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = zip(target.elts, node.value.elts, strict=True)
            for name, value in pairs:
                if isinstance(name, ast.Name):
                    found.setdefault(name.id, []).append(ast.unparse(value))
    members = {f"int(Purpose.{purpose.name})" for purpose in Purpose}
    return {name for name, values in found.items() if set(values) <= members}


def bare_purposes(source):
    """Draws of a source whose purpose is not one of Purpose, as `line: expression`."""
    tree = ast.parse(source)
    named, bare = _named(tree), []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "mcbelt.rng":
            bare += [f"{node.lineno}: import of {name.name}" for name in node.names if name.name in DRAWS]
        if not isinstance(node, ast.Call) or ast.unparse(node.func) not in DOORS:
            continue
        position, keyword = DOORS[ast.unparse(node.func)]
        place = {k.arg: k.value for k in node.keywords}.get(keyword) or node.args[position]
        by_species = isinstance(place, ast.Call) and ast.unparse(place.func) == "rng.species_stream"
        if not (by_species or (isinstance(place, ast.Name) and place.id in named)):
            bare.append(f"{node.lineno}: {ast.unparse(place)}")
    return bare


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_draw_names_its_purpose(path):
    assert bare_purposes(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "bare"),
    [
        ("A = int(Purpose.PLACE)\nrng.uniform_pair(s, h, 0, A)", 0),
        ("A, B = int(Purpose.KICK), 7\nrng.uniform_pair(s, h, 0, B)", 1),
        ("A = int(Purpose.TRAPPED_KICK)\nrng.normal_pair(s, h, 0, rng.species_stream(A, q))", 0),
        ("rng.normal_pair(s, h, 0, 5)", 1),
        ("A = int(Purpose.PLACE)\nrng.uniform_quad(s, h, 0, A + 100)", 1),
        ("rng.normal_pair(s, h, 0, purpose=5)", 1),
        ("rng.secondary(s, h, 0, 14)", 1),
        ("from mcbelt.rng import normal_pair", 1),
    ],
)
def test_what_is_a_bare_purpose(source, bare):
    assert len(bare_purposes(source)) == bare
