"""The drift-averaged estimator in a place: against full orbits, the plain drift average, and in its limits."""

import math

import numpy as np
import pytest

from mcbelt.constants import SPEED_OF_LIGHT
from mcbelt.papers.gusev2003 import drift_average
from mcbelt.papers.gusev2003.innermost_shell import Shell, around_of, case
from mcbelt.physics.loss_table import element_losses
from mcbelt.places import orbit
from mcbelt.sources.cosmic import drift_resolved, gyration, prepare, sinking


@pytest.fixture(scope="module")
def around():
    """Field and air of the paper's geometry."""
    return around_of(case())


@pytest.fixture(scope="module")
def inner(around):
    """The shell at L = 1.09."""
    return Shell(case(), around)


def test_gyration_is_the_orbit_in_a_dipole():
    """r p cos(chi) - G / r is the same at bottom, side and top, and `bottom_of` finds the bottom again; to 1e-12."""
    for e in (1e-4, 0.02, 0.15):
        for chi in (0.3, 1.5, 2.8, math.pi):
            r = gyration.relative_distance(e, math.cos(chi))
            assert e * r * math.cos(chi) - 1.0 / r == pytest.approx(e - 1.0, abs=1e-12)
            assert r * gyration.bottom_of(e * r**2, math.cos(chi)) == pytest.approx(1.0, abs=1e-12)


def test_gyrating_drift_is_the_gradient_drift(inner):
    """At 0.1 GeV the drift is 1.5 r_L / r to the west for e+, to 2 % (second order in r_L / r = 0.002)."""
    path, row = inner.where.path, np.empty(gyration.COLUMNS)
    losses = element_losses()
    radius = path.radius[0]
    gyration.meeting(path, 0, inner.around.air, inner.source, losses, 1.0, 0.1, radius, row)
    gyroradius = gyration.momentum_of(0.1) / 0.299792458 / path.field[0]
    assert row[gyration.DRIFT] == pytest.approx(-1.5 * gyroradius / radius, rel=0.02)


@pytest.mark.slow
@pytest.mark.parametrize("charge", [1, -1])
def test_agrees_with_full_orbits(inner, charge):
    """L = 1.09, the same starts by both estimators; asked were 15 %.

    Measured e+ 1.00/1.01/1.02/1.06 and e- .98/.98/1.00/1.02 at 0.1/0.2/0.5/1 GeV: held to 4, 4, 6 and 10 %. The ratio
    of pairs has a standard error below 1 %. Pairs are compared where the orbit ends in time: 7 of 8 at 0.2 GeV, 43
    of 48 at 0.5 GeV: single ends above a few GeV/c are chaotic (docs/methods/tracer.md).
    """
    met = drift_average.met_on(inner, charge)
    held = ((0.1, 4, 0.04), (0.2, 8, 0.04), (0.5, 48, 0.06), (1.0, 96, 0.10))
    for energy, orbits, width in held if charge > 0 else held[:3]:  # at 1 GeV e- take as long as all others
        pairs = drift_average.paired(inner, met, charge, energy, orbits, 40.0)
        assert pairs.closed.mean() > 0.85
        ratio, error = drift_average.ratio_of(pairs)
        assert error < 0.03
        assert ratio == pytest.approx(1.0, abs=width)


@pytest.mark.slow
def test_is_the_plain_drift_average_where_drifts_are_cheap(around):
    """L = 1.12 at 0.1 and 0.2 GeV: a drift costs 2e-4 of E; the two formulations agree to 4 %.

    They share no gyration: circles about guiding centres in `sinking`, exact orbits here. What is left is the start,
    particles in the one and guiding centres in the other.
    """
    shell = Shell(case(L=1.12), around)
    energies = np.array([0.1, 0.2])
    found = drift_resolved.averaged(shell.where, around.air, shell.source, shell.losses, energies).flux
    assert found == pytest.approx(shell.averaged(energies), rel=0.04)


def test_resolved_drifts_become_whole_drifts(around):
    """L = 1.2 in air 3e5 times denser, 0.1 GeV e+: a drift costs 0.04 of E. Resolved and averaged agree to 3 %."""
    shell = Shell(case(L=1.2), around)
    path = shell.where.path
    met = gyration.meetings(path, around.air, shell.source, shell.losses, 1.0, 0.1)
    met.table[..., gyration.LN_DENSITY] += math.log(3e5)
    course = drift_resolved.course_of(path, met)
    bottom = drift_resolved.seen_bottom(course, 0, 0.1, 0.0)[0]
    start = (math.log(0.1), bottom)
    resolved = np.mean([drift_resolved.followed(course, 1.0, 0.0, u, *start) for u in (3.0, 27.0, 51.0)], axis=0)
    whole = drift_resolved.followed(course, 1.0, 10.0, 3.0, *start)
    assert resolved[0] == pytest.approx(whole[0], rel=0.03)
    assert resolved[3] / resolved[0] == pytest.approx(whole[3] / whole[0], rel=0.03)  # mean ages


def test_age_is_how_many_fly_over_how_many_pass(around):
    """L = 1.2, nothing is absorbed, so all that fly above E pass it one day.

    In steady state the flux above E, over the loss per path times the flux at E, is the way since birth in the mean.
    1 % for steps of 0.04 in ln E. Here guiding centres do not sink and all energies meet the same air and field: what
    sinks comes into other air, and then the flux of one shell does not account for all.
    """
    shell = Shell(case(L=1.2), around)
    met = gyration.meetings(shell.where.path, around.air, shell.source, shell.losses, 1.0, 0.1)
    met.table[..., [gyration.SINK, gyration.SINK_RADIATED]] = 0.0
    for column in (gyration.LN_DENSITY, gyration.FIELD_SQUARED):
        met.table[..., column] = met.table[:1, ..., column]
    course = drift_resolved.course_of(shell.where.path, met)
    bottom, row = drift_resolved.seen_bottom(course, 0, 0.1, 0.0)[0], np.empty(gyration.COLUMNS)
    ln_energy = np.linspace(math.log(0.1), met.ln_energy[-1], 100)
    found = np.array([drift_resolved.followed(course, 1.0, 10.0, 0.0, each, bottom) for each in ln_energy])
    drift_resolved._met_around(course, ln_energy[0], bottom, row)
    rate, *_ = drift_resolved._rates(row, ln_energy[0], 1.0)  # of ln E per path [1/m]
    above = np.trapezoid(found[:, 0] * np.exp(ln_energy), ln_energy)
    expected = above / (rate * 0.1 * found[0, 0] * SPEED_OF_LIGHT)
    assert found[0, 3] / found[0, 0] == pytest.approx(expected, rel=0.01)


def test_nothing_is_left_at_the_floor(inner):
    """Deep histories end because gyrations open above Störmer's cutoff (> 8 times E), not at the lowest bottom."""
    path = inner.where.path
    met = gyration.meetings(path, inner.around.air, inner.source, inner.losses, 1.0, 0.5)
    course = drift_resolved.course_of(path, met)
    for cosine in (-1.0, 0.0, 1.0):
        bottom, _ = drift_resolved.seen_bottom(course, 0, 0.5, cosine)
        flux, ln_energy, height, _ = drift_resolved.followed(course, 1.0, 0.02, 5.0, math.log(0.5), bottom)
        assert flux > 0.0
        assert height > gyration.LOWEST
        assert math.exp(ln_energy) > 0.5 * 8.0


def test_places_get_their_estimator(inner):
    """On the shell the resolved drift, 137 at 0.2 GeV (3 %); from orbit the flux of guiding centres on the shell."""
    energies = np.array([0.2])
    common = (inner.around, inner.source, inner.losses, inner.path)
    assert prepare.averaged_of(*common, inner.where, energies).flux[0, 0] == pytest.approx(137.0, rel=0.03)
    expected = sinking.fluxes(inner.path, inner.around.air, inner.source, inner.losses, energies)
    above = orbit.place(orbit.Settings(kind="orbit"), None, inner.around)
    assert prepare.averaged_of(*common, above, energies).flux == pytest.approx(expected, rel=1e-12)
