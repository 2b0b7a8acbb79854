"""The memory of a model in the bins of its result: on its fluxes, on its tallies, and as variables.

Histories are followed in the air of the day. What the past makes of the drift-averaged flux of a bin, lived over day,
goes on what they score there, and the ratio of the mean ages on their ages; so errors stay relative errors.
"""

from typing import Any, NamedTuple

import numpy as np

from mcbelt.sources.trapped.model import ShellModel, TrappedModel
from mcbelt.sources.variables import variable
from mcbelt.tally import BlockResult


class Binned(NamedTuple):
    """Memory in the bins of pitch angle and energy, of drift-averaged fluxes of all channels."""

    factor: np.ndarray  # flux as lived over that of the day, shape (ns, n_angles, n_bins)
    age: np.ndarray  # mean age [s], same shape
    age_of_day: np.ndarray  # in the air of the day [s]
    early: np.ndarray  # share born before the first month of the table
    flux_of_day: np.ndarray  # [.. GeV-1]


def binned(model: TrappedModel, of_day: np.ndarray, lived: np.ndarray) -> Binned:
    """Memory in the bins of a result.

    Parameters
    ----------
    model : TrappedModel
        With a memory.
    of_day, lived : ndarray, shape (ns, n_channels, n_angles, n_bins)
        Drift-averaged flux.

    Returns
    -------
    Binned
        The factor is 1, ages and shares NaN where there is no flux.
    """
    memory, shell = model.memory, model.shell
    assert memory is not None
    total, before = lived.sum(axis=1), of_day.sum(axis=1)
    some = before > 0.0
    factor = np.divide(total, before, out=np.ones_like(total), where=some)
    columns = (np.where(some, _at_bins(each, shell), np.nan) for each in (memory.age, memory.age_of_day, memory.early))
    return Binned(factor, *columns, before)


def _at_bins(values, shell: ShellModel):
    """Values (ns, na, ne) at the centres of the bins: they change little within one."""
    angle = 0.5 * (shell.pitch_angle_edges[1:] + shell.pitch_angle_edges[:-1])
    energy = 0.5 * np.log(shell.energy_edges[1:] * shell.energy_edges[:-1])
    by_angle = np.stack([np.interp(angle, shell.pitch_angle, row) for row in np.eye(len(shell.pitch_angle))], axis=-1)
    by_energy = np.stack([np.interp(energy, np.log(shell.energy), row) for row in np.eye(len(shell.energy))], axis=-1)
    return by_angle @ values @ by_energy.T


def lived_tallies(merged: BlockResult, seen: Binned, solid_angle: np.ndarray, edges: np.ndarray) -> BlockResult:
    """Tallies of histories in the air of the day as those of the air as lived.

    Parameters
    ----------
    merged : BlockResult
        Of `mcbelt.sources.trapped.block`.
    seen : Binned
    solid_angle : ndarray, shape (n_angles,)
        [sr]
    edges : ndarray, shape (n_bins + 1,)
        Of the energies [GeV].

    Returns
    -------
    BlockResult
    """
    if merged.histories == 0:
        return merged
    factor = seen.factor
    older = np.where(seen.age_of_day > 0.0, seen.age / np.where(seen.age_of_day > 0.0, seen.age_of_day, 1.0), 1.0)
    scale = {"path_length": factor, "age": factor * older, "age_square": (factor * older) ** 2}
    scale |= {"age_product": factor**2 * older, **_over_directions(merged, seen, solid_angle, edges)}
    if "path_length_product" in merged.sums:
        scale["path_length_product"] = factor.prod(axis=0)
    sums = {name: values * scale[name] for name, values in merged.sums.items()}
    squares = {name: values * scale[name] ** 2 for name, values in merged.sums_of_squares.items()}
    return merged._replace(sums=sums, sums_of_squares=squares)


def _over_directions(merged, seen, solid_angle, edges):
    """Scales of the squared scores of fluxes over all directions: the squared ratio of those fluxes."""
    weight = np.einsum("a,sae->sae", solid_angle, seen.flux_of_day)
    width = np.diff(edges)
    result = {}
    for name in ("omnidirectional_square", "integral_square"):
        above, below = (weight * seen.factor).sum(axis=1) * width, weight.sum(axis=1) * width
        if name == "integral_square":
            above, below = (np.cumsum(each[:, ::-1], axis=1)[:, ::-1] for each in (above, below))
        result[name] = np.divide(above, below, out=np.ones_like(above), where=below > 0.0) ** 2
    return result


def variables(species: tuple[str, ...], seen: Binned) -> dict[str, Any]:
    """The memory as variables of a result, by pitch angle and energy."""
    dims, result = ("pitch_angle_deg", "energy_MeV"), {}
    for charge, name in enumerate(species):
        about = f"flux of {name}s in the air and field as lived over that in those of the day, drift-averaged"
        result[f"lived_over_day_{name}"] = variable(dims, seen.factor[charge], "1", about)
        about = f"mean time since birth of the {name}s, drift-averaged, as lived"
        result[f"lived_age_{name}"] = variable(dims, seen.age[charge], "s", about)
        about = f"share of the {name}s born before the table of solar indices begins"
        result[f"born_before_indices_{name}"] = variable(dims, seen.early[charge], "1", about)
    return result
