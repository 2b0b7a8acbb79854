"""The hard photons of a charge in matter, behind two names: `jump_rate` and `jump`."""

from collections.abc import Callable
from typing import Any, NamedTuple

from numba import njit
from numba.extending import overload

import kernelcache
from mcbelt.orbits.interfaces.validity import ANY, check_fields


class NoRadiation(NamedTuple):
    """No photon by photon: all loss is continuous."""

    on: bool = False
    mass: float = ANY
    charge: float = ANY


@njit(error_model="numpy", cache=True)
def _no_jumps(radiation, air, latitude, longitude, altitude, kinetic, direction):
    return 0.0, 0.0


@njit(error_model="numpy", cache=True)
def _no_jump(radiation, air, latitude, longitude, altitude, kinetic, direction, u, v):
    return kinetic, 0.0


_RATE: dict[type, Callable] = {NoRadiation: _no_jumps}
_JUMP: dict[type, Callable] = {NoRadiation: _no_jump}


def register_radiation(model: type, rate: Callable, jumps: Callable) -> None:
    """Enter a model of jumps in energy.

    Parameters
    ----------
    model : NamedTuple type
        With the fields `on`, `mass` [GeV] and `charge` [e]: those of the charges that it holds for, or `validity.ANY`.
    rate, jumps : compiled function
        Kernels with the signatures of `jump_rate` and `jump`.

    Raises
    ------
    PhysicsError
        A field is missing.
    """
    check_fields(model, "on", "mass", "charge")
    kernelcache.outside(model, rate, jumps)
    _RATE[model], _JUMP[model] = rate, jumps


def jump_rate(
    radiation: Any, air: Any, latitude: float, longitude: float, altitude: float, kinetic: float, direction: float
) -> tuple[float, float]:
    """Jumps per grammage, and what they add to d ln J/dX between jumps.

    Parameters
    ----------
    radiation : radiation model
    air : air model
        For the composition at the place.
    latitude, longitude, altitude : float
        Geodetic position [rad], [rad], [m].
    kinetic : float
        Kinetic energy [GeV].
    direction : float
        1 forward, -1 back along the orbit.

    Returns
    -------
    tuple of 2 float
        Both [m2 kg-1].
    """
    return _RATE[type(radiation)](radiation, air, latitude, longitude, altitude, kinetic, direction)


@overload(jump_rate)
def _jump_rate(radiation, air, latitude, longitude, altitude, kinetic, direction):
    kernel = _RATE[radiation.instance_class]

    def evaluate(radiation, air, latitude, longitude, altitude, kinetic, direction):
        return kernel(radiation, air, latitude, longitude, altitude, kinetic, direction)

    return evaluate


def jump(
    radiation: Any,
    air: Any,
    latitude: float,
    longitude: float,
    altitude: float,
    kinetic: float,
    direction: float,
    u: float,
    v: float,
) -> tuple[float, float]:
    """Kinetic energy after a jump and what the jump adds to ln J.

    Parameters
    ----------
    radiation, air, latitude, longitude, altitude, kinetic, direction
        As in `jump_rate`.
    u, v : float
        Uniform numbers.

    Returns
    -------
    tuple of 2 float
        [GeV], [1]
    """
    return _JUMP[type(radiation)](radiation, air, latitude, longitude, altitude, kinetic, direction, u, v)


@overload(jump)
def _jump(radiation, air, latitude, longitude, altitude, kinetic, direction, u, v):
    kernel = _JUMP[radiation.instance_class]

    def evaluate(radiation, air, latitude, longitude, altitude, kinetic, direction, u, v):
        return kernel(radiation, air, latitude, longitude, altitude, kinetic, direction, u, v)

    return evaluate
