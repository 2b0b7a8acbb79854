"""Production of e+ and e- at a place in the air, as a function of where they go: the table and its look-up.

Cosmic rays come in over a cutoff that is fourteen times easier from the west than from the east, and the air and the
ground below shut out what would come from under the horizon. So the production per gram depends on the direction of
the e+-, most of all near the horizon, on the altitude (attenuation and shadow), on the dipole latitude and on the
strength of the field. It is computed once on a grid (`mcbelt.cascade.production`) and read by the kernels.

Zenith angles have their nodes equally spaced in the signed root of the cosine, which crowds them at the horizon.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from mcbelt.grid import inside, share_hold, sorted_cell, sorted_hold, turn_periodic, uniform_hold

SLOPE = 2.5  # tables hold E^2.5 P, which is nearly flat
CUTOFF_POWER = 1.7  # the flux over a cutoff falls as its power -1.7


class ProductionMap(NamedTuple):
    """Directional production per kg on a grid; axes ascending, azimuth periodic."""

    ln_energy: np.ndarray  # ln of the kinetic energy [GeV], shape (ne,), uniform
    zenith: np.ndarray  # sign(mu) sqrt(|mu|), mu the cosine of the velocity with the vertical, shape (nz,), uniform
    azimuth: np.ndarray  # of the velocity from magnetic east towards north [rad], shape (na,), uniform from 0
    altitude: np.ndarray  # [m], shape (nh,)
    ln_scale: np.ndarray  # ln of the vertical cutoff at the equator over its nominal value, shape (ns,), uniform
    latitude: np.ndarray  # absolute dipole latitude [rad], shape (nl,), ascending from 0
    positron: np.ndarray  # E^2.5 P [kg-1 s-1 sr-1 GeV^1.5], shape (nl, ns, nh, nz, na, ne), float32
    electron: np.ndarray  # the same for e-


def zenith_nodes(n: int) -> np.ndarray:
    """Nodes of the zenith axis, -1 to 1."""
    return np.linspace(-1.0, 1.0, n)


def directions(zenith: np.ndarray, azimuth: np.ndarray) -> np.ndarray:
    """Unit vectors (east, north, up) of the nodes, shape (nz * na, 3)."""
    mu = np.sign(zenith) * zenith**2
    sine = np.sqrt(1.0 - mu**2)
    east, north = np.outer(sine, np.cos(azimuth)), np.outer(sine, np.sin(azimuth))
    return np.stack([east, north, np.outer(mu, np.ones_like(azimuth))], axis=-1).reshape(-1, 3)


@njit(cache=True, error_model="numpy")
def _plane(block, iz, tz, ia, ja, ta, ie, te):
    """Interpolated value over direction and energy of one block (nz, na, ne)."""
    result = 0.0
    for dz in range(2):
        wz = tz if dz == 1 else 1.0 - tz
        for da in range(2):
            row = block[iz + dz, ja if da == 1 else ia]
            result += wz * (ta if da == 1 else 1.0 - ta) * ((1.0 - te) * row[ie] + te * row[ie + 1])
    return result


@njit(cache=True, error_model="numpy")
def scale_hold(nodes: np.ndarray, ln_scale: float) -> tuple[int, float]:
    """Lower node of ln(scale) and share of the upper one, linear in scale^-1.7: what a higher cutoff lets through.

    The scale at the ends is held beyond them.
    """
    if nodes.shape[0] == 1:
        return 0, 0.0
    i, _ = uniform_hold(nodes, ln_scale)
    low, high = math.exp(-CUTOFF_POWER * nodes[i]), math.exp(-CUTOFF_POWER * nodes[i + 1])
    return i, share_hold(low, high, math.exp(-CUTOFF_POWER * ln_scale))


@njit(cache=True, error_model="numpy")
def latitude_hold(nodes: np.ndarray, latitude: float) -> tuple[int, float]:
    """Lower node of the latitude and share of the upper one, linear in the square; the last latitude is held beyond."""
    if nodes.shape[0] == 1:
        return 0, 0.0
    i = sorted_cell(nodes, abs(latitude), True)
    low, high = nodes[i] ** 2, nodes[i + 1] ** 2
    return i, share_hold(low, high, latitude * latitude)


@njit(cache=True, error_model="numpy", nogil=True)
def production(
    axes: ProductionMap,
    charge: float,
    ln_energy: float,
    mu: float,
    azimuth: float,
    altitude: float,
    ln_scale: float,
    latitude: float,
) -> float:
    """Production at one place and direction.

    Linear in every axis, with the power -1.7 of the scale of the cutoff and the square of the latitude as coordinates;
    geometric in altitude, along which the production by muons that decay in flight rises as the air thins.

    Parameters
    ----------
    axes : ProductionMap
    charge : float
        Above 0 for e+, below for e-.
    ln_energy : float
        ln of the kinetic energy [GeV].
    mu, azimuth : float
        Of the velocity: cosine with the vertical; angle from magnetic east towards north [rad].
    altitude : float
        [m].
    ln_scale : float
        ln of the cutoff over the nominal one.
    latitude : float
        Dipole latitude [rad].

    Returns
    -------
    float
        P [kg-1 s-1 sr-1 GeV-1]; zero outside the energies of the map. Beyond the altitudes, scales and latitudes the
        value at the end is held: their axes must reach far enough (`mcbelt.cascade.production`).
    """
    if not inside(axes.ln_energy, ln_energy):
        return 0.0
    ie, te = uniform_hold(axes.ln_energy, ln_energy)
    iz, tz = uniform_hold(axes.zenith, math.copysign(math.sqrt(abs(mu)), mu))
    ih, th = sorted_hold(axes.altitude, altitude, True)
    i_s, ts = scale_hold(axes.ln_scale, ln_scale)
    il, tl = latitude_hold(axes.latitude, latitude)
    ia, ja, ta = turn_periodic(azimuth, axes.azimuth.shape[0])
    table = axes.positron if charge > 0.0 else axes.electron
    low, high = 0.0, 0.0
    for dl in range(2):
        wl = tl if dl == 1 else 1.0 - tl
        if wl == 0.0:
            continue
        for ds in range(2):
            ws = wl * (ts if ds == 1 else 1.0 - ts)
            if ws == 0.0:
                continue
            block = table[il + dl, i_s + ds]
            if th < 1.0:
                low += ws * _plane(block[ih], iz, tz, ia, ja, ta, ie, te)
            if th > 0.0:
                high += ws * _plane(block[ih + 1], iz, tz, ia, ja, ta, ie, te)
    if th == 0.0:
        result = low
    elif low > 0.0 and high > 0.0:
        result = low * math.exp(th * math.log(high / low))
    else:
        result = (1.0 - th) * low + th * high
    return result * math.exp(-SLOPE * ln_energy)
