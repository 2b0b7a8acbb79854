"""Field lines for users: the bounce of a charge on the line through a point, and the point where the line is weakest.

The kernels are those of `geomag.fieldline`; errors are said in words.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geomag.constants import NANOTESLA
from geomag.errors import NoShell, OutOfRange
from geomag.field import MagneticField
from geomag.fieldline import DEFAULT_NODES, LINE_POINTS, bounce_integrals, direction, minimum_point


@dataclass(frozen=True)
class BounceLine:
    """The part of a field line between two mirror points.

    Attributes
    ----------
    mirror_nT : float
        Field at the mirror points [nT].
    x_m : ndarray, shape (n, 3)
        Nodes of the bounce quadrature, geocentric Cartesian [m], in the direction of the field.
    weight : ndarray, shape (n,)
        Share of the bounce time at each node (sum 1).
    mirror_points_m : ndarray, shape (2, 3)
        The mirror points [m], southern (magnetic) first.
    I_m, half_bounce_m : float
        Second invariant I and half-bounce path S [m]; a bounce takes 2 S / v.
    """

    mirror_nT: float
    x_m: np.ndarray
    weight: np.ndarray
    mirror_points_m: np.ndarray
    I_m: float
    half_bounce_m: float


def bounce_line(
    field: MagneticField, position_m: Sequence[float] | np.ndarray, mirror_nT: float, nodes: int = DEFAULT_NODES
) -> BounceLine:
    """Bounce path of a charge on the line through a point.

    Parameters
    ----------
    field : geomag.field.MagneticField
        Igrf, CentredDipole, ...
    position_m : array_like, shape (3,)
        A position on the line [m], geocentric Cartesian, where the field is below the mirror field.
    mirror_nT : float
        Field at the mirror points [nT].
    nodes : int
        Nodes of the quadrature.

    Returns
    -------
    BounceLine

    Raises
    ------
    OutOfRange
        When the mirror field is not above the field at the position.
    NoShell
        When a mirror point would lie in the core of the Earth.

    Examples
    --------
    >>> import geomag
    >>> field = geomag.CentredDipole("1998-06-05")
    >>> line = bounce_line(field, [1.2 * 6371.2e3, 0.0, 0.0], mirror_nT=25000.0)
    >>> round(float(line.weight.sum()), 12)
    1.0
    """
    x, y, z = (float(c) for c in position_m)
    here = direction(field.model, x, y, z)[3] / NANOTESLA
    if not mirror_nT > here:
        raise OutOfRange(
            f"bounce_line: the mirror field {mirror_nT:.6g} nT is not above the field at the position, {here:.6g} nT. "
            "Give a larger mirror field or a point nearer to the equator."
        )
    table, line = np.empty((nodes + 2, 4)), np.empty((LINE_POINTS, 6))
    invariant, path = bounce_integrals(field.model, x, y, z, mirror_nT * NANOTESLA, table, line)
    if not math.isfinite(path):
        raise NoShell(
            f"bounce_line: the mirror field {mirror_nT:.6g} nT is not reached outside the core. Give a smaller one."
        )
    return BounceLine(mirror_nT, table[:-2, :3].copy(), table[:-2, 3].copy(), table[-2:, :3].copy(), invariant, path)


def minimum_B(field: MagneticField, position_m: Sequence[float] | np.ndarray) -> tuple[np.ndarray, float]:
    """Point of weakest field on the line through a position.

    Parameters
    ----------
    field : geomag.field.MagneticField
        Igrf, CentredDipole, ...
    position_m : array_like, shape (3,)
        A position [m], geocentric Cartesian.

    Returns
    -------
    position_m : ndarray, shape (3,)
        The point [m].
    B_nT : float
        The field there [nT].

    Raises
    ------
    NoShell
        When the line has no such point outside the core.
    """
    point = np.array(minimum_point(field.model, *(float(c) for c in position_m)))
    if not np.isfinite(point).all():
        raise NoShell(f"minimum_B: the line through {list(position_m)} m has no weakest point outside the core.")
    return point, direction(field.model, *point)[3] / NANOTESLA
