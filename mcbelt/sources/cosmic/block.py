"""One block of histories of a cosmic-ray campaign, by the estimator that its model is of."""

from mcbelt.sources.cosmic import adjoint, forward
from mcbelt.sources.cosmic.model import CosmicModel
from mcbelt.tally import BlockResult, TallyAxes

_ESTIMATORS = {"adjoint": adjoint, "forward": forward}  # those of `settings.ESTIMATORS`


def run_block(model: CosmicModel, seed: int, first: int, last: int) -> BlockResult:
    """Histories [first, last).

    Parameters
    ----------
    model : CosmicModel
    seed, first, last : int

    Returns
    -------
    BlockResult
    """
    return _ESTIMATORS[model.estimator].run_block(model.histories, seed, first, last)


def tally_axes(model: CosmicModel) -> dict[str, TallyAxes]:
    """Dimensions and units of the tallies of `run_block`."""
    return _ESTIMATORS[model.estimator].tally_axes(model.histories)
