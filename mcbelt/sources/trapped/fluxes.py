"""From tallies and tables to fluxes: the physics result of a campaign as an xarray dataset.

The directional flux is j(E, alpha) at the equator; by Liouville's theorem it is the same along the field line at the
local pitch angle. Names say which flux is meant: `directional_*` per steradian at an equatorial pitch angle,
`omnidirectional_*` integrated over the trapped pitch angles, `integral_*` the omnidirectional flux above an energy.
`flux_positron` and `flux_electron` are the directional fluxes of particles that mirror near the equator (the last
pitch-angle bin), by the forward estimator where histories were run, else drift-averaged.
"""

import itertools
from typing import Any

import numpy as np
import xarray as xr

from mcbelt.grid import sorted_cells_extend
from mcbelt.sources.band_variables import band_variables
from mcbelt.sources.trapped import block, drift_averaged
from mcbelt.sources.trapped.model import CHANNELS, ShellModel, TrappedModel
from mcbelt.sources.variables import FLUX_UNIT, PER_MEV, pair_of, variable
from mcbelt.tally import BlockResult, ratio_with_error


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


def forward_flux(model: ShellModel, merged: BlockResult) -> tuple[np.ndarray, np.ndarray]:
    """Directional flux per charge and its standard error [m-2 s-1 sr-1 GeV-1], shape (2, n_angles, n_bins), from the
    tallies."""
    n, volume = merged.histories, block.bin_volume(model)
    sums, squares = merged.sums["path_length"], merged.sums_of_squares["path_length"]
    mean = sums / n
    error = np.sqrt(np.maximum(squares / n - mean**2, 0.0) / max(n - 1, 1))
    return mean / volume, error / volume


def drift_averaged_bins(shell: ShellModel) -> np.ndarray:
    """Drift-averaged flux per charge and channel in the tally's bins, shape (2, n_channels, n_angles, n_bins) [..
    GeV-1]."""
    fine = drift_averaged.refined(shell)
    return angle_average(
        fine.pitch_angle,
        fine.phase_volume,
        bin_average(fine.energy, drift_averaged.flux(fine), fine.energy_edges),
        fine.pitch_angle_edges,
    )


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


def _drift_averaged_variables(species, shell: ShellModel):
    """The deterministic estimator, on the bins (per channel) and at the nodes for 90 degrees."""
    fine, binned = drift_averaged.flux(shell), drift_averaged_bins(shell)
    result = {}
    for charge, name in enumerate(species):
        result[f"drift_averaged_flux_{name}"] = variable(
            ("channel", "pitch_angle_deg", "energy_MeV"),
            binned[charge] * PER_MEV,
            FLUX_UNIT,
            f"directional flux of {name}s by production channel, drift-averaged estimator (no scattering)",
        )
        result[f"drift_averaged_spectrum_{name}"] = variable(
            "energy_fine_MeV",
            fine[charge, :, -1].sum(axis=0) * PER_MEV,
            FLUX_UNIT,
            f"directional flux of {name}s at 90 degrees, drift-averaged estimator",
        )
    return result, binned


def _directional_variables(species, shell: ShellModel, directional, error):
    """Directional, omnidirectional and integral fluxes from the directional one, shape (2, n_angles, n_bins) [..
    GeV-1]."""
    # Both hemispheres: the solid angle of the bin and of its mirror image beyond 90 degrees.
    solid_angle = 4.0 * np.pi * -np.diff(np.cos(shell.pitch_angle_edges))
    width = np.diff(shell.energy_edges)
    result = {}
    for charge, name in enumerate(species):
        omni = np.einsum("a,ae->e", solid_angle, directional[charge])
        omni_error = np.sqrt(np.einsum("a,ae->e", solid_angle**2, error[charge] ** 2))
        above = np.concatenate([np.cumsum((omni * width)[::-1])[::-1], [0.0]])
        result |= {
            f"directional_flux_{name}": variable(
                ("pitch_angle_deg", "energy_MeV"),
                directional[charge] * PER_MEV,
                FLUX_UNIT,
                f"directional flux of {name}s at the equator",
            ),
            f"directional_flux_{name}_sigma": variable(
                ("pitch_angle_deg", "energy_MeV"), error[charge] * PER_MEV, FLUX_UNIT, "its standard error (histories)"
            ),
            f"omnidirectional_flux_{name}": variable(
                "energy_MeV",
                omni * PER_MEV,
                "m-2 s-1 MeV-1",
                f"flux of {name}s over all trapped directions at the equator",
            ),
            f"omnidirectional_flux_{name}_sigma": variable(
                "energy_MeV",
                omni_error * PER_MEV,
                "m-2 s-1 MeV-1",
                "its standard error (pitch-angle bins taken as independent)",
            ),
            f"integral_flux_{name}": variable(
                "energy_edge_MeV",
                above,
                "m-2 s-1",
                f"omnidirectional flux of {name}s between this energy and the last edge",
            ),
        }
    return result


def _main_variables(species, directional, error):
    last = "the pitch-angle bin that ends at 90 degrees"
    result = {}
    for charge, name in enumerate(species):
        result[f"flux_{name}"] = variable(
            "energy_MeV", directional[charge, -1] * PER_MEV, FLUX_UNIT, f"directional flux of {name}s in {last}"
        )
        result[f"flux_{name}_sigma"] = variable(
            "energy_MeV", error[charge, -1] * PER_MEV, FLUX_UNIT, "its statistical standard error"
        )
    return result


def _ratio_variables(model: TrappedModel, merged, directional):
    """e+/e- where both are followed."""
    pair = pair_of(model.species)
    if not pair:
        return {}
    if merged.histories > 0:
        sums, squares = merged.sums["path_length"][pair, -1], merged.sums_of_squares["path_length"][pair, -1]
        ratio, sigma = ratio_with_error(merged.histories, sums, squares, merged.sums["path_length_product"][-1])
    else:
        with np.errstate(invalid="ignore"):
            ratio = directional[pair[0], -1] / directional[pair[1], -1]
        sigma = np.full_like(ratio, np.nan)
    return {
        "ratio": variable("energy_MeV", ratio, "1", "e+/e- in the pitch-angle bin that ends at 90 degrees"),
        "ratio_sigma": variable("energy_MeV", sigma, "1", "its statistical standard error (shared random numbers)"),
    }


def _relative_fluxes(model: TrappedModel, binned: np.ndarray) -> dict[str, np.ndarray]:
    """What each variant does: its drift-averaged flux over the nominal one, in the last pitch-angle bin, shape (ns,
    n_bins)."""
    nominal = binned.sum(axis=1)[:, -1]
    with np.errstate(divide="ignore", invalid="ignore"):
        return {name: drift_averaged_bins(shell).sum(axis=1)[:, -1] / nominal for name, shell in model.variants.items()}


def flux_dataset(config: Any, model: TrappedModel, merged: BlockResult) -> xr.Dataset:
    """Fluxes and ratio of a trapped-proton run.

    Parameters
    ----------
    config : mcbelt.settings.belt.Config
        The campaign's case.
    model : mcbelt.sources.trapped.model.TrappedModel
        As made by `prepare`.
    merged : BlockResult
        All histories; none (histories = 0) leaves the drift-averaged estimator alone.

    Returns
    -------
    xarray.Dataset
        Every variable has units and a long name.
    """
    shell, species = model.shell, model.species
    averaged, binned = _drift_averaged_variables(species, shell)
    if merged.histories > 0:
        directional, error = forward_flux(shell, merged)
        with np.errstate(invalid="ignore"):
            age = merged.sums["age"] / merged.sums["path_length"]
    else:
        directional = binned.sum(axis=1)
        error = np.full_like(directional, np.nan)
        age = error
    variables = (
        averaged
        | _directional_variables(species, shell, directional, error)
        | _main_variables(species, directional, error)
        | _ratio_variables(model, merged, directional)
    )
    for charge, name in enumerate(species):
        variables[f"age_{name}"] = variable(
            ("pitch_angle_deg", "energy_MeV"), age[charge], "s", f"mean time since birth of the {name}s in the bin"
        )
    variables |= band_variables(species, model.members, _relative_fluxes(model, binned))
    for name, (value, units, long_name) in model.summary.items():
        variables[name] = variable((), value, units, long_name)
    estimator = "forward" if merged.histories > 0 else "drift_averaged"
    return xr.Dataset(
        variables,
        coords=_coordinates(shell),
        attrs={"flux_unit": FLUX_UNIT, "estimator": estimator, "species": ",".join(species)},
    )
