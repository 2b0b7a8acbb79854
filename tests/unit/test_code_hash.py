"""The code hash of a result: an edit changes it if and only if the edited file is behind the numbers."""

import ast
import importlib.metadata
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mcbelt.files import import_graph, provenance

ROOT = Path(__file__).parents[2]
TRAPPED = tuple(f"mcbelt.sources.trapped.{part}" for part in ("prepare", "block", "fluxes"))
COSMIC = tuple(f"mcbelt.sources.cosmic.{part}" for part in ("prepare", "block", "fluxes"))
GALAXY = ("mcbelt.interstellar.result",)
ALL = {"trapped": TRAPPED, "cosmic": COSMIC, "galaxy": GALAXY}


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """The packages, copied."""
    root = tmp_path_factory.mktemp("tree")
    for package in import_graph.OURS:
        shutil.copytree(ROOT / package, root / package, ignore=shutil.ignore_patterns("__pycache__"))
    return root


def hashes(root):
    provenance.code_hash.cache_clear()
    return {name: provenance.code_hash(entries, root) for name, entries in ALL.items()}


@pytest.mark.parametrize(
    ("edited", "of"),
    [
        ("mcbelt/interstellar/result.py", {"galaxy"}),
        ("mcbelt/interstellar/slab.py", {"galaxy"}),
        ("mcbelt/sources/trapped/prepare.py", {"trapped"}),
        ("mcbelt/sources/trapped/moments.py", {"trapped"}),
        ("mcbelt/sources/cosmic/sinking.py", {"cosmic"}),
        ("mcbelt/orbits/checks.py", {"cosmic"}),
        ("mcbelt/physics/pion_production.py", {"trapped", "cosmic", "galaxy"}),
        ("mcbelt/physics/__init__.py", {"trapped", "cosmic", "galaxy"}),
        ("mcbelt/constants.py", {"trapped", "cosmic", "galaxy"}),
        ("mcbelt/tally/__init__.py", {"trapped", "cosmic"}),
        ("mcbelt/tally/means.py", {"trapped", "cosmic"}),
        ("geomag/dipole.py", {"trapped", "cosmic"}),
        ("atmosphere/msis.py", {"trapped", "cosmic"}),
        ("mcbelt/data/ap8/ap8min.csv", {"trapped"}),
        ("mcbelt/data/plasma/ionosphere.csv", {"trapped", "cosmic"}),
        ("mcbelt/data/spectra/voyager1_protons.csv", {"cosmic"}),
        ("mcbelt/data/yields/proton_N.npz", {"trapped", "cosmic", "galaxy"}),
        ("mcbelt/data/interstellar/ams02_p.csv", set()),  # points of figures
        ("mcbelt/cli/run.py", set()),
        ("mcbelt/figures/plots.py", set()),
        ("mcbelt/papers/gusev2003/air.py", set()),
        ("mcbelt/campaign/driver.py", set()),
        ("mcbelt/settings/belt.py", set()),  # in the physics hash
    ],
)
def test_what_an_edit_changes(tree, edited, of):
    before = hashes(tree)
    path = tree / edited
    kept = path.read_bytes()
    path.write_bytes(kept + b"\n")
    try:
        after = hashes(tree)
    finally:
        path.write_bytes(kept)
    assert {name for name in ALL if after[name] != before[name]} == of
    assert hashes(tree) == before


def test_libraries_count_by_their_version(monkeypatch, tree):
    """pymsis and ppigrf (found by `find_spec`) behind belts alone; what only carries numbers behind nothing."""
    before = hashes(tree)
    version = importlib.metadata.version
    for library, of in [
        ("numba", set(ALL)),
        ("numpy", set(ALL)),
        ("scipy", set(ALL)),
        ("pymsis", {"trapped", "cosmic"}),
        ("ppigrf", {"trapped", "cosmic"}),
        ("xarray", set()),
        ("matplotlib", set()),
    ]:
        with monkeypatch.context() as patch:
            patch.setattr(
                importlib.metadata, "version", lambda name, one=library: "0" if name == one else version(name)
            )
            after = hashes(tree)
        assert {name for name in ALL if after[name] != before[name]} == of, library


def test_every_way_to_import(tmp_path):
    """In functions, relative, lazily from a list of strings or a package named in one; not for type checkers only."""
    sources = {
        "__init__.py": "from mcbelt import always\ndef __getattr__(name):\n    from mcbelt import door\n",
        "always.py": "",
        "door.py": "",
        "entry.py": "def f():\n    from .a import b, c\n    import mcbelt.d as d\n",
        "a/__init__.py": "NAMES = {'x': 'mcbelt.never'}\n",
        "a/b.py": "LIST = {'one': 'mcbelt.e', 'two': 'mcbelt.folder'}\ntext = 'mcbelt.nothing of this'\n",
        "c.py": "",
        "d.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from mcbelt import types\n"
        "else:\n    from mcbelt.f import g\n",
        "e.py": "from mcbelt.a import value\n",
        "f.py": "import importlib\nimportlib.import_module('numba.core')\nfrom importlib import resources\n"
        "a = resources.files('mcbelt') / 'data' / f'x{1}.csv'\n",
        "folder/__init__.py": "",
        "folder/prepare.py": "from . import block\n",
        "folder/block.py": "",
        "folder/other.py": "import mcbelt\nmcbelt.value\n",
        "never.py": "",
        "types.py": "",
        "data/x1.csv": "",
        "data/y1.csv": "",
    }
    for name, text in sources.items():
        (tmp_path / "mcbelt" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "mcbelt" / name).write_text(text)
    short = import_graph.reached(("mcbelt.a.b",), tmp_path)
    names = {"", ".a", ".a.b", ".e", ".folder", ".folder.prepare", ".folder.block", ".folder.other", ".always"}
    found = import_graph.reached(("mcbelt.entry",), tmp_path)
    everything = {f"mcbelt{name}" for name in names} | {"mcbelt.entry", "mcbelt.d", "mcbelt.f"}
    # folder.other uses the package itself, and with it the door; e uses a's own values, and with it what these name
    assert found.modules == everything | {"mcbelt.door", "mcbelt.never"}
    assert found.data == {tmp_path / "mcbelt/data/x1.csv"}
    assert found.libraries == {"numba"}
    assert short.modules == {f"mcbelt{name}" for name in names} | {"mcbelt.door", "mcbelt.never"}
    assert import_graph.reached(("mcbelt.folder.block",), tmp_path).modules == {
        "mcbelt",
        "mcbelt.always",
        "mcbelt.folder",
        "mcbelt.folder.block",
    }
    with pytest.raises(ModuleNotFoundError, match=r"mcbelt\.gone: no module of this name"):
        import_graph.reached(("mcbelt.gone",), tmp_path)


def test_every_import_of_the_program_is_followed():
    """What Python loads with the modules of a campaign is in the graph; what functions import is beyond that."""
    for entries in ALL.values():
        script = f"import sys, {', '.join(entries)}\nprint(*sorted(sys.modules))"
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
        loaded = {name for name in done.stdout.split() if name.partition(".")[0] in import_graph.OURS}
        assert loaded <= import_graph.reached(entries, ROOT).modules


def test_it_is_quick():
    """No more than four times what it takes to read and parse the sources once (1.2 to 1.6 were measured)."""
    import_graph._read_at.cache_clear()
    provenance.code_hash.cache_clear()
    began = time.process_time()
    provenance.code_hash(TRAPPED + COSMIC)
    taken, began = time.process_time() - began, time.process_time()
    for module in import_graph.reached(TRAPPED + COSMIC, ROOT).modules:
        ast.parse(import_graph.source_path(module, ROOT).read_bytes())
    assert taken < 4.0 * (time.process_time() - began)
