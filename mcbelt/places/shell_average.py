"""The air that a trapped particle meets, averaged over its gyration, its bounce and its drift.

A particle that circles the Earth a million times before it dies sees one number: the mean density of its orbit. A drift
shell holds the places and the share of time at each; the gyration is a circle across the field around each place, whose
radius may exceed the scale height of the air. Since density is exponential the low side of that circle counts for more:
in air of scale height H the mean over a vertical circle of radius r is I_0(r / H) times the density at its centre. The
composition is that of the mass met, so the dense low places decide it.
"""

import math
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from atmosphere.table import ELEMENTS
from geomag.coordinates import cartesian_to_geodetic
from geomag.drift_shell import DriftShell
from mcbelt.constants import GV_TO_TESLA_METRE
from mcbelt.errors import PhysicsError

GYROPHASES = 16  # the mean over 16 phases of exp(r cos(phase) / H) is exact to 1e-3 up to r = 12 H


class Orbit(NamedTuple):
    """Places on the gyration around every place of a shell."""

    shell: DriftShell
    gyroradius_m: float  # at the mirror field [m]
    latitude_deg: np.ndarray  # geodetic, shape (n, phases)
    longitude_deg: np.ndarray
    altitude_km: np.ndarray


class ShellAir(NamedTuple):
    """Mean air of a drift shell."""

    rho_kg_m3: float  # [kg m-3], mean over time
    mass_fractions: np.ndarray  # shares of H, He, N, O, Ar in the mass met, shape (5,)
    gyroradius_m: float  # [m] at the mirror field
    lowest_km: float  # lowest point of the gyration over the whole orbit [km]


class ShellAirTable(NamedTuple):
    """Mean air against shell and rigidity."""

    B0_nT: np.ndarray  # equatorial field of each shell [nT], shape (shells,)
    mirror_nT: np.ndarray  # mirror field of each shell [nT], shape (shells,)
    rigidity: np.ndarray  # [GV], shape (rigidities,)
    rho: np.ndarray  # [kg m-3], shape (shells, rigidities); NaN where the gyration meets the ground
    mass_fractions: np.ndarray  # shares of H, He, N, O, Ar, shape (shells, rigidities, 5)
    lowest_km: np.ndarray  # lowest point of the gyration [km], shape (shells, rigidities)


def shell_air(shell: DriftShell, air: Any, gyroradius_m: float = 0.0) -> ShellAir:
    """Mean density and composition along the orbit of a particle on a drift shell.

    Parameters
    ----------
    shell : geomag.drift_shell.DriftShell
        Places of the guiding centre and the share of time at each.
    air : atmosphere.Msis or atmosphere.Exponential
        Density and composition; for particles that live longer than a day, its mean over times.
    gyroradius_m : float, optional
        Gyroradius at the mirror point [m]; elsewhere it follows from the first invariant, r = r_m sqrt(B_m / B).
        0 is the guiding centre itself.

    Returns
    -------
    ShellAir

    Raises
    ------
    PhysicsError
        When the gyration meets the ground, or leaves the model of air at the top.
    """
    if not (gyroradius_m >= 0.0 and math.isfinite(gyroradius_m)):
        raise PhysicsError(f"shell air: gyroradius {gyroradius_m:g} m must be 0 or a positive length in metres.")
    found = _orbit_air(orbit(shell, gyroradius_m), air)
    if math.isnan(found.rho_kg_m3):
        raise PhysicsError(
            f"shell air: on the shell B0 = {shell.B0_nT:.0f} nT (H_min {shell.H_min_km:.0f} km) a gyration of radius"
            f" {gyroradius_m / 1.0e3:.0f} km goes down to {found.lowest_km:.0f} km, below the ground."
            " Give a larger L or a smaller rigidity."
        )
    return found


def shell_air_table(
    shells: DriftShell | list[DriftShell] | tuple[DriftShell, ...], air: Any, rigidities: ArrayLike
) -> ShellAirTable:
    """Mean air of shells against rigidity.

    Parameters
    ----------
    shells : DriftShell or sequence of DriftShell
    air : atmosphere.Msis or atmosphere.Exponential
    rigidities : array_like, shape (n,)
        Momentum per charge [GV], >= 0.

    Returns
    -------
    ShellAirTable
        NaN where the gyration meets the ground: no particle of that rigidity is trapped there.

    Raises
    ------
    PhysicsError
        When a rigidity is negative, or a gyration leaves the model of air at the top.
    """
    shells = list(shells) if isinstance(shells, list | tuple) else [shells]
    rigidity = np.atleast_1d(np.asarray(rigidities, dtype=float))
    if not (rigidity >= 0.0).all():
        raise PhysicsError(f"shell air: rigidity {rigidity.min():g} GV is negative. Give momentum per charge, >= 0.")
    found = [[_orbit_air(each, air) for each in row] for row in orbits(shells, rigidity)]
    return ShellAirTable(
        B0_nT=np.array([shell.B0_nT for shell in shells]),
        mirror_nT=np.array([shell.mirror_nT for shell in shells]),
        rigidity=rigidity,
        rho=np.array([[cell.rho_kg_m3 for cell in row] for row in found]),
        mass_fractions=np.array([[cell.mass_fractions for cell in row] for row in found]),
        lowest_km=np.array([[cell.lowest_km for cell in row] for row in found]),
    )


def gyration(shell: DriftShell, gyroradius_m: float) -> np.ndarray:
    """Points on the gyration around every place of a shell.

    Parameters
    ----------
    shell : DriftShell
    gyroradius_m : float
        At the mirror field [m].

    Returns
    -------
    ndarray, shape (n, phases, 3)
        Geocentric Cartesian [m]; one phase, the guiding centre, for radius 0.
    """
    centres = shell.x_m[:, np.newaxis, :]
    if gyroradius_m == 0.0:
        return centres
    radius = gyroradius_m * np.sqrt(shell.mirror_nT / shell.B_nT)[:, np.newaxis]
    # A half step off the axes: the phases are symmetric about both.
    phase = 2.0 * np.pi * (np.arange(GYROPHASES) + 0.5) / GYROPHASES
    first = np.cross(shell.b, shell.x_m)  # never parallel: trapped particles turn where the field is not radial
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    second = np.cross(shell.b, first)
    circle = (
        np.cos(phase)[:, np.newaxis] * first[:, np.newaxis, :] + np.sin(phase)[:, np.newaxis] * second[:, np.newaxis, :]
    )
    return centres + radius[:, :, np.newaxis] * circle


def orbit(shell: DriftShell, gyroradius_m: float) -> Orbit:
    """The places of `gyration`, geodetic; parameters as there."""
    points = gyration(shell, gyroradius_m)
    return Orbit(shell, gyroradius_m, *cartesian_to_geodetic(points[..., 0], points[..., 1], points[..., 2]))


def orbits(shells: Iterable[DriftShell], rigidity: np.ndarray) -> Iterator[Iterator[Orbit]]:
    """The orbits of each shell at each rigidity, a row a shell; in several airs they may be kept.

    Parameters
    ----------
    shells : iterable of DriftShell
    rigidity : ndarray, shape (n,)
        Momentum per charge [GV].

    Yields
    ------
    iterator of Orbit
    """
    for shell in shells:
        yield map(orbit, [shell] * len(rigidity), GV_TO_TESLA_METRE * rigidity / (shell.mirror_nT * 1.0e-9))


def mean_densities(rows: Iterable[Iterable[Orbit]], air: Any) -> np.ndarray:
    """Mean density on orbits, as `shell_air_table` has it, without the composition.

    Parameters
    ----------
    rows : iterable of iterables of Orbit
        As `orbits` gives them.
    air : atmosphere.Msis or atmosphere.Exponential

    Returns
    -------
    ndarray, shape (shells, rigidities)
        [kg m-3]; NaN where the gyration meets the ground.

    Raises
    ------
    PhysicsError
        When a gyration leaves the model of air at the top.
    """
    return np.array([[math.nan if (met := _met(each, air)) is None else met.sum() for each in row] for row in rows])


def _met(orbit, air):
    """Density at each place of an orbit times the share of time there; None when it meets the ground."""
    lowest, highest, top_km = float(orbit.altitude_km.min()), float(orbit.altitude_km.max()), air.table.top * 1.0e-3
    if lowest < 0.0:
        return None
    if highest > top_km:
        raise PhysicsError(
            f"shell air: on the shell B0 = {orbit.shell.B0_nT:.0f} nT a gyration of radius "
            f"{orbit.gyroradius_m / 1.0e3:.0f} km goes up to {highest:.0f} km; the air is known to {top_km:.0f} km. "
            "Give a smaller L or rigidity, or ask without air."
        )
    density = air.density_kg_m3(orbit.latitude_deg, orbit.longitude_deg, orbit.altitude_km)
    return orbit.shell.weight[:, np.newaxis] / density.shape[1] * density


def _orbit_air(orbit, air):
    """Mean air of an orbit; NaN when it meets the ground."""
    met, lowest = _met(orbit, air), float(orbit.altitude_km.min())
    if met is None:
        return ShellAir(math.nan, np.full(len(ELEMENTS), math.nan), orbit.gyroradius_m, lowest)
    shares = air.mass_fractions(orbit.latitude_deg, orbit.longitude_deg, orbit.altitude_km)
    rho = float(met.sum())
    fractions = np.array([(met * shares[element]).sum() / rho for element in ELEMENTS])
    return ShellAir(rho, fractions, orbit.gyroradius_m, lowest)
