"""The full-orbit step: energy, drift and bounce rates, mirror points, order, reversal.

Rates are weighted Birkhoff averages (weight exp(-1 / (t (1 - t)))), which converge faster than any power, so that a
rate is known to 1e-6 from a few bounces and does not depend on the gyrophase at the ends. The reference is scipy's
DOP853, order 8, at a tolerance of 1e-11: it shares nothing with the Boris step but the field.
"""

import functools
import math

import numpy as np
import pytest
from numba import njit
from scipy.integrate import solve_ivp

import geomag
from geomag import lanes
from geomag.constants import GV_TO_TESLA_METRE, REFERENCE_RADIUS
from geomag.dipole import DipoleModel
from geomag.field import magnetic_field
from geomag.lorentz import bending, boris_step, gyration_step
from geomag.unrolled import unrolled

ELECTRON_MASS = 0.51099895e-3
EQUATORIAL_FIELD = 30000e-9
DIPOLE = DipoleModel(0.0, 0.0, -EQUATORIAL_FIELD * REFERENCE_RADIUS**3, 0.0, 0.0, 0.0)


def rigidity(kinetic):
    """Rigidity [GV] of an electron of kinetic energy [GeV]."""
    return math.sqrt(kinetic * (kinetic + 2.0 * ELECTRON_MASS))


@njit
def record(field, start, step, curvature, n):
    """Orbit of n steps: rows x, y, z, ux, uy, uz."""
    out = np.empty((n + 1, 6))
    out[0] = start
    x, y, z, ux, uy, uz = start
    for i in range(n):
        x, y, z, ux, uy, uz, _ = boris_step(field, x, y, z, ux, uy, uz, step, curvature)
        out[i + 1] = np.array([x, y, z, ux, uy, uz])
    return out


@njit
def lorentz_rate(s, w, curvature):
    bx, by, bz = magnetic_field(DIPOLE, w[0], w[1], w[2])
    return np.array(
        [
            w[3],
            w[4],
            w[5],
            curvature * (w[4] * bz - w[5] * by),
            curvature * (w[5] * bx - w[3] * bz),
            curvature * (w[3] * by - w[4] * bx),
        ]
    )


def birkhoff(angle):
    """Mean rate of an unwrapped angle per sample, weighted."""
    change = np.diff(angle)
    t = (np.arange(change.size) + 0.5) / change.size
    weight = np.exp(-1.0 / (t * (1.0 - t)))
    return (weight * change).sum() / weight.sum()


def rates(orbit):
    """Drift and bounce rate per sample of an orbit in the dipole."""
    x, y, z = orbit[:, :3].T
    b = fields(orbit)
    along = (b * orbit[:, 3:]).sum(1) / np.linalg.norm(b, axis=1)
    drift = birkhoff(np.unwrap(np.arctan2(y, x)))
    bounce = birkhoff(np.unwrap(np.arctan2(along, z / np.abs(z).max())))
    return drift, bounce


def start_at_equator(l_shell, pitch_deg):
    pitch = math.radians(pitch_deg)
    # moving outward: the guiding centre lies beside the charge, on the same shell
    return np.array([l_shell * REFERENCE_RADIUS, 0.0, 0.0, math.sin(pitch), 0.0, math.cos(pitch)])


@functools.cache
def reference_rates(kinetic, l_shell, pitch_deg, path):
    """Drift and bounce rate per metre, by DOP853."""
    start = start_at_equator(l_shell, pitch_deg)
    curvature = bending(rigidity(kinetic), -1.0)
    samples = int(path / (gyration_step(rigidity(kinetic), EQUATORIAL_FIELD / l_shell**3, 12)))
    s = np.linspace(0.0, path, samples + 1)
    found = solve_ivp(
        lambda t, w: lorentz_rate(t, w, curvature),
        (0.0, path),
        start,
        "DOP853",
        s,
        rtol=1e-10,
        atol=[1e-3] * 3 + [1e-10] * 3,
    )
    drift, bounce = rates(found.y.T)
    return drift / (path / samples), bounce / (path / samples)


# (kinetic energy [GeV], L, equatorial pitch angle [deg], path [m]): 9 and 22 bounces
CASES = [(0.1, 1.2, 60.0, 2.2e8), (1.0, 1.2, 60.0, 5.5e8)]


@pytest.mark.parametrize("case", CASES, ids=["100 MeV", "1 GeV"])
def test_drift_and_bounce_rates_at_eight_steps_per_gyration(case):
    """1e-3 asked; notes of the method measured 7e-5 and 1.4e-4 at worst."""
    kinetic, l_shell, pitch, path = case
    step = gyration_step(rigidity(kinetic), EQUATORIAL_FIELD / l_shell**3, 8)
    orbit = record(DIPOLE, start_at_equator(l_shell, pitch), step, bending(rigidity(kinetic), -1.0), int(path / step))
    drift, bounce = (r / step for r in rates(orbit))
    reference = reference_rates(*case)
    print(f"{kinetic} GeV: drift {drift / reference[0] - 1:.1e}, bounce {bounce / reference[1] - 1:.1e}")
    assert drift / reference[0] == pytest.approx(1.0, abs=1e-3)
    assert bounce / reference[1] == pytest.approx(1.0, abs=1e-3)


def test_drift_and_bounce_against_the_closed_forms():
    """First-order theory of the dipole (geomag.dipole) at eps = 0.008; the gyrophase of the start moves it by 4e-4."""
    kinetic, l_shell, pitch, path = CASES[0]
    step = gyration_step(rigidity(kinetic), EQUATORIAL_FIELD / l_shell**3, 8)
    orbit = record(DIPOLE, start_at_equator(l_shell, pitch), step, bending(rigidity(kinetic), -1.0), int(path / step))
    drift, bounce = (abs(r) / step for r in rates(orbit))
    t, d = geomag.dipole.bounce_and_drift_integrals(math.radians(pitch))
    radius = l_shell * REFERENCE_RADIUS
    momentum = GV_TO_TESLA_METRE * rigidity(kinetic)
    assert 2.0 * math.pi / bounce == pytest.approx(4.0 * t * radius, rel=2e-3)
    expected = 3.0 * d / t * momentum / (EQUATORIAL_FIELD / l_shell * REFERENCE_RADIUS**2)
    assert drift == pytest.approx(expected, rel=2e-3)


def test_order_of_convergence():
    """The error of the drift rate is O(eps^2 theta^2): it falls fourfold when the step is halved, at 1 GeV."""
    kinetic, l_shell, pitch, path = CASES[1]
    errors = []
    for steps in (6, 12, 24):
        step = gyration_step(rigidity(kinetic), EQUATORIAL_FIELD / l_shell**3, steps)
        orbit = record(
            DIPOLE, start_at_equator(l_shell, pitch), step, bending(rigidity(kinetic), -1.0), int(path / step)
        )
        errors.append(abs(rates(orbit)[0] / step / reference_rates(*CASES[1])[0] - 1.0))
    orders = [math.log2(errors[i] / errors[i + 1]) for i in range(2)]
    print("errors of the drift rate:", errors, "orders:", orders)
    assert orders[0] == pytest.approx(2.0, abs=0.3)
    assert orders[1] == pytest.approx(2.0, abs=0.5)  # the reference itself is known to 1e-6


def test_the_step_keeps_momentum_over_a_drift():
    """|u| after a whole drift in IGRF, 6e5 steps: 1e-11 asked, rounding alone gives 1e-13."""
    table = _drifters(0.1, 8)
    lanes.trace(unrolled(geomag.Igrf("1998-06-05")), table, lanes.Limits(floor=80e3, drift=2.0 * math.pi), workers=1)
    assert (table[lanes.FATE] == lanes.STEP_LIMIT).all()
    assert (np.abs(table[lanes.DRIFT]) >= 2.0 * math.pi).all()
    assert table[lanes.STEPS].min() > 4e5
    speed = np.linalg.norm(table[lanes.UX : lanes.UZ + 1], axis=0)
    print("largest change of |u| over a drift:", np.abs(speed - 1.0).max())
    np.testing.assert_allclose(speed, 1.0, rtol=0, atol=1e-11)


def _drifters(kinetic, steps_per_gyration, n=8):
    longitude = np.linspace(0.0, 2.0 * np.pi, n, endpoint=False)
    position = 1.3 * REFERENCE_RADIUS * np.c_[np.cos(longitude), np.sin(longitude), np.zeros(n)]
    direction = np.c_[-np.sin(longitude), np.cos(longitude), np.linspace(0.0, 0.25, n)]
    r = rigidity(kinetic)
    return lanes.charge_table(position, direction, -r, gyration_step(r, EQUATORIAL_FIELD / 1.3**3, steps_per_gyration))


def test_forward_then_backward_over_a_drift():
    """Reversal at 100 MeV: the orbit comes back within 100 m after 2 x 6e5 steps (rounding errors grow on the way)."""
    field = unrolled(geomag.Igrf("1998-06-05"))
    table = _drifters(0.1, 8)
    start = table[: lanes.UZ + 1].copy()
    lanes.trace(field, table, lanes.Limits(floor=80e3, drift=2.0 * math.pi), workers=1)
    path = table[lanes.PATH].copy()
    table[lanes.STEP] *= -1.0
    for i in range(table.shape[1]):  # each goes back its own path
        part = np.ascontiguousarray(table[:, i : i + 1])
        part[lanes.PATH] = part[lanes.DRIFT] = 0.0
        lanes.trace(field, part, lanes.Limits(floor=80e3, path=path[i] * (1.0 - 1e-9)), workers=1)
        table[:, i : i + 1] = part
    missed = np.linalg.norm(table[: lanes.Z + 1] - start[:3], axis=0)
    print("missed by [m]:", missed)
    assert missed.max() < 100.0


def test_field_at_the_mirror_points_has_no_trend():
    """100 MeV, L = 1.2, 60 deg: 20 mirror points (10 bounces), |B| averaged over the gyrophases of 12 starts.

    No trend above 1e-3; the scatter is that of the first-order moment and not of the step: equal to that of 64 steps
    per gyration within 20 %.
    """
    r, pitch = rigidity(0.1), math.radians(60.0)
    curvature = bending(r, -1.0)
    scatter = {}
    for steps in (8, 64):
        step = gyration_step(r, EQUATORIAL_FIELD / 1.2**3, steps)
        found = []
        for phase in np.arange(24) * 2.0 * math.pi / 24:
            u = np.array([math.sin(pitch) * math.cos(phase), math.sin(pitch) * math.sin(phase), math.cos(pitch)])
            centre = np.array([1.2 * REFERENCE_RADIUS, 0.0, 0.0])
            b = np.array(magnetic_field(DIPOLE, *centre))
            start = np.concatenate([centre - np.cross(u, b) / (curvature * (b @ b)), u])
            found.append(mirror_fields(start, step, curvature, 20))
        found = np.array(found)
        mean = found.mean(axis=0)
        relative = mean / mean.mean() - 1.0
        trend = np.polyfit(np.arange(20.0), relative, 1)[0] * 20.0
        scatter[steps] = (found / found.mean()).std()
        print(f"{steps} steps: trend over 10 bounces {trend:.1e}, scatter {scatter[steps]:.2e}")
        assert abs(trend) < 1e-3
    assert scatter[8] == pytest.approx(scatter[64], rel=0.2)


def mirror_fields(start, step, curvature, n):
    """|B| at the guiding centre at the first n mirror points: zeros of the pitch cosine, between steps linear."""
    length = 1.3e7 * n + 1.0e7
    orbit = record(DIPOLE, start, step, curvature, int(length / step))
    b = fields(orbit)
    strength = np.linalg.norm(b, axis=1)
    along = (b * orbit[:, 3:]).sum(1) / strength
    centre = orbit[:, :3] + np.cross(orbit[:, 3:], b) / (curvature * strength**2)[:, None]
    strength = np.linalg.norm(fields(centre), axis=1)
    cuts = np.flatnonzero(along[1:] * along[:-1] < 0.0)
    fraction = along[cuts] / (along[cuts] - along[cuts + 1])
    at_cut = strength[cuts] * (1.0 - fraction) + strength[cuts + 1] * fraction
    # gyration makes several zeros around one mirror point: group those closer than a tenth of a bounce
    groups = np.split(np.arange(len(cuts)), np.flatnonzero(np.diff(cuts) * step > 1.0e6) + 1)
    return np.array([at_cut[g].mean() for g in groups[:n]])


@njit
def fields(orbit):
    out = np.empty((orbit.shape[0], 3))
    for i in range(orbit.shape[0]):
        out[i] = np.array(magnetic_field(DIPOLE, orbit[i, 0], orbit[i, 1], orbit[i, 2]))
    return out
