"""One block of histories of several sources: the block of each, side by side."""

from collections.abc import Callable
from typing import Any, NamedTuple

from mcbelt.tally import BlockResult, TallyAxes, parts


class PartModel(NamedTuple):
    """One of the sources: functions of its module, which workers import, and what it prepared."""

    name: str
    stream: int  # of its random numbers: its place in the file
    run_block: Callable[[Any, int, int, int], BlockResult]
    tally_axes: Callable[[Any], dict[str, TallyAxes]]
    model: Any


class SeveralModel(NamedTuple):
    """The models of all sources, in the order of the file."""

    parts: tuple[PartModel, ...]


def run_block(model: SeveralModel, seed: int, first: int, last: int) -> BlockResult:
    """Histories [first, last) of every source.

    Parameters
    ----------
    model : SeveralModel
    seed, first, last : int
        The histories are the same for each source, the seed is its own (`mcbelt.tally.parts.seed_of`).

    Returns
    -------
    BlockResult
        Tallies and fates by source, see `mcbelt.tally.parts`.
    """
    seeds = {part.name: parts.seed_of(seed, part.stream) for part in model.parts}
    return parts.joined({part.name: part.run_block(part.model, seeds[part.name], first, last) for part in model.parts})


def tally_axes(model: SeveralModel) -> dict[str, TallyAxes]:
    """Dimensions and units of the tallies of `run_block`."""
    return {
        parts.under(part.name, name): axes for part in model.parts for name, axes in part.tally_axes(part.model).items()
    }
