"""Figures of a result: the flux of each species with e+/e- below, all cases of a scan, and maps over L and energy.

Points with bars are the result and its standard error. A line is the drift-averaged estimator where the result has
one; a shaded band is the 68 % of the systematic shifts, and dashed lines are the envelope of the alternatives. One
function for each figure; each returns the matplotlib figure.
"""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import xarray
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from mcbelt.figures import bands, origin_maps, species
from mcbelt.files import sealed

_STYLE = {
    "font.size": 12,
    "axes.linewidth": 1.0,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "legend.frameon": False,
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.top": True,
    "ytick.right": True,
}
_MOST_LABELLED = 12
_MOST_ENERGIES = 5


def subtitle(dataset: xarray.Dataset) -> str:
    """What the result is of, as one line: shell, date, activity, source, preset."""
    physics = json.loads(dataset.attrs["physics_json"])
    parts = []
    if shell := physics.get("shell"):
        parts += [f"L = {shell['L']:g} ({shell['convention']})", str(shell["date"])]
    if air := physics.get("air"):
        parts.append(f"F10.7 = {air['f107']:g}")
    if source := physics.get("source"):
        about = {"trapped_protons": f"trapped protons, AP8-{source.get('solar')}", "cosmic_rays": "cosmic rays"}
        parts.append(about.get(source["kind"], source["kind"]))
    parts.append(f"{int(dataset.attrs['histories']):,} histories")
    return ", ".join(parts)


def flux_and_ratio(dataset: xarray.Dataset) -> Figure:
    """Flux of each species over energy, and below it e+/e- where the result holds it.

    Parameters
    ----------
    dataset : Dataset
        A result with fluxes and their sigmas over energy_MeV.

    Returns
    -------
    Figure
    """
    with matplotlib.rc_context(_STYLE):
        with_ratio, names = species.has_ratio(dataset), species.followed(dataset)
        figure = Figure(figsize=(9.5, 8.0 if with_ratio else 5.6), layout="constrained")
        heights = (2, 1) if with_ratio else (1,)
        axes = figure.subplots(len(heights), 1, sharex=True, height_ratios=heights, squeeze=False)[:, 0]
        top = axes[0]
        for number, name in enumerate(names):
            _species(top, dataset, name, species.colour(name, number), species.label(name))
        top.set(xscale="log", yscale="log", ylabel=f"directional flux [{_pretty(dataset[f'flux_{names[0]}'])}]")
        top.set_ylim(_flux_limits(dataset))
        _legend_beside(top)
        figure.suptitle(f"{dataset.attrs['name']} {dataset.attrs['case']}".strip(), fontsize=15, fontweight="bold")
        top.set_title(subtitle(dataset), fontsize=10, color="0.35")
        if with_ratio:
            _ratio(axes[1], dataset, "black", "e⁺ / e⁻")
            _bands(axes[1], dataset, "ratio", "ratio", "black", "e⁺ / e⁻")
            _drift_averaged_ratio(axes[1], dataset)
            axes[1].axhline(1.0, color="0.5", lw=0.8, ls=":")
            _legend_beside(axes[1])
            axes[1].set(ylabel="e⁺ / e⁻", ylim=(0.0, _highest_ratio(dataset)))
        axes[-1].set(xlabel="kinetic energy [MeV]")
        _plain_ticks(axes[-1])
    return figure


def _legend_beside(axis) -> None:
    """A legend to the right of a panel, where it covers no data."""
    axis.legend(fontsize=10, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0)


def _pretty(variable: xarray.DataArray) -> str:
    text = str(variable.attrs["units"])
    for power in ("-1", "-2", "-3"):
        text = text.replace(power, f"$^{{{power}}}$")
    return text


def _plain_ticks(axis) -> None:
    low, high = axis.get_xlim()
    ticks = [tick for tick in (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000) if low <= tick <= high]
    axis.set_xticks(ticks, [str(tick) for tick in ticks])


def _drawable(dataset: xarray.Dataset, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    energy, value = dataset["energy_MeV"].values, dataset[name].values
    sigma = dataset[f"{name}_sigma"].values
    shown = np.isfinite(value) & (value > 0.0)
    return energy[shown], value[shown], np.where(np.isfinite(sigma), sigma, 0.0)[shown]


def _species(axis, dataset: xarray.Dataset, name: str, colour: str, label: str) -> None:
    energy, flux, sigma = _drawable(dataset, f"flux_{name}")
    axis.errorbar(energy, flux, np.minimum(sigma, 0.999 * flux), fmt="o", ms=4.5, color=colour, label=label, capsize=2)
    fine = f"drift_averaged_spectrum_{name}"
    if fine in dataset:
        nodes, curve = dataset["energy_fine_MeV"].values, dataset[fine].values
        low, high = dataset["energy_MeV"].values[[0, -1]]
        inside = (curve > 0.0) & (nodes >= 0.8 * low) & (nodes <= 1.2 * high)
        axis.plot(nodes[inside], curve[inside], color=colour, lw=1.2, alpha=0.8, label=f"{label}, drift-averaged")
    _bands(axis, dataset, name, f"flux_{name}", colour, label)


def _bands(axis, dataset: xarray.Dataset, quantity: str, value: str, colour: str, label: str) -> None:
    """The 68 % band, shaded, and the envelope of the alternatives, between dashed lines, about a value."""
    energy, nominal = dataset["energy_MeV"].values, dataset[value].values
    for which in (bands.SHIFTS, bands.ALTERNATIVES):
        band = bands.band(dataset, which, quantity)
        if band is None or band.low.shape != energy.shape:
            continue
        with np.errstate(invalid="ignore"):
            low, high = band.low * nominal, band.high * nominal
            shown = (nominal > 0.0) & np.isfinite(low) & np.isfinite(high)
        if which == bands.SHIFTS:
            about = f"{label}, 68 % systematic"
            axis.fill_between(energy, low, high, where=shown, color=colour, alpha=0.25, lw=0, label=about)
        else:
            for end, text in ((low, f"{label}, alternatives"), (high, None)):
                drawn = np.where(shown & (end > 0.0), end, np.nan)
                axis.plot(energy, drawn, color=colour, lw=1.0, ls=(0, (4, 3)), alpha=0.7, label=text)


def _flux_limits(dataset: xarray.Dataset) -> tuple[float | None, float | None]:
    """Limits that show the fluxes; a systematic variant that makes none at high energy may leave the panel."""
    found = np.concatenate([_drawable(dataset, f"flux_{name}")[1] for name in species.followed(dataset)])
    return (found.min() / 30.0, found.max() * 10.0) if found.size else (None, None)


def _highest_ratio(dataset: xarray.Dataset) -> float | None:
    """Limit that shows the ratio, its errors and its 68 % band; an alternative may leave the panel."""
    band = bands.band(dataset, bands.SHIFTS, "ratio")
    ratio, sigma = dataset["ratio"].values, np.nan_to_num(dataset["ratio_sigma"].values)
    ends = np.concatenate([ratio + sigma, ratio * (1.0 if band is None else band.high)])
    ends = ends[np.isfinite(ends)]
    return 1.6 * float(ends.max()) if ends.size else None


def _ratio(axis, dataset: xarray.Dataset, colour, label: str | None = None) -> None:
    energy, ratio, sigma = _drawable(dataset, "ratio")
    axis.errorbar(energy, ratio, sigma, fmt="o-", ms=4, lw=1, color=colour, capsize=2, label=label)


def _drift_averaged_ratio(axis, dataset: xarray.Dataset) -> None:
    names = [f"drift_averaged_spectrum_{name}" for name in ("positron", "electron")]
    if not all(name in dataset for name in names):
        return
    positron, electron = (dataset[name].values for name in names)
    energy = dataset["energy_fine_MeV"].values
    low, high = dataset["energy_MeV"].values[[0, -1]]
    inside = (electron > 0.0) & (energy >= 0.8 * low) & (energy <= 1.2 * high)
    axis.plot(energy[inside], positron[inside] / electron[inside], color="0.5", lw=1.2, label="drift-averaged")


def cases_together(datasets: dict[str, xarray.Dataset]) -> Figure:
    """Flux of each species and the ratio of every case of a scan, coloured in the order of the cases.

    Parameters
    ----------
    datasets : dict
        Name of the case -> result.

    Returns
    -------
    Figure
    """
    with matplotlib.rc_context(_STYLE):
        panels = _panels(datasets)
        figure = Figure(figsize=(4.0 * len(panels), 5.5), layout="constrained")
        axes = figure.subplots(1, len(panels), squeeze=False)[0]
        colours = matplotlib.colormaps["viridis"](np.linspace(0.05, 0.9, len(datasets)))
        for number, (case, dataset) in enumerate(datasets.items()):
            label = case if len(datasets) <= _MOST_LABELLED or number in (0, len(datasets) - 1) else None
            for axis, (name, _) in zip(axes, panels, strict=True):
                energy, value, sigma = _drawable(dataset, name)
                axis.errorbar(energy, value, sigma, fmt="o-", ms=3, lw=1.2, color=colours[number], label=label)
        for axis, (name, title) in zip(axes, panels, strict=True):
            axis.set(xscale="log", title=title, xlabel="kinetic energy [MeV]")
            _plain_ticks(axis)
            _scale(axis, name)
        axes[-1].legend(fontsize=8)
        figure.suptitle(next(iter(datasets.values())).attrs["name"], fontsize=15, fontweight="bold")
    return figure


def _panels(datasets: Mapping[Any, xarray.Dataset]) -> list[tuple[str, str]]:
    """Variable and title of each panel: the flux of every species that all results hold, and the ratio where all do."""
    first = next(iter(datasets.values()))
    shared = [name for name in species.followed(first) if all(f"flux_{name}" in each for each in datasets.values())]
    panels = [(f"flux_{name}", f"{species.label(name)} [{_pretty(first[f'flux_{name}'])}]") for name in shared]
    if all(species.has_ratio(each) for each in datasets.values()):
        panels.append(("ratio", "e⁺ / e⁻"))
    return panels


def _scale(axis, name: str) -> None:
    if name == "ratio":
        axis.set_ylim(bottom=0.0)
    else:
        axis.set_yscale("log")


def shells_of(datasets: dict[str, xarray.Dataset]) -> dict[float, xarray.Dataset]:
    """Results by L, ascending, if L is the only thing that varies and the energies are the same; else empty."""
    by_shell: dict[float, xarray.Dataset] = {}
    for dataset in datasets.values():
        overrides = json.loads(dataset.attrs["case_overrides"])
        if set(overrides) != {"shell.L"}:
            return {}
        by_shell[float(overrides["shell.L"])] = dataset
    grids = [dataset["energy_MeV"].values for dataset in by_shell.values()]
    same = all(grid.shape == grids[0].shape and np.array_equal(grid, grids[0]) for grid in grids)
    return dict(sorted(by_shell.items())) if same and len(by_shell) > 1 else {}


def flux_by_shell(by_shell: dict[float, xarray.Dataset]) -> Figure:
    """Flux of each species and the ratio over L, at a few energies.

    Parameters
    ----------
    by_shell : dict
        L -> result, ascending, as `shells_of` gives it.

    Returns
    -------
    Figure
    """
    first = next(iter(by_shell.values()))
    energy = first["energy_MeV"].values
    chosen = np.unique(np.linspace(0, len(energy) - 1, min(len(energy), _MOST_ENERGIES)).round().astype(int))
    colours = matplotlib.colormaps["plasma"](np.linspace(0.05, 0.85, len(chosen)))
    shells = np.array([*by_shell])
    with matplotlib.rc_context(_STYLE):
        panels = _panels(by_shell)
        figure = Figure(figsize=(4.0 * len(panels), 5.0), layout="constrained")
        axes = figure.subplots(1, len(panels), squeeze=False)[0]
        for axis, (name, title) in zip(axes, panels, strict=True):
            value = np.stack([dataset[name].values for dataset in by_shell.values()])
            sigma = np.nan_to_num(np.stack([dataset[f"{name}_sigma"].values for dataset in by_shell.values()]))
            for colour, bin_number in zip(colours, chosen, strict=True):
                shown = np.isfinite(value[:, bin_number]) & (value[:, bin_number] > 0.0)
                points, bars = value[shown, bin_number], sigma[shown, bin_number]
                label = f"{energy[bin_number]:.0f} MeV"
                axis.errorbar(shells[shown], points, bars, fmt="o-", ms=4, lw=1.2, color=colour, label=label)
            axis.set(xlabel="L", title=title)
            axis.locator_params(axis="x", nbins=5)
            _scale(axis, name)
        axes[-1].legend(fontsize=9)
        figure.suptitle(first.attrs["name"], fontsize=15, fontweight="bold")
    return figure


def shell_map(by_shell: dict[float, xarray.Dataset]) -> Figure:
    """Maps over L and energy: flux of each species, ratio.

    Parameters
    ----------
    by_shell : dict
        L -> result, ascending, as `shells_of` gives it.

    Returns
    -------
    Figure
    """
    shells = np.array([*by_shell])
    energy = next(iter(by_shell.values()))["energy_MeV"].values
    with matplotlib.rc_context({**_STYLE, "axes.grid": False}):
        panels = _panels(by_shell)
        figure = Figure(figsize=(4.4 * len(panels), 4.6), layout="constrained")
        axes = figure.subplots(1, len(panels), squeeze=False)[0]
        for axis, (name, title) in zip(axes, panels, strict=True):
            colours = "viridis" if name == "ratio" else "magma"
            values = np.stack([dataset[name].values for dataset in by_shell.values()], axis=1)
            values = np.where(np.isfinite(values) & (values > 0.0), values, np.nan)
            norm = LogNorm() if name != "ratio" and np.isfinite(values).any() else None
            mesh = axis.pcolormesh(shells, energy, values, cmap=colours, norm=norm, shading="nearest")
            figure.colorbar(mesh, ax=axis, label=title)
            axis.set(yscale="log", xlabel="L", ylabel="kinetic energy [MeV]", title=title.partition(" [")[0])
            low, high = axis.get_ylim()
            ticks = [tick for tick in (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000) if low <= tick <= high]
            axis.set_yticks(ticks, [str(tick) for tick in ticks])
        figure.suptitle(next(iter(by_shell.values())).attrs["name"], fontsize=15, fontweight="bold")
    return figure


def figures(datasets: dict[str, xarray.Dataset]) -> dict[str, Figure]:
    """Every figure of a campaign by the name of its file."""
    drawable = {case: data for case, data in datasets.items() if species.followed(data)}
    made: dict[str, Figure] = {}
    if len(drawable) == 1:
        only = next(iter(drawable.values()))
        made["flux_and_ratio"] = flux_and_ratio(only)
        if origin_maps.available(only):
            made["origins"] = origin_maps.origins_and_absorption(only)
            made["origins_long_lived"] = origin_maps.origins_and_absorption(only, "long-lived")
    if len(drawable) > 1:
        made["cases"] = cases_together(drawable)
        if by_shell := shells_of(drawable):
            made["flux_over_L"] = flux_by_shell(by_shell)
            made["map_L_energy"] = shell_map(by_shell)
    return made


def image(figure: Figure, file_format: str = "png") -> bytes:
    """A figure as the content of an image file (png, svg or pdf)."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format=file_format, dpi=160)
    return buffer.getvalue()


def write_all(datasets: dict[str, xarray.Dataset], directory: Path) -> list[Path]:
    """Write every figure of a campaign as PNG and PDF; the paths. Raises ResultsError."""
    paths = []
    for name, figure in figures(datasets).items():
        for file_format in ("png", "pdf"):
            path = directory / f"{name}.{file_format}"
            sealed.write(path, image(figure, file_format))
            paths.append(path)
    return paths
