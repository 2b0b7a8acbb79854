"""Field lines of a bouncing charge: at each longitude the one line that has its second invariant and mirror field."""

import math
from typing import Any

import numpy as np
from numba import njit

from geomag.fieldline import LINE_POINTS, bounce_integrals, direction


@njit(cache=True, error_model="numpy")
def _radial_invariant(model, radius, latitude, longitude, mirror_field, nodes, line):
    """I and S [m] of the line through geocentric radius [m], latitude and longitude [rad]."""
    across = radius * math.cos(latitude)
    x, y, z = across * math.cos(longitude), across * math.sin(longitude), radius * math.sin(latitude)
    return bounce_integrals(model, x, y, z, mirror_field, nodes, line)


@njit(cache=True, error_model="numpy")
def bouncing_lines(
    model: Any, contour: np.ndarray, mirror_field: float, invariant: float, nodes: np.ndarray, lines: np.ndarray
) -> None:
    """At each longitude the line with a given I and mirror field.

    Parameters
    ----------
    model : field model
        What `geomag.field.field_and_gradient` takes.
    contour : ndarray, shape (n, 3)
        Longitude [rad], radius [m], geocentric latitude [rad] of first guesses; the radii are overwritten by the
        solution.
    mirror_field : float
        Field at the mirror points [T].
    invariant : float
        I [m].
    nodes : ndarray, shape (n, nodes + 2, 4)
        Overwritten by the bounce nodes, as in `geomag.fieldline.bounce_integrals`.
    lines : ndarray, shape (n, 2)
        Overwritten: S [m], and dI/dr at fixed latitude and longitude. NaN where there is no such line.
    """
    room = np.empty((LINE_POINTS, 6))
    shift = 0.0
    for i in range(contour.shape[0]):
        longitude, latitude = contour[i, 0], contour[i, 2]
        radius = contour[i, 1] + shift
        lines[i, 0], lines[i, 1] = math.nan, math.nan
        for _ in range(20):
            across = radius * math.cos(latitude)
            strength = direction(
                model, across * math.cos(longitude), across * math.sin(longitude), radius * math.sin(latitude)
            )[3]
            # small against the depth of the well, so that the lower line still has mirror points
            h = radius * min(1.0e-5, 0.05 * (1.0 - strength / mirror_field))
            above, _s = _radial_invariant(model, radius + h, latitude, longitude, mirror_field, nodes[i], room)
            below, _s = _radial_invariant(model, radius - h, latitude, longitude, mirror_field, nodes[i], room)
            value, path = _radial_invariant(model, radius, latitude, longitude, mirror_field, nodes[i], room)
            slope = (above - below) / (2.0 * h)
            move = (invariant - value) / slope
            if not abs(move) < 0.2 * radius:
                break
            if abs(move) < 1.0e-5 * h:
                lines[i, 0], lines[i, 1] = path, slope
                break
            radius += move
        shift = radius - contour[i, 1]
        contour[i, 1] = radius
