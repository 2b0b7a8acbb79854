"""Units of what is written: squares, columns of CSV files, paths; those of results are read where they are pinned."""

import csv
import io
import math
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray
from astropy import units as astropy_units
from typer.testing import CliRunner

import mcbelt
from mcbelt import tally
from mcbelt.cli import app, trace_path
from mcbelt.figures import tables
from mcbelt.interstellar import scales
from mcbelt.sources.trapped import block

TESTS = Path(__file__).parents[1]
sys.path.insert(0, str(TESTS / "regression"))

import readable_units  # noqa: E402

OLD = TESTS / "data" / "result_0_1.nc"


@pytest.mark.parametrize(
    ("unit", "squared"),
    [("1", "1"), ("GeV s-1", "GeV2 s-2"), ("m-2 s-1 sr-1 GeV-1", "m-4 s-2 sr-2 GeV-2"), ("a/b", "(a/b)2")],
)
def test_the_unit_of_a_square(unit, squared):
    assert tally.squared(unit) == squared


@pytest.mark.parametrize("unit", ["deg", "", "kpc", "m-2 s-1 (path length per volume)", None])
def test_a_unit_that_a_reader_does_not_know_is_found(unit):
    pytest.importorskip("cf_units")
    dataset = mcbelt.open_result(OLD)[["energy_MeV"]].assign_attrs(Conventions="CF-1.11")
    assert not readable_units.faults(dataset)
    dataset["energy_MeV"].attrs["units"] = unit
    assert readable_units.faults(dataset)[0] == f"energy_MeV: units {unit!r}"


def test_path_length_over_the_phase_space_of_a_bin_is_a_flux():
    """W dalpha dE is m rad GeV, and the flux is their quotient."""
    model = mcbelt.open_result(OLD)
    assert "path" in model["path_length_sum"].attrs["units"]  # 0.1 wrote prose, and opens
    axes = block.tally_axes(_Model())
    path_length = astropy_units.Unit(axes["path_length"].unit)
    quotient = path_length / astropy_units.Unit("m GeV")
    assert quotient == astropy_units.Unit("m-2 s-1 sr-1 GeV-1")
    assert astropy_units.Unit(axes["age"].unit) / path_length == astropy_units.s


class _Model:
    """As much of a model as its axes need."""

    species = ("positron",)

    class shell:
        pitch_angle_edges = energy_edges = np.array([1.0, 1.5])


def test_columns_of_a_csv_file_are_of_units_that_are_read():
    heading = next(csv.reader(io.StringIO(tables.csv_text({"old": mcbelt.open_result(OLD)}))))
    units = [name.partition(" [")[2].rstrip("]") for name in heading if " [" in name]
    assert len(units) == 5
    assert all(map(readable_units.is_read, units))


def test_every_variable_of_a_path_has_a_unit_that_is_read(tmp_path):
    stops = {"time_s": 1e-3, "drifts": math.inf, "floor_km": 0.0}
    start = (0.0, 0.0, 1200.0, 90.0, 90.0)  # over the equator, from the horizon
    path = trace_path.path_of("dipole", "1998-06-05", start, "e-", 300.0, stops, (32.0, 1, False))
    trace_path.write(path, tmp_path / "path.nc")
    with xarray.open_dataset(tmp_path / "path.nc", engine="h5netcdf", decode_cf=False) as written:
        assert not readable_units.faults(written)


def test_a_megayear_is_of_julian_years():
    """IAU (Wilkins 1989): a year of 365.25 d; the sidereal one is 365.25636 d."""
    assert scales.MEGAYEAR == pytest.approx(astropy_units.Myr.to("s"), rel=1e-15)


def test_an_old_result_is_shown_with_its_own_units(tmp_path):
    done = CliRunner().invoke(app, ["export", str(OLD), "--output", str(tmp_path / "old.csv")])
    assert done.exit_code == 0
    assert "m-2 s-1 sr-1 MeV-1" in (tmp_path / "old.csv").read_text().splitlines()[0]
