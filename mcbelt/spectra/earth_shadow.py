"""The Earth's shadow: directions from which no primary comes because its path would have to pass through the ground.

Störmer's formula knows a dipole and no Earth. Seen from a point at height h above the level that stops protons, the
primaries of a straight path are shut out below the horizon. A path of finite rigidity bends: to second order in its
length s the height along the way back is h(s) = h + mu s + K s^2 / 2, with mu the cosine of the zenith angle of
arrival and K = 1/r + kappa the curvature of the Earth plus that of the path, counted upward. Primaries from the west
bend up and see below the horizon less than straight ones do; the deepest point of the way back is h - mu^2 / (2 K).
"""

import math

from numba import njit

from mcbelt.constants import GV_TO_TESLA_METRE

SHADOW_ALTITUDE = 40.0e3  # [m] a path tangent to this level crosses about 200 g/cm2, two interaction lengths


@njit(cache=True, error_model="numpy")
def in_shadow(height: float, radius: float, cosine_zenith: float, curvature: float) -> bool:
    """Whether the way back from a point dips below the level that stops protons.

    Parameters
    ----------
    height : float
        Height of the point above that level [m].
    radius : float
        Distance of the point from the Earth's centre [m].
    cosine_zenith : float
        Cosine of the zenith angle of arrival: positive when the particle comes from above.
    curvature : float
        Upward curvature of the path [1/m], see `upward_curvature`; 0 for a straight path.

    Returns
    -------
    bool
        True in the shadow, and wherever the point itself is below the level. Straight path: arrival more than
        sqrt(2 h / r) below the horizontal. Second order in sqrt(h / r): 0.35 deg too deep at 400 km.
    """
    if height < 0.0:
        return True
    if cosine_zenith >= 0.0:
        return False
    total = 1.0 / radius + curvature
    if total <= 0.0:
        return True
    return cosine_zenith * cosine_zenith > 2.0 * total * height


@njit(cache=True, error_model="numpy")
def upward_curvature(
    field: tuple[float, float, float],
    up: tuple[float, float, float],
    direction: tuple[float, float, float],
    rigidity: float,
) -> float:
    """Upward curvature of the path of a positive charge.

    Parameters
    ----------
    field, up, direction : tuple of 3 float
        Magnetic field [T], unit vector upward, unit vector of the velocity.
    rigidity : float
        Momentum per charge [GV].

    Returns
    -------
    float
        (direction x B) . up / (B rho) [1/m]. The same for the way there and the way back.
    """
    bx, by, bz = field
    ux, uy, uz = direction
    force = (uy * bz - uz * by) * up[0] + (uz * bx - ux * bz) * up[1] + (ux * by - uy * bx) * up[2]
    return force / (rigidity * GV_TO_TESLA_METRE)


def horizon_dip(height: float, radius: float) -> float:
    """Angle below the horizontal of the edge of the shadow for a straight path [rad]: exact, for checks."""
    return math.acos((radius - height) / radius)
