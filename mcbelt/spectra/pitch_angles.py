"""Trapped protons of a user by energy and equatorial pitch angle.

Along a field line the flux per direction is the same at the local pitch angle (Liouville), sin^2(alpha) / B being kept,
so it is known everywhere by what it is at the equator. Either it goes with a power of the sine of the equatorial pitch
angle, j(T, alpha) = j(T, 90 deg) sin^n(alpha), the shape that spacecraft data are commonly fitted with,
or it stands in columns at some pitch angles, between which it is linear in sin^2(alpha), as AP-8's is here
(`mcbelt.spectra.mirror_points`).
"""

import math
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.special import beta

from mcbelt.errors import PhysicsError
from mcbelt.grid import sorted_cells_extend
from mcbelt.spectra import tabulated
from mcbelt.spectra.tabulated import TabulatedSpectrum

_COLUMN = re.compile(r"(flux_\w*_sr_\w*?)_(\d+(?:\.\d+)?)deg")
_MU_NODES = 64  # of the mean over directions: 1e-6 for sin^100


def solid_angle_of_power(power: float) -> float:
    """Integral of sin^n(alpha) over all directions [sr]: 2 pi B(1/2, n/2 + 1), 4 pi for n = 0."""
    return float(2.0 * math.pi * beta(0.5, 0.5 * power + 1.0))


class PowerOfSine(NamedTuple):
    """Flux with a power of the sine of the equatorial pitch angle; zero outside the energies of the spectrum."""

    spectrum: TabulatedSpectrum  # at 90 degrees, or omnidirectional at the equator
    power: float

    def directional(self, T: np.ndarray, alpha: np.ndarray) -> np.ndarray:
        """Flux [m-2 s-1 sr-1 GeV-1] at kinetic energies [GeV] and equatorial pitch angles [rad], broadcasting."""
        scale = 1.0 if self.spectrum.directional else 1.0 / solid_angle_of_power(self.power)
        return scale * _inside(self.spectrum, T) * np.sin(alpha) ** self.power

    def omnidirectional(self, T: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Flux [m-2 s-1 GeV-1] where the field is b times the equatorial one; it falls with b^(-n/2)."""
        scale = solid_angle_of_power(self.power) if self.spectrum.directional else 1.0
        return scale * _inside(self.spectrum, T) * b ** (-0.5 * self.power)


class ByPitchAngle(NamedTuple):
    """Flux at some equatorial pitch angles; zero outside the energies of the table."""

    sine_squared: np.ndarray  # of the pitch angles, shape (n,), ascending to 1; the flux at the first is zero
    spectra: tuple[TabulatedSpectrum, ...]

    def directional(self, T: np.ndarray, alpha: np.ndarray) -> np.ndarray:
        """Flux [m-2 s-1 sr-1 GeV-1] at kinetic energies [GeV] and equatorial pitch angles [rad], broadcasting."""
        T, square = np.broadcast_arrays(T, np.sin(alpha) ** 2)
        at_angles = np.stack([_inside(spectrum, T) for spectrum in self.spectra])
        i, share = sorted_cells_extend(self.sine_squared, np.minimum(square, 1.0))
        low = np.take_along_axis(at_angles, i[None], 0)[0]
        high = np.take_along_axis(at_angles, i[None] + 1, 0)[0]
        return np.where(square < self.sine_squared[0], 0.0, (1.0 - share) * low + share * high)

    def omnidirectional(self, T: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Flux [m-2 s-1 GeV-1] where the field is b times the equatorial one."""
        nodes, weights = np.polynomial.legendre.leggauss(_MU_NODES)
        sine = np.sqrt((1.0 - nodes**2) / np.asarray(b)[..., None])
        return 2.0 * math.pi * (self.directional(np.asarray(T)[..., None], np.arcsin(sine)) @ weights)


def _inside(spectrum: TabulatedSpectrum, T: np.ndarray) -> np.ndarray:
    """The spectrum at the energies of its table, zero at others."""
    T = np.asarray(T, float)
    within = (T >= spectrum.T[0]) & (T <= spectrum.T[-1])
    result = np.zeros(T.shape)
    result[within] = spectrum(T[within])
    return result


def columns_in(header: list[str]) -> dict[float, str]:
    """Pitch angle [deg] -> column of the header of a CSV file, ascending; empty where it has no such columns."""
    found = {float(match[2]): name for name in header if (match := _COLUMN.fullmatch(name))}
    return dict(sorted(found.items()))


def spectra_in(path: str | Path) -> tuple[TabulatedSpectrum, ...]:
    """The spectra of a user's file: that of its one column, or one for each pitch angle. Raises PhysicsError."""
    found = read(path, None)
    return (tabulated.read_spectrum_csv(path),) if found is None else found.spectra  # type: ignore[union-attr]


def read(path: str | Path, power: float | None) -> PowerOfSine | ByPitchAngle | None:
    """A user's protons by pitch angle.

    Parameters
    ----------
    path : str or Path
        CSV file with the column ``T_MeV`` and either one column of the flux (`tabulated.read_spectrum_csv`) or one for
        each pitch angle, named by unit and angle: ``flux_m2_s_sr_MeV_60deg``. The largest is 90 degrees, and at the
        smallest the flux is zero at all energies: the edge of the loss cone.
    power : float or None
        n of sin^n(alpha), for a file of one column.

    Returns
    -------
    PowerOfSine, ByPitchAngle or None
        None where nothing says how the flux depends on the pitch angle.

    Raises
    ------
    PhysicsError
        As `tabulated.read_spectrum_csv`; a power beside columns, columns of different units, no 90 degrees, or a flux
        at the smallest pitch angle.
    """
    header, lines = tabulated.header_and_lines(path)
    columns = columns_in(header)
    if not columns:
        spectrum = tabulated.read_spectrum_csv(path)
        return None if power is None else PowerOfSine(spectrum, power)
    if power is not None:
        raise PhysicsError(f"{path}: has columns by pitch angle, so a power of its sine has no meaning; leave one out.")
    if plain := [name for name in header if name in tabulated.FLUX_COLUMNS]:
        raise PhysicsError(f"{path}, column {plain[0]}: stands beside columns by pitch angle; give one or the others.")
    units = {name.rpartition("_")[0] for name in columns.values()}
    if len(units) > 1 or not units <= set(tabulated.FLUX_COLUMNS):
        known = ", ".join(name for name, (_, directional) in tabulated.FLUX_COLUMNS.items() if directional)
        raise PhysicsError(
            f"{path}: columns by pitch angle need one unit, found {', '.join(sorted(units))}; give {known}."
        )
    angles = np.array([*columns])
    if len(angles) < 2 or angles[-1] != 90.0:
        raise PhysicsError(
            f"{path}: has pitch angles from {angles[0]:g} to {angles[-1]:g} deg; give at least two, the largest 90."
        )
    T_MeV, *fluxes = tabulated.columns_of(path, header, lines, tuple(columns.values()))
    if np.any(fluxes[0] > 0.0):
        raise PhysicsError(
            f"{path}: the flux at {angles[0]:g} deg is not zero and none is known at smaller pitch angles; add the "
            "column of the angle where it ends, with zeros."
        )
    if not np.any(fluxes[-1] > 0.0):
        raise PhysicsError(f"{path}: all fluxes at 90 deg are zero. Give at least one that is positive.")
    factor = tabulated.FLUX_COLUMNS[units.pop()][0]
    spectra = (TabulatedSpectrum(1e-3 * T_MeV, factor * flux, True, str(path)) for flux in fluxes)
    return ByPitchAngle(np.sin(np.radians(angles)) ** 2, tuple(spectra))
