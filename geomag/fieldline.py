"""Field lines: where they are weakest, where a charge mirrors, and the integrals of its bounce.

A charge without collisions keeps its first invariant, so it turns where the field reaches Bm = B0 /
sin^2(equatorial pitch angle). Between the two mirror points of a line, at arc length s,

    I = integral sqrt(1 - B/Bm) ds      the second invariant over twice the momentum [m],
    S = integral ds / sqrt(1 - B/Bm)    half a bounce at unit speed [m].

The line is followed with classical Runge-Kutta steps in arc length; between its points a cubic that matches
positions and directions is exact to a millimetre. With s = centre + half length * sin(theta) both integrands are
smooth and periodic in theta, so equally spaced nodes converge exponentially: the inverse root at the mirror points
is taken exactly, not approached.
"""

import math
from typing import Any

import numpy as np
from numba import njit

from geomag.constants import CORE_RADIUS
from geomag.field import magnetic_field, strength_and_gradient

STEP = 50.0e3  # [m] along the line; curvature radii are above 2000 km, so a step is exact to 1e-4 m
LINE_POINTS = 1200  # room for a line of 60 000 km
DEFAULT_NODES = 48


@njit(cache=True, error_model="numpy")
def direction(model: Any, x: float, y: float, z: float) -> tuple[float, float, float, float]:
    """Unit vector along the field, and its strength.

    Parameters
    ----------
    model : field model
        What `geomag.field.magnetic_field` takes.
    x, y, z : float
        Geocentric Cartesian position [m].

    Returns
    -------
    tuple of 4 float
        Unit vector, geocentric Cartesian, and B [T]; NaN where the field vanishes.
    """
    bx, by, bz = magnetic_field(model, x, y, z)
    strength = math.sqrt(bx * bx + by * by + bz * bz)
    return bx / strength, by / strength, bz / strength, strength


@njit(cache=True, error_model="numpy")
def line_step(model: Any, x: float, y: float, z: float, step: float) -> tuple[float, float, float]:
    """Move along the field line through a point.

    Parameters
    ----------
    model : field model
        What `geomag.field.magnetic_field` takes.
    x, y, z : float
        Position [m].
    step : float
        Arc length [m], negative against the field. The fourth-order Runge-Kutta error is about step^5 / (120 R^4),
        R the curvature radius of the line.

    Returns
    -------
    tuple of 3 float
        The new position [m].
    """
    ax, ay, az, _ = direction(model, x, y, z)
    half = 0.5 * step
    bx, by, bz, _ = direction(model, x + half * ax, y + half * ay, z + half * az)
    cx, cy, cz, _ = direction(model, x + half * bx, y + half * by, z + half * bz)
    dx, dy, dz, _ = direction(model, x + step * cx, y + step * cy, z + step * cz)
    sixth = step / 6.0
    return (
        x + sixth * (ax + 2.0 * bx + 2.0 * cx + dx),
        y + sixth * (ay + 2.0 * by + 2.0 * cy + dy),
        z + sixth * (az + 2.0 * bz + 2.0 * cz + dz),
    )


@njit(cache=True, error_model="numpy")
def slope_along_line(model: Any, x: float, y: float, z: float) -> float:
    """Derivative of the field strength along the line, dB/ds.

    Parameters
    ----------
    model : field model
        What `geomag.field.field_and_gradient` takes.
    x, y, z : float
        Geocentric Cartesian position [m].

    Returns
    -------
    float
        dB/ds [T/m], s growing in the direction of the field.
    """
    _, bx, by, bz, gx, gy, gz = strength_and_gradient(model, x, y, z)
    return bx * gx + by * gy + bz * gz


@njit(cache=True, error_model="numpy")
def curvature_along_line(model: Any, x: float, y: float, z: float) -> float:
    """Second derivative of the field strength along the line, d2B/ds2.

    Parameters
    ----------
    model : field model
        What `geomag.field.field_and_gradient` takes.
    x, y, z : float
        Geocentric Cartesian position [m].

    Returns
    -------
    float
        d2B/ds2 [T/m2], by a central difference over 2 km (error below 1e-6 of the value).
    """
    bx, by, bz, _ = direction(model, x, y, z)
    h = 1.0e3
    ahead = slope_along_line(model, x + h * bx, y + h * by, z + h * bz)
    behind = slope_along_line(model, x - h * bx, y - h * by, z - h * bz)
    return (ahead - behind) / (2.0 * h)


@njit(cache=True, error_model="numpy")
def minimum_point(model: Any, x: float, y: float, z: float) -> tuple[float, float, float]:
    """Point of weakest field on the line through a position.

    Parameters
    ----------
    model : field model
        What `geomag.field.magnetic_field` takes.
    x, y, z : float
        A position on the line [m].

    Returns
    -------
    tuple of 3 float
        Position [m], to a millimetre; NaN when it is not found in 2000 steps of at most 50 km or lies in the core.
    """
    for _ in range(2000):
        slope, curvature = slope_along_line(model, x, y, z), curvature_along_line(model, x, y, z)
        move = -slope / curvature if curvature > 0.0 else -math.copysign(STEP, slope)
        last = abs(move) < 1.0e-3
        x, y, z = line_step(model, x, y, z, min(max(move, -STEP), STEP))
        if last:
            return x, y, z
        if not (x * x + y * y + z * z > CORE_RADIUS * CORE_RADIUS):
            break
    return math.nan, math.nan, math.nan


# ---------------------------------------------------------------- the path between two mirror points


@njit(cache=True, error_model="numpy")
def _follow(model, start, mirror_field, step, line, first):
    """Write points of the line (position, direction) to rows first, first + 1 ... until B >= mirror field; return
    the last row or -1.
    """
    x, y, z = start
    for row in range(first, line.shape[0]):
        bx, by, bz, strength = direction(model, x, y, z)
        line[row, 0], line[row, 1], line[row, 2] = x, y, z
        line[row, 3], line[row, 4], line[row, 5] = bx, by, bz
        if strength >= mirror_field:
            return row
        x, y, z = line_step(model, x, y, z, step)
        if not (x * x + y * y + z * z > CORE_RADIUS * CORE_RADIUS):
            return -1
    return -1


@njit(cache=True, error_model="numpy")
def _between(line, row, share, step):
    """Position at a share of the way from a row of the line to the next: the cubic of both positions and directions."""
    t, u = share, 1.0 - share
    a, b = u * u * (1.0 + 2.0 * t), t * t * (1.0 + 2.0 * u)
    c, d = t * u * u * step, -t * t * u * step
    return (
        a * line[row, 0] + b * line[row + 1, 0] + c * line[row, 3] + d * line[row + 1, 3],
        a * line[row, 1] + b * line[row + 1, 1] + c * line[row, 4] + d * line[row + 1, 4],
        a * line[row, 2] + b * line[row + 1, 2] + c * line[row, 5] + d * line[row + 1, 5],
    )


@njit(cache=True, error_model="numpy")
def _mirror_share(model, line, row, step, mirror_field):
    """Share of the step from `row` to the next where B equals the mirror field, by the Illinois rule."""
    low, high = 0.0, 1.0
    x, y, z = _between(line, row, 0.0, step)
    low_value = direction(model, x, y, z)[3] / mirror_field - 1.0
    x, y, z = _between(line, row, 1.0, step)
    high_value = direction(model, x, y, z)[3] / mirror_field - 1.0
    share, side = 1.0, 0
    for _ in range(60):
        share = (low * high_value - high * low_value) / (high_value - low_value)
        x, y, z = _between(line, row, share, step)
        value = direction(model, x, y, z)[3] / mirror_field - 1.0
        if abs(value) < 1.0e-15 or high - low < 1.0e-14:
            break
        if value > 0.0:
            high, high_value = share, value
            if side == 1:
                low_value *= 0.5
            side = 1
        else:
            low, low_value = share, value
            if side == -1:
                high_value *= 0.5
            side = -1
    return share


@njit(cache=True, error_model="numpy")
def bounce_integrals(
    model: Any, x: float, y: float, z: float, mirror_field: float, nodes: np.ndarray, line: np.ndarray
) -> tuple[float, float]:
    """Second invariant, half-bounce path, and the nodes of the bounce quadrature.

    Parameters
    ----------
    model : field model
        What `geomag.field.magnetic_field` takes.
    x, y, z : float
        A position on the line where the field is below the mirror field [m].
    mirror_field : float
        Field at the mirror points [T].
    nodes : ndarray, shape (n + 2, 4)
        Overwritten: position [m] and share of the bounce time (sum 1) of n nodes, from the mirror point against the
        field to the other; the last two rows are the mirror points themselves, with share 0.
    line : ndarray, shape (points, 6)
        Room for the line.

    Returns
    -------
    tuple of 2 float
        I and S [m]; NaN when the position is above the mirror field or the mirror points are not reached outside
        the core.
    """
    last_back = _follow(model, (x, y, z), mirror_field, -STEP, line, 0)
    if last_back <= 0:
        return math.nan, math.nan
    for i in range((last_back + 1) // 2):
        for j in range(6):
            line[i, j], line[last_back - i, j] = line[last_back - i, j], line[i, j]
    last = _follow(model, (x, y, z), mirror_field, STEP, line, last_back)
    if last < 0:
        return math.nan, math.nan
    start = 1.0 - _mirror_share_reversed(model, line, mirror_field)
    end = last - 1 + _mirror_share(model, line, last - 1, STEP, mirror_field)
    return _quadrature(model, line, start, end, mirror_field, nodes)


@njit(cache=True, error_model="numpy")
def _mirror_share_reversed(model, line, mirror_field):
    """Share of the first step, counted back from row 1 to row 0, where B equals the mirror field."""
    step = np.empty((2, 6))
    for j in range(3):
        step[0, j], step[1, j] = line[1, j], line[0, j]
        step[0, j + 3], step[1, j + 3] = line[1, j + 3], line[0, j + 3]
    return _mirror_share(model, step, 0, -STEP, mirror_field)


@njit(cache=True, error_model="numpy")
def _quadrature(model, line, start, end, mirror_field, nodes):
    """I and S between two places of the line given in rows, with the nodes written to `nodes`."""
    count = nodes.shape[0] - 2
    centre, half = 0.5 * (start + end), 0.5 * (end - start)
    last = math.ceil(end) - 1
    invariant, path = 0.0, 0.0
    for k in range(count):
        theta = math.pi * ((k + 0.5) / count - 0.5)
        place = centre + half * math.sin(theta)
        row = min(int(place), last)
        x, y, z = _between(line, row, place - row, STEP)
        parallel = math.sqrt(1.0 - direction(model, x, y, z)[3] / mirror_field)
        length = STEP * half * math.cos(theta) * math.pi / count
        invariant += length * parallel
        path += length / parallel
        nodes[k, 0], nodes[k, 1], nodes[k, 2], nodes[k, 3] = x, y, z, length / parallel
    nodes[:count, 3] /= path
    for k, place in ((count, start), (count + 1, end)):
        row = min(int(place), last)
        nodes[k, 0], nodes[k, 1], nodes[k, 2] = _between(line, row, place - row, STEP)
        nodes[k, 3] = 0.0
    return invariant, path
