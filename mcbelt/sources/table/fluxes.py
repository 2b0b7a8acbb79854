"""As for trapped protons; the flux of the primaries is read from the user's table."""

from typing import Any

import xarray

from mcbelt.sources.table.settings import isotropy
from mcbelt.sources.trapped import fluxes
from mcbelt.sources.trapped.model import TrappedModel
from mcbelt.tally import BlockResult


def flux_dataset(config: Any, model: TrappedModel, merged: BlockResult) -> xarray.Dataset:
    """Fluxes and ratio of a run with the user's protons; parameters as of `mcbelt.sources.trapped.fluxes`.

    Parameters
    ----------
    config : mcbelt.settings.belt.Belt
    model : TrappedModel
    merged : BlockResult

    Returns
    -------
    xarray.Dataset
        Its attribute `remarks` says so where the protons have no pitch angles.
    """
    result = fluxes.flux_dataset(config, model, merged)
    if words := isotropy(config):
        result.attrs["remarks"] = words
    return result
