"""A result laid over a table of measured values: what must match, the values at the energies of the table, a figure.

Between two bins of a result its flux, or e+/e-, is a power law; outside the middles of its first and last bin it says
nothing, and measured values there are left out.
"""

import json
import math
from typing import Any, NamedTuple

import numpy as np
import xarray
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mcbelt.errors import ConfigError
from mcbelt.figures import plots, species
from mcbelt.figures.measured_table import Measured, Point
from mcbelt.figures.result_style import own_axes

UNIT = "m-2 s-1 sr-1 MeV-1"
WHOLE_SHELL = "shell"  # where a result without [place] is seen: all around a drift shell


class Laid(NamedTuple):
    """A measured value, and a result at its energy."""

    point: Point
    ours: float
    sigma: float  # standard error of ours; NaN where too few histories gave none

    @property
    def over(self) -> float:
        """Ours over the measured value."""
        return self.ours / self.point.value

    @property
    def deviation(self) -> float:
        """Ours less the measured value, in units of its error on that side and ours in quadrature; NaN without one."""
        error = self.point.high if self.ours > self.point.value else self.point.low
        return (self.ours - self.point.value) / math.hypot(error, self.sigma)


def sources_of(physics: dict[str, Any]) -> tuple[str, ...]:
    """Kinds of the sources of a result, or of the several that it adds, from its `physics_json`."""
    return tuple(each["source"]["kind"] for each in physics.get("sources", [physics]) if "source" in each)


def check(table: Measured, dataset: xarray.Dataset) -> None:
    """Refuse a table that is not of what a result is of.

    Parameters
    ----------
    table : Measured
    dataset : xarray.Dataset
        A finished result.

    Raises
    ------
    ConfigError
        It is of another species, source, place or L; the result has no e+/e- or another unit.
    """
    if dataset.attrs["kind"] != "belt":
        kind = dataset.attrs["kind"]
        raise ConfigError(f"compare: this result is of kind {kind!r}; `mcbelt fraction` lays that over measurements.")
    physics = json.loads(dataset.attrs["physics_json"])
    followed = species.followed(dataset)
    for point in table.points:
        if point.species and point.species not in followed:
            raise table.refused(
                point.line, "species", f"{point.species}s are not in this result, which has {', '.join(followed)}"
            )
        if point.species and (unit := dataset[f"flux_{point.species}"].attrs["units"]) != UNIT:
            raise table.refused(point.line, table.column, f"the flux of this result is in {unit}, not in {UNIT}")
    if table.column == "ratio" and not species.has_ratio(dataset):
        raise table.refused(table.points[0].line, "ratio", "this result holds no e+/e-")
    place = (physics.get("place") or {}).get("kind", WHOLE_SHELL)
    found = {"source": " + ".join(sources_of(physics)), "place": place}
    for key, ours in found.items():
        asked = table.stated.get(key, ours)
        if sorted(asked.replace(" ", "").split("+")) != sorted(ours.replace(" ", "").split("+")):
            raise table.refused(table.lines[key], key, f"the table is of {asked}, this result of {ours}")
    if table.L:
        low, high = table.L
        if place != WHOLE_SHELL:
            raise table.refused(table.lines["L"], "L", f"the table is of shells, this result is seen from {place}")
        if not low <= physics["shell"]["L"] <= high:
            L = physics["shell"]["L"]
            raise table.refused(table.lines["L"], "L", f"the table is of L = {low:g}-{high:g}, this result of {L:g}")


def unchecked(table: Measured) -> tuple[str, ...]:
    """What the table does not say of itself, so that nothing could be refused by it."""
    return tuple(key for key in ("source", "place", "L") if key not in table.stated)


def laid(table: Measured, dataset: xarray.Dataset) -> list[Laid]:
    """Measured values at whose energies a result has a value, in the order of the table.

    Parameters
    ----------
    table : Measured
        Checked against the result.
    dataset : xarray.Dataset

    Returns
    -------
    list of Laid
        At least one.

    Raises
    ------
    ConfigError
        There is none.
    """
    found = []
    for point in table.points:
        name = f"flux_{point.species}" if point.species else "ratio"
        value, sigma = _at(dataset, name, point.energy)
        if math.isfinite(value):
            found.append(Laid(point, value, sigma))
    if not found:
        measured = [point.energy for point in table.points]
        ours = dataset["energy_MeV"].values[[0, -1]]
        raise table.refused(
            table.points[0].line,
            "energy_MeV",
            f"the energies of the table, {min(measured):g}-{max(measured):g} MeV, and those where this result has a "
            f"value, within {ours[0]:.4g}-{ours[1]:.4g} MeV, do not meet",
        )
    return found


def _at(dataset: xarray.Dataset, name: str, energy: float) -> tuple[float, float]:
    """A variable over energy and its error between two bins; NaN outside, and where a bin beside it has none."""
    nodes, value, sigma = (dataset[part].values for part in ("energy_MeV", name, f"{name}_sigma"))
    if not nodes[0] * (1.0 - 1e-9) <= energy <= nodes[-1] * (1.0 + 1e-9):
        return math.nan, math.nan
    i = min(max(int(np.searchsorted(nodes, energy)) - 1, 0), max(len(nodes) - 2, 0))
    pair = slice(i, i + 2)
    if not np.all(value[pair] > 0.0):  # NaN is not, either
        return math.nan, math.nan
    lnE = np.log(nodes[pair])
    found = math.exp(np.interp(math.log(energy), lnE, np.log(value[pair])))
    return found, found * float(np.interp(math.log(energy), lnE, sigma[pair] / value[pair]))


def columns(rows: list[Laid]) -> dict[str, list]:
    """The comparison as columns: species is "positron/electron" for a ratio; a missing error is NaN."""
    return {
        "energy_MeV": [row.point.energy for row in rows],
        "species": [row.point.species or "/".join(species.PAIR) for row in rows],
        "measured": [row.point.value for row in rows],
        "error_low": [row.point.low for row in rows],
        "error_high": [row.point.high for row in rows],
        "ours": [row.ours for row in rows],
        "ours_sigma": [row.sigma for row in rows],
        "ours_over_measured": [row.over for row in rows],
        "deviation": [row.deviation for row in rows],
    }


def figure(table: Measured, dataset: xarray.Dataset) -> Figure:
    """The figure of the result with the measured values, all of them, as open squares."""
    drawn = plots.flux_and_ratio(dataset)
    axis = drawn.axes[1] if table.column == "ratio" else drawn.axes[0]
    points(table, axis)
    axis.legend(fontsize=10, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0, frameon=False)
    drawn.text(0.01, 0.005, f"Measured: {table.stated['reference']}", fontsize=8, color="0.35", ha="left", va="bottom")
    return drawn


def points(table: Measured, ax: Axes | None = None) -> Axes:
    """Measured values over energy as open squares, in a panel of one's own figure, as that of `plots.flux`.

    Parameters
    ----------
    table : Measured
        As `measured_table.read` gives it.
    ax : Axes, optional
        Where to draw; without it in a figure of its own, which is `points(table).figure`.

    Returns
    -------
    Axes
        That was drawn to. Style and backend are the caller's.
    """
    axis, is_ratio = own_axes(ax), table.column == "ratio"
    if ax is None:
        axis.set(xscale="log", yscale="linear" if is_ratio else "log", xlabel="kinetic energy [MeV]")
    for name in dict.fromkeys(point.species for point in table.points):
        energy, value, low, high = np.array([point[2:] for point in table.points if point.species == name]).T
        colour = species.colour(name) if name else "#7b3294"
        label = f"{species.label(name) if name else 'e⁺ / e⁻'}, measured"
        down = low if is_ratio else np.minimum(low, 0.999 * value)  # the axis is logarithmic
        axis.errorbar(energy, value, [down, high], fmt="s", ms=6, mfc="none", color=colour, capsize=3, label=label)
    bottom, top = axis.get_ylim()
    lowest, highest = (end([each.value for each in table.points]) for end in (min, max))
    axis.set_ylim(bottom if is_ratio else min(bottom, lowest / 3.0), max(top, 1.3 * highest))
    axis.legend()
    return axis
