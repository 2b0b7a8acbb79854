"""Bands from what each variant makes of a quantity, over the nominal one.

With x the quantity of a variant over the nominal one, a shift moves it up by the largest x - 1 of its sides and down by
the largest 1 - x, neither below 0; shifts are independent of each other, so upward and downward moves add in quadrature
apart:

    up^2 = sum over shifts of max(x_low - 1, x_high - 1, 0)^2,   down^2 the same of 1 - x,   band = [1 - down, 1 + up]

(the master equation of Campbell, Huston & Stirling 2007, Rep. Prog. Phys. 70, 89). For moves that are odd in the shift
and small against 1 that is the 68 % interval; Barlow 2003, arXiv:physics/0306138, says what it neglects where the two
sides differ much. A shift of which one side alone is computed moves the quantity to that side alone: a one-sided effect
is not mirrored. Alternatives have no probability: theirs is the envelope, nominal included.

The quantity may be a flux or a ratio. The ratio of e+ to e- is taken in each variant first, so that what moves both
alike leaves it where it is.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from mcbelt.systematics.member import ALTERNATIVE, SHIFT, Member, variants_of


class Band(NamedTuple):
    """Lower and upper end over the nominal value [1], of the shape of the quantity."""

    low: np.ndarray
    high: np.ndarray


def shift_band(members: Iterable[Member], relative: Mapping[str, np.ndarray]) -> Band | None:
    """68 % band: upward and downward moves of the shifts in quadrature, apart.

    Parameters
    ----------
    members : iterable of Member
        In any order; those of which no variant is in `relative` and the alternatives add nothing.
    relative : mapping
        Name of a variant -> the quantity over the nominal one [1], all of one shape.

    Returns
    -------
    Band or None
        None without a shift. NaN where a variant has no value; the lower end can fall below 0 where moves are not
        small against 1, and is not clipped.
    """
    down, up = [], []
    for member in members:
        moves = [relative[each.name] - 1.0 for each in variants_of(member) if each.name in relative]
        if member.kind == SHIFT and moves:
            up.append(np.maximum(np.max(moves, axis=0), 0.0))
            down.append(np.maximum(np.max(np.negative(moves), axis=0), 0.0))
    return Band(1.0 - _in_quadrature(down), 1.0 + _in_quadrature(up)) if up else None


def _in_quadrature(moves: list[np.ndarray]) -> np.ndarray:
    # Ascending, so that the order of the members does not reach the last bit.
    return np.sqrt(np.sum(np.sort(np.square(moves), axis=0), axis=0))


def alternative_envelope(members: Iterable[Member], relative: Mapping[str, np.ndarray]) -> Band | None:
    """Smallest and largest value among the alternatives and the nominal one.

    Parameters
    ----------
    members : iterable of Member
        In any order; the shifts add nothing.
    relative : mapping
        Name of a variant -> the quantity over the nominal one [1], all of one shape.

    Returns
    -------
    Band or None
        None without an alternative. NaN where an alternative has no value (it makes neither e+ nor e-): the envelope
        of those that are left would be narrower there than it is a bin before, for no reason of theirs.
    """
    values = [relative[member.name] for member in members if member.kind == ALTERNATIVE and member.name in relative]
    if not values:
        return None
    return Band(np.minimum(np.min(values, axis=0), 1.0), np.maximum(np.max(values, axis=0), 1.0))


def ratios(numerator: Mapping[str, np.ndarray], denominator: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The ratio of two species over its nominal value, variant by variant.

    Parameters
    ----------
    numerator, denominator : mapping
        Name of a variant -> flux of the species over its nominal one [1].

    Returns
    -------
    dict
        Name of a variant -> ratio over the nominal one [1]; NaN where the variant makes neither species.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return {name: numerator[name] / denominator[name] for name in numerator if name in denominator}
