"""What all figures of results share: style, colours, units, ticks, and which points can be drawn."""

import matplotlib
import numpy as np
import xarray
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from mcbelt.tally.means import FEWEST

# Colours that are told apart by every kind of eye (Okabe & Ito 2008), the darkest first.
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#555555")
MOST_DECADES = 8.0  # on a logarithmic axis of flux; what lies lower leaves the panel

STYLE = {
    "font.size": 12,
    "axes.prop_cycle": matplotlib.cycler(color=PALETTE),
    "svg.hashsalt": "mcbelt",  # the same result gives the same file
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


def longitude_words(degrees: float) -> str:
    """A longitude as it is said, from any turn: 57° W."""
    west_to_east = (degrees + 180.0) % 360.0 - 180.0
    if west_to_east in (0.0, -180.0):
        return f"{abs(west_to_east):g}°"
    return f"{abs(west_to_east):g}° {'E' if west_to_east > 0.0 else 'W'}"


def latitude_words(degrees: float) -> str:
    """A latitude as it is said: 15° S."""
    return f"{abs(degrees):g}°" + ("" if degrees == 0.0 else " N" if degrees > 0.0 else " S")


def few_decades(axis: Axes) -> None:
    """Raise the lower end of a logarithmic axis of flux to `MOST_DECADES` below its upper one."""
    low, high = axis.get_ylim()
    axis.set_ylim(max(low, high / 10.0**MOST_DECADES), high)


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
