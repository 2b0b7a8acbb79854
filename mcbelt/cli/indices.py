"""The option --indices of the commands that need F10.7, F10.7a and Ap."""

from __future__ import annotations

import datetime
from typing import Any

from mcbelt.errors import ConfigError

HELP = "Take F10.7, F10.7a and Ap from here: builtin (means of the month), or a file as SW-All.csv of CelesTrak."


def filled(command: str, given: dict[str, float | None], source: str | None, date: str) -> tuple[dict[str, Any], str]:
    """The three indices of a command.

    Parameters
    ----------
    command : str
        Its name, for messages.
    given : dict
        f107, f107a and ap as options gave them.
    source : str or None
        Of --indices.
    date : str
        Of the command.

    Returns
    -------
    indices : dict
        As `given` where there is no source.
    origin : str
        Where they are from, in words; empty where they were given.

    Raises
    ------
    ConfigError
        Both a source and an index, a date that is none, or what `indices.of` refuses.
    """
    if source is None:
        return given, ""
    if beside := [name for name, value in given.items() if value is not None]:
        raise ConfigError(f"mcbelt {command}: --indices gives all three; leave --{beside[0]} out, or --indices.")
    try:
        day = datetime.date.fromisoformat(date[:10])
    except ValueError:
        raise ConfigError(f"mcbelt {command}: --date {date!r} is not a date such as 1998-06-05.") from None
    from mcbelt.spectra import indices

    found = indices.of(source, day)
    return {"f107": found.f107, "f107a": found.f107a, "ap": found.ap}, found.origin
