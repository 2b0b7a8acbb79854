"""Time of one step of one particle on one core: field, vacuum step, toy air and losses, MSIS air and losses.

CPU time of the thread, best of several runs, all lanes busy; 100 MeV electrons near L = 1.2 to 1.3.
"""

import time

import numpy as np
from numba import njit

import atmosphere
import geomag
from atmosphere.isothermal import ExponentialAir
from geomag import lanes as vacuum
from geomag.constants import REFERENCE_RADIUS
from geomag.field import magnetic_field
from geomag.lorentz import align_stack, boris_step, gyration_step
from geomag.unrolled import unrolled
from mcbelt import constants
from mcbelt.orbits import lanes
from mcbelt.orbits import rows as row
from mcbelt.orbits.matter import MixtureLosses, MixtureScattering, PaperLosses
from mcbelt.physics.loss_table import element_losses

DATE = "1998-06-05"
TOY = ExponentialAir(
    density=1.0e-7, scale_height=5.0e4, reference=1.2e5, top=4.0e6, fractions=(0.0, 0.0, 0.8, 0.2, 0.0)
)
# Operations of the degree-13 field (multiplications, additions; fused ones count two) and of the push.
FLOPS_FIELD, INSTRUCTIONS_FIELD, FLOPS_PUSH, INSTRUCTIONS_PUSH = 1593, 938, 75, 60


def electrons(n, l_shell, momentum=0.1, seed=1):
    """Positions and directions of n electrons at the equator of a shell, pitch angles 60-90 deg."""
    rng = np.random.default_rng(seed)
    phi, phase = rng.uniform(0, 2 * np.pi, (2, n))
    pitch = np.radians(rng.uniform(60, 90, n))
    out, east = np.c_[np.cos(phi), np.sin(phi), 0 * phi], np.c_[-np.sin(phi), np.cos(phi), 0 * phi]
    u = np.sin(pitch)[:, None] * (np.cos(phase)[:, None] * out + np.sin(phase)[:, None] * east)
    u[:, 2] = np.cos(pitch)
    return l_shell * REFERENCE_RADIUS * out, u


@njit(error_model="numpy", fastmath={"contract", "nsz", "arcp"})
def _push_only(field, state, rounds):
    """The Boris step alone over all columns of a table of positions, directions, steps and curvatures."""
    align_stack()
    for _ in range(rounds):
        for k in range(state.shape[1]):
            x, y, z, ux, uy, uz, _b2 = boris_step(
                field,
                state[0, k],
                state[1, k],
                state[2, k],
                state[3, k],
                state[4, k],
                state[5, k],
                state[6, k],
                state[7, k],
            )
            state[0, k], state[1, k], state[2, k] = x, y, z
            state[3, k], state[4, k], state[5, k] = ux, uy, uz


@njit(error_model="numpy")
def _scalar(field, n):
    """n dependent evaluations of the field, one particle."""
    x, y, z = 7.0e6, 1.0e6, 2.0e6
    for _ in range(n):
        bx, by, bz = magnetic_field(field, x, y, z)
        x, y, z = x + 1e3 * bx, y + 1e3 * by, z + 1e3 * bz
    return x


def push_ns(field):
    """ns per Boris step in lanes, nothing else."""
    state = np.zeros((8, 32))
    position, u = electrons(32, 1.25)
    state[:3], state[3:6], state[6], state[7] = position.T, u.T, 8e3, 3e-3
    _push_only(field, state, 2)
    rounds, best = 4000, np.inf
    for _ in range(7):
        begin = time.thread_time()
        _push_only(field, state, rounds)
        best = min(best, time.thread_time() - begin)
    return best / rounds / 32 * 1e9


def scalar_ns(field):
    """ns per evaluation of the field, one after the other."""
    _scalar(field, 10)
    begin = time.thread_time()
    _scalar(field, 20000)
    return (time.thread_time() - begin) / 20000 * 1e9


def vacuum_ns(field, n=512):
    """ns per useful step of `geomag.lanes.trace`."""
    position, u = electrons(n, 1.3)
    table = vacuum.charge_table(position, u, -0.1, gyration_step(0.1, 3e-5 / 1.3**3, 8))
    return _best(lambda t: vacuum.trace(field, t, vacuum.Limits(floor=-1e6, path=4e7), workers=1), table, vacuum.STEPS)


def physics_ns(model, l_shell=1.3, n=512):
    """ns per useful step of `mcbelt.orbits.lanes.advance`."""
    position, u = electrons(n, l_shell)
    table = lanes.charge_table(position, u, 0.1, constants.ELECTRON_MASS, -1.0)
    return _best(lambda t: lanes.advance(model, t), table, row.STEPS)


def _best(call, table, steps, repeats=5):
    call(table[:, :4].copy())
    best = np.inf
    for _ in range(repeats):
        fresh = table.copy()
        begin = time.thread_time()
        call(fresh)
        best = min(best, (time.thread_time() - begin) / fresh[steps].sum())
    return best * 1e9


def models():
    """The fields, and the models of the physics step in IGRF."""
    igrf, dipole = unrolled(geomag.Igrf(DATE)), unrolled(geomag.EccentricDipole(DATE))
    limits = lanes.Limits(floor=-1e6, path=4e7)
    msis = atmosphere.Msis(times=f"{DATE}T00:00", f107=112.0, f107a=108.0, ap=10.0).table
    base = lanes.LaneModel(igrf, limits=limits)
    toy = base._replace(air=TOY, losses=PaperLosses())
    full = base._replace(air=msis, losses=MixtureLosses(element_losses()))
    return igrf, dipole, {"toy": toy, "msis": full, "msis, scattering": full._replace(scattering=MixtureScattering())}


def run():
    """ns per step.

    Returns
    -------
    dict of str to float
    """
    igrf, dipole, physics = models()
    found = {
        "field alone, scalar (igrf)": scalar_ns(igrf),
        "push (igrf)": push_ns(igrf),
        "push (dipole)": push_ns(dipole),
        "vacuum step (igrf)": vacuum_ns(igrf),
        "vacuum step (dipole)": vacuum_ns(dipole),
    }
    for name, model in physics.items():
        found[f"physics step, {name} (igrf)"] = physics_ns(model)
    found["physics step, msis (dipole)"] = physics_ns(physics["msis"]._replace(field=dipole))
    return found
