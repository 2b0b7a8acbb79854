"""Times over which the density is averaged for particles that outlive a day.

A particle on L = 1.2 lives for years and meets every local time and every season, so what slows it down is the mean
of rho, not of ln(rho): the dense afternoon counts for more than the thin night. `Msis` given several times averages
rho over them.
"""

import datetime
from typing import Any

import numpy as np

from atmosphere.errors import DOOR, OutOfRange
from kernelcache import dates

HOURS_OF_A_DAY = 12  # times that stand for a day
SEASONS = ("03-21", "06-21", "09-21", "12-21")  # equinoxes and solstices, to a day


def universal_times(times: Any) -> np.ndarray:
    """Times as an array of minutes UT.

    Parameters
    ----------
    times : str, date, datetime, numpy.datetime64, astropy Time, decimal year, or a sequence of these
        UT where it has no zone. A date without an hour is midnight UT here (`Msis` takes it for the day).

    Returns
    -------
    ndarray of datetime64[m], shape (n,)

    Raises
    ------
    OutOfRange
        When nothing is given or a time cannot be read.
    """
    if times is None:
        raise OutOfRange("air: `times` is missing. Give a date such as '1998-06-05', or a list of times in UT.")
    given = dates.listed(times)
    if not given:
        raise OutOfRange(f"air: times = {times!r} holds no time. Give at least one, such as '1998-06-05T12:00'.")
    return np.array([dates.instant(DOOR, each) for each in given], dtype="datetime64[m]")


def days_or_times(times: Any) -> np.ndarray:
    """Times of a model of air: those that are given, or, of days alone, `HOURS_OF_A_DAY` of each.

    Parameters
    ----------
    times : as `universal_times`

    Returns
    -------
    ndarray of datetime64[m], shape (n,)

    Raises
    ------
    OutOfRange
        As `universal_times`, or days beside times.
    """
    moments = universal_times(times)
    days = [dates.is_day(each) for each in dates.listed(times)]
    if not any(days):
        return moments
    if not all(days):
        raise OutOfRange("air: times holds days beside times of day. Give hours to all, such as '1998-06-05T12:00'.")
    return np.concatenate([hours_of_day(moment, HOURS_OF_A_DAY) for moment in moments])


def hours_of_day(date: str | datetime.date | np.datetime64, count: int = 12) -> np.ndarray:
    """Times equally spaced over one day, so that the mean covers all local times.

    Parameters
    ----------
    date : str, datetime.date or numpy.datetime64
    count : int, optional
        Times a day. 4 cancel the diurnal, semi- and terdiurnal waves of ln(rho); what their products leave in the mean
        of rho over a drift shell is 1 % with 4, 0.03 % with 6 (tests/physics/test_shell_average.py).

    Returns
    -------
    ndarray of datetime64[m], shape (count,)
    """
    start = universal_times(date)[0].astype("datetime64[D]").astype("datetime64[m]")
    return start + (np.arange(count) * (24 * 60)) // count


def hours_of_seasons(year: int, count: int = 6) -> np.ndarray:
    """Times equally spaced over the days of the four seasons of a year.

    Parameters
    ----------
    year : int
    count : int, optional
        Times a day.

    Returns
    -------
    ndarray of datetime64[m], shape (4 * count,)
    """
    return np.concatenate([hours_of_day(f"{int(year):04d}-{day}", count) for day in SEASONS])


def covers_local_times(times: np.ndarray) -> bool:
    """Whether the times cancel waves of 24, 12 and 8 hours, day by day.

    Parameters
    ----------
    times : ndarray of datetime64[m]

    Returns
    -------
    bool
        True if on every date the first three harmonics of UT sum to zero, so that a mean over the times keeps no
        local time.
    """
    days = times.astype("datetime64[D]")
    turn = 2.0 * np.pi * (times - days).astype(float) / (24.0 * 60.0)
    for day in np.unique(days):
        phases = turn[days == day]
        if max(abs(np.exp(1j * k * phases).mean()) for k in (1, 2, 3)) > 1.0e-2:
            return False
    return True
