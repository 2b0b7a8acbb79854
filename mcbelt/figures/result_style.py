"""What all figures of results share: style, units, ticks, and which points can be drawn."""

import numpy as np
import xarray
from matplotlib.axes import Axes

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


def pretty(variable: xarray.DataArray) -> str:
    text = str(variable.attrs["units"])
    for power in ("-1", "-2", "-3"):
        text = text.replace(power, f"$^{{{power}}}$")
    return text


def plain_ticks(axis: Axes) -> None:
    low, high = axis.get_xlim()
    ticks = [tick for tick in (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000) if low <= tick <= high]
    axis.set_xticks(ticks, [str(tick) for tick in ticks])


def drawable(dataset: xarray.Dataset, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    energy, value = dataset["energy_MeV"].values, dataset[name].values
    sigma = dataset[f"{name}_sigma"].values
    shown = np.isfinite(value) & (value > 0.0)
    return energy[shown], value[shown], np.where(np.isfinite(sigma), sigma, 0.0)[shown]
