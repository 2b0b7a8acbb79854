"""F10.7, F10.7a and Ap of a date: of the table of months that comes with the program, or of a user's file of days.

The file is that of CelesTrak, SW-All.csv (https://celestrak.org/SpaceData/), which pymsis reads, too: one day a row, by
the names of its columns. As NRLMSIS wants them, F10.7 is that of the day before, F10.7a the 81 days centred on the day,
both as observed (not adjusted to 1 AU), and Ap that of the day. A flux above 400 sfu is a radio burst of a flare and no
measure of the Sun's extreme ultraviolet: such days are refused, as are predicted ones.
"""

import csv
import datetime
from pathlib import Path
from typing import NamedTuple

from mcbelt.errors import ConfigError
from mcbelt.spectra import solar_activity

BUILTIN = "builtin"
DATE, F107, KIND, F107A, AP = "DATE", "F10.7_OBS", "F10.7_DATA_TYPE", "F10.7_OBS_CENTER81", "AP_AVG"
OBSERVED = ("OBS", "INT")  # measured, or interpolated between measured days
BURST_SFU = 400.0
LARGEST_FILE = 64 * 2**20  # [bytes]


class Indices(NamedTuple):
    """What the air of a date needs."""

    f107: float  # [sfu]
    f107a: float  # [sfu]
    ap: float  # [2 nT]
    origin: str  # in words


def of(source: str, date: datetime.date) -> Indices:
    """Indices of a date.

    Parameters
    ----------
    source : str
        "builtin" for the means of the month, or the path of a file of days.
    date : datetime.date

    Returns
    -------
    Indices

    Raises
    ------
    ConfigError
        No such file, not of CelesTrak's columns, or it has no measured values of that day and the day before.
    """
    if source == BUILTIN:
        found = solar_activity.of_month(date)
        words = solar_activity.words(date, *found[:3])
        return Indices(*found[:3], str(words).partition(" of ")[2])
    path = Path(source)
    rows = _days(path, date)
    before, day = (_row(rows, path, each) for each in (date - datetime.timedelta(days=1), date))
    if before[KIND] not in OBSERVED:
        raise ConfigError(f"{path}: F10.7 of {before[DATE]} is no measured value ({before[KIND]}); give another date.")
    values = (_number(before, F107, path), _number(day, F107A, path), _number(day, AP, path))
    if not 0.0 < values[0] <= BURST_SFU:
        raise ConfigError(
            f"{path}: F10.7 of {before[DATE]} is {values[0]:g} sfu, no flux of the quiet Sun; give --f107 itself."
        )
    return Indices(*values, f"{date} in {path.name}")


def _days(path: Path, date: datetime.date) -> dict[str, dict[str, str]]:
    """The rows of the day and of the day before, by date as text."""
    wanted = {str(date), str(date - datetime.timedelta(days=1))}
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ConfigError(f"{path}: is larger than {LARGEST_FILE >> 20} MiB, which no file of indices is.")
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            missing = [name for name in (DATE, F107, KIND, F107A, AP) if name not in (table.fieldnames or ())]
            if missing:
                raise ConfigError(
                    f"{path}: has no column {missing[0]}; give a file as SW-All.csv of CelesTrak (the .csv, not the "
                    '.txt), or "builtin".'
                )
            return {row[DATE]: row for row in table if row[DATE] in wanted}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f'{path}: cannot be read ({reason}); give a file of indices, or "builtin".') from None


def _row(rows: dict[str, dict[str, str]], path: Path, date: datetime.date) -> dict[str, str]:
    if str(date) not in rows:
        raise ConfigError(f"{path}: has no row of {date}; give another date, or --f107, --f107a and --ap themselves.")
    return rows[str(date)]


def _number(row: dict[str, str], name: str, path: Path) -> float:
    try:
        value = float(row[name])
    except (TypeError, ValueError):
        value = -1.0
    if not value >= 0.0:
        raise ConfigError(f"{path}: {name} of {row[DATE]} is {row[name]!r}, no measured value; give another date.")
    return value
