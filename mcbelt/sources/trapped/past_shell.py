"""The drift shell that e+- seen now were on at earlier times, in the field of those times.

The Earth's moment falls by 0.07 % a year. A charge keeps its third invariant, the magnetic flux through its drift
shell, so its shell shrinks and its momentum grows with the square root of the field (Schulz & Paulikas 1972 and Heckman
& Lindstrom 1972, J. Geophys. Res. 77, 744 and 740): on L = 1.2 of 1998 H_min was 65 km higher ten years before. In a
shrinking dipole the pitch angle stays. Taken from the equatorial shell for all pitch angles are: the density of each
element, the number of free electrons, the field, and the production by the protons of AP8 on the shell of that time,
which is found by its H_min as that of the day is. The protons of a user's table are what they are.

Between the epochs the logarithms are linear in time. The field is followed back to the year 1900, 60 years at most, and
no further than the models hold; what lies before has the values of the last epoch, and the result says how far it is.
"""

import datetime
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.polynomial import legendre

from geomag.drift_shell import DriftShell, drift_shell
from geomag.errors import NoShell
from mcbelt import surroundings
from mcbelt.constants import JULIAN_YEAR
from mcbelt.errors import PhysicsError
from mcbelt.keys import FIRST_DATE
from mcbelt.sources.trapped.emissions import Emissions
from mcbelt.sources.trapped.model import CHANNELS, ELECTRON, POSITRON
from mcbelt.sources.trapped.moments import LEGENDRE_ORDER, angular_production
from mcbelt.sources.trapped.past_air import densities, electron_numbers, own_activity, representative
from mcbelt.sources.trapped.primaries import PROTON_ENERGIES
from mcbelt.sources.trapped.shell_source import LEAST_FRACTION, Target

EPOCHS = (1, 4, 12, 30, 60)  # [years before the date]
_LONGITUDES = 72
_LEAST = 1e-300


class PastShell(NamedTuple):
    """What the shell of each epoch meets over what that of the day does, ln of it; the first epoch is the day."""

    ages: np.ndarray  # [s], shape (n,), ascending from 0
    field: np.ndarray  # equatorial field, shape (n,)
    elements: np.ndarray  # density of each element, shape (n, 5)
    electrons: np.ndarray  # number of free electrons, shape (n,)
    protons: np.ndarray  # production per kg, by charge, channel and energy, shape (n, 2, n_channels, ne)

    @property
    def years(self) -> float:
        """How far back the field is followed [years]."""
        return float(self.ages[-1]) / JULIAN_YEAR


def past_shell(
    config: Any,
    shell: DriftShell,
    target: Target,
    emission: Emissions,
    protons_on: Callable[[DriftShell], np.ndarray] | None,
) -> PastShell:
    """The shells of earlier times.

    Parameters
    ----------
    config : mcbelt.settings.belt.Belt
    shell : DriftShell
        That of 90 degrees, on the day.
    target : Target
    emission : Emissions
        The air that protons hit on the day.
    protons_on : callable or None
        Moments of the flux of the protons on an equatorial shell; None: they are not known at other times.

    Returns
    -------
    PastShell
    """
    today = config.shell.date
    of_day = drift_shell(shell.field, B0_nT=shell.B0_nT, longitudes=_LONGITUDES)
    found, dates = [_at_epoch(config, of_day, today, protons_on)], [today]
    for years in EPOCHS:
        date = _before(today, years)
        if date < FIRST_DATE:
            break
        try:
            earlier = of_same_flux(shell, config.shell.field, date)
            found.append(_at_epoch(config, earlier, date, protons_on))
        except (PhysicsError, NoShell):  # beyond AP8, the plasma or closed shells: the result says how far it went
            break
        dates.append(date)
    *columns, protons = map(np.array, zip(*found, strict=True))
    made = (
        _made(target, emission, protons) if protons_on else np.ones((len(dates), 2, len(CHANNELS), len(target.energy)))
    )
    logarithms = [np.log(np.maximum(each, _LEAST)) for each in (*columns, made)]
    ages = np.array([(today - date).days * 86400.0 for date in dates])
    return PastShell(ages, *(each - each[0] for each in logarithms))


def _before(date: datetime.date, years: int) -> datetime.date:
    return date.replace(year=date.year - years, day=min(date.day, 28)) if date.year > years else datetime.date.min


def of_same_flux(shell: DriftShell, field: str, date: datetime.date) -> DriftShell:
    """The equatorial drift shell of a date through which as much magnetic flux goes as through another.

    Parameters
    ----------
    shell : DriftShell
    field : str
        Name of the field model.
    date : datetime.date

    Returns
    -------
    DriftShell

    Raises
    ------
    geomag.errors.NoShell
        There is none.
    """
    of_date, B0_nT = surroundings.traced_field(field, date), shell.B0_nT
    wanted = shell.field.moment_nT / shell.L_star  # the flux but for a constant
    for _ in range(4):  # in a dipole the flux goes as B0^(1/3): the steps square the error, which begins at 10 %
        found = drift_shell(of_date, B0_nT=B0_nT, longitudes=_LONGITUDES)
        B0_nT *= (wanted * found.L_star / of_date.moment_nT) ** 3
    return found


def _at_epoch(config, shell, date, protons_on):
    """Field, density of each element, number of electrons on an equatorial shell, at one activity; and the protons."""
    activity = own_activity(config)
    places = representative(shell, shell.weight)
    electrons = electron_numbers(date, [places], activity.f107a)[0] if config.physics.free_electrons else 1.0
    if math.isnan(electrons):
        raise PhysicsError(f"no model of the plasma holds on the shell with B0 = {shell.B0_nT:.0f} nT.")
    protons = protons_on(shell)[0] if protons_on else 0.0
    return shell.B0_nT, densities(config, places, activity), electrons, protons


def _made(target, emission, protons):
    """Production at 90 degrees on the equator in the air of the day, shape (n, 2, n_channels, ne), by the moments of n
    fluxes of protons (n, n_orders, nt)."""
    result = np.zeros((len(protons), 2, len(CHANNELS), len(target.energy)))
    across = legendre.legvander(np.zeros(1), LEGENDRE_ORDER)[0, ::2]
    for index, element in enumerate(surroundings.ELEMENTS):
        share = target.fractions[-1, index]
        if share < LEAST_FRACTION:
            continue
        for charge, sign in ((POSITRON, 1), (ELECTRON, -1)):
            emitted = emission(element, sign, 0.0, False)
            for channel in ("pion", "kaon"):
                made = angular_production(protons, PROTON_ENERGIES, np.arange(len(protons)), emitted[channel])
                met = np.einsum("l,nle->ne", across, made.coefficients)
                result[:, charge, CHANNELS.index(channel)] += share * np.maximum(met, 0.0)
    return result


def at(found: PastShell, ages: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Field, elements, electrons and production over those of the day.

    Parameters
    ----------
    found : PastShell
    ages : ndarray, shape (n,)
        Before the day [s].

    Returns
    -------
    tuple of 4 ndarray
        Shapes (n,), (n, 5), (n,), (n, 2, n_channels, ne).
    """
    if len(found.ages) == 1:
        return tuple(np.exp(np.repeat(each, len(ages), axis=0)) for each in found[1:])  # type: ignore[return-value]
    inside = np.minimum(ages, found.ages[-1])
    lower = np.clip(np.searchsorted(found.ages, inside, side="right") - 1, 0, len(found.ages) - 2)
    share = (inside - found.ages[lower]) / np.diff(found.ages)[lower]

    def between(table):
        weight = share.reshape(-1, *[1] * (table.ndim - 1))
        return np.exp(table[lower] * (1.0 - weight) + table[lower + 1] * weight)

    return tuple(between(each) for each in found[1:])  # type: ignore[return-value]
