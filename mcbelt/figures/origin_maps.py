"""Maps of the places where the e+- of a flux were born and where they will be absorbed."""

import matplotlib
import numpy as np
import xarray
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from mcbelt.figures import species
from mcbelt.figures.result_style import STYLE, latitude_words, longitude_words, own_axes

_PANELS = (("birth_map", "were born"), ("absorption_map", "will be absorbed"))
_COLOURS = {"positron": "Oranges", "electron": "Blues"}
_DECADES = 3.0  # shown below the highest share


def available(dataset: xarray.Dataset) -> bool:
    """Whether a result has the maps."""
    return all(f"{panel}_{name}" in dataset for panel, _ in _PANELS for name in species.named(dataset))


def origins_and_absorption(dataset: xarray.Dataset, life: str | None = None) -> Figure:
    """Maps of birth and absorption, a row for each species.

    Parameters
    ----------
    dataset : Dataset
        A result of cosmic rays with birth_map_* and absorption_map_*.
    life : str, optional
        One of its `life`; by default all.

    Returns
    -------
    Figure
    """
    with matplotlib.rc_context({**STYLE, "font.size": 11, "axes.grid": False}):
        followed = species.named(dataset)
        figure = Figure(figsize=(12.0, 3.5 * len(followed)), layout="constrained")
        grid = figure.subplots(len(followed), 2, sharex=True, sharey=True, squeeze=False)
        for row, species_name in zip(grid, followed, strict=True):
            for axis, (name, _) in zip(row, _PANELS, strict=True):
                place_map(dataset, f"{name}_{species_name}", life, axis)
                axis.label_outer()
        about, symbols = "all" if life is None else life, " and ".join(map(species.label, followed))
        figure.suptitle(f"{dataset.attrs['name']} {dataset.attrs['case']}: {about} {symbols}".replace(" :", ":"))
    return figure


def place_map(dataset: xarray.Dataset, name: str, life: str | None = None, ax: Axes | None = None) -> Axes:
    """A map of the places where e+- were born or will be absorbed, in a panel of one's own figure.

    Parameters
    ----------
    dataset : Dataset
        As of `origins_and_absorption`.
    name : str
        "birth_map_positron", "absorption_map_electron", ...
    life : str, optional
        One of its `life`; by default all.
    ax : Axes, optional
        Where to draw; without it in a figure of its own, which is `place_map(...).figure`.

    Returns
    -------
    Axes
        That was drawn to. Style and backend are the caller's.
    """
    axis = own_axes(ax)
    panel, when = next(each for each in _PANELS if name.startswith(each[0]))
    of = name.removeprefix(f"{panel}_")
    _draw(axis, _shares(dataset[name], life), _COLOURS.get(of, "Greens"))
    axis.set(xlim=(-180.0, 180.0), ylim=(-75.0, 75.0), xlabel="longitude", ylabel="latitude")
    axis.set_title(f"{species.label(of)}: where they {when}")
    axis.set_xticks(range(-180, 181, 60), map(longitude_words, range(-180, 181, 60)))
    axis.set_yticks(range(-60, 61, 30), map(latitude_words, range(-60, 61, 30)))
    return axis


def _shares(variable: xarray.DataArray, life: str | None) -> xarray.DataArray:
    """Share of a map, sum 1, with longitudes from 180 W."""
    chosen = variable.sum("life") if life is None else variable.sel(life=life)
    longitude = (chosen["birth_longitude_deg"] + 180.0) % 360.0 - 180.0
    chosen = chosen.assign_coords(birth_longitude_deg=longitude).sortby("birth_longitude_deg")
    total = float(chosen.sum())
    return chosen / total if total > 0.0 else chosen


def _draw(axis: Axes, shares: xarray.DataArray, colours: str) -> None:
    values = shares.transpose("birth_latitude_deg", "birth_longitude_deg").values * 100.0
    highest = np.nanmax(values, initial=0.0)
    axis.set_facecolor("0.97")
    if not highest > 0.0:
        axis.text(0.5, 0.5, "none", transform=axis.transAxes, ha="center", va="center", color="0.4")
        return
    norm = LogNorm(highest / 10.0**_DECADES, highest)
    shown = np.ma.masked_less(values, norm.vmin)
    longitude, latitude = shares["birth_longitude_deg"].values, shares["birth_latitude_deg"].values
    mesh = axis.pcolormesh(longitude, latitude, shown, cmap=colours, norm=norm, shading="nearest", rasterized=True)
    axis.figure.colorbar(mesh, ax=axis, label="share per cell [%]", pad=0.01)
