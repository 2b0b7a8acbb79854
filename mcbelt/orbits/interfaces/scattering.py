"""The multiple scattering of a charge in matter, behind one name: `deflection`."""

from collections.abc import Callable
from typing import Any, NamedTuple

from numba import njit
from numba.extending import overload

import kernelcache


class NoScattering(NamedTuple):
    """No multiple scattering."""

    on: bool = False


@njit(error_model="numpy", cache=True)
def _no_deflection(scattering, air, latitude, longitude, altitude, momentum, mass, charge):
    return 0.0


_DEFLECTION: dict[type, Callable] = {NoScattering: _no_deflection}


def register_scattering(model: type, kernel: Callable) -> None:
    """Enter a model of scattering: a NamedTuple type, and a kernel with the signature of `deflection`."""
    kernelcache.outside(model, kernel)
    _DEFLECTION[model] = kernel


def deflection(
    scattering: Any,
    air: Any,
    latitude: float,
    longitude: float,
    altitude: float,
    momentum: float,
    mass: float,
    charge: float,
) -> float:
    """Mean square of the projected scattering angle per grammage.

    Parameters
    ----------
    scattering : scattering model
    air : air model
        For the composition at the place.
    latitude, longitude, altitude : float
        Geodetic position [rad], [rad], [m].
    momentum, mass, charge : float
        [GeV/c], [GeV], [e].

    Returns
    -------
    float
        [rad^2 m2 kg-1]
    """
    kernel = _DEFLECTION[type(scattering)]
    return kernel(scattering, air, latitude, longitude, altitude, momentum, mass, charge)


@overload(deflection)
def _deflection(scattering, air, latitude, longitude, altitude, momentum, mass, charge):
    kernel = _DEFLECTION[scattering.instance_class]

    def evaluate(scattering, air, latitude, longitude, altitude, momentum, mass, charge):
        return kernel(scattering, air, latitude, longitude, altitude, momentum, mass, charge)

    return evaluate
