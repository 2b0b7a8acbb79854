"""The disk cache of compiled kernels: a user's edited model is compiled again, and no directory is never a crash."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

FIELD = """
from numba import njit
from typing import NamedTuple
from geomag import field
import mine.numbers
from mine.numbers import EAST

class Plain(NamedTuple):
    scale: float = 1.0

@njit
def north(scale):
    return 2.0 * scale * mine.numbers.NORTH

@njit
def plain(model, x, y, z):
    return EAST * model.scale, north(model.scale), UP

UP = 7.0
field.FIELD_KERNELS[Plain] = plain
"""
USE_FIELD = """
import numpy as np
from geomag.field import field_at_points
from my_field import Plain

out, one = np.empty((3, 1)), np.ones(1)
field_at_points(Plain(), one, one, one, out)
print(*out[:, 0], sum(field_at_points.stats.cache_hits.values()))
"""
LOSSES = """
from typing import NamedTuple
from numba import njit
from mcbelt.orbits.interfaces.matter import register_losses
from mcbelt.orbits.interfaces.validity import ANY

class Mine(NamedTuple):
    synchrotron: float = 0.0
    mass: float = ANY
    charge: float = ANY

@njit
def stopping(losses, air, latitude, longitude, altitude, kinetic, charge):
    return 1.0e-3, 0.0

register_losses(Mine, stopping)
"""
USE_LOSSES = """
import numpy as np
from atmosphere import Exponential
from geomag import CentredDipole
from mcbelt.orbits import lanes, rows
from my_losses import Mine

limits = lanes.Limits(floor=0.0, ceiling=1.0e9, path=1.0e5)
model = lanes.LaneModel(CentredDipole("2020-01-01").model, Exponential(1.2, 7.0).table, losses=Mine(), limits=limits)
table = lanes.charge_table((6.6e6, 0.0, 0.0), (0.0, 1.0, 0.0), 1.0, 0.000511, -1.0)
lanes.advance(model, table)
print(table[rows.MATTER_LOSS, 0] / table[rows.GRAMMAGE, 0], sum(lanes.advance_width.stats.cache_hits.values()))
"""


def ran(script, tmp_path, **environment):
    clean = {key: value for key, value in os.environ.items() if key != "NUMBA_CACHE_DIR"}
    clean |= {"XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"}
    clean |= {"PYTHONDONTWRITEBYTECODE": "1", **environment}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=clean, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture
def field(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "numbers.py").write_text("EAST, NORTH = 3.0, 5.0\n")
    (tmp_path / "my_field.py").write_text(FIELD)
    return tmp_path / "my_field.py"


@pytest.mark.parametrize(
    "chosen", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["own directory", "NUMBA_CACHE_DIR"]
)
def test_an_edited_field_is_compiled_again(field, tmp_path, chosen):
    """The kernel, a value that it reads, and one of another file; what is unchanged comes from the disk."""
    environment = {"NUMBA_CACHE_DIR": str(tmp_path / "chosen")} if chosen else {}
    numbers = tmp_path / "mine" / "numbers.py"
    assert ran(USE_FIELD, tmp_path, **environment).stdout.split() == ["3.0", "10.0", "7.0", "0"]
    assert ran(USE_FIELD, tmp_path, **environment).stdout.split() == ["3.0", "10.0", "7.0", "1"]
    field.write_text(FIELD.replace("2.0 * scale", "4.0 * scale").replace("UP = 7.0", "UP = 8.0"))
    assert ran(USE_FIELD, tmp_path, **environment).stdout.split() == ["3.0", "20.0", "8.0", "0"]
    numbers.write_text("EAST, NORTH = 3.0, 6.0\n")
    assert ran(USE_FIELD, tmp_path, **environment).stdout.split() == ["3.0", "24.0", "8.0", "0"]
    numbers.write_text("EAST, NORTH = 4.0, 6.0\n")
    assert ran(USE_FIELD, tmp_path, **environment).stdout.split() == ["4.0", "24.0", "8.0", "0"]
    numbers.write_text("EAST, NORTH = 6.0, 4.0\n")
    assert ran(USE_FIELD, tmp_path, **environment).stdout.split() == ["6.0", "16.0", "8.0", "0"]
    assert (tmp_path / "chosen").exists() == chosen


ORBITS = """
import sys
from typing import NamedTuple
import numba
from numba import njit
from atmosphere import density
from geomag import field
from mcbelt.orbits import lanes
from mcbelt.orbits.interfaces import detector, matter, production, radiation, scattering

NUMBER = 1.0
PLAIN = NamedTuple("Plain", [(name, float) for name in ("on", "synchrotron", "mass", "charge")])

@njit
def kernel(*values):
    return NUMBER

registers = [
    lambda model: matter.register_losses(model, kernel),
    lambda model: matter.register_losses(model, matter._no_stopping, kernel),
    lambda model: scattering.register_scattering(model, kernel),
    lambda model: radiation.register_radiation(model, radiation._no_jumps, kernel),
    lambda model: production.register_source(model, kernel),
    lambda model: detector.register_detector(model, kernel),
    lambda model: field.FIELD_KERNELS.update({model: kernel}),
    lambda model: field.GRADIENT_KERNELS.setdefault(model, kernel),
    lambda model: density._DENSITY.__setitem__(model, kernel),
    lambda model: density._FRACTIONS.__setitem__(model, kernel),
]
for number, register in enumerate(registers):
    before = numba.config.CACHE_DIR
    register(type(f"Model{number}", (PLAIN,), {}))
    assert numba.config.CACHE_DIR != before, number
    assert lanes.advance_width._cache.cache_path.startswith(numba.config.CACHE_DIR), number
print(numba.config.CACHE_DIR)
"""


def test_every_seam_takes_note_of_a_model_from_elsewhere(tmp_path):
    """Kernels made before move with the directory; the same models give the same directory, an edited one another."""
    path = tmp_path / "my_models.py"
    path.write_text(ORBITS)
    first, again = (ran("import my_models", tmp_path).stdout for _ in range(2))
    path.write_text(ORBITS.replace("NUMBER = 1.0", "NUMBER = 2.0"))
    assert first == again != ran("import my_models", tmp_path).stdout


@pytest.mark.slow
def test_edited_losses_are_compiled_again(tmp_path):
    """Two compilations of the whole orbit engine, and one that comes from the disk."""
    path = tmp_path / "my_losses.py"
    path.write_text(LOSSES)
    loss, hits = map(float, ran(USE_LOSSES, tmp_path).stdout.split())
    assert (loss, hits) == (pytest.approx(1.0e-3, rel=1e-6), 0)
    assert ran(USE_LOSSES, tmp_path).stdout.split() == [repr(loss), "1"]
    path.write_text(LOSSES.replace("1.0e-3", "2.0e-3"))
    loss, hits = map(float, ran(USE_LOSSES, tmp_path).stdout.split())
    assert (loss, hits) == (pytest.approx(2.0e-3, rel=1e-6), 0)


@pytest.mark.parametrize("variable", ["XDG_CACHE_HOME", "NUMBA_CACHE_DIR"])
def test_no_directory_for_the_cache_is_one_line(field, tmp_path, variable):
    """A file in the way, as also root cannot make a directory there."""
    (tmp_path / "file").write_text("")
    wanted, temporary = tmp_path / "file" / "cache", tmp_path / "temporary"
    temporary.mkdir()
    done = ran(USE_FIELD, tmp_path, TMPDIR=str(temporary), **{variable: str(wanted)})
    assert done.stdout.split() == ["3.0", "10.0", "7.0", "0"]
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"cache directory {wanted}")
    again = ran(USE_FIELD, tmp_path, TMPDIR=str(temporary), **{variable: str(wanted)})
    assert again.stdout.split()[-1] == "1"
