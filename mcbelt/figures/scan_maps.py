"""A scan over its keys, whichever they are: lines over one, maps over two, of the dataset of `open_results`."""

import matplotlib
import numpy as np
import xarray
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mcbelt.campaign import scanned
from mcbelt.campaign.scanned import Wanted
from mcbelt.errors import ResultsError
from mcbelt.figures import species
from mcbelt.figures.result_style import STYLE, own_axes, pretty

_MOST_ENERGIES = 5  # lines over one key
_MAPS = 3  # energies of maps over two keys
_MOST_NUMBERS = 36  # cells in which the value is written


def figures(datasets: dict[str, xarray.Dataset], asked: Wanted) -> dict[str, Figure]:
    """Figures over the scanned keys, by the name of their file.

    Parameters
    ----------
    datasets : dict
        Name of the case -> result.
    asked : Wanted
        What the campaign scans.

    Returns
    -------
    dict
        Over one number lines (over L alone `scan_plots` has more), over two a map; else, or where cases have different
        energies, nothing.
    """
    keys = [next(iter(axis)) for axis in asked.axes]
    if len(keys) not in (1, 2) or not all(_are_numbers(axis[key]) for axis, key in zip(asked.axes, keys, strict=True)):
        return {}
    if [*asked.axes[0]] == ["shell.L"] and len(keys) == 1:
        return {}
    try:
        results = scanned.together(datasets, asked, "the scan")
    except ResultsError:
        return {}
    over = [str(dim) for dim in results["missing"].dims]
    if len(over) == 1:
        return {f"flux_over_{over[0]}": _of_lines(results, over[0])}
    return {f"map_{over[0]}_{over[1]}": _of_maps(results, over[0], over[1])}


def _are_numbers(values: list) -> bool:
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
    return numbers and 1 < len(set(values)) == len(values)


def over_key(results: xarray.Dataset, name: str, key: str, ax: Axes | None = None) -> Axes:
    """A variable over one scanned key at a few energies.

    Parameters
    ----------
    results : Dataset
        As `open_results` gives it, with no other scanned key.
    name : str
        Of the variable, such as "ratio".
    key : str
        The coordinate, such as "f107".
    ax : Axes, optional
        Where to draw; without it in a figure of its own, which is `over_key(...).figure`.

    Returns
    -------
    Axes
        That was drawn to. Style and backend are the caller's.
    """
    axis, ordered = own_axes(ax), results.sortby(key)
    energy = ordered["energy_MeV"].values
    chosen = np.unique(np.linspace(0, len(energy) - 1, min(len(energy), _MOST_ENERGIES)).round().astype(int))
    colours = matplotlib.colormaps["plasma"](np.linspace(0.05, 0.85, len(chosen)))
    for colour, number in zip(colours, chosen, strict=True):
        value = ordered[name].isel(energy_MeV=number)
        sigma = ordered[f"{name}_sigma"].isel(energy_MeV=number) if f"{name}_sigma" in ordered else 0.0 * value
        shown = np.isfinite(value.values) & (value.values > 0.0)
        points = (ordered[key].values[shown], value.values[shown], np.nan_to_num(sigma.values[shown]))
        axis.errorbar(*points, fmt="o-", ms=4, lw=1.2, color=colour, label=f"{energy[number]:.0f} MeV")
    axis.set(xlabel=_label(results, key), ylabel=_title(results, name))
    if name == "ratio":
        axis.set_ylim(bottom=0.0)
    else:
        axis.set_yscale("log")
    axis.legend(fontsize="small")
    return axis


def key_map(results: xarray.Dataset, name: str, x: str, y: str, energy_MeV: float, ax: Axes | None = None) -> Axes:
    """A variable at one energy over two scanned keys: a cell for each case, hatched where it has no result.

    Parameters
    ----------
    results : Dataset
        As `open_results` gives it, with no third scanned key.
    name : str
        Of the variable, such as "flux_positron".
    x, y : str
        The coordinates, such as "L" and "f107". Cells are of equal size, whatever the steps between the values.
    energy_MeV : float
        The bin about it is drawn.
    ax : Axes, optional
        As for `over_key`.

    Returns
    -------
    Axes
    """
    axis, ordered = own_axes(ax), results.sortby([x, y])
    at = ordered.sel(energy_MeV=energy_MeV, method="nearest")
    values = at[name].transpose(y, x).values
    values = np.where(np.isfinite(values) & (values > 0.0), values, np.nan)
    norm = LogNorm() if name != "ratio" and np.isfinite(values).any() else None
    nodes = [np.arange(ordered.sizes[key] + 1) for key in (x, y)]
    colours = "viridis" if name == "ratio" else "magma"
    mesh = axis.pcolormesh(*nodes, np.ma.masked_invalid(values), cmap=colours, norm=norm, shading="flat")
    axis.set_facecolor("0.85")
    missing = ordered["missing"].transpose(y, x).values
    for row, column in np.argwhere(missing):
        axis.add_patch(Rectangle((column, row), 1.0, 1.0, facecolor="0.85", edgecolor="0.5", hatch="///", lw=0.0))
    if np.isfinite(values).any():
        axis.figure.colorbar(mesh, ax=axis, label=_title(results, name))
        _write_numbers(axis, values, mesh)
    for set_ticks, key in ((axis.set_xticks, x), (axis.set_yticks, y)):
        set_ticks(np.arange(ordered.sizes[key]) + 0.5, [f"{value:g}" for value in ordered[key].values])
    hatched = "; hatched: no result" if missing.any() else ""
    axis.set(xlabel=_label(results, x), ylabel=_label(results, y))
    axis.set_title(f"{_symbol(name)}, {float(at['energy_MeV']):.0f} MeV{hatched}", fontsize="medium")
    return axis


def _write_numbers(axis: Axes, values: np.ndarray, mesh) -> None:
    """The values in their cells, dark on light and light on dark, where there are few."""
    if values.size > _MOST_NUMBERS:
        return
    for row, column in np.argwhere(np.isfinite(values)):
        red, green, blue, _ = mesh.cmap(mesh.norm(values[row, column]))
        dark = 0.299 * red + 0.587 * green + 0.114 * blue < 0.5
        text = f"{values[row, column]:.2g}"
        axis.text(column + 0.5, row + 0.5, text, ha="center", va="center", fontsize="small", color="w" if dark else "k")


def _of_lines(results: xarray.Dataset, key: str) -> Figure:
    """The flux of each species and the ratio over a key, side by side."""
    names = _names(results)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(4.4 * len(names), 4.6), layout="constrained")
        for name, axis in zip(names, figure.subplots(1, len(names), squeeze=False)[0], strict=True):
            legend = over_key(results, name, key, axis).get_legend()
            shown = axis.get_legend_handles_labels()
            if legend is not None:
                legend.remove()  # one for all panels, where it covers no data
        figure.legend(*shown, fontsize=10, loc="outside lower center", ncols=len(shown[1]))
        figure.suptitle(results.attrs["name"], fontsize=15, fontweight="bold")
    return figure


def _of_maps(results: xarray.Dataset, x: str, y: str) -> Figure:
    """Maps of the flux of each species and of the ratio, a row for each of a few energies."""
    names, energy = _names(results), results["energy_MeV"].values
    chosen = np.unique(np.linspace(0, len(energy) - 1, min(len(energy), _MAPS)).round().astype(int))
    with matplotlib.rc_context({**STYLE, "axes.grid": False}):
        figure = Figure(figsize=(4.9 * len(names), 1.0 + 3.4 * len(chosen)), layout="constrained")
        for row, number in zip(figure.subplots(len(chosen), len(names), squeeze=False), chosen, strict=True):
            for axis, name in zip(row, names, strict=True):
                key_map(results, name, x, y, float(energy[number]), axis)
        figure.suptitle(results.attrs["name"], fontsize=15, fontweight="bold")
    return figure


def _names(results: xarray.Dataset) -> list[str]:
    return [f"flux_{name}" for name in species.followed(results)] + ["ratio"] * species.has_ratio(results)


def _symbol(name: str) -> str:
    return "e⁺ / e⁻" if name == "ratio" else species.label(name.removeprefix("flux_"))


def _title(results: xarray.Dataset, name: str) -> str:
    return _symbol(name) if name == "ratio" else f"{_symbol(name)} [{pretty(results[name])}]"


def _label(results: xarray.Dataset, key: str) -> str:
    """A scanned key with its unit, and those that go in step with it."""
    unit = scanned.meaning(str(results.attrs["kind"]), str(results[key].attrs["campaign_key"]))[1]
    linked = [str(name) for name, each in results.coords.items() if each.dims == (key,) and name != key]
    linked = [name for name in linked if "campaign_key" in results[name].attrs]
    text = key if unit == "1" else f"{key} [{unit}]"
    return f"{text}, with {', '.join(linked)} in step" if linked else text
