"""The adjoint estimator: backward along full orbits from the place of observation (Gusev & Pugacheva 2003, eq. 1).

An e+- of energy E at the detector was born somewhere along its orbit with more energy. Tracing back, with S the loss
and P the production per grammage,

    dE/ds = rho S + k E^2 B^2/c,   d ln J/ds = rho dS/dE + 2 k E B^2/c,   dF/ds = rho P(E, n, x) J,

and the flux is F. One history is one place and direction; for it an orbit of each charge, of each look of the vantage
and of an energy in each bin is traced, all with the same random numbers. An orbit that is still open at the limit of
time is closed by the drift-averaged flux at its energy and lowest altitude, times its J.
"""

from typing import Any, NamedTuple

import numpy as np

from mcbelt import constants, rng
from mcbelt.tally import Axis, BlockResult, TallyAxes
from mcbelt.transport import lanes, origins, vantage
from mcbelt.transport import lanes_rows as row

CHARGES = ("positron", "electron")
_ENERGY = 13  # purpose of random numbers
_NAMES = {0: "LOST", 1: "COOLED", 2: "ABSORBED", 3: "ESCAPED", 6: "STEP_LIMIT", 17: "HEATED"}
_GRAVITY = (0, 6, 2, 17, 3, 1)  # the fate of a history is the first of these among its orbits
FLUX_UNIT = "m-2 s-1 sr-1 GeV-1"


class Closure(NamedTuple):
    """Drift-averaged flux for orbits that are still open: against energy and the lowest altitude of the gyration."""

    ln_energy: np.ndarray  # ln [GeV], shape (ne,), ascending
    lowest: np.ndarray  # [m], shape (nh,), ascending
    flux: np.ndarray  # [m-2 s-1 sr-1 GeV-1], shape (2, nh, ne)


class AdjointModel(NamedTuple):
    """What the adjoint estimator is computed from."""

    lanes: lanes.LaneModel
    vantage: Any
    energy_edges: np.ndarray  # [GeV], shape (nb + 1,)
    closure: Closure


def closed(closure, charge, energy, lowest):
    """Flux that an open orbit still brings, linear in ln E and altitude; zero below the altitudes."""
    table = closure.flux[0 if charge > 0 else 1]
    rows = np.stack([np.interp(np.log(energy), closure.ln_energy, r, right=0.0) for r in table])
    h = np.clip(np.interp(lowest, closure.lowest, np.arange(len(closure.lowest))), 0, len(closure.lowest) - 1)
    low = np.minimum(h.astype(int), max(len(closure.lowest) - 2, 0))
    high = np.minimum(low + 1, len(closure.lowest) - 1)
    index = np.arange(len(energy))
    value = (1.0 - (h - low)) * rows[low, index] + (h - low) * rows[high, index]
    return np.where(lowest < closure.lowest[0], 0.0, value)


def _energies(model, seed, first, last, b):
    low, high = model.energy_edges[b], model.energy_edges[b + 1]
    u = np.array([rng.uniform_pair(np.uint64(seed), h, b, _ENERGY)[0] for h in range(first, last)])
    return low + u * (high - low)


def run_block(model: AdjointModel, seed: int, first: int, last: int) -> BlockResult:
    """Histories [first, last).

    Parameters
    ----------
    model : AdjointModel
    seed, first, last : int

    Returns
    -------
    BlockResult
        Sums over histories of the flux and of what was closed, per charge, look and energy bin.
    """
    n, nb = last - first, len(model.energy_edges) - 1
    views = vantage.looks(model.vantage)
    shape = (2, len(views), nb)
    scores = np.zeros((*shape, n))
    open_flux, open_count = np.zeros(shape), np.zeros(shape)
    births = np.zeros((2, len(views), nb, origins.BINS))
    fates = np.full((n, 2 * len(views) * nb), 1)
    histories = np.arange(first, last, dtype=np.uint64)
    for v, view in enumerate(views):
        for q, charge in enumerate((1, -1)):
            position, direction = vantage.starts(model.vantage, seed, first, last, charge, view)
            for b in range(nb):
                energy = _energies(model, seed, first, last, b)
                momentum = np.sqrt(energy * (energy + 2.0 * constants.ELECTRON_MASS))
                table = lanes.charge_table(position, direction, momentum, constants.ELECTRON_MASS, charge)
                tallies = np.zeros((n, origins.BINS))
                lanes.advance_part(model.lanes, table, tallies, histories, np.uint64(seed), 0, n)
                flux = table[row.PRODUCTION].copy()
                still = table[row.FATE] == row.STEP_LIMIT
                if still.any():
                    p = table[row.MOMENTUM, still]
                    kinetic = p * p / (np.hypot(p, constants.ELECTRON_MASS) + constants.ELECTRON_MASS)
                    rest = closed(model.closure, charge, kinetic, table[row.LOWEST, still])
                    rest = rest * np.exp(table[row.LN_J, still])
                    flux[still] += rest
                    open_flux[q, v, b] = rest.sum()
                    open_count[q, v, b] = still.sum()
                scores[q, v, b] = flux
                births[q, v, b] = tallies.sum(axis=0)
                fates[:, (v * 2 + q) * nb + b] = table[row.FATE]
    altitude, time, place = origins.split(births)
    sums = {"flux": scores.sum(axis=-1), "flux_product": (scores[0] * scores[1]).sum(axis=-1)}
    sums |= {"open_flux": open_flux, "open_orbits": open_count}
    sums |= {"birth_altitude": altitude, "residence_time": time, "birth_place": place}
    squares = {name: np.zeros_like(value) for name, value in sums.items()}
    squares["flux"] = (scores**2).sum(axis=-1)
    return BlockResult(n, _fates(fates), sums, squares)


def _fates(fates):
    """Histories by their gravest fate."""
    result, left = {}, np.ones(len(fates), bool)
    for code in _GRAVITY:
        here = left & (fates == code).any(axis=1)
        left &= ~here
        if here.any():
            result[_NAMES[code]] = int(here.sum())
    return result


def tally_axes(model: AdjointModel) -> dict[str, TallyAxes]:
    """Dimensions and units of the tallies of `run_block`."""
    charge = Axis("charge", "1", None, CHARGES, "species followed")
    look = Axis("look", "1", None, vantage.looks(model.vantage), "direction of motion")
    energy = Axis("energy", "MeV", model.energy_edges * 1e3, (), "kinetic energy at the detector")
    altitude = Axis("altitude", "km", origins.ALTITUDE_EDGES_KM, (), "altitude of birth")
    time = Axis("time", "s", origins.TIME_EDGES_S, (), "time since birth")
    longitude = Axis("longitude", "deg", np.linspace(0.0, 360.0, origins.LONGITUDES + 1), (), "longitude of birth")
    latitude = Axis("latitude", "deg", np.linspace(-90.0, 90.0, origins.LATITUDES + 1), (), "latitude of birth")
    axes = (charge, look, energy)

    def more(extra, description):
        return TallyAxes((*axes, *extra), FLUX_UNIT, description, targeted=False)

    return {
        "flux": TallyAxes(axes, FLUX_UNIT, "directional flux per history"),
        "flux_product": TallyAxes(
            (look, energy), f"({FLUX_UNIT})2", "product of the fluxes of e+ and e-", targeted=False
        ),
        "open_flux": TallyAxes(axes, FLUX_UNIT, "part of the flux that closes open orbits", targeted=False),
        "open_orbits": TallyAxes(axes, "1", "orbits still open at the limit of time", targeted=False),
        "birth_altitude": more((altitude,), "flux by altitude of birth"),
        "residence_time": more((time,), "flux by time since birth"),
        "birth_place": more((longitude, latitude), "flux by place of birth"),
    }
