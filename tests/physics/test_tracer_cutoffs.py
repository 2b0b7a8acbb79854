"""Cutoffs by tracing back against an independent code, against Störmer's formula, and against published codes."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest

import geomag
from geomag import cutoff, lanes
from geomag.constants import REFERENCE_RADIUS
from geomag.coordinates import position_of_geodetic
from geomag.errors import OutOfRange

FIELD = geomag.Igrf("1998-06-05")
# OTSO 1.3.11 (Fortran, IGRF-14, 5 June 1998, 20 km, 0.01 GV), vertical, upper / effective [GV].
OTSO = {
    (65.05, 25.47): (0.84, 0.81),
    (41.86, 12.47): (6.45, 6.31),
    (0.0, -60.0): (12.86, 12.86),
    (8.5, 76.9): (17.37, 17.37),
}


def _table():
    lines = (Path(__file__).parents[1] / "data" / "cutoffs_igrf_1998.csv").read_text().splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return [{k: v if k == "site" else float(v) for k, v in row.items()} for row in rows]


def test_against_an_independent_code():
    """All 50 directions: upper within 0.03 GV (scan 0.01, 20 km) or 0.06 GV (scan 0.05, 100 and 380 km), effective
    0.1."""
    worst = {20.0: 0.0, 100.0: 0.0, 380.0: 0.0}
    effective = 0.0
    for row in _table():
        place = (row["latitude_deg"], row["longitude_deg"], row["altitude_km"])
        found = cutoff.cutoff(FIELD, *place, row["zenith_deg"], row["azimuth_deg"])
        worst[row["altitude_km"]] = max(worst[row["altitude_km"]], abs(found.upper_GV - row["upper_GV"]))
        effective = max(effective, abs(found.effective_GV - row["effective_GV"]))
    print("largest difference of upper cutoffs by altitude:", worst, "of effective ones:", effective)
    assert worst[20.0] < 0.03 + 1e-9
    assert worst[100.0] < 0.06 + 1e-9
    assert worst[380.0] < 0.06 + 1e-9
    assert effective < 0.1 + 1e-9


@pytest.mark.parametrize("site", OTSO)
def test_against_otso(site):
    """A peer's own numbers: the vertical cutoffs of OTSO 1.3.11; 0.05 GV, of which 0.02 at Oulu is its step."""
    found = cutoff.cutoff(FIELD, *site, 20.0)
    assert found.upper_GV == pytest.approx(OTSO[site][0], abs=0.05)
    assert found.effective_GV == pytest.approx(OTSO[site][1], abs=0.05)


def test_stormer_in_a_dipole_without_an_earth():
    """Without the Earth's body every direction is open above Störmer's cutoff and shut below it.

    Tested 2 % above (open) and 2 % below (shut), 40 directions at 3 latitudes; between the allowed and the forbidden
    region lie the bound orbits, which the limit of the path cuts off.
    """
    dipole = geomag.CentredDipole("1998-06-05")
    axis = geomag.coordinates.dipole_axes(dipole.dipole_moment)
    rng = np.random.default_rng(5)
    for latitude in (0.0, 20.0, 40.0):
        local = np.array([math.cos(math.radians(latitude)), 0.0, math.sin(math.radians(latitude))])
        position = 1.1 * REFERENCE_RADIUS * (axis.T @ local)
        u = rng.normal(size=(40, 3))
        u /= np.linalg.norm(u, axis=1, keepdims=True)
        edge = np.array([geomag.stormer.cutoff_of_direction(dipole.model, *position, *v) for v in u])
        tracing = cutoff.Tracing(floor_km=-6000.0, steps_per_gyration=100.0, radius_fraction=0.01, path_radii=200.0)
        assert not cutoff.allowed(dipole, position, u, 0.98 * edge, tracing).any()


def test_positive_and_negative_charges_are_mirror_images():
    """In a centred dipole a negative charge from the east has the cutoff of a positive one from the west."""
    dipole = geomag.CentredDipole("1998-06-05")
    axis = geomag.coordinates.dipole_axes(dipole.dipole_moment)
    position = 1.1 * REFERENCE_RADIUS * axis[0]
    east = np.cross(axis[2], axis[0])
    tracing = cutoff.Tracing(step_GV=0.05)
    positive = cutoff.cutoffs_of_directions(dipole, position, east - 0.2 * axis[0], 1, tracing)[0]
    negative = cutoff.cutoffs_of_directions(dipole, position, -east - 0.2 * axis[0], -1, tracing)[0]
    assert positive.upper_GV == pytest.approx(negative.upper_GV, abs=0.051)
    assert positive.upper_GV < 10.0


def test_a_scan_reads_upper_lower_and_effective():
    """Bands by hand: allowed from 6 and at 3 and 4 (step 1)."""
    rigidity = np.arange(1.0, 11.0)
    found = cutoff._cutoff_of_scan(rigidity, np.isin(rigidity, [3, 4, 6, 7, 8, 9, 10]), 0.0, 1.0)
    assert (found.upper_GV, found.lower_GV, found.effective_GV) == (6.0, 3.0, 4.0)


def test_arrival_direction_is_where_it_comes_from():
    """From the west at the equator, 0 E: motion towards the east, +y."""
    u = cutoff.arrival_direction(0.0, 0.0, 90.0, 270.0)
    np.testing.assert_allclose(u, [0.0, 1.0, 0.0], atol=1e-12)
    np.testing.assert_allclose(cutoff.arrival_direction(0.0, 0.0, 0.0, 0.0), [-1.0, 0.0, 0.0], atol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((0, 0, 10.0), "altitude"),
        ((91, 0, 100.0), "latitude"),
        ((0, 0, 100.0, 200.0), "zenith"),
        ((0, 0, 100.0, 0, 0, 2), "charge"),
    ],
)
def test_refuses_what_it_cannot_answer(arguments, words):
    with pytest.raises(OutOfRange, match=words):
        cutoff.cutoff(FIELD, *arguments)


def test_a_scan_does_not_depend_on_threads_or_lanes():
    position = np.array(position_of_geodetic(0.7, 0.2, 20e3))
    table = lanes.charge_table(
        position, cutoff.arrival_direction(40.0, 11.0, 20.0, 40.0), np.arange(3.0, 9.0, 0.02), -1.0
    )
    results = []
    for width, workers in ((32, 1), (8, 1), (64, 2), (16, 2)):
        part = table.copy()
        lanes.trace(geomag.unrolled.unrolled(FIELD), part, cutoff._limits(cutoff.Tracing()), width, workers)
        results.append(part.tobytes())
    assert len(set(results)) == 1


@pytest.mark.parametrize("arrival", [(180.0, 0.0), (95.0, 90.0)])
def test_none_is_allowed_where_the_earth_stands_in_the_way(arrival):
    """From straight below and from below the eastern horizon: said at once, after one scan of 64 rigidities."""
    found = cutoff.cutoff(FIELD, 0.0, -60.0, 20.0, *arrival)
    assert math.isnan(found.upper_GV)
    assert math.isnan(found.lower_GV)
    assert math.isnan(found.effective_GV)
    assert len(found.allowed) == cutoff.SHADED
    assert not found.allowed.any()
    assert found.stormer_GV > 1.0


def test_bent_orbits_get_by_below_the_western_horizon():
    """From 400 km the horizon lies 20 deg down; positive charges from below it in the west are bent up over the Earth
    when they are soft enough, and no stiff one arrives."""
    found = cutoff.cutoff(FIELD, 0.0, -60.0, 400.0, 112.0, 270.0)
    assert math.isnan(found.upper_GV)
    assert 1.0 < found.lower_GV < 100.0
    assert not found.allowed[found.rigidity_GV > 300.0].any()


def test_what_stands_in_the_way_is_the_ellipsoid_of_the_floor():
    """A line that grazes it 1 km too low is stopped, 1 km higher is not; away from the Earth nothing is."""
    radius = cutoff.WGS84_EQUATORIAL_RADIUS + 20.0e3
    start = np.array([3.0e7, 0.0, 0.0])
    for miss, hidden in ((-1.0e3, True), (1.0e3, False)):
        tangent = math.asin((radius + miss) / 3.0e7)
        back = np.array([-math.cos(tangent), math.sin(tangent), 0.0])
        assert cutoff.in_the_way(start, -back, 20.0) is hidden
        assert not cutoff.in_the_way(start, back, 20.0)


def test_the_scan_is_finer_than_a_cutoff_near_a_pole():
    """At 75 N, 0 E Störmer gives about 0.1 GV: a scan of 10 GV would say 10 GV."""
    found = cutoff.cutoff(FIELD, 75.0, 0.0, 20.0, tracing=cutoff.Tracing(step_GV=10.0))
    assert found.step_GV == pytest.approx(0.1 * found.stormer_GV)
    assert found.upper_GV < 5.0 * found.stormer_GV
    same = cutoff.cutoff(FIELD, 75.0, 0.0, 20.0, tracing=cutoff.Tracing(step_GV=found.step_GV))
    assert same.upper_GV == pytest.approx(found.upper_GV)


@pytest.mark.parametrize("angle", [-60.0, 13.7, 179.999999999, -123.456789])
def test_an_angle_is_the_same_in_every_turn(monkeypatch, angle):
    """To the last bit of what is traced, which a penumbra amplifies."""
    traced = []
    monkeypatch.setattr(cutoff, "cutoffs_of_directions", lambda model, *start: traced.append(start[:2]) or [None])
    for turns in (0, 1, -1, 2):
        cutoff.cutoff(FIELD, 0.0, angle + 360.0 * turns, 20.0, 60.0, 270.0 + 360.0 * turns)
    for start in traced:
        np.testing.assert_array_equal(start, traced[0])
