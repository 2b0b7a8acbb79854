"""The losses of a charge in matter, behind two names: `stopping` and `removal`."""

from collections.abc import Callable
from typing import Any, NamedTuple

from numba import njit
from numba.extending import overload

import kernelcache
from mcbelt.orbits.interfaces.validity import ANY, check_fields


class NoLosses(NamedTuple):
    """Any charge, that keeps its energy in matter."""

    synchrotron: float = 0.0  # factor on the synchrotron loss: 0 off, 1 on
    mass: float = ANY
    charge: float = ANY


@njit(error_model="numpy", cache=True)
def _no_stopping(losses, air, latitude, longitude, altitude, kinetic, charge):
    return 0.0, 0.0


@njit(error_model="numpy", cache=True)
def _no_removal(losses, air, latitude, longitude, altitude, kinetic, charge):
    return 0.0


_STOPPING: dict[type, Callable] = {NoLosses: _no_stopping}
_REMOVAL: dict[type, Callable] = {NoLosses: _no_removal}


def register_losses(model: type, stops: Callable, removes: Callable = _no_removal) -> None:
    """Enter a model of losses.

    Parameters
    ----------
    model : NamedTuple type
        With the fields `synchrotron` (factor on the synchrotron loss), `mass` [GeV] and `charge` [e]: those of the
        charges that it holds for, or `validity.ANY`. Other charges are refused by `lanes.advance` and LOST in kernels.
    stops, removes : compiled function
        Kernels with the signatures of `stopping` and `removal`.

    Raises
    ------
    PhysicsError
        A field is missing.
    """
    check_fields(model, "synchrotron", "mass", "charge")
    kernelcache.outside(model, stops, removes)
    _STOPPING[model], _REMOVAL[model] = stops, removes


def stopping(
    losses: Any, air: Any, latitude: float, longitude: float, altitude: float, kinetic: float, charge: float
) -> tuple[float, float]:
    """Mean loss of kinetic energy per grammage, and its derivative.

    Parameters
    ----------
    losses : loss model
    air : air model
        For the composition at the place.
    latitude, longitude, altitude : float
        Geodetic position [rad], [rad], [m].
    kinetic : float
        Kinetic energy [GeV].
    charge : float
        Charge [e]: electrons and positrons differ.

    Returns
    -------
    tuple of 2 float
        -dT/dX [GeV m2 kg-1] and its derivative with T [m2 kg-1].
    """
    return _STOPPING[type(losses)](losses, air, latitude, longitude, altitude, kinetic, charge)


@overload(stopping)
def _stopping(losses, air, latitude, longitude, altitude, kinetic, charge):
    kernel = _STOPPING[losses.instance_class]

    def evaluate(losses, air, latitude, longitude, altitude, kinetic, charge):
        return kernel(losses, air, latitude, longitude, altitude, kinetic, charge)

    return evaluate


def removal(
    losses: Any, air: Any, latitude: float, longitude: float, altitude: float, kinetic: float, charge: float
) -> float:
    """Probability per grammage that the charge is removed (annihilates).

    Parameters
    ----------
    losses, air, latitude, longitude, altitude, kinetic, charge
        As in `stopping`.

    Returns
    -------
    float
        [m2 kg-1]
    """
    return _REMOVAL[type(losses)](losses, air, latitude, longitude, altitude, kinetic, charge)


@overload(removal)
def _removal(losses, air, latitude, longitude, altitude, kinetic, charge):
    kernel = _REMOVAL[losses.instance_class]

    def evaluate(losses, air, latitude, longitude, altitude, kinetic, charge):
        return kernel(losses, air, latitude, longitude, altitude, kinetic, charge)

    return evaluate
