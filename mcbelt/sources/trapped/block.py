"""One block of histories: the unit of work, of checkpointing and of statistics."""

import math

import numpy as np

from mcbelt import particles
from mcbelt.sources.trapped import monte_carlo
from mcbelt.sources.trapped.model import ShellModel, TrappedModel
from mcbelt.tally import Axis, BlockResult, TallyAxes, squared


def run_block(model: TrappedModel, seed: int, first: int, last: int) -> BlockResult:
    """Histories [first, last) of a model.

    Parameters
    ----------
    model : TrappedModel
    seed : int
        Seed of the campaign.
    first, last : int
        First history and one past the last.

    Returns
    -------
    BlockResult
        Sums over histories; independent of where and in which order blocks are run.
    """
    omnidirectional = solid_angle(model.shell)[:, None] / bin_volume(model.shell)
    sums, squares, products, ages, moments, fates = monte_carlo.histories(
        model.shell, seed, first, last, omnidirectional
    )
    scored = {"path_length": sums, "age": ages} | ({"path_length_product": products} if len(model.species) > 1 else {})
    scored |= {"age_square": moments.age_squares, "age_product": moments.age_products}
    scored |= {"omnidirectional_square": moments.omnidirectional, "integral_square": moments.integral}
    return BlockResult(
        last - first,
        {fate.name: int(fates[fate]) for fate in particles.Fate if fates[fate] > 0},
        scored,
        {name: squares if name == "path_length" else np.zeros_like(sums) for name, sums in scored.items()},
    )


def tally_axes(model: TrappedModel) -> dict[str, TallyAxes]:
    """Dimensions and units of the tallies of `run_block`."""
    shell = model.shell
    charge = Axis("charge", "1", None, model.species, "species followed")
    angle = Axis("pitch_angle", "degree", np.degrees(shell.pitch_angle_edges), (), "equatorial pitch angle")
    energy = Axis("energy", "MeV", shell.energy_edges * 1e3, (), "kinetic energy")
    unit = "m-1 s-1 sr-1"  # a flux per energy times the phase space of a bin: W [m] by angle and energy
    about = "flux times the phase space of the bin"
    result = {
        "path_length": TallyAxes((charge, angle, energy), unit, f"{about} per history"),
        "age": TallyAxes((charge, angle, energy), "m-1 sr-1", f"{about} times age per history", targeted=False),
    }
    of_ages = {"age_square": ("m-2 sr-2", "square of that"), "age_product": ("m-2 s-1 sr-2", "product of the two")}
    for name, (unit_of_it, words) in of_ages.items():
        result[name] = TallyAxes((charge, angle, energy), unit_of_it, f"age and path length: {words}", targeted=False)
    of_fluxes = {"omnidirectional": "m-2 s-1 GeV-1", "integral": "m-2 s-1"}
    for name, unit_of_it in of_fluxes.items():
        words = f"square of the score of the {name} flux"
        result[f"{name}_square"] = TallyAxes((charge, energy), squared(unit_of_it), words, targeted=False)
    if len(model.species) > 1:
        about = "product of the scores of e+ and e-"
        result["path_length_product"] = TallyAxes((angle, energy), squared(unit), about, targeted=False)
    return result


def solid_angle(model: ShellModel) -> np.ndarray:
    """Solid angle of the pitch-angle bins and of their mirror images beyond 90 degrees [sr], shape (n_angles,)."""
    return 4.0 * math.pi * -np.diff(np.cos(model.pitch_angle_edges))


def bin_volume(model: ShellModel) -> np.ndarray:
    """Phase-space volume of the tally bins: integral of W over the pitch-angle bin times the energy width [GeV],
    shape (n_angles, n_bins)."""
    fine = np.linspace(model.pitch_angle[0], 0.5 * math.pi, 4001)
    volume = np.interp(fine, model.pitch_angle, model.phase_volume)
    cumulative = np.concatenate([[0.0], np.cumsum(0.5 * (volume[1:] + volume[:-1]) * np.diff(fine))])
    per_angle = np.diff(np.interp(model.pitch_angle_edges, fine, cumulative))
    return per_angle[:, None] * np.diff(model.energy_edges)[None, :]
