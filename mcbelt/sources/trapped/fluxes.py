"""From tallies and tables to fluxes: the physics result of a campaign as an xarray dataset.

The directional flux is j(E, alpha) at the equator; by Liouville's theorem it is the same along the field line at the
local pitch angle. Names say which flux is meant: `directional_*` per steradian at an equatorial pitch angle,
`omnidirectional_*` integrated over the trapped pitch angles, `integral_*` the omnidirectional flux above an energy.
`flux_positron` and `flux_electron` are the directional fluxes of particles that mirror near the equator (the last
pitch-angle bin), by the forward estimator where histories were run, else by the equation that it samples (`scattered`).
The latter is `nominal_flux_*` in any result: what the variants of the systematics are held against. `drift_averaged_*`
leaves scattering out; it is a diagnostic.
"""

import itertools
import math
from typing import Any

import numpy as np
import xarray as xr

from mcbelt.grid import sorted_cells_extend
from mcbelt.places import closed_shell
from mcbelt.sources.band_variables import band_variables
from mcbelt.sources.trapped import block, drift_averaged, remembering, scattered
from mcbelt.sources.trapped.model import CHANNELS, ShellModel, TrappedModel
from mcbelt.sources.variables import FLUX_UNIT, PER_MEV, error_variables, mean_variables, pair_of, variable
from mcbelt.tally import BlockResult
from mcbelt.tally.means import Mean, effective_number, known, mean_of, ratio_of, weighted_mean_error, without_histories


def bin_average(energy: np.ndarray, values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Mean of a spectrum over energy bins.

    Parameters
    ----------
    energy : ndarray, shape (ne,)
        Nodes [GeV].
    values : ndarray, shape (..., ne)
        Spectrum at the nodes.
    edges : ndarray, shape (n + 1,)
        Bins [GeV], inside the nodes.

    Returns
    -------
    ndarray, shape (..., n)
        Integral over the bin (trapezoid rule on the nodes, linear between them) divided by its width.
    """
    widths = np.diff(energy)
    cumulative = np.concatenate(
        [np.zeros((*values.shape[:-1], 1)), np.cumsum(0.5 * (values[..., 1:] + values[..., :-1]) * widths, axis=-1)],
        axis=-1,
    )
    flat = cumulative.reshape(-1, cumulative.shape[-1])
    at_edges = np.stack([np.interp(edges, energy, row) for row in flat]).reshape(*values.shape[:-1], len(edges))
    return np.diff(at_edges, axis=-1) / np.diff(edges)


def angle_average(
    pitch_angle: np.ndarray, phase_volume: np.ndarray, values: np.ndarray, edges: np.ndarray
) -> np.ndarray:
    """Mean over pitch-angle bins, weighted with phase space.

    Parameters
    ----------
    pitch_angle, phase_volume : ndarray, shape (na,)
        Nodes [rad] and W at the nodes.
    values : ndarray, shape (..., na, n)
        Quantity at the nodes, linear between them.
    edges : ndarray, shape (m + 1,)
        Bins [rad].

    Returns
    -------
    ndarray, shape (..., m, n)
    """
    result = []
    for low, high in itertools.pairwise(edges):
        fine = np.linspace(low, high, 101)
        weight = np.interp(fine, pitch_angle, phase_volume)
        position, share = sorted_cells_extend(pitch_angle, fine, upper=True)
        at_fine = values[..., position, :] * (1.0 - share)[:, None] + values[..., position + 1, :] * share[:, None]
        result.append(np.einsum("...an,a->...n", at_fine, weight) / weight.sum())
    return np.stack(result, axis=-2)


def forward_flux(model: ShellModel, merged: BlockResult) -> Mean:
    """Directional flux per charge [m-2 s-1 sr-1 GeV-1], shape (2, n_angles, n_bins), from the tallies."""
    sums, squares = merged.sums["path_length"], merged.sums_of_squares["path_length"]
    return mean_of(merged.histories, sums, squares).over(block.bin_volume(model))


def drift_averaged_bins(shell: ShellModel, factor: np.ndarray | None = None) -> np.ndarray:
    """Flux without scattering per charge and channel in the tally's bins.

    Parameters
    ----------
    shell : ShellModel
    factor : ndarray, shape (ns, n_channels, na, ne), optional
        On the flux, linear in pitch angle between its nodes.

    Returns
    -------
    ndarray, shape (ns, n_channels, n_angles, n_bins)
        [m-2 s-1 sr-1 GeV-1].
    """
    fine = drift_averaged.refined(shell)
    flux = drift_averaged.flux(fine)
    if factor is not None:
        position, share = sorted_cells_extend(shell.pitch_angle, fine.pitch_angle, upper=True)
        share = share[:, None]
        flux = flux * (factor[..., position, :] * (1.0 - share) + factor[..., position + 1, :] * share)
    return _in_bins(fine, flux)


def drift_averaged_ages(shell: ShellModel) -> np.ndarray:
    """Mean time since birth in the pitch-angle bin that ends at 90 degrees, drift-averaged.

    Parameters
    ----------
    shell : ShellModel

    Returns
    -------
    ndarray, shape (2, n_bins)
        [s]; NaN where there is no flux.
    """
    fine = drift_averaged.refined(shell)
    aged, flux = (
        _in_bins(fine, of(fine)).sum(axis=1)[:, -1] for of in (drift_averaged.flux_times_age, drift_averaged.flux)
    )
    with np.errstate(invalid="ignore"):
        return aged / flux


def nominal_bins(shell: ShellModel) -> np.ndarray:
    """Flux with scattering per charge in the tally's bins, shape (ns, n_angles, n_bins) [.. GeV-1]: what the histories
    sample."""
    whole = shell._replace(source=shell.source.sum(axis=1, keepdims=True))  # one channel, as the equation is linear
    return _in_bins(drift_averaged.refined(shell, scattered.REFINEMENT), scattered.flux(whole)[:, 0])


def _in_bins(fine: ShellModel, values: np.ndarray) -> np.ndarray:
    """Means over the tally's bins of a quantity at the nodes of a model, shape (..., n_angles, n_bins)."""
    in_energy = bin_average(fine.energy, values, fine.energy_edges)
    return angle_average(fine.pitch_angle, fine.phase_volume, in_energy, fine.pitch_angle_edges)


def _coordinates(shell: ShellModel):
    edges = shell.energy_edges * 1e3
    angle = np.degrees(0.5 * (shell.pitch_angle_edges[1:] + shell.pitch_angle_edges[:-1]))
    return {
        "energy_MeV": variable("energy_MeV", np.sqrt(edges[1:] * edges[:-1]), "MeV", "kinetic energy, bin centre"),
        "energy_edge_MeV": variable("energy_edge_MeV", edges, "MeV", "kinetic energy, bin edges"),
        "energy_fine_MeV": variable(
            "energy_fine_MeV", shell.energy * 1e3, "MeV", "kinetic energy, nodes of the tables"
        ),
        "pitch_angle_deg": variable("pitch_angle_deg", angle, "degree", "equatorial pitch angle, bin centre"),
        "pitch_angle_edge_deg": variable(
            "pitch_angle_edge_deg", np.degrees(shell.pitch_angle_edges), "degree", "equatorial pitch angle, bin edges"
        ),
        "channel": variable("channel", list(CHANNELS), "1", "production channel"),
    }


def _drift_averaged_variables(species, shell: ShellModel, binned: np.ndarray, factor, ages: np.ndarray):
    """The flux that there would be without scattering, on the bins (per channel) and at the nodes for 90 degrees."""
    fine = drift_averaged.flux(shell) * factor
    result = {}
    for charge, name in enumerate(species):
        about = f"mean time since birth of {name}s in the bin that ends at 90 degrees, drift-averaged (no scattering)"
        result[f"drift_averaged_age_{name}"] = variable("energy_MeV", ages[charge], "s", about)
        result[f"drift_averaged_flux_{name}"] = variable(
            ("channel", "pitch_angle_deg", "energy_MeV"),
            binned[charge] * PER_MEV,
            FLUX_UNIT,
            f"diagnostic, drift-averaged: flux that {name}s would have without scattering, by production channel",
        )
        result[f"drift_averaged_spectrum_{name}"] = variable(
            "energy_fine_MeV",
            fine[charge, :, -1].sum(axis=0) * PER_MEV,
            FLUX_UNIT,
            f"diagnostic, drift-averaged: flux that {name}s would have at 90 degrees without scattering",
        )
    return result


def _nominal_variables(species, nominal: np.ndarray):
    """The flux that the systematics move, of bins [.. GeV-1], shape (ns, n_angles, n_bins)."""
    about = "in the pitch-angle bin that ends at 90 degrees, drift-averaged with scattering; bands are about this one"
    return {
        f"nominal_flux_{name}": variable(
            "energy_MeV", nominal[place, -1] * PER_MEV, FLUX_UNIT, f"directional flux of {name}s {about}"
        )
        for place, name in enumerate(species)
    }


def _directional_variables(species, directional: Mean):
    """Directional fluxes, shape (ns, n_angles, n_bins) [.. GeV-1]."""
    result = {}
    for charge, name in enumerate(species):
        mean = directional.of(charge).times(PER_MEV)
        about = f"directional flux of {name}s at the equator"
        result |= mean_variables(f"directional_flux_{name}", ("pitch_angle_deg", "energy_MeV"), mean, FLUX_UNIT, about)
    return result


def _over_all_directions(species, shell: ShellModel, directional: Mean, merged: BlockResult):
    """Omnidirectional and integral fluxes; a history scores in many bins, so their errors have sums of their own."""
    solid_angle, width = block.solid_angle(shell), np.diff(shell.energy_edges)
    result = {}
    for charge, name in enumerate(species):
        omni = np.einsum("a,ae->e", solid_angle, directional.value[charge])
        above = np.concatenate([np.cumsum((omni * width)[::-1])[::-1], [0.0]])
        values = {
            "omnidirectional": (
                omni,
                "energy_MeV",
                "m-2 s-1 MeV-1",
                PER_MEV,
                "over all trapped directions at the equator",
            ),
            "integral": (
                above,
                "energy_edge_MeV",
                "m-2 s-1",
                1.0,
                "over all directions, from this energy to the last edge",
            ),
        }
        for kind, (value, dims, unit, scale, words) in values.items():
            squares = np.zeros_like(value)
            if merged.histories:
                squares[: len(omni)] = merged.sums[f"{kind}_square"][charge]
            sigma, effective = _error_of(merged.histories, value, squares)
            label = f"{kind}_flux_{name}"
            result[label] = variable(dims, value * scale, unit, f"flux of {name}s {words}")
            result |= error_variables(label, dims, sigma * scale, effective, unit)
    return result


def _error_of(n, value, squares):
    """Standard error and effective number of a mean with the sum of its squared scores; NaN without histories."""
    if n == 0:
        return np.full_like(value, np.nan), np.zeros_like(value)
    sigma = np.sqrt(np.maximum(squares / n - value**2, 0.0) / max(n - 1, 1))
    effective = effective_number(value * n, squares)
    return known(sigma, effective), effective


def _main_variables(species, directional: Mean):
    about = "in the pitch-angle bin that ends at 90 degrees"
    result = {}
    for charge, name in enumerate(species):
        mean, words = directional.of((charge, -1)).times(PER_MEV), f"directional flux of {name}s {about}"
        result |= mean_variables(f"flux_{name}", "energy_MeV", mean, FLUX_UNIT, words)
    return result


def _ratio_variables(model: TrappedModel, merged, directional: Mean):
    """e+/e- where both are followed."""
    pair = pair_of(model.species)
    if not pair:
        return {}
    if merged.histories > 0:
        sums, squares = merged.sums["path_length"][pair, -1], merged.sums_of_squares["path_length"][pair, -1]
        products = merged.sums["path_length_product"][-1]
        ratio, sigma, effective = ratio_of(merged.histories, sums, squares, products)
    else:
        with np.errstate(invalid="ignore"):
            ratio = directional.value[pair[0], -1] / directional.value[pair[1], -1]
        sigma, effective = np.full_like(ratio, np.nan), np.zeros_like(ratio)
    about = "e+/e- in the pitch-angle bin that ends at 90 degrees"
    errors = error_variables("ratio", "energy_MeV", sigma, effective, "1")
    return {"ratio": variable("energy_MeV", ratio, "1", about)} | errors


def _age_variables(species, merged: BlockResult, directional: Mean):
    """Mean ages; of no histories there is none."""
    age = sigma = np.full_like(directional.value, np.nan)
    if merged.histories:
        sums, squares = merged.sums, merged.sums_of_squares["path_length"]
        with np.errstate(invalid="ignore"):
            age = sums["age"] / sums["path_length"]
        ages, paths = (sums["age"], sums["age_square"]), (sums["path_length"], squares)
        sigma = weighted_mean_error(merged.histories, ages, paths, sums["age_product"])
    result, dims = {}, ("pitch_angle_deg", "energy_MeV")
    for charge, name in enumerate(species):
        about = f"mean time since birth of the {name}s in the bin"
        result[f"age_{name}"] = variable(dims, age[charge], "s", about)
        result[f"age_{name}_sigma"] = variable(dims, sigma[charge], "s", "its statistical standard error")
    return result


def _relative_fluxes(model: TrappedModel, nominal: np.ndarray) -> dict[str, np.ndarray]:
    """What each variant does: its flux over the nominal one, both by the same equation, in the last pitch-angle bin,
    shape (ns, n_bins)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return {name: nominal_bins(shell)[:, -1] / nominal[:, -1] for name, shell in model.variants.items()}


def flux_dataset(config: Any, model: TrappedModel, merged: BlockResult) -> xr.Dataset:
    """Fluxes and ratio of a trapped-proton run.

    Parameters
    ----------
    config : mcbelt.settings.belt.Config
        The campaign's case.
    model : mcbelt.sources.trapped.model.TrappedModel
        As made by `prepare`.
    merged : BlockResult
        All histories; none (histories = 0) leaves the nominal flux alone.

    Returns
    -------
    xarray.Dataset
        Every variable has units and a long name.
    """
    shell, species = model.shell, model.species
    of_day = binned = drift_averaged_bins(shell)
    nominal = nominal_bins(shell)
    relative, factor = _relative_fluxes(model, nominal), 1.0
    remembered: dict[str, Any] = {}
    if model.memory is None:
        ages = drift_averaged_ages(shell)
    else:
        factor = model.memory.factor
        binned = drift_averaged_bins(shell, factor)
        seen = remembering.binned(model, of_day, binned)
        merged = remembering.lived_tallies(merged, seen, block.solid_angle(shell), shell.energy_edges)
        remembered, ages = remembering.variables(species, seen), seen.age[:, -1]
        nominal = nominal * seen.factor
    directional = forward_flux(shell, merged) if merged.histories > 0 else without_histories(nominal)
    variables = (
        _drift_averaged_variables(species, shell, binned, factor, ages)
        | _nominal_variables(species, nominal)
        | _directional_variables(species, directional)
        | _over_all_directions(species, shell, directional, merged)
        | _main_variables(species, directional)
        | _ratio_variables(model, merged, directional)
        | _age_variables(species, merged, directional)
        | remembered
    )
    variables |= band_variables(species, model.members, relative)
    for name, (value, units, long_name) in model.summary.items():
        variables[name] = variable((), value, units, long_name)
    estimator = "forward" if merged.histories > 0 else "drift_averaged"
    return xr.Dataset(
        variables,
        coords=_coordinates(shell),
        attrs={"flux_unit": FLUX_UNIT, "estimator": estimator, "species": ",".join(species)}
        | closed_shell.attributes(model.summary.get("H_min_km", (math.nan,))[0]),
    )
