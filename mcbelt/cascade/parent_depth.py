"""The air on the way of the parents, and the shadow of the Earth.

A primary that collides at a point has come through the depth X of air on its way, and exp(-X / Lambda) of its kind are
left. Along a straight line over a round Earth the way back rises from a horizontal tangent; a path of finite rigidity
bends, upward when a positive charge moves east. To second order in the path length s the height is

    h(s) = h + mu s + (1 - mu^2) s^2 / (2 r) + kappa s^2 / 2,

mu the cosine of the way back with the vertical, kappa = (u x B) . up / (B rho) the upward curvature of the path.
"""

from typing import Any

import numpy as np
from numba import njit

from geomag.constants import REFERENCE_RADIUS
from mcbelt.grid import position_extend, positions_extend

GROUND = 0.0  # [m] a path that comes down to it is shut
_FARTHEST = 4.0e6  # [m] of path that counts
_STEPS = 700
_CURVES = 121  # nodes of curvature; 601 lower the ratio at L = 1.09 by 1.5 %


@njit(cache=True, error_model="numpy", nogil=True)
def depths(
    mu: np.ndarray, kappa: np.ndarray, altitude: float, profile_step: float, ln_density: np.ndarray, path: np.ndarray
) -> np.ndarray:
    """Depth of air on paths back from a point.

    Parameters
    ----------
    mu : ndarray, shape (n,)
        Cosine with the vertical of the way back.
    kappa : ndarray, shape (k,)
        Upward curvature of the path [1/m].
    altitude : float
        Of the point [m].
    profile_step : float
        Step of the profile from altitude 0 [m].
    ln_density : ndarray
        ln of the density [kg m-3] on the profile.
    path : ndarray
        Path lengths [m], ascending from 0.

    Returns
    -------
    ndarray, shape (n, k)
        [g cm-2]; infinite where the path meets the ground.
    """
    result = np.zeros((mu.size, kappa.size))
    r = REFERENCE_RADIUS + altitude
    top = profile_step * (ln_density.size - 1)
    for i in range(mu.size):
        for j in range(kappa.size):
            total, before = 0.0, -1.0
            for n in range(path.size):
                s = path[n]
                height = np.sqrt(r * r + s * s + 2.0 * r * s * mu[i]) - REFERENCE_RADIUS + 0.5 * kappa[j] * s * s
                if height <= GROUND:
                    total = np.inf
                    break
                if height >= top:
                    density = 0.0
                else:
                    k, t = position_extend(height / profile_step, ln_density.size)
                    density = np.exp(ln_density[k] + t * (ln_density[k + 1] - ln_density[k]))
                if before >= 0.0:
                    total += 0.05 * (before + density) * (s - path[n - 1])
                before = density
                if height > 1.5e5 and n > 0 and mu[i] + s * (1.0 / r + kappa[j]) > 0.0:
                    break
            result[i, j] = total
    return result


def survival(place: Any, altitude: float, vectors: np.ndarray, rigidity: np.ndarray, attenuation: float) -> np.ndarray:
    """Share of the parents that come through the air to a point.

    Parameters
    ----------
    place : mcbelt.cascade.production.Place
        Profile of the air, and the curvature of paths.
    altitude : float
        Of the point [m].
    vectors : ndarray, shape (n, 3)
        Directions of the parents' velocities: east, north, up.
    rigidity : ndarray, shape (nt,)
        [GV].
    attenuation : float
        Length Lambda [g cm-2].

    Returns
    -------
    ndarray, shape (n, nt) or (n, 1) for straight paths
    """
    step = 1.0e3
    levels = np.arange(0.0, place.altitude[-1], step)
    ln_density = np.interp(levels, place.altitude, np.log(place.density))
    path = np.concatenate([[0.0], np.geomspace(200.0, _FARTHEST, _STEPS)])
    back = np.round(-vectors[:, 2], 12)
    mu, which = np.unique(back, return_inverse=True)
    if place.curvature == 0.0:
        depth = depths(mu, np.zeros(1), altitude, step, ln_density, path)
        return np.exp(-depth[which] / attenuation)
    most = place.curvature / rigidity[0]
    kappa = np.linspace(-most, most, _CURVES)
    lost = np.minimum(depths(mu, kappa, altitude, step, ln_density, path) / attenuation, 60.0)
    # (u x B) . up for B along magnetic north: the eastward part of the velocity
    position = (vectors[:, :1] * place.curvature / rigidity + most) / (kappa[1] - kappa[0])
    lower, share = positions_extend(position, _CURVES)
    return np.exp(-((1.0 - share) * lost[which[:, None], lower] + share * lost[which[:, None], lower + 1]))
