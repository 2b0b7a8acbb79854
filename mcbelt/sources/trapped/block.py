"""One block of histories: the unit of work, of checkpointing and of statistics."""

import math

import numpy as np

from mcbelt import particles
from mcbelt.sources.trapped import monte_carlo
from mcbelt.sources.trapped.model import CHARGES, ShellModel
from mcbelt.tally import Axis, BlockResult, TallyAxes


def run_block(model: ShellModel, seed: int, first: int, last: int) -> BlockResult:
    """Histories [first, last) of a model.

    Parameters
    ----------
    model : ShellModel
    seed : int
        Seed of the campaign.
    first, last : int
        First history and one past the last.

    Returns
    -------
    BlockResult
        Sums over histories; independent of where and in which order blocks are run.
    """
    sums, squares, products, ages, fates = monte_carlo.histories(model, seed, first, last)
    return BlockResult(
        last - first,
        {fate.name: int(fates[fate]) for fate in particles.Fate if fates[fate] > 0},
        {"path_length": sums, "path_length_product": products, "age": ages},
        {"path_length": squares, "path_length_product": np.zeros_like(products), "age": np.zeros_like(ages)},
    )


def tally_axes(model: ShellModel) -> dict[str, TallyAxes]:
    """Dimensions and units of the tallies of `run_block`."""
    charge = Axis("charge", "1", None, CHARGES, "species followed")
    angle = Axis("pitch_angle", "deg", np.degrees(model.pitch_angle_edges), (), "equatorial pitch angle")
    energy = Axis("energy", "MeV", model.energy_edges * 1e3, (), "kinetic energy")
    unit = "m-2 s-1 sr-1 (path length per volume of phase space, times bin widths)"
    return {
        "path_length": TallyAxes((charge, angle, energy), unit, "weighted path length per history"),
        "path_length_product": TallyAxes(
            (angle, energy), f"({unit})2", "product of the scores of e+ and e-", targeted=False
        ),
        "age": TallyAxes((charge, angle, energy), f"{unit} s", "weighted path length times age", targeted=False),
    }


def bin_volume(model: ShellModel) -> np.ndarray:
    """Phase-space volume of the tally bins: integral of W over the pitch-angle bin times the energy width [GeV],
    shape (n_angles, n_bins)."""
    fine = np.linspace(model.pitch_angle[0], 0.5 * math.pi, 4001)
    volume = np.interp(fine, model.pitch_angle, model.phase_volume)
    cumulative = np.concatenate([[0.0], np.cumsum(0.5 * (volume[1:] + volume[:-1]) * np.diff(fine))])
    per_angle = np.diff(np.interp(model.pitch_angle_edges, fine, cumulative))
    return per_angle[:, None] * np.diff(model.energy_edges)[None, :]
