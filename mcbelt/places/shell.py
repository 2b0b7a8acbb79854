"""Equatorial places of a drift shell beside the anomaly, where short-lived e+ and e- of cosmic rays are seen."""

import math
from typing import Any, Literal, NamedTuple

import numpy as np
from numba import njit

from mcbelt import rng
from mcbelt.grid import sorted_periodic
from mcbelt.keys import Section, key, number, ordered
from mcbelt.places.drift_path import DriftPath
from mcbelt.rng import Purpose
from mcbelt.surroundings import shell_radius

PLACE, DIRECTION = int(Purpose.PLACE), int(Purpose.DIRECTION)  # plain for kernels


class Settings(Section):
    """Place: on the shell, beside the anomaly, on the side where a charge leaves it."""

    kind: Literal["shell"] = key("where the flux is observed")
    pitch_cosine_max: float = number(0.001, 1.0, "largest |cos(pitch angle)|", "1", default=0.1)
    past_anomaly_min_deg: float = number(0.0, 360.0, "from this far past the anomaly", "deg", default=60.0)
    past_anomaly_max_deg: float = number(0.0, 360.0, "to this far past the anomaly", "deg", default=70.0)


def check(settings: Settings, shell: Any) -> None:
    """Refuse, with a ValueError, a piece of the shell that is none."""
    ordered(settings, ("past_anomaly_{}_deg",))


class ShellPlace(NamedTuple):
    """Equatorial places of a drift shell.

    e+ drift west and e- east; the two are drawn as mirror images about the meridian of the anomaly.
    """

    path: DriftPath
    longitude: np.ndarray  # of the path, unwrapped around the anomaly [rad], ascending, shape (n,)
    anomaly: float  # [rad]
    nearest: float  # past the anomaly [rad]
    farthest: float
    pitch_cosine: float  # largest |cos(pitch angle)|
    nominal_radius: float = math.nan  # of the shell, from the dipole [m]
    ceiling: float = math.inf  # [m]

    @property
    def looks(self) -> tuple[str, ...]:
        """Directions of motion that are told apart: none."""
        return ("trapped",)

    @property
    def map_axes(self) -> tuple[np.ndarray, np.ndarray]:
        """Nodes of ln(cutoff over the nominal one), and of the magnetic latitude [rad]: its equator."""
        return np.linspace(math.log(0.6), math.log(1.25), 3), np.zeros(1)

    @property
    def sector(self) -> "ShellPlace":
        """Itself: a piece of a drift shell."""
        return self

    def starts(
        self, seed: int, first: int, last: int, charge: float, look: str = "trapped"
    ) -> tuple[np.ndarray, np.ndarray]:
        """Positions [m] and directions of motion of histories [first, last), shape (n, 3) each.

        Parameters
        ----------
        seed, first, last : int
        charge : float
            Its sign says on which side of the anomaly.
        look : str
            One of `looks`.

        Returns
        -------
        tuple of 2 ndarray, shape (n, 3)
        """
        position, direction = np.empty((last - first, 3)), np.empty((last - first, 3))
        shell_starts(self, np.uint64(seed), first, last, math.copysign(1.0, charge), position, direction)
        return position, direction


def place(settings: Settings, shell: Any, around: Any, path: DriftPath) -> ShellPlace:
    """The piece of the shell that the settings name.

    Parameters
    ----------
    settings : Settings
    shell : mcbelt.settings.belt.Shell
    around : mcbelt.surroundings.Surroundings
    path : DriftPath
        Guiding centres of the shell.

    Returns
    -------
    ShellPlace
    """
    height = np.linalg.norm(path.position, axis=1)
    longitude = np.unwrap(np.arctan2(path.position[:, 1], path.position[:, 0]))
    lowest = longitude[height.argmin()]
    order = np.argsort(np.mod(longitude, 2.0 * np.pi))
    ordered_path = DriftPath(*(array[order] for array in path))
    return ShellPlace(
        ordered_path,
        np.mod(longitude, 2.0 * np.pi)[order],
        float(np.mod(lowest, 2.0 * np.pi)) if around.sphere == 0.0 else math.radians(300.0),
        math.radians(settings.past_anomaly_min_deg),
        math.radians(settings.past_anomaly_max_deg),
        settings.pitch_cosine_max,
        shell_radius(shell.L, shell.convention, around.dipole),
        FULL_ORBIT_CEILING if shell.L < FULL_ORBITS_BELOW_L else math.inf,
    )


# Below this L the lives that full orbits follow end within a drift, and all that they meet is born in the air of the
# anomaly, so the production above this altitude [m] is left out of their steps; above it drifts are averaged, and the
# thin production of the whole shell counts.
FULL_ORBITS_BELOW_L, FULL_ORBIT_CEILING = 1.115, 300.0e3


@njit(cache=True, error_model="numpy")
def place_of(place: ShellPlace, longitude: float) -> tuple[int, int, float]:
    """Node of the path before a longitude [rad], the next one, and the share of the way between them."""
    return sorted_periodic(place.longitude, longitude)


@njit(cache=True, error_model="numpy", nogil=True)
def shell_starts(
    place: ShellPlace, seed: int, first: int, last: int, charge: float, position: np.ndarray, direction: np.ndarray
) -> None:
    """Fill positions and directions (n, 3) of histories [first, last) for a charge (1 or -1).

    Parameters
    ----------
    place : ShellPlace
    seed, first, last : int
        Histories [first, last) of a seed.
    charge : float
        1 or -1.
    position : ndarray, shape (last - first, 3)
        Filled: geocentric Cartesian [m].
    direction : ndarray, shape (last - first, 3)
        Filled: unit vectors of motion.
    """
    path = place.path
    for i in range(last - first):
        history = first + i
        a, b = rng.uniform_pair(seed, history, 0, PLACE)
        c, _ = rng.uniform_pair(seed, history, 0, DIRECTION)
        past = place.nearest + a * (place.farthest - place.nearest)
        k, m, t = place_of(place, place.anomaly - charge * past)
        sagitta = 0.0
        for j in range(3):
            sagitta += t * (1.0 - t) * (path.position[m, j] - path.position[k, j]) ** 2 / (2.0 * path.radius[k])
        mu = (2.0 * b - 1.0) * place.pitch_cosine
        phase = 2.0 * math.pi * c
        sine = math.sqrt(1.0 - mu * mu)
        east, up = -charge * sine * math.cos(phase), sine * math.sin(phase)
        total = 0.0
        for j in range(3):
            e = (1.0 - t) * path.east[k, j] + t * path.east[m, j]
            u = (1.0 - t) * path.up[k, j] + t * path.up[m, j]
            position[i, j] = (1.0 - t) * path.position[k, j] + t * path.position[m, j] + sagitta * u
            direction[i, j] = east * e + up * u
        for j in range(3):
            j1, j2 = (j + 1) % 3, (j + 2) % 3
            b_j = (
                path.up[k, j1] * path.east[k, j2] - path.up[k, j2] * path.east[k, j1]
            )  # up x east points south: the field is minus that
            direction[i, j] -= mu * b_j
            total += direction[i, j] ** 2
        for j in range(3):
            direction[i, j] /= math.sqrt(total)
