"""A table of measured e+ and e-, such as one read off a published figure: its columns, read and checked line by line.

Comment lines say where the numbers are from, and for what they stand:

    # reference: Author et al. 2018, Journal 1, 2, fig. 3     (needed)
    # source: trapped_protons                                 (kind of the primaries)
    # place: shell                                            (kind of the place)
    # L: 1.15 1.25                                            (lowest and highest L of the shells)
    energy_MeV,species,flux_m2_s_sr_MeV,error_low,error_high
"""

import csv
import math
from pathlib import Path
from typing import NamedTuple

from mcbelt import particles
from mcbelt.errors import ConfigError, PhysicsError
from mcbelt.spectra.tabulated import FLUX_COLUMNS

FLUXES = tuple(name for name, (_, directional) in FLUX_COLUMNS.items() if directional)
ERRORS = ("error_low", "error_high")
KEYS = ("reference", "source", "place", "L")


class Point(NamedTuple):
    """A measured value."""

    line: int  # of the file
    species: str  # name, or "" for a ratio
    energy: float  # kinetic [MeV]
    value: float  # flux [m-2 s-1 sr-1 MeV-1], or e+/e-
    low: float  # its error downwards, above 0, in the unit of the value
    high: float  # upwards


class Measured(NamedTuple):
    """A table of measured values of one quantity."""

    path: Path
    column: str  # that of the values: "ratio", or one of `FLUXES`
    points: tuple[Point, ...]
    stated: dict[str, str]  # key of `KEYS` -> what the comment lines say
    lines: dict[str, int]  # key -> its line

    @property
    def L(self) -> tuple[float, float] | None:
        """Lowest and highest L that the table is of, if it says so."""
        if "L" not in self.stated:
            return None
        try:
            low, high = (float(part) for part in self.stated["L"].split())
        except ValueError:
            low, high = math.nan, math.nan
        if not low <= high:
            raise self.refused(
                self.lines["L"], "L", f"{self.stated['L']!r} is no lowest and highest L; give, say, 1.15 1.25"
            )
        return low, high

    def refused(self, line: int, column: str, why: str) -> ConfigError:
        """The error that names a line and a column, or a key, of the table."""
        return _refused(self.path, line, column, why)


def _refused(path: Path, line: int, column: str, why: str) -> ConfigError:
    what = "key" if column in KEYS else "column"
    return ConfigError(f"{path}, line {line}, {what} {column}: {why}.")


def read(path: Path) -> Measured:
    """Read a table of measured e+ and e-.

    Parameters
    ----------
    path : Path
        Comma-separated, with the columns energy_MeV; one of `FLUXES` or ratio; error_low and error_high, above 0 and in
        the unit of the value; species where it is a flux. Lines that begin with # are comments, of which
        `# reference:` is needed and `# source:`, `# place:`, `# L:` are optional. UTF-8.

    Returns
    -------
    Measured

    Raises
    ------
    ConfigError
        The file cannot be read, says no reference, has other columns, or a value is not allowed; with line and column.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as reason:
        raise ConfigError(f"{path}: cannot be read as a text file ({reason}); give the path of a CSV file.") from reason
    stated, lines, content = _parted(text)
    if not stated.get("reference"):
        raise ConfigError(f"{path}: no line says where the numbers are from; begin it with `# reference: ...`.")
    if len(content) < 2:
        raise ConfigError(f"{path}: holds no row of numbers below a heading; {_expected()}.")
    heading, header = content[0]
    column = _value_column(path, heading, header)
    points = tuple(_point(path, number, header, cells, column) for number, cells in content[1:])
    found = Measured(path, column, points, stated, lines)
    _ = found.L  # refused here, not later
    return found


def _parted(text: str) -> tuple[dict[str, str], dict[str, int], list[tuple[int, list[str]]]]:
    """Keys of the comment lines with their lines, and the other lines as (number, cells)."""
    stated, lines, content = {}, {}, []
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("#"):
            key, colon, value = line.strip().lstrip("#").partition(":")
            if colon and key.strip() in KEYS:
                stated[key.strip()], lines[key.strip()] = value.strip(), number
        elif line.strip():
            content.append((number, [cell.strip() for cell in next(csv.reader([line]))]))
    return stated, lines, content


def _expected() -> str:
    return f"expected are energy_MeV, ratio or one of {', '.join(FLUXES)}, error_low, error_high, and species of a flux"


def _value_column(path: Path, line: int, header: list[str]) -> str:
    """The column of the values; the others are those that it needs."""
    for name in header:
        if name in FLUX_COLUMNS and name not in FLUXES:
            raise _refused(
                path, line, name, f"results are per sr and this unit is not; give one of {', '.join(FLUXES)}"
            )
        if header.count(name) > 1:
            raise _refused(path, line, name, "stands twice; give it once")
    values = [name for name in header if name == "ratio" or name in FLUXES]
    if len(values) > 1:
        raise _refused(path, line, values[1], f"stands beside {values[0]}; give one quantity a table")
    if not values:
        raise _refused(path, line, ", ".join(header), f"none holds the values; {_expected()}")
    needed = {"energy_MeV", values[0], *ERRORS} | (set() if values[0] == "ratio" else {"species"})
    for name in [*header, *sorted(needed)]:
        if name not in header:
            raise _refused(path, line, name, f"is missing; {_expected()}")
        if name not in needed:
            raise _refused(path, line, name or '""', f"is not known beside {values[0]}; {_expected()}")
    return values[0]


def _point(path: Path, line: int, header: list[str], cells: list[str], column: str) -> Point:
    """One row, checked."""
    if len(cells) != len(header):
        raise _refused(path, line, header[min(len(cells), len(header)) - 1], f"{len(cells)} cells for {len(header)}")
    row = dict(zip(header, cells, strict=True))
    numbers = {name: _number(path, line, name, row[name]) for name in ("energy_MeV", column, *ERRORS)}
    factor = FLUX_COLUMNS[column][0] * 1e-3 if column in FLUX_COLUMNS else 1.0
    value, low, high = (factor * numbers[name] for name in (column, *ERRORS))
    species = _species(path, line, row["species"]) if "species" in row else ""
    return Point(line, species, numbers["energy_MeV"], value, low, high)


def _number(path: Path, line: int, name: str, cell: str) -> float:
    try:
        number = float(cell)
    except ValueError:
        raise _refused(path, line, name, f"{cell!r} is not a number") from None
    if not (math.isfinite(number) and number > 0.0):
        raise _refused(path, line, name, f"{cell} is not finite and above 0; leave out what is not measured")
    return number


def _species(path: Path, line: int, cell: str) -> str:
    """Name of the species of a row; the symbols of particles are understood, too."""
    try:
        return particles.particle(cell).name
    except PhysicsError:
        known = ", ".join(each.name for each in particles.PARTICLES)
        raise _refused(path, line, "species", f"{cell!r} is not a species; known are {known}") from None
