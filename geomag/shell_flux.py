"""Magnetic flux through a drift shell: the third invariant over the charge."""

import math

import numpy as np

from geomag.equatorial_contour import derivative_by_longitude
from geomag.field import MagneticField, field_at_points
from geomag.igrf import gauss_model


def flux(field: MagneticField, curve: np.ndarray) -> float:
    """Magnetic flux through a drift shell [T m2], from the line integral of a vector potential along a curve on it.

    Each degree n of the expansion has the vector potential A_n = r x B_n / n (so that curl A_n = B_n outside the
    sources), and their sum is r x the field whose Gauss coefficients are divided by n.

    Parameters
    ----------
    field : MagneticField
    curve : ndarray, shape (n, 3)
        Once around a shell, geocentric Cartesian [m], at longitudes equally spaced; the flux is the third invariant
        over the charge.

    Returns
    -------
    float
        Flux [T m2]; its sign is that of the circulation, eastward.
    """
    centre = np.zeros(3)
    if hasattr(field.model, "centre_x"):
        model, centre = field.model, np.array(field.model[3:])
    else:
        degree = np.maximum(np.arange(len(field.g)), 1)[:, None]
        model = gauss_model(field.g / degree, field.h / degree)
    divided = np.empty((3, len(curve)))
    field_at_points(model, *np.ascontiguousarray(curve.T), divided)
    potential = np.cross(curve - centre, divided.T)
    return float(np.sum(potential * derivative_by_longitude(curve)) * 2.0 * math.pi / len(curve))
