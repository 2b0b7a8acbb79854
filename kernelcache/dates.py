"""Dates and times as users hand them to `geomag` and `atmosphere`: an instant in UT, or a refusal in a sentence.

Text in ISO form, dates, datetimes and timestamps with or without a zone (an offset is honoured), numpy's datetime64,
astropy's Time of any scale, and decimal years.
"""

import datetime
from typing import Any

import numpy as np

from kernelcache.doors import Door

_YEARS = (1000.0, 3000.0)  # numbers beyond are no decimal years


def instant(door: Door, value: Any) -> datetime.datetime:
    """One instant.

    Parameters
    ----------
    door : Door
        Where it comes in.
    value : str, date, datetime, numpy.datetime64, astropy Time or float
        A day is its midnight; what has no zone is UT; a number is a decimal year.

    Returns
    -------
    datetime.datetime
        UT, without a zone.

    Raises
    ------
    Exception
        The door's error: it is no date, holds several, or is no more than a month or a year.
    """
    if hasattr(value, "utc") and hasattr(value, "isot"):  # astropy
        value = value.utc.datetime64
    if hasattr(value, "dims") and hasattr(value, "values"):  # xarray
        value = value.values
    if hasattr(value, "__len__") and not isinstance(value, str):
        value = np.asarray(value)
    if isinstance(value, np.ndarray):
        if value.size != 1:
            raise door.error(f"{door.where}: date holds {value.size} dates. Give one, and call again for each.")
        value = value.reshape(-1)[0]
    if isinstance(value, np.datetime64):
        return _of_numpy(door, value)
    if isinstance(value, str):
        try:
            value = datetime.datetime.fromisoformat(value.strip())
        except ValueError:
            raise _refused(door, value) from None
    if value != value:  # NaT of pandas, NaN
        raise _refused(door, value)
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            value = value.astimezone(datetime.UTC).replace(tzinfo=None)
        return datetime.datetime.fromisoformat(value.isoformat()[:26])  # a timestamp of pandas may have nanoseconds
    if isinstance(value, datetime.date):
        return datetime.datetime(value.year, value.month, value.day)
    if isinstance(value, int | float | np.number) and not isinstance(value, bool) and _YEARS[0] <= value < _YEARS[1]:
        start, end = (datetime.datetime(int(value) + more, 1, 1) for more in (0, 1))
        return start + (end - start) * (float(value) - int(value))
    raise _refused(door, value)


def is_day(value: Any) -> bool:
    """Whether a date that `instant` takes says the day alone, and no time of it."""
    if isinstance(value, str):
        try:
            datetime.date.fromisoformat(value.strip())
        except ValueError:
            return False
        return True
    if isinstance(value, np.datetime64):
        return np.datetime_data(value)[0] == "D"
    return isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)


def listed(value: Any) -> list[Any]:
    """The dates of one or of many: a list of what `instant` takes."""
    if hasattr(value, "utc") and hasattr(value, "isot"):  # astropy
        value = value.utc.datetime64
    if isinstance(value, str | datetime.date | np.datetime64 | int | float):
        return [value]
    if hasattr(value, "dtype") or hasattr(value, "to_numpy"):  # numpy, pandas, xarray
        return list(np.asarray(value).ravel())
    return list(value) if hasattr(value, "__iter__") else [value]


def _of_numpy(door: Door, value: np.datetime64) -> datetime.datetime:
    if np.isnat(value):
        raise _refused(door, value)
    if np.datetime_data(value)[0] in ("Y", "M", "W"):
        raise door.error(f"{door.where}: date {value} is no day. Give it as YYYY-MM-DD, e.g. 1998-06-05.")
    return value.astype("datetime64[us]").astype(datetime.datetime)


def _refused(door: Door, value: Any) -> Exception:
    return door.error(
        f"{door.where}: date {value!r:.80} is not a date. Give it as YYYY-MM-DD, e.g. 1998-06-05 or 1998-06-05T12:00."
    )
