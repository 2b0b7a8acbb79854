"""What all figures of results share: style, units, ticks, and which points can be drawn."""

import numpy as np
import xarray
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from mcbelt.tally.means import FEWEST

STYLE = {
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


def own_axes(ax: Axes | None) -> Axes:
    """The axes that a caller gave, or those of a new figure, which no backend knows of."""
    return Figure(layout="constrained").subplots() if ax is None else ax


def pretty(variable: xarray.DataArray) -> str:
    text = str(variable.attrs["units"])
    for power in ("-1", "-2", "-3"):
        text = text.replace(power, f"$^{{{power}}}$")
    return text


def plain_ticks(axis: Axes) -> None:
    low, high = axis.get_xlim()
    ticks = [tick for tick in (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000) if low <= tick <= high]
    axis.set_xticks(ticks, [str(tick) for tick in ticks])
    axis.xaxis.set_minor_formatter(NullFormatter())  # below two decades it would label the ticks between, too


def drawable(dataset: xarray.Dataset, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Energies, values and bars (as `bars` gives them) of the points above 0."""
    energy, value = dataset["energy_MeV"].values, dataset[name].values
    shown = np.isfinite(value) & (value > 0.0)
    return energy[shown], value[shown], bars(dataset, name)[:, shown]


def bars(dataset: xarray.Dataset, name: str) -> np.ndarray:
    """Lower and upper bar of each energy, shape (2, n): the standard error, the 68 % interval where too few histories
    gave none, else 0."""
    sigma = np.nan_to_num(dataset[f"{name}_sigma"].values)
    if f"{name}_low" not in dataset:
        return np.stack([sigma, sigma])
    value, low, high = (dataset[part].values for part in (name, f"{name}_low", f"{name}_high"))
    return np.where(sigma > 0.0, sigma, np.nan_to_num(np.stack([value - low, high - value])))


def limits(dataset: xarray.Dataset, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Energies and 68 % upper limits where nothing scored."""
    if f"{name}_high" not in dataset:
        return np.zeros(0), np.zeros(0)
    high = dataset[f"{name}_high"].values
    shown = (dataset[name].values == 0.0) & (high > 0.0)
    return dataset["energy_MeV"].values[shown], high[shown]


def unsure(dataset: xarray.Dataset, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Energies and values of points that have no standard error because too few histories scored."""
    if f"{name}_effective_histories" not in dataset:
        return np.zeros(0), np.zeros(0)
    value, effective = dataset[name].values, dataset[f"{name}_effective_histories"].values
    shown = np.isfinite(value) & (value > 0.0) & (effective > 0.0) & (effective < FEWEST)
    return dataset["energy_MeV"].values[shown], value[shown]


def mark_unsure(axis: Axes, dataset: xarray.Dataset, name: str, colour: str) -> None:
    """Whiten the points without a standard error, and put arrows down from the upper limits."""
    axis.plot(*unsure(dataset, name), "o", ms=4.5, mfc="white", mec=colour, ls="", zorder=3)
    axis.plot(*limits(dataset, name), marker="v", ms=5, mfc="none", mec=colour, ls="")
