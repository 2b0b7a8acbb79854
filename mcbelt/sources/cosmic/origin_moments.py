"""Sums for the errors of what tells where and when e+- were born: shares, and the medians of altitudes and times.

Each of them is a part of a whole, and a history adds to both. The parts of a history are: what was born below each edge
of the altitudes, and what has a time or a life below each edge, summed over looks; what of it lives short; what will be
absorbed; and its flux. Sums over histories of their squares and of their products with the whole are kept. The error
of a quantile follows from that of the share below it (Woodruff 1952, J. Am. Stat. Assoc. 47, 635).
"""

import numpy as np

from mcbelt.sources.cosmic import origins
from mcbelt.tally.means import share_error

_TALLIES = {  # name of a tally of births -> its edges, the upper of each bin
    "birth_altitude": ("km", origins.ALTITUDE_EDGES_KM[1:]),
    "residence_time": ("s", origins.TIME_EDGES_S[1:]),
    "lifetime": ("s", origins.TIME_EDGES_S[1:]),
}
_SHORT, _ABSORBED, _FLUX = "short-lived", "absorbed", "flux"
PARTS = (
    *(f"{name} below {edge:.3g} {unit}" for name, (unit, edges) in _TALLIES.items() for edge in edges),
    _SHORT,
    _ABSORBED,
    _FLUX,
)
_STARTS = dict(zip(_TALLIES, np.cumsum([0, *(len(edges) for _, edges in _TALLIES.values())]).tolist(), strict=False))
_PLACE = {name: PARTS.index(name) for name in (_SHORT, _ABSORBED, _FLUX)}
_ABSORBED_ON = slice(_PLACE[_ABSORBED], None)  # the two that go with the flux
_WHOLE = len(origins.ALTITUDE_EDGES_KM) - 2  # place of what was born below the last edge: all births


def parts(births: np.ndarray, absorbed: np.ndarray, flux: np.ndarray) -> np.ndarray:
    """Parts of each history.

    Parameters
    ----------
    births : ndarray, shape (n, origins.BINS)
    absorbed, flux : ndarray, shape (n,)
        What of the flux will be absorbed; the flux.

    Returns
    -------
    ndarray, shape (n, len(PARTS))
    """
    altitude, time, life, place = origins.split(births)
    below = [np.cumsum(histogram, axis=-1) for histogram in (altitude, time, life)]
    rest = np.stack([place[:, 0].sum(axis=(-2, -1)), absorbed, flux], axis=-1)
    return np.concatenate([*below, rest], axis=-1)


def moments(parts_of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sums over histories of squares, and of products with the whole (with the flux, for what is absorbed).

    Parameters
    ----------
    parts_of : ndarray, shape (..., n, len(PARTS))

    Returns
    -------
    tuple of 2 ndarray, shape (..., len(PARTS))
    """
    whole = np.repeat(parts_of[..., _WHOLE : _WHOLE + 1], len(PARTS), axis=-1)
    whole[..., _ABSORBED_ON] = parts_of[..., _PLACE[_FLUX], None]
    return (parts_of**2).sum(axis=-2), (parts_of * whole).sum(axis=-2)


def error_of_share(n: int, name: str, sums: tuple, squares: np.ndarray, products: np.ndarray) -> np.ndarray:
    """Standard error of the share that is short-lived, or absorbed.

    Parameters
    ----------
    n : int
        Histories.
    name : {"short-lived", "absorbed"}
    sums : tuple of 2 ndarray, shape (...)
        Of the part and of the whole.
    squares, products : ndarray, shape (..., len(PARTS))
        Of `moments`.

    Returns
    -------
    ndarray, shape (...)
        NaN where part, whole or the rest are of too few histories.
    """
    whole = _WHOLE if name == _SHORT else _PLACE[_FLUX]
    part = sums[0], squares[..., _PLACE[name]]
    return share_error(n, part, (sums[1], squares[..., whole]), products[..., _PLACE[name]])


def error_of_level(
    n: int, name: str, histogram: np.ndarray, level: float, squares: np.ndarray, products: np.ndarray
) -> np.ndarray:
    """Standard error of the share below a quantile, linear between those at the ends of the bin that holds it.

    Linear errors are never too small for a linear share: they would be right if the errors of both ends were one.

    Parameters
    ----------
    n : int
        Histories.
    name : {"birth_altitude", "residence_time", "lifetime"}
    histogram : ndarray, shape (..., bins)
        Sums over histories.
    level : float
        0 to 1.
    squares, products : ndarray, shape (..., len(PARTS))
        Of `moments`.

    Returns
    -------
    ndarray, shape (...)
        NaN where no end of the bin has enough histories on both sides.
    """
    mine = slice(_STARTS[name], _STARTS[name] + histogram.shape[-1])
    below = np.cumsum(histogram, axis=-1)
    whole = np.broadcast_to(below[..., -1:], below.shape), squares[..., _WHOLE : _WHOLE + 1]
    errors = share_error(n, (below, squares[..., mine]), whole, products[..., mine])
    sought = level * below[..., -1:]
    upper = np.minimum((below < sought).sum(axis=-1), below.shape[-1] - 1)[..., None]
    lower = np.maximum(upper - 1, 0)
    ends, shares = ([np.take_along_axis(of, at, axis=-1) for at in (lower, upper)] for of in (errors, below))
    with np.errstate(divide="ignore", invalid="ignore"):
        place = np.clip((sought - shares[0]) / (shares[1] - shares[0]), 0.0, 1.0)
        between = (1.0 - place) * ends[0] + place * ends[1]
    return np.where(np.isfinite(between), between, np.fmax(*ends))[..., 0]
