"""Several sources in one block: the tallies and the fates of each stand under its name, `<source>__<tally>`.

A history of a campaign of several sources is one history of each of them. Each has a seed of its own, for two sources
with the same random numbers would err together, and errors of a sum add in quadrature only where they do not. What a
block says of one source is, to the last bit, the block of the campaign of that source alone with that seed.
"""

from collections.abc import Mapping
from typing import TypeVar

import numpy as np

from mcbelt.tally import BlockResult

SEPARATOR = "__"  # between the name of a source and what is its own
_STREAM = 0x1E3779B97F4A7C15  # odd, so all streams of a seed differ
_SEEDS = 2**63
Value = TypeVar("Value")


def under(source: str, name: str) -> str:
    """The name of something that belongs to a source, among those of all."""
    return f"{source}{SEPARATOR}{name}"


def seed_of(seed: int, stream: int) -> int:
    """Seed of a source: of the first in the file (stream 0) that of the campaign."""
    return (seed + stream * _STREAM) % _SEEDS


def own(name: str) -> str:
    """The name without that of a source."""
    return name.rpartition(SEPARATOR)[2]


def of(source: str, values: Mapping[str, Value]) -> dict[str, Value]:
    """What belongs to a source, under its own names.

    Parameters
    ----------
    source : str
    values : mapping
        Of all sources.

    Returns
    -------
    dict
    """
    prefix = under(source, "")
    return {name.removeprefix(prefix): value for name, value in values.items() if name.startswith(prefix)}


def joined(results: Mapping[str, BlockResult]) -> BlockResult:
    """The same histories of several sources as one result.

    Parameters
    ----------
    results : mapping
        Name of the source -> its result; all of as many histories.

    Returns
    -------
    BlockResult
        Its fates sum to the histories of all sources.

    Raises
    ------
    ValueError
        Different numbers of histories (a bug: every source is asked for the same).
    """
    counts = {result.histories for result in results.values()}
    if len(counts) != 1:
        raise ValueError(f"sources came back with different numbers of histories: {sorted(counts)}")
    fates: dict[str, int] = {}
    sums: dict[str, np.ndarray] = {}
    squares: dict[str, np.ndarray] = {}
    for source, result in results.items():
        fates |= {under(source, name): count for name, count in result.fates.items()}
        sums |= {under(source, name): values for name, values in result.sums.items()}
        squares |= {under(source, name): values for name, values in result.sums_of_squares.items()}
    return BlockResult(counts.pop(), fates, sums, squares)


def taken(source: str, result: BlockResult) -> BlockResult:
    """The result of one source out of a joined one; inverse of `joined`."""
    return BlockResult(
        result.histories, of(source, result.fates), of(source, result.sums), of(source, result.sums_of_squares)
    )
