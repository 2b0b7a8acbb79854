"""Figures of a scan: all its cases together, and, if L alone varies, fluxes and maps over L."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import matplotlib
import numpy as np
import xarray
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from mcbelt.figures import estimators, species
from mcbelt.figures.result_style import (
    MOST_DECADES,
    STYLE,
    bars,
    drawable,
    few_decades,
    mark_unsure,
    own_axes,
    plain_ticks,
    pretty,
)
from mcbelt.places import closed_shell

_MOST_LABELLED = 12
_MOST_ENERGIES = 5


def cases_together(datasets: dict[str, xarray.Dataset]) -> Figure:
    """Flux of each species and the ratio of every case of a scan, coloured in the order of the cases.

    Parameters
    ----------
    datasets : dict
        Name of the case -> result.

    Returns
    -------
    Figure
        Panels of `over_cases`.
    """
    with matplotlib.rc_context(STYLE):
        names = _names(datasets)
        figure = Figure(figsize=(4.0 * len(names), 5.5), layout="constrained")
        axes = figure.subplots(1, len(names), squeeze=False)[0]
        for axis, name in zip(axes, names, strict=True):
            over_cases(datasets, name, axis)
        _legend_below(figure, axes)
        _titled(figure, datasets.values())
    return figure


def over_cases(datasets: Mapping[str, xarray.Dataset], name: str, ax: Axes | None = None) -> Axes:
    """A variable of every case over energy, in a panel of one's own figure.

    Parameters
    ----------
    datasets : mapping
        Name of the case -> result.
    name : str
        Of the variable, such as "flux_positron".
    ax : Axes, optional
        Where to draw; without it in a figure of its own, which is `over_cases(...).figure`.

    Returns
    -------
    Axes
        That was drawn to. Style and backend are the caller's.
    """
    axis = own_axes(ax)
    colours = matplotlib.colormaps["viridis"](np.linspace(0.05, 0.9, len(datasets)))
    for number, (case, dataset) in enumerate(datasets.items()):
        label = case if len(datasets) <= _MOST_LABELLED or number in (0, len(datasets) - 1) else None
        energy, value, sigma = drawable(dataset, name)
        axis.errorbar(energy, value, sigma, fmt="o-", ms=3, lw=1.2, color=colours[number], label=label)
        mark_unsure(axis, dataset, name, colours[number])
    axis.set(xscale="log", title=_title(datasets, name), xlabel="kinetic energy [MeV]")
    plain_ticks(axis)
    _scale(axis, name)
    axis.legend(fontsize="small")
    return axis


def _titled(figure: Figure, datasets: Iterable[xarray.Dataset]) -> None:
    """The name of the campaign over a figure, and below it of which estimator its fluxes are."""
    results = list(datasets)
    name, words = str(results[0].attrs["name"]), estimators.of_all(results)
    figure.suptitle(f"{name}: {words}" if words else name, fontsize=15, fontweight="bold")


def _legend_below(figure: Figure, axes: Sequence[Axes]) -> None:
    """One legend under all panels, where it covers no data, in place of theirs."""
    handles, labels = axes[-1].get_legend_handles_labels()
    for axis in axes:
        if (own := axis.get_legend()) is not None:
            own.remove()
    if handles:
        figure.legend(handles, labels, fontsize=9, loc="outside lower center", ncols=min(6, len(labels)))


def _names(datasets: Mapping[Any, xarray.Dataset]) -> list[str]:
    """Variable of each panel: the flux of every species that all results hold, and the ratio where all do."""
    first = next(iter(datasets.values()))
    shared = [name for name in species.followed(first) if all(f"flux_{name}" in each for each in datasets.values())]
    return [f"flux_{name}" for name in shared] + ["ratio"] * all(map(species.has_ratio, datasets.values()))


def _title(datasets: Mapping[Any, xarray.Dataset], name: str) -> str:
    if name == "ratio":
        return "e⁺ / e⁻"
    return f"{species.label(name.removeprefix('flux_'))} [{pretty(next(iter(datasets.values()))[name])}]"


def _scale(axis: Axes, name: str) -> None:
    if name == "ratio":
        axis.set_ylim(bottom=0.0)
    else:
        axis.set_yscale("log")
        few_decades(axis)


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
        Panels of `over_shells`.
    """
    with matplotlib.rc_context(STYLE):
        names = _names(by_shell)
        figure = Figure(figsize=(4.0 * len(names), 5.0), layout="constrained")
        axes = figure.subplots(1, len(names), squeeze=False)[0]
        for axis, name in zip(axes, names, strict=True):
            over_shells(by_shell, name, axis)
        _legend_below(figure, axes)
        _shade_open(figure, axes, by_shell)
        _titled(figure, by_shell.values())
    return figure


def over_shells(by_shell: Mapping[float, xarray.Dataset], name: str, ax: Axes | None = None) -> Axes:
    """A variable over L at a few energies, in a panel of one's own figure.

    Parameters
    ----------
    by_shell : mapping
        L -> result, ascending, as `shells_of` gives it.
    name : str
        Of the variable, such as "ratio".
    ax : Axes, optional
        As of `over_cases`.

    Returns
    -------
    Axes
    """
    axis, energy = own_axes(ax), next(iter(by_shell.values()))["energy_MeV"].values
    chosen = np.unique(np.linspace(0, len(energy) - 1, min(len(energy), _MOST_ENERGIES)).round().astype(int))
    colours = matplotlib.colormaps["plasma"](np.linspace(0.05, 0.85, len(chosen)))
    shells = np.array([*by_shell])
    value = np.stack([dataset[name].values for dataset in by_shell.values()])
    both = np.stack([bars(dataset, name) for dataset in by_shell.values()], axis=1)
    for colour, number in zip(colours, chosen, strict=True):
        shown = np.isfinite(value[:, number]) & (value[:, number] > 0.0)
        points, sides = value[shown, number], both[:, shown, number]
        label = f"{energy[number]:.0f} MeV"
        axis.errorbar(shells[shown], points, sides, fmt="o-", ms=4, lw=1.2, color=colour, label=label)
    axis.set(xlabel="L", title=_title(by_shell, name))
    axis.locator_params(axis="x", nbins=5)
    _scale(axis, name)
    axis.legend(fontsize="small")
    return axis


def _shade_open(figure: Figure, axes: Iterable[Axes], by_shell: dict[float, xarray.Dataset]) -> None:
    """Shade the open shells of a scan, up to half way to the first closed one, and say what their flux means."""
    shells = np.array([*by_shell])
    opened = np.array([dataset.attrs.get("shell") == "open" for dataset in by_shell.values()])
    if opened.any():
        last = int(np.flatnonzero(opened)[-1])
        edge = shells[last] if last + 1 == len(shells) else 0.5 * (shells[last] + shells[last + 1])
        for axis in axes:
            axis.axvspan(shells[opened][0], edge, color="0.88", zorder=0)
        figure.supxlabel(f"shaded: open shells, {closed_shell.OPEN}", fontsize=10, color="0.35")


def shell_map(by_shell: dict[float, xarray.Dataset]) -> Figure:
    """Maps over L and energy: flux of each species, ratio.

    Parameters
    ----------
    by_shell : dict
        L -> result, ascending, as `shells_of` gives it.

    Returns
    -------
    Figure
        Panels of `map_over_shells`.
    """
    with matplotlib.rc_context({**STYLE, "axes.grid": False}):
        names = _names(by_shell)
        figure = Figure(figsize=(4.4 * len(names), 4.6), layout="constrained")
        for axis, name in zip(figure.subplots(1, len(names), squeeze=False)[0], names, strict=True):
            map_over_shells(by_shell, name, axis)
        _titled(figure, by_shell.values())
    return figure


def map_over_shells(by_shell: Mapping[float, xarray.Dataset], name: str, ax: Axes | None = None) -> Axes:
    """A variable as a map over L and energy, in a panel of one's own figure.

    Parameters
    ----------
    by_shell : mapping
        L -> result, ascending, as `shells_of` gives it.
    name : str
        Of the variable, such as "flux_positron".
    ax : Axes, optional
        As of `over_cases`.

    Returns
    -------
    Axes
    """
    axis, title = own_axes(ax), _title(by_shell, name)
    shells, energy = _between(np.array([*by_shell])), _energy_edges(next(iter(by_shell.values())))
    values = np.stack([dataset[name].values for dataset in by_shell.values()], axis=1)
    values = np.where(np.isfinite(values) & (values > 0.0), values, np.nan)
    norm, colours = None, "viridis" if name == "ratio" else "magma"
    if name != "ratio" and np.isfinite(values).any():
        highest = np.nanmax(values)
        norm = LogNorm(max(np.nanmin(values), highest / 10.0**MOST_DECADES), highest)
    mesh = axis.pcolormesh(shells, energy, values, cmap=colours, norm=norm, shading="flat", rasterized=True)
    axis.figure.colorbar(mesh, ax=axis, label=title)
    axis.set(yscale="log", xlabel="L", ylabel="kinetic energy [MeV]", title=title.partition(" [")[0])
    low, high = axis.get_ylim()
    ticks = [tick for tick in (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000) if low <= tick <= high]
    axis.set_yticks(ticks, [str(tick) for tick in ticks])
    return axis


def _energy_edges(dataset: xarray.Dataset) -> np.ndarray:
    """Edges of the bins of a result [MeV]; of one that does not say them, half way between the bins in ln E."""
    centres = dataset["energy_MeV"].values
    if "energy_edge_MeV" in dataset and dataset["energy_edge_MeV"].size == centres.size + 1:
        return dataset["energy_edge_MeV"].values
    return np.exp(_between(np.log(centres)))


def _between(centres: np.ndarray) -> np.ndarray:
    """Edges half way between ascending centres, the outermost as far beyond; of one centre alone 5 % about it."""
    steps = np.diff(centres) if centres.size > 1 else np.array([0.1])
    inner = centres[:-1] + 0.5 * np.diff(centres)
    return np.concatenate([[centres[0] - 0.5 * steps[0]], inner, [centres[-1] + 0.5 * steps[-1]]])
