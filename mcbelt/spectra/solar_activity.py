"""Solar and geomagnetic activity by month: what a date alone says of the air.

The table holds means of the months from October 1957 on, and mean cycles before (see its header: F10.7 as observed, not
adjusted to 1 AU). An e+- that lives for months or years meets the means of months, not one day's flare or storm; who
wants those of a day states them.
"""

import csv
import datetime
import functools
from importlib import resources
from typing import NamedTuple

import numpy as np

from mcbelt.errors import ConfigError

OBSERVED = "observed"


class Activity(NamedTuple):
    """Means of a month."""

    f107: float  # observed flux at 10.7 cm [sfu]
    f107a: float  # its 81-day mean [sfu]
    ap: float  # daily Ap [2 nT]
    origin: str  # OBSERVED, or "mean cycle"


@functools.cache
def table() -> dict[tuple[int, int], Activity]:
    """Activity by year and month, ascending without a gap."""
    text = (resources.files("mcbelt") / "data" / "sun" / "months.csv").read_text(encoding="utf-8")
    months = {}
    for row in csv.DictReader(line for line in text.splitlines() if not line.startswith("#")):
        year, month = map(int, row["month"].split("-"))
        months[year, month] = Activity(float(row["f107"]), float(row["f107a"]), float(row["ap"]), row["origin"])
    return months


def holds(date: datetime.date) -> bool:
    """Whether the table holds the month of a date."""
    return (date.year, date.month) in table()


def of_month(date: datetime.date) -> Activity:
    """Activity of the month of a date.

    Parameters
    ----------
    date : datetime.date

    Returns
    -------
    Activity

    Raises
    ------
    ConfigError
        The date is beyond the table.
    """
    months = table()
    if not holds(date):
        (first, first_month), (last, last_month) = min(months), max(months)
        raise ConfigError(
            f"[shell] date = {date} is outside the table of solar indices, {first}-{first_month:02d} to "
            f"{last}-{last_month:02d}; give [air] f107, f107a and ap."
        )
    return months[date.year, date.month]


def words(date: datetime.date, f107: float, f107a: float, ap: float) -> str | None:
    """What the indices of a campaign are, where they are those of the month of its date; None where they are others.

    Parameters
    ----------
    date : datetime.date
    f107, f107a, ap : float
        [sfu], [sfu], [2 nT].

    Returns
    -------
    str or None
    """
    found = table().get((date.year, date.month))
    if found is None or found[:3] != (f107, f107a, ap):
        return None
    kind = "means of the month as observed" if found.origin == OBSERVED else "of a mean solar cycle, not observed"
    return f"F10.7 = {f107:g}, F10.7a = {f107a:g}, Ap = {ap:g} of {date.year}-{date.month:02d}, {kind}"


class Past(NamedTuple):
    """The months before a date, from its own back to the first of the table, and what is taken before that."""

    ages: np.ndarray  # of the ends of each [days before the date]: (n + 1,), from 0 to infinity
    activity: np.ndarray  # f107, f107a, ap of each, shape (n, 3); the last is the mean over the table's mean cycles


def past(date: datetime.date) -> Past:
    """Activity that an e+- of a date has lived through, month by month.

    Parameters
    ----------
    date : datetime.date

    Returns
    -------
    Past
        Before the first month of the table it is the mean of the months of mean cycles, forever.

    Raises
    ------
    ConfigError
        The date is beyond the table.
    """
    of_month(date)
    months = {month: row for month, row in table().items() if month <= (date.year, date.month)}
    begins = [(date - datetime.date(*month, 1)).days for month in months]
    rows = np.array([row[:3] for row in months.values()])[::-1]
    mean = np.mean([row[:3] for row in table().values() if row.origin != OBSERVED], axis=0)
    return Past(np.array([0.0, *begins[::-1], np.inf]), np.concatenate([rows, mean[None]]))
