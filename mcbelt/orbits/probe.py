"""The simplest source and detector: examples of such models, and probes whose results are known.

Define such models in a module that can be imported, never in a script or a test: numba's disk cache keeps the types of
the models, and a process that cannot import them cannot read the cache.
"""

from typing import NamedTuple

from numba import njit

from mcbelt.orbits import rows as row
from mcbelt.orbits.interfaces.detector import register_detector
from mcbelt.orbits.interfaces.production import register_source
from mcbelt.physics.kinematics import kinetic_energy


class UnitSource(NamedTuple):
    """One per grammage: without losses the integral along the path is the grammage."""

    on: bool = True


class PowerSource(NamedTuple):
    """E^-exponent per grammage up to `highest` [GeV], E the kinetic energy in GeV."""

    exponent: float
    highest: float
    on: bool = True


class PathByAltitude(NamedTuple):
    """Path length [m] below (bin 0) and above (bin 1) an altitude; tallies need 2 bins."""

    altitude: float = 500.0e3  # [m]
    on: bool = True


@njit(error_model="numpy", cache=True)
def _one(source, lanes, k):
    return 1.0


@njit(error_model="numpy", cache=True)
def _power(source, lanes, k):
    kinetic = kinetic_energy(lanes[row.MOMENTUM, k], lanes[row.MASS, k])
    return kinetic**-source.exponent if kinetic < source.highest else 0.0


@njit(error_model="numpy", cache=True)
def _path_by_altitude(detector, tally, lanes, k):
    tally[0 if lanes[row.ALTITUDE, k] < detector.altitude else 1] += abs(lanes[row.STEP_NOW, k])


register_source(UnitSource, _one)
register_source(PowerSource, _power)
register_detector(PathByAltitude, _path_by_altitude)
