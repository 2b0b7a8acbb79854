"""The air and the free electrons that e+- on the mirror shells met at earlier times, month by month.

The Sun of a month sets the density of each element and the number of free electrons at every place. What counts is
their mean over time along the motion. NRLMSIS is asked for it at 120 activities, at the guiding centre and at 48 places
a shell that stand for the time and for the mass met there; between the activities the logarithm of each density is
interpolated (cubic splines in F10.7a and in the root of Ap, a parabola in F10.7 less F10.7a), which holds within 1.5 %
(tests/physics/test_past_air.py). All is over what is met at the campaign's own activity, which stands for the month of
its date.
"""

import datetime
from typing import Any, NamedTuple

import numpy as np
from scipy.interpolate import CubicSpline, interp1d

from atmosphere import averaging
from atmosphere.msis import Activity, activity, element_densities
from atmosphere.table import reaching
from geomag.drift_shell import DriftShell
from mcbelt.sources.trapped.shells import Motion
from mcbelt.surroundings import plasma

F107A = np.array([65.0, 78.0, 95.0, 120.0, 150.0, 195.0, 235.0, 275.0])  # [sfu]; all months are inside
OFFSET = np.array([-35.0, 0.0, 35.0])  # F10.7 less F10.7a [sfu]
AP = np.array([1.5, 5.0, 12.0, 22.0, 45.0])
ELECTRONS_F107A = np.array([65.0, 100.0, 130.0, 170.0, 220.0, 275.0])  # the table's own nodes, linear between
PLACES = 48  # on a shell
SHELLS = 3  # of the mirror shells; ln of the ratios is linear in pitch angle between them
_LEAST = 1e-300  # [kg m-3] in place of none


class Places(NamedTuple):
    """Places that stand for the motion on a shell."""

    latitude_deg: np.ndarray  # shape (n,)
    longitude_deg: np.ndarray
    altitude_km: np.ndarray
    weight: np.ndarray  # share of the time that each stands for


def representative(shell: DriftShell, share: np.ndarray, count: int = PLACES) -> Places:
    """Places of a shell drawn evenly by half its time and half its mass (systematic sampling, no random numbers).

    Parameters
    ----------
    shell : DriftShell
    share : ndarray, shape (n,)
        Share of the mass met at each of its points.
    count : int

    Returns
    -------
    Places
    """
    chance = 0.5 * (shell.weight + share)
    chosen = np.searchsorted(np.cumsum(chance) / chance.sum(), (np.arange(count) + 0.5) / count)
    weight = shell.weight[chosen] / chance[chosen]
    positions = (each[chosen] for each in (shell.latitude_deg, shell.longitude_deg, shell.altitude_km))
    return Places(*positions, weight / weight.sum())


def densities(config: Any, places: Places, asked: Activity) -> np.ndarray:
    """Mean density of H, He, N, O, Ar over time and places [kg m-3], shape (5,).

    Parameters
    ----------
    config : mcbelt.settings.belt.Belt
        Its date gives the seasons, its air the version of the model.
    places : Places
    asked : Activity
    """
    times, version = averaging.hours_of_seasons(config.shell.date.year), config.air.msis_version
    met = element_densities(times, places.latitude_deg, places.longitude_deg, places.altitude_km, asked, version)
    return places.weight @ met


def own_activity(config: Any) -> Activity:
    """Activity that the campaign states, or that of the month of its date."""
    air = config.air
    return activity(air.f107, air.f107a, air.ap, air.msis_version)


def electron_numbers(date: datetime.date, places: list[Places], f107a: float) -> np.ndarray:
    """Mean number of free electrons over the places of each shell [m-3]; NaN where no model of the plasma holds."""
    table = plasma.electrons(date, f107a, reaching(max(float(each.altitude_km.max()) for each in places)))
    return np.array(
        [each.weight @ table.density_kg_m3(each.latitude_deg, each.longitude_deg, each.altitude_km) for each in places]
    )


class Response(NamedTuple):
    """What is met at the nodes of activity over what is met at the campaign's own, ln of it."""

    elements: np.ndarray  # shape (len(F107A), len(OFFSET), len(AP), na, 5)
    electrons: np.ndarray  # shape (len(ELECTRONS_F107A), na); zeros: none asked for
    own_f107a: float  # [sfu]


def response(config: Any, shells: list[DriftShell], path: Motion) -> Response:
    """How the air and the free electrons on mirror shells go with the activity.

    Parameters
    ----------
    config : mcbelt.settings.belt.Belt
    shells : list of DriftShell
        Mirror shells, one a pitch angle.
    path : Motion
        On them.

    Returns
    -------
    Response
    """
    asked = np.unique(np.linspace(0, len(shells) - 1, SHELLS).round().astype(int))
    places = [representative(shells[k], path.share[k]) for k in asked]
    own = own_activity(config)
    nodes = np.stack(np.meshgrid(F107A, OFFSET, AP, indexing="ij"), axis=-1)
    elements = np.empty((*nodes.shape[:3], len(asked), 5))
    for j, each in enumerate(places):
        at_own = densities(config, each, own)
        for node in np.ndindex(nodes.shape[:3]):
            f107a, offset, ap = nodes[node]
            met = densities(config, each, Activity(f107a + offset, f107a, ap))
            elements[(*node, j)] = np.log(np.maximum(met, _LEAST) / np.maximum(at_own, _LEAST))
    electrons = np.zeros((len(ELECTRONS_F107A), len(asked)))
    if config.physics.free_electrons:
        electrons = np.log([electron_numbers(config.shell.date, places, f) for f in ELECTRONS_F107A])
    return Response(_on_all(elements, asked, len(shells), -2), _on_all(electrons, asked, len(shells), -1), own.f107a)


def _on_all(values, asked, count, axis):
    """Linear between the shells asked for, along one axis."""
    weight = np.stack([np.interp(np.arange(count), asked, row) for row in np.eye(len(asked))], axis=-1)
    return np.moveaxis(np.moveaxis(values, axis, -1) @ weight.T, -1, axis)


def elements_at(found: Response, asked: np.ndarray) -> np.ndarray:
    """Density of each element over that at the campaign's own activity.

    Parameters
    ----------
    found : Response
    asked : ndarray, shape (n, 3)
        F10.7, F10.7a and Ap, within the nodes.

    Returns
    -------
    ndarray, shape (n, na, 5)
    """
    by_f107a = CubicSpline(F107A, np.eye(len(F107A)))(asked[:, 1])
    by_offset = CubicSpline(OFFSET, np.eye(len(OFFSET)))(asked[:, 0] - asked[:, 1])
    by_ap = CubicSpline(np.sqrt(AP), np.eye(len(AP)))(np.sqrt(asked[:, 2]))
    return np.exp(np.einsum("mi,mj,mk,ijkae->mae", by_f107a, by_offset, by_ap, found.elements, optimize=True))


def electrons_at(found: Response, asked: np.ndarray) -> np.ndarray:
    """Number of free electrons over that at the campaign's own activity, shape (n, na); parameters as `elements_at`."""
    line = interp1d(ELECTRONS_F107A, found.electrons, axis=0, fill_value="extrapolate")
    return np.exp(line(asked[:, 1]) - line(found.own_f107a))
