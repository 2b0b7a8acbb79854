"""A spectrum given as a table, such as a user's own proton spectrum: read, checked, interpolated.

Between two rows the flux is a power law (log-log interpolation); where one of the two is zero it is linear. Outside the
table nothing is known, so a query there is an error and never an extrapolation.
"""

import csv
import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from mcbelt.errors import PhysicsError
from mcbelt.grid import sorted_cells_extend

# header of the flux column: (factor to m-2 s-1 [sr-1] GeV-1, directional)
FLUX_COLUMNS = {
    "flux_m2_s_sr_GeV": (1.0, True),
    "flux_m2_s_sr_MeV": (1.0e3, True),
    "flux_cm2_s_sr_MeV": (1.0e7, True),
    "flux_m2_s_GeV": (1.0, False),
    "flux_m2_s_MeV": (1.0e3, False),
    "flux_cm2_s_MeV": (1.0e7, False),
}
ENERGY_COLUMN = "T_MeV"


class TabulatedSpectrum(NamedTuple):
    """A differential spectrum on a table of kinetic energies."""

    T: np.ndarray  # kinetic energy [GeV], shape (n,), increasing
    flux: np.ndarray  # [m-2 s-1 sr-1 GeV-1] when directional, else [m-2 s-1 GeV-1], shape (n,)
    directional: bool
    name: str  # for messages: the file it came from

    def __call__(self, T: ArrayLike) -> np.ndarray:
        """Flux at kinetic energies.

        Parameters
        ----------
        T : array_like
            Kinetic energy [GeV], inside the table.

        Returns
        -------
        ndarray
            Flux in the unit of `flux`.

        Raises
        ------
        PhysicsError
            Outside the table.
        """
        T = np.asarray(T, float)
        if not np.all((self.T[0] * (1.0 - 1e-12) <= T) & (T <= self.T[-1] * (1.0 + 1e-12))):
            raise PhysicsError(
                f"{self.name}: asked for the flux at {np.min(T):.5g}-{np.max(T):.5g} GeV; the table holds "
                f"{self.T[0]:.5g}-{self.T[-1]:.5g} GeV. Extend the table, or ask inside it."
            )
        i, share = sorted_cells_extend(self.T, T)
        left, right = self.flux[i], self.flux[i + 1]
        both = (left > 0.0) & (right > 0.0)
        w = np.log(T / self.T[i]) / np.log(self.T[i + 1] / self.T[i])
        power_law = np.exp((1.0 - w) * np.log(np.where(both, left, 1.0)) + w * np.log(np.where(both, right, 1.0)))
        return np.where(both, power_law, (1.0 - share) * left + share * right)


def read_spectrum_csv(path: str | Path) -> TabulatedSpectrum:
    """Read a spectrum from a CSV file with a header line.

    Parameters
    ----------
    path : str or Path
        File with the columns ``T_MeV`` (kinetic energy, strictly increasing, above 0) and one flux column whose name
        states the unit: ``flux_m2_s_sr_GeV``, ``flux_m2_s_sr_MeV``, ``flux_cm2_s_sr_MeV`` (directional) or
        ``flux_m2_s_GeV``, ``flux_m2_s_MeV``, ``flux_cm2_s_MeV`` (omnidirectional). Other columns are not read; lines
        that start with # are comments.

    Returns
    -------
    TabulatedSpectrum

    Raises
    ------
    PhysicsError
        If the file cannot be read, a column is missing, a number is not one, energies do not increase, a flux is
        negative, or all are zero. The message names file and line.
    """
    header, lines = header_and_lines(path)
    column, factor, directional = _flux_column(path, header)
    T_MeV, flux = columns_of(path, header, lines, (column,))
    if not np.any(flux > 0.0):
        raise PhysicsError(f"{path}: all fluxes are zero. Give at least one positive {column}.")
    return TabulatedSpectrum(1.0e-3 * T_MeV, factor * flux, directional, str(path))


def header_and_lines(path: str | Path) -> tuple[list[str], list[tuple[int, str]]]:
    """Names of the columns of a CSV file, and its other lines with their numbers; comments and empty lines left out.

    Raises
    ------
    PhysicsError
        The file cannot be read, or has no header.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as reason:
        raise PhysicsError(
            f"{path}: cannot be read as a text file ({reason}). Give the path of a CSV file."
        ) from reason
    lines = [
        (n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip() and not line.lstrip().startswith("#")
    ]
    if not lines:
        raise PhysicsError(f"{path}: no header line was found. {_expected()}")
    return [name.strip() for name in next(csv.reader([lines[0][1]]))], lines[1:]


def columns_of(
    path: str | Path, header: list[str], lines: list[tuple[int, str]], columns: tuple[str, ...]
) -> list[np.ndarray]:
    """Energies [MeV] and columns of fluxes of a CSV file, checked.

    Parameters
    ----------
    path : str or Path
        For messages.
    header, lines
        From `header_and_lines`.
    columns : tuple of str
        Names of columns of fluxes.

    Returns
    -------
    list of ndarray, shape (n,)
        Energies first.

    Raises
    ------
    PhysicsError
        A number is not one or not allowed, energies do not increase, or there are fewer than two.
    """
    rows = [_row(path, n, line, header, columns) for n, line in lines]
    if len(rows) < 2:
        raise PhysicsError(f"{path}: {len(rows)} rows of numbers were found; a spectrum needs at least 2.")
    for (n, T, *_), (_, T_before, *_) in zip(rows[1:], rows[:-1], strict=True):
        if T <= T_before:
            raise PhysicsError(
                f"{path}, line {n}: T_MeV = {T:g} does not exceed the row before, {T_before:g}. Sort by energy."
            )
    return list(np.array([row[1:] for row in rows]).T)


def _expected():
    return f"Expected columns: {ENERGY_COLUMN} and one of {', '.join(FLUX_COLUMNS)}."


def _flux_column(path, header):
    """Name, factor and kind of the one flux column of a header."""
    found = [name for name in header if name in FLUX_COLUMNS]
    if ENERGY_COLUMN not in header or len(found) != 1:
        raise PhysicsError(f"{path}: the header has the columns {', '.join(header)}. {_expected()}")
    return found[0], *FLUX_COLUMNS[found[0]]


def _row(path, n, line, header, columns):
    """Line number, energy and fluxes of one line of the file, checked."""
    cells = next(csv.reader([line]))
    if len(cells) != len(header):
        raise PhysicsError(f"{path}, line {n}: {len(cells)} cells were found, the header has {len(header)}.")
    values = []
    for name in (ENERGY_COLUMN, *columns):
        cell = cells[header.index(name)].strip()
        try:
            values.append(float(cell))
        except ValueError as reason:
            raise PhysicsError(f'{path}, line {n}: {name} = "{cell}" is not a number.') from reason
    T, *fluxes = values
    if not (math.isfinite(T) and T > 0.0):
        raise PhysicsError(f"{path}, line {n}: T_MeV = {T:g} must be a finite energy above 0.")
    for column, flux in zip(columns, fluxes, strict=True):
        if not (math.isfinite(flux) and flux >= 0.0):
            raise PhysicsError(f"{path}, line {n}: {column} = {flux:g} must be finite and not negative.")
    return n, T, *fluxes
