"""What a charge meets on its way, behind seams: matter, its stopping power, production along the path, detectors.

Each seam is one name whose answer depends, at compile time, on the type of a NamedTuple: a new model is a NamedTuple
and its scalar functions, entered with `register_losses`, `register_radiation`, `register_source` or
`register_detector` from any module. The do-nothing models (`Vacuum`, `NoLosses`, `NoRadiation`, `NoSource`,
`NoDetector`) cost nothing in the compiled loop.
"""

from typing import NamedTuple

from numba import njit
from numba.extending import overload

import kernelcache
from atmosphere.density import _DENSITY as AIR_KERNELS
from atmosphere.density import mass_density
from geomag.lorentz import LANE_OPTIONS


class Vacuum(NamedTuple):
    """No air at all."""

    top: float = 0.0  # [m]


class NoLosses(NamedTuple):
    """A charge that keeps its energy in matter."""

    synchrotron: float = 0.0  # factor on the synchrotron loss: 0 off, 1 on


class PaperLosses(NamedTuple):
    """dE/dx = 0.002 + 0.028 E GeV per g cm-2, in any matter (Gusev et al. 2003, eq. 3)."""

    synchrotron: float = 1.0


class NoScattering(NamedTuple):
    """No multiple scattering."""

    on: bool = False


class NoRadiation(NamedTuple):
    """No photon by photon: all loss is continuous."""

    on: bool = False


class NoSource(NamedTuple):
    """No production along the path."""

    on: bool = False


class NoDetector(NamedTuple):
    """Nothing is scored."""

    on: bool = False


@njit(**LANE_OPTIONS)
def _vacuum_density(air, latitude, longitude, altitude):
    return 0.0 * altitude


AIR_KERNELS.setdefault(Vacuum, _vacuum_density)


@njit(**LANE_OPTIONS)
def density(air, latitude, longitude, altitude):
    """Mass density [kg m-3] at a geodetic position [rad], [rad], [m]; 0 above the top of the model, NaN for NaN.

    Below the ground the density of the ground is taken: an orbit is absorbed there at its next check.
    """
    inside = altitude if altitude < air.top else air.top
    inside = inside if inside > 0.0 else 0.0 * altitude
    rho = mass_density(air, latitude, longitude, inside)
    return rho if altitude < air.top else 0.0 * altitude


# ---------------------------------------------------------------- stopping power in matter


@njit(error_model="numpy", cache=True)
def _no_stopping(losses, air, latitude, longitude, altitude, kinetic, charge):
    return 0.0, 0.0


@njit(error_model="numpy", cache=True)
def _paper_stopping(losses, air, latitude, longitude, altitude, kinetic, charge):
    per_kg_m2 = 0.1  # 1 kg m-2 = 0.1 g cm-2
    return per_kg_m2 * (0.002 + 0.028 * kinetic), per_kg_m2 * 0.028


@njit(error_model="numpy", cache=True)
def _no_removal(losses, air, latitude, longitude, altitude, kinetic, charge):
    return 0.0


_STOPPING = {NoLosses: _no_stopping, PaperLosses: _paper_stopping}
_REMOVAL = {}


def register_losses(model, kernel, removing=_no_removal):
    """Enter a loss model: a NamedTuple with a field `synchrotron`, and kernels for `stopping` and `removal`."""
    kernelcache.outside(model, kernel, removing)
    _STOPPING[model] = kernel
    _REMOVAL[model] = removing


def stopping(losses, air, latitude, longitude, altitude, kinetic, charge):
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


def removal(losses, air, latitude, longitude, altitude, kinetic, charge):
    """Probability per grammage [m2 kg-1] that the charge is removed (annihilates); arguments as in `stopping`."""
    return _REMOVAL.get(type(losses), _no_removal)(losses, air, latitude, longitude, altitude, kinetic, charge)


@overload(removal)
def _removal(losses, air, latitude, longitude, altitude, kinetic, charge):
    kernel = _REMOVAL.get(losses.instance_class, _no_removal)

    def evaluate(losses, air, latitude, longitude, altitude, kinetic, charge):
        return kernel(losses, air, latitude, longitude, altitude, kinetic, charge)

    return evaluate


# ---------------------------------------------------------------- multiple scattering


@njit(error_model="numpy", cache=True)
def _no_deflection(scattering, air, latitude, longitude, altitude, momentum, mass, charge):
    return 0.0


_DEFLECTION = {NoScattering: _no_deflection}


def register_scattering(model, kernel):
    """Enter a scattering model: a NamedTuple type, and a kernel with the signature of `deflection`."""
    kernelcache.outside(model, kernel)
    _DEFLECTION[model] = kernel


def deflection(scattering, air, latitude, longitude, altitude, momentum, mass, charge):
    """Mean square of the projected scattering angle per grammage [rad^2 m2 kg-1] at a place [rad], [rad], [m].

    Momentum [GeV/c], mass [GeV], charge [e].
    """
    kernel = _DEFLECTION[type(scattering)]
    return kernel(scattering, air, latitude, longitude, altitude, momentum, mass, charge)


@overload(deflection)
def _deflection(scattering, air, latitude, longitude, altitude, momentum, mass, charge):
    kernel = _DEFLECTION[scattering.instance_class]

    def evaluate(scattering, air, latitude, longitude, altitude, momentum, mass, charge):
        return kernel(scattering, air, latitude, longitude, altitude, momentum, mass, charge)

    return evaluate


# ---------------------------------------------------------------- losses photon by photon


@njit(error_model="numpy", cache=True)
def _no_jumps(radiation, air, latitude, longitude, altitude, kinetic, direction):
    return 0.0, 0.0


@njit(error_model="numpy", cache=True)
def _no_jump(radiation, air, latitude, longitude, altitude, kinetic, direction, u, v):
    return kinetic, 0.0


_JUMPS = {NoRadiation: (_no_jumps, _no_jump)}


def register_radiation(model, rate, jump):
    """Enter a model of jumps in energy: a NamedTuple with a field `on`, and kernels for `jump_rate` and `jump`."""
    kernelcache.outside(model, rate, jump)
    _JUMPS[model] = (rate, jump)


def jump_rate(radiation, air, latitude, longitude, altitude, kinetic, direction):
    """Jumps per grammage, and what they add to d ln J/dX between jumps.

    Position [rad], [rad], [m], kinetic energy [GeV], direction 1 forward and -1 back along the orbit; both results
    [m2 kg-1].
    """
    return _JUMPS[type(radiation)][0](radiation, air, latitude, longitude, altitude, kinetic, direction)


@overload(jump_rate)
def _jump_rate(radiation, air, latitude, longitude, altitude, kinetic, direction):
    kernel = _JUMPS[radiation.instance_class][0]

    def evaluate(radiation, air, latitude, longitude, altitude, kinetic, direction):
        return kernel(radiation, air, latitude, longitude, altitude, kinetic, direction)

    return evaluate


def jump(radiation, air, latitude, longitude, altitude, kinetic, direction, u, v):
    """Kinetic energy [GeV] after a jump and what the jump adds to ln J, from two uniform numbers."""
    return _JUMPS[type(radiation)][1](radiation, air, latitude, longitude, altitude, kinetic, direction, u, v)


@overload(jump)
def _jump(radiation, air, latitude, longitude, altitude, kinetic, direction, u, v):
    kernel = _JUMPS[radiation.instance_class][1]

    def evaluate(radiation, air, latitude, longitude, altitude, kinetic, direction, u, v):
        return kernel(radiation, air, latitude, longitude, altitude, kinetic, direction, u, v)

    return evaluate


# ---------------------------------------------------------------- production along the path


@njit(error_model="numpy", cache=True)
def _no_production(source, lane, k):
    return 0.0


_PRODUCTION = {NoSource: _no_production}


def register_source(model, kernel):
    """Enter a source: a NamedTuple with a field `on`, and a kernel with the signature of `production`."""
    kernelcache.outside(model, kernel)
    _PRODUCTION[model] = kernel


def production(source, lanes, k):
    """Production per grammage P of the charge in lane k at its place, direction and energy.

    Called at the end of each step that has met matter. Read from ``lanes[row, k]`` with the rows named in
    `mcbelt.orbits.rows` (position, direction of motion, momentum, mass, charge, geodetic latitude, longitude,
    altitude, density). With `Stepping.direction` = -1 the row of directions still holds the direction of motion of the
    physical, forward orbit.

    Returns
    -------
    float
        P; the row PRODUCTION of the table sums rho |h| P exp(LN_J).
    """
    return _PRODUCTION[type(source)](source, lanes, k)


@overload(production)
def _production(source, lanes, k):
    kernel = _PRODUCTION[source.instance_class]

    def evaluate(source, lanes, k):
        return kernel(source, lanes, k)

    return evaluate


# ---------------------------------------------------------------- detectors


@njit(error_model="numpy", cache=True)
def _no_score(detector, tally, lanes, k):
    pass


_SCORE = {NoDetector: _no_score}


def register_detector(model, kernel):
    """Enter a detector: a NamedTuple type with a field `on`, and a kernel with the signature of `score`."""
    kernelcache.outside(model, kernel)
    _SCORE[model] = kernel


def score(detector, tally, lanes, k):
    """Add the step that lane k has just made to `tally`, the row of one particle.

    Called at the end of each step. Rows as in `production`, with STEP_NOW (length of the step just made, signed) and
    ALTITUDE_BEFORE (altitude at its beginning).
    """
    _SCORE[type(detector)](detector, tally, lanes, k)


@overload(score)
def _score(detector, tally, lanes, k):
    kernel = _SCORE[detector.instance_class]

    def evaluate(detector, tally, lanes, k):
        kernel(detector, tally, lanes, k)

    return evaluate
