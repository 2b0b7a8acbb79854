"""Choices of a campaign that are allowed and do not go together: each is a sentence of warning, and no refusal."""

import functools
from collections.abc import Collection
from typing import Any

from mcbelt.settings.several import Several
from mcbelt.spectra import solar_activity, solar_modulation

_EPOCHS = {"min": 1964, "max": 1970}  # of AP8 (Sawyer & Vette 1976)
_STORM_AP = 50.0  # [2 nT] of a day: a storm (Kp 5 and more) for most of it
_UNLIKE = 1.4  # F10.7 of a day over its 81-day mean: 1 day in 100 is beyond


def of(asked: Any) -> tuple[str, ...]:
    """What does not go together in a checked campaign.

    Parameters
    ----------
    asked : mcbelt.settings.belt.Belt or Several, or a campaign of another kind

    Returns
    -------
    tuple of str
        Sentences; of several sources with the name of the one that each is about.
    """
    if asked.kind != "belt":
        return ()
    if isinstance(asked, Several):
        told = [f"{name}: {words}" for name, part in asked.parts.items() for words in _of_source(part)]
        return tuple(told + _of_air(asked.air))
    return tuple(_of_source(asked) + _of_air(asked.air))


def of_scan(keys: Collection[str]) -> tuple[str, ...]:
    """What does not go together in the keys of a [scan], whatever the case.

    Parameters
    ----------
    keys : collection of str
        Scanned keys with their sections.

    Returns
    -------
    tuple of str
        Sentences.
    """
    sun = ("air.f107", "air.f107a")
    found = [name for name in sun if name in keys]
    if len(found) != 1:
        return ()
    (other,) = (name for name in sun if name not in found)
    return (
        f'[scan] varies "{found[0]}" and not "{other}": F10.7a is the mean of F10.7 over 81 days, so these are Suns '
        'that do not last; link = ["air.f107", "air.f107a"] in [scan] has both go in step.',
    )


def _of_source(asked: Any) -> list[str]:
    source, air, date = asked.source, asked.air, asked.shell.date
    if source.kind == "trapped_protons":
        return _of_map(source.solar, air.f107a)
    if source.kind == "cosmic_rays":
        return _of_modulation(source, date)
    return []


def _of_map(solar: str, f107a: float) -> list[str]:
    own, other = (_flux_of_year(_EPOCHS[name]) for name in (solar, "max" if solar == "min" else "min"))
    if abs(f107a - own) <= abs(f107a - other):
        return []
    wanted = "max" if solar == "min" else "min"
    return [
        f"[source] solar = {solar!r} is AP8 of {_EPOCHS[solar]} (F10.7a near {own:.0f}), and [air] f107a = {f107a:g} "
        f"is nearer to {_EPOCHS[wanted]} ({other:.0f}); solar = {wanted!r} goes with it."
    ]


@functools.cache
def _flux_of_year(year: int) -> float:
    months = [row.f107a for (found, _), row in solar_activity.table().items() if found == year]
    return sum(months) / len(months)


def _of_modulation(source: Any, date: Any) -> list[str]:
    name, phi = source.interstellar, source.phi_MV
    if phi is None or name not in solar_modulation.SLOPE or (date.year, date.month) not in solar_modulation.table():
        return []
    expected = solar_modulation.of_month(date, name)
    if abs(phi - expected) <= 3.0 * solar_modulation.ERROR_MV:
        return []
    return [
        f"[source] phi_MV = {phi:g} is not that of {date.year}-{date.month:02d}, {expected:g} +- "
        f"{solar_modulation.ERROR_MV:g} MV by neutron monitors; leave it out to have that one."
    ]


def _of_air(air: Any) -> list[str]:
    if air.times != "mean":
        return []
    told = []
    if air.ap > _STORM_AP:
        told.append(
            f"[air] ap = {air.ap:g} is of a storm, and times = 'mean' is air of all hours and seasons; a storm lasts a "
            "day: give times = 'instant', or the mean Ap."
        )
    if not 1.0 / _UNLIKE <= air.f107 / air.f107a <= _UNLIKE:
        told.append(
            f"[air] f107 = {air.f107:g} and f107a = {air.f107a:g} are of a day unlike its season, and times = 'mean' "
            "is air of all seasons; give f107 near f107a, or times = 'instant'."
        )
    return told
