"""What several sources compute together: each its own histories, in the same blocks, and the sum of their fluxes.

Every source prepares its own model, and history i of a block is history i of each of them; so a source gives what it
gives alone with its seed, bit by bit, and a block, a stop rule or an interruption is what it is for one source. The
stop rule by precision watches the bins of every source.
"""

import dataclasses
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import xarray

from mcbelt.campaign.case import Simulation, require_fluxes
from mcbelt.files import provenance
from mcbelt.sources.several import block, fluxes
from mcbelt.tally import BlockResult, parts


def composite(chosen: Mapping[str, Simulation]) -> Simulation:
    """The simulation of several sources.

    Parameters
    ----------
    chosen : mapping
        Name of a source -> its simulation, in the order of the file.

    Returns
    -------
    Simulation
        For a campaign `mcbelt.settings.several.Several` of these sources.
    """
    of_sum = provenance.code_hash((block.__name__, fluxes.__name__))
    codes = "\n".join([of_sum, *(f"{name} {each.code_hash}" for name, each in chosen.items())])
    return Simulation(
        _Prepare(dict(chosen)),
        block.run_block,
        block.tally_axes,
        _added(chosen),
        hashlib.sha256(codes.encode()).hexdigest()[:16],
        len(chosen),
    )


@dataclasses.dataclass(frozen=True)
class _Prepare:
    """The models of all sources of a campaign; a worker can be sent it, where it can be sent those of the sources."""

    chosen: Mapping[str, Simulation]

    def __call__(self, asked: Any) -> block.SeveralModel:
        made = (
            block.PartModel(name, asked.streams[name], each.run_block, each.tally_axes, each.prepare(asked.parts[name]))
            for name, each in self.chosen.items()
        )
        return block.SeveralModel(tuple(made))


def _added(chosen: Mapping[str, Simulation]) -> Callable[[Any, block.SeveralModel, BlockResult], xarray.Dataset]:
    def flux_dataset(asked: Any, model: block.SeveralModel, merged: BlockResult) -> xarray.Dataset:
        found: dict[str, xarray.Dataset] = {}
        for part in model.parts:
            own = asked.parts[part.name]
            found[part.name] = chosen[part.name].flux_dataset(own, part.model, parts.taken(part.name, merged))
            require_fluxes(own, found[part.name])
        return fluxes.flux_dataset(asked.species, found, merged.histories)

    return flux_dataset
