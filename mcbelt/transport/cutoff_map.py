"""Traced cutoffs as a correction of Störmer's, on a grid of places.

The production map is made for Störmer's cutoff in the eccentric dipole. In the real field the cutoffs of all directions
at one place are higher or lower by nearly one factor, because what matters is the field between the place and some
Earth radii: the factor is traced for the vertical on a grid of longitude and dipole latitude, with the penumbra
(effective cutoff), and stored as ln(traced / Störmer). How far the directions differ from the vertical is said in
docs/methods/cosmic_rays.md.
"""

import functools
import math

import numpy as np

from geomag import cutoff, stormer
from geomag.dipole import DipoleModel

ALTITUDE = 60.0e3  # [m] above a sphere through the ellipsoid at that place: where most e+- are born
LONGITUDES, LATITUDES_RAD = 18, np.array([-0.45, -0.225, 0.0, 0.225, 0.45])
TRACING = cutoff.Tracing(step_GV=0.1, steps_per_gyration=100.0, radius_fraction=0.01, path_radii=100.0, workers=1)


def correction(field, model: DipoleModel):
    """Correction of Störmer's cutoff for a field.

    Parameters
    ----------
    field : geomag.field.MagneticField
    model : DipoleModel
        The dipole of Störmer's formula.

    Returns
    -------
    longitude : ndarray, shape (n,)
        Geographic [rad], uniform from 0.
    latitude : ndarray, shape (m,)
        Dipole latitude [rad], uniform.
    correction : ndarray, shape (n, m)
        ln(effective cutoff of the vertical / Störmer's).
    """
    return _correction(type(field), str(field.date), tuple(model))


@functools.lru_cache(maxsize=4)
def _correction(kind, date, model):
    return _trace(kind(date), DipoleModel(*model))


def place_of(model: DipoleModel, longitude, latitude):
    """Position [m] at a geographic longitude and a dipole latitude [rad], at `ALTITUDE`."""
    moment = np.array([model.moment_x, model.moment_y, model.moment_z])
    centre = np.array([model.centre_x, model.centre_y, model.centre_z])
    axis = -moment / np.linalg.norm(moment)
    geographic = np.linspace(-0.5 * math.pi, 0.5 * math.pi, 721)
    points = (6371.2e3 + ALTITUDE) * np.stack(
        [np.cos(geographic) * math.cos(longitude), np.cos(geographic) * math.sin(longitude), np.sin(geographic)], axis=1
    )
    away = points - centre
    sine = away @ axis / np.linalg.norm(away, axis=1)
    return points[np.abs(sine - math.sin(latitude)).argmin()]


def _trace(field, model):
    longitude = np.arange(LONGITUDES) * 2.0 * math.pi / LONGITUDES
    result = np.zeros((LONGITUDES, len(LATITUDES_RAD)))
    for i, east in enumerate(longitude):
        for j, latitude in enumerate(LATITUDES_RAD):
            place = place_of(model, east, latitude)
            down = -place / np.linalg.norm(place)
            traced = cutoff.cutoffs_of_directions(field, place, down[None], 1, TRACING)[0]
            expected = stormer.cutoff_of_direction(model, *place, *down)
            result[i, j] = math.log(traced.effective_GV / expected)
    return longitude, LATITUDES_RAD, result
