"""What a block of histories hands over: counts of fates, and the sum and the sum of squares of what was scored.

A tally is a histogram. Each history adds its score s to a bin; the block keeps sum(s) and sum(s^2) over its histories,
so blocks and whole runs merge by addition, and the standard error of the mean, sqrt((<s^2> - <s>^2) / (n - 1)), can be
had at any time (Lux & Koblinger 1991, chapter 2). Floating point addition depends on its order; blocks are therefore
always added in the order of their first history, which makes a result the same to the last bit whoever computed them.
"""

import re
from typing import NamedTuple

import numpy as np

from mcbelt.tally import means


class BlockResult(NamedTuple):
    """Scores of the histories [first, last) of one block, or of many blocks merged."""

    histories: int
    fates: dict[str, int]  # name of the fate -> histories that ended in it; sums to `histories`
    sums: dict[str, np.ndarray]  # tally name -> sum of the scores of each bin
    sums_of_squares: dict[str, np.ndarray]  # tally name -> sum over histories of the squared score of each bin


class Axis(NamedTuple):
    """One dimension of a tally: bins between edges, or labelled bins (edges None)."""

    name: str  # for example "energy"
    unit: str  # for example "MeV"; "1" for a pure number or labels
    edges: np.ndarray | None  # shape (bins + 1,) in `unit`, or None
    labels: tuple[str, ...] = ()  # for example ("positron", "electron")
    description: str = ""


class TallyAxes(NamedTuple):
    """The dimensions of a tally and the unit of its sums (the squares have the unit squared)."""

    axes: tuple[Axis, ...]
    unit: str
    description: str
    targeted: bool = True  # whether the stop rule by precision watches the bins of this tally


def squared(unit: str) -> str:
    """Unit of the square of a quantity: "m-2 s" gives "m-4 s2", "1" stays; what is no product of powers in brackets."""
    if unit == "1":
        return unit
    factors = [re.fullmatch(r"([A-Za-z]+)(-?\d+)?", factor) for factor in unit.split()]
    if not all(factors):
        return f"({unit})2"
    return " ".join(f"{found[1]}{2 * int(found[2] or 1)}" for found in factors if found)


def shape(tally: TallyAxes) -> tuple[int, ...]:
    """Number of bins along each axis of a tally."""
    return tuple(len(axis.labels) if axis.edges is None else len(axis.edges) - 1 for axis in tally.axes)


def merge(left: BlockResult, right: BlockResult) -> BlockResult:
    """Sum of two results over different histories of the same model.

    Parameters
    ----------
    left, right : BlockResult
        Same tallies, same shapes.

    Returns
    -------
    BlockResult
        Counts and sums added. Commutative to the last bit; associative for the counts, and to rounding for the sums.

    Raises
    ------
    ValueError
        The tallies or their shapes differ (a bug: results are checked where they enter the program).
    """
    for ours, theirs in ((left.sums, right.sums), (left.sums_of_squares, right.sums_of_squares)):
        if ours.keys() != theirs.keys() or any(ours[name].shape != theirs[name].shape for name in ours):
            raise ValueError("two results with different tallies cannot be merged")
    fates = {name: left.fates.get(name, 0) + right.fates.get(name, 0) for name in sorted({*left.fates, *right.fates})}
    return BlockResult(
        left.histories + right.histories,
        fates,
        {name: left.sums[name] + right.sums[name] for name in left.sums},
        {name: left.sums_of_squares[name] + right.sums_of_squares[name] for name in left.sums_of_squares},
    )


def relative_error(result: BlockResult, name: str) -> np.ndarray:
    """Relative standard error of the mean score of each bin of a tally.

    Parameters
    ----------
    result : BlockResult
        Merged over all histories so far.
    name : str
        The tally.

    Returns
    -------
    ndarray
        Standard error / |mean|, shape of the tally; NaN where nothing was scored, infinite where fewer than
        `means.FEWEST` effective histories scored.
    """
    n = result.histories
    mean = result.sums[name] / n
    variance = np.maximum(result.sums_of_squares[name] / n - mean**2, 0.0) / max(n - 1, 1)
    effective = means.effective_number(result.sums[name], result.sums_of_squares[name])
    error = np.where(effective < means.FEWEST, np.inf, np.sqrt(variance))
    return error / np.where(mean == 0.0, np.nan, np.abs(mean))
