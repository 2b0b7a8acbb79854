"""The tables of the trapped transport against full orbits around the Earth in IGRF and NRLMSIS."""

import csv
from pathlib import Path

import numpy as np
import pytest

from tools import trapped_against_orbits as against

# Not built: shares of the grammage along a bounce are those of the guiding centre. Where a gyration of 35 km dips to
# 174 km, the mirror points should count for more; diffusion is 3.5 % lower than in the tables.
LEFT_OUT = {(1.15, 200.0, 75.0, "diffusion"): 0.045}
KEPT = Path(__file__).parents[2] / "docs" / "methods" / "trapped_against_orbits.csv"


def held(L, energy_MeV, pitch_angle_deg, quantity, error):
    """How far orbits may lie from the tables: 2 %, and twice the error of a mean over gyrophases."""
    return LEFT_OUT.get((L, energy_MeV, pitch_angle_deg, quantity), 0.02 + 2.0 * error)


def kept():
    """The table of the docs."""
    with open(KEPT, encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def test_there_are_enough_orbits():
    """Whole drifts on three shells, of three energies and pitch angles."""
    of = against.starts()
    assert len(of) > 200
    assert len({start[:3] for start in of}) == 27
    assert of[0].energy == 0.01  # those that take longest set out first


def test_table_of_the_docs_is_of_these_orbits_and_as_near():
    rows = kept()
    assert len(rows) == 27 * 4 + 18 * 2  # nothing bounces at 90 degrees
    assert sum(int(row["number"]) for row in rows if row["quantity"] == "density") == len(against.starts())
    for row in rows:
        named = (float(row["L"]), float(row["energy_MeV"]), float(row["pitch_angle_deg"]), row["quantity"])
        assert abs(float(row["ratio"]) - 1.0) < held(*named, float(row["error"])), row


@pytest.mark.slow
def test_means_of_the_transport_are_those_of_full_orbits():
    """2 %, and twice the error of a mean over gyrophases; field, bounce and drift are of first order alone.

    What is left at 200 MeV is of second order in gyroradius over the size of the shell, and grows with the steepness
    of the air (docs/methods/trapped_belt.md).
    """
    rows = against.compared(against.starts())
    assert {row.quantity for row in rows} == set(against.QUANTITIES)
    for row in rows:
        assert abs(row.ratio - 1.0) < held(*row[:4], row.error), row
        if row.quantity in ("field_squared", "bounce", "drift"):
            assert abs(row.ratio - 1.0) < 0.006, row
    of_docs = [float(row["ratio"]) for row in kept()]
    np.testing.assert_allclose([row.ratio for row in rows], of_docs, atol=0.002)
