"""Times over which the density is averaged for particles that outlive a day.

A particle on L = 1.2 lives for years and meets every local time and every season, so what slows it down is the mean
of rho, not of ln(rho): the dense afternoon counts for more than the thin night. `Msis` given several times averages
rho over them.
"""

import datetime
from typing import Any

import numpy as np

from atmosphere.errors import OutOfRange

SEASONS = ("03-21", "06-21", "09-21", "12-21")  # equinoxes and solstices, to a day


def universal_times(times: Any) -> np.ndarray:
    """Times as an array of minutes UT.

    Parameters
    ----------
    times : str, datetime.date, datetime.datetime, numpy.datetime64 or a sequence of these
        A date without an hour is midnight UT.

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
    try:
        moments = np.atleast_1d(np.asarray(times, dtype="datetime64[m]"))
    except (ValueError, TypeError) as error:
        raise OutOfRange(
            f"air: times = {times!r} is not a date or time ({error}). Write it as '1998-06-05T12:00'."
        ) from None
    if moments.size == 0 or np.isnat(moments).any():
        raise OutOfRange(f"air: times = {times!r} holds no time. Give at least one, such as '1998-06-05T12:00'.")
    return moments.ravel()


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
