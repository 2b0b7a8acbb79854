"""A spectrum given as a table, such as a user's own proton spectrum: read, checked, interpolated.

Between two rows the flux is a power law (log-log interpolation); where one of the two is zero it is linear. Outside the
table nothing is known, so a query there is an error and never an extrapolation.

A file is read as it stands or refused with line and column: a number is what a calculation would print, and what a
program might guess from (a decimal comma, a separator of thousands, a second column of one name) is never guessed from.
"""

import re
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
MOST_ROWS = 100_000
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)
_SEPARATORS = {";": "semicolons", "\t": "tabs", " ": "blanks", "|": "bars"}


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
        ``flux_m2_s_GeV``, ``flux_m2_s_MeV``, ``flux_cm2_s_MeV`` (omnidirectional), separated by commas. Other columns
        are not read; lines that start with # are comments. UTF-8, with or without a byte order mark; any ends of lines.

    Returns
    -------
    TabulatedSpectrum

    Raises
    ------
    PhysicsError
        If the file cannot be read, a column is missing or stands twice, a number is not one, energies do not increase,
        a flux is negative, or all are zero. The message names line and column.
    """
    header, lines = header_and_lines(path)
    column, factor, directional = _flux_column(path, header)
    T_MeV, flux = columns_of(path, header, lines, (column,))
    if not np.any(flux > 0.0):
        raise PhysicsError(f"{path}, column {column}: all fluxes are zero. Give at least one that is positive.")
    return TabulatedSpectrum(1.0e-3 * T_MeV, factor * flux, directional, str(path))


def header_and_lines(path: str | Path) -> tuple[list[str], list[tuple[int, str]]]:
    """Names of the columns of a CSV file, and its other lines with their numbers; comments and empty lines left out.

    Raises
    ------
    PhysicsError
        The file cannot be read, has no header or too many rows, or its columns are not separated by commas.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")  # universal newlines
    except (OSError, UnicodeDecodeError) as reason:
        raise PhysicsError(
            f"{path}: cannot be read as a text file ({reason}). Give the path of a CSV file in UTF-8."
        ) from reason
    numbered = ((n, line.strip()) for n, line in enumerate(text.split("\n"), 1))
    lines = [(n, line) for n, line in numbered if line and line[0] != "#"]
    if not lines:
        raise PhysicsError(f"{path}: no header line was found. {_expected()}")
    if len(lines) - 1 > MOST_ROWS:
        raise PhysicsError(
            f"{path}: has {len(lines) - 1} rows, allowed are {MOST_ROWS}. Thin it out: between rows it is a power law."
        )
    (first, heading), rows = lines[0], lines[1:]
    if '"' in text:
        n = next((n for n, line in lines if '"' in line), 0)
        if n:
            raise PhysicsError(f"{path}, line {n}: has quotes. Write names and numbers without them.")
    header = [name.strip() for name in heading.split(",")]
    _check_header(path, first, header)
    return header, rows


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
    if len(lines) < 2:
        count = "no row" if not lines else "one row"
        raise PhysicsError(f"{path}: {count} of numbers was found below the header; a spectrum needs at least 2.")
    places = [header.index(name) for name in (ENERGY_COLUMN, *columns)]
    numbers = np.array([_row(path, n, line, header, places) for n, line in lines])
    T, fluxes = numbers[:, 0], numbers[:, 1:]
    _refuse_where(T <= 0.0, path, lines, ENERGY_COLUMN, T, "is not above 0")
    for name, flux in zip(columns, fluxes.T, strict=True):
        _refuse_where(flux < 0.0, path, lines, name, flux, "is negative")
    falling = np.concatenate([[False], np.diff(T) <= 0.0])
    if falling.any():
        row = int(np.argmax(falling))
        raise PhysicsError(
            f"{path}, line {lines[row][0]}, column {ENERGY_COLUMN}: {T[row]:g} does not exceed the row before, "
            f"{T[row - 1]:g}. Sort by energy, each once."
        )
    return list(numbers.T)


def _expected() -> str:
    return f"Expected columns: {ENERGY_COLUMN} and one of {', '.join(FLUX_COLUMNS)}."


def _check_header(path: str | Path, line: int, header: list[str]) -> None:
    """Refuse what separates columns by anything but commas, a first line of numbers, and a name that stands twice."""
    where = f"{path}, line {line}"
    if len(header) == 1:
        for separator, named in _SEPARATORS.items():
            if separator in header[0]:
                raise PhysicsError(f"{where}: columns are separated by {named}. Separate them by commas.")
    if all(_NUMBER.fullmatch(name) for name in header):
        raise PhysicsError(f"{where}: holds numbers where the names of the columns are due. {_expected()}")
    for name in header:
        if header.count(name) > 1:
            raise PhysicsError(f"{where}, column {name or '(no name)'}: stands twice. Give each name once.")
    if ENERGY_COLUMN not in header:
        raise PhysicsError(f"{where}: no column is called {ENERGY_COLUMN}, found {', '.join(header)}. {_expected()}")


def _flux_column(path: str | Path, header: list[str]) -> tuple[str, float, bool]:
    """Name, factor and kind of the one flux column of a header."""
    found = [name for name in header if name in FLUX_COLUMNS]
    if not found:
        raise PhysicsError(f"{path}: no column of {', '.join(header)} is a flux of a known unit. {_expected()}")
    if len(found) > 1:
        raise PhysicsError(f"{path}, column {found[1]}: is a second flux, beside {found[0]}. Give one of them.")
    return found[0], *FLUX_COLUMNS[found[0]]


def _row(path: str | Path, n: int, line: str, header: list[str], places: list[int]) -> list[float]:
    """Numbers of a line at some places, finite."""
    cells = line.split(",")
    if len(cells) != len(header):
        raise PhysicsError(
            f"{path}, line {n}, column {header[min(len(cells), len(header)) - 1]}: {len(cells)} cells were found, the "
            f"header has {len(header)}. Separate cells by commas alone, and write 1.5 and 1000, not 1,5 and 1,000."
        )
    values = [cells[place].strip() for place in places]
    for place, cell in zip(places, values, strict=True):
        if not _NUMBER.fullmatch(cell):
            _refuse_cell(f"{path}, line {n}, column {header[place]}", cell)
    numbers = [float(cell) for cell in values]
    for place, number, cell in zip(places, numbers, values, strict=True):
        if number in (np.inf, -np.inf):
            _refuse_cell(f"{path}, line {n}, column {header[place]}", cell)
    return numbers


def _refuse_cell(where: str, cell: str) -> None:
    """Say what is wrong with a cell that is no number."""
    if not cell:
        raise PhysicsError(f"{where}: the cell is empty. Give a number, or leave the row out.")
    if _NOT_FINITE.fullmatch(cell) or _NUMBER.fullmatch(cell):
        raise PhysicsError(f"{where}: {cell:.40} is not finite. Give a number, or leave the row out.")
    raise PhysicsError(f'{where}: "{cell:.40}" is not a number. Write it as 1234.5 or 1.2345e3, and nothing after it.')


def _refuse_where(
    wrong: np.ndarray, path: str | Path, lines: list[tuple[int, str]], column: str, values: np.ndarray, why: str
) -> None:
    if wrong.any():
        row = int(np.argmax(wrong))
        raise PhysicsError(f"{path}, line {lines[row][0]}, column {column}: {values[row]:g} {why}.")
