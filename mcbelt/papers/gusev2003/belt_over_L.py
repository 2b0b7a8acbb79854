"""The belt of positrons over L: trapped protons and cosmic rays on the same shells, beside what the paper says of it.

The paper has no figure of L. Its conclusion is a belt of positrons of trapped protons at L = 1.2 +- 0.1, about 100
times what cosmic rays give. Drawn from the results of a scan of L with both sources (runs/belt-over-L).
"""

import json
import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import xarray
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from mcbelt.constants import JULIAN_YEAR
from mcbelt.errors import ResultsError
from mcbelt.figures import source_plots
from mcbelt.files import parts
from mcbelt.papers.plate import STATED

POSITION, HALF_WIDTH = 1.2, 0.1  # of the belt in L, as the paper states them
OVER_COSMIC_RAYS = 100.0  # e+ of trapped protons over those of cosmic rays in the belt, below 100 MeV
SOURCES = ("trapped_protons", "cosmic_rays")
ROUNDING = 1e-12  # of a sum of two numbers and its parts


class Belt(NamedTuple):
    """Where a flux over L is largest, and between which L it is above half of that."""

    L: float
    flux: float  # in the unit of what was given
    low: float  # NaN where it is above half up to the first shell
    high: float  # NaN where it is above half up to the last one


def belt_of(L: np.ndarray, flux: np.ndarray) -> Belt:
    """Position and width of a belt.

    Parameters
    ----------
    L : ndarray, shape (n,)
        Ascending.
    flux : ndarray, shape (n,)
        At least 0; NaN where there is none.

    Returns
    -------
    Belt
        The largest flux is that of the parabola through ln of the largest value and its neighbours, at an end, or where
        a neighbour is below half of it, the value there; halves are where ln of the flux, linear in L, passes ln of
        half of it.
    """
    L, flux = L[flux > 0.0], flux[flux > 0.0]
    ln = np.log(flux)
    k = int(ln.argmax())
    where, top = float(L[k]), float(ln[k])
    if 0 < k < len(L) - 1 and min(ln[k - 1], ln[k + 1]) > top - math.log(2.0):
        a, b, _ = np.polyfit(L[k - 1 : k + 2] - L[k], ln[k - 1 : k + 2], 2)
        where, top = float(L[k] - 0.5 * b / a), float(ln[k] - 0.25 * b * b / a)
    half = top - math.log(2.0)
    inner, outer = _passed(L[k::-1], ln[k::-1], half), _passed(L[k:], ln[k:], half)
    return Belt(where, math.exp(top), inner, outer)


def _passed(L: np.ndarray, ln: np.ndarray, level: float) -> float:
    """Where values, from the first on, first fall below a level, linear between them; NaN where they do not."""
    below = np.flatnonzero(ln < level)
    if not len(below) or below[0] == 0:
        return math.nan
    i = int(below[0])
    share = (ln[i - 1] - level) / (ln[i - 1] - ln[i])
    return float(L[i - 1] + share * (L[i] - L[i - 1]))


def crossings(L: np.ndarray, ratio: np.ndarray) -> tuple[float, float]:
    """First and last L between which a ratio is above 1, by ln of it linear in L.

    Parameters
    ----------
    L : ndarray, shape (n,)
        Ascending.
    ratio : ndarray, shape (n,)
        NaN where there is none.

    Returns
    -------
    tuple of 2 float
        The first or the last shell with a ratio where it is above 1 there; NaN where it is nowhere.
    """
    L, ln = L[ratio > 0.0], np.log(ratio[ratio > 0.0])
    above = np.flatnonzero(ln > 0.0)
    if not len(above):
        return math.nan, math.nan
    first, last = int(above[0]), int(above[-1])
    low = L[first] if first == 0 else np.interp(0.0, ln[first - 1 : first + 1], L[first - 1 : first + 1])
    high = L[last] if last == len(L) - 1 else np.interp(0.0, -ln[last : last + 2], L[last : last + 2])
    return float(low), float(high)


def columns(by_shell: Mapping[float, xarray.Dataset]) -> dict[str, np.ndarray]:
    """Fluxes of each source and their sum, ratios and mean ages, one line for each energy and shell.

    Parameters
    ----------
    by_shell : mapping
        L -> result, as `mcbelt.figures.scan_plots.shells_of` gives it.

    Returns
    -------
    dict
        NaN where a source is not there.

    Raises
    ------
    ResultsError
        A sum is not that of its parts.
    """
    energy = next(iter(by_shell.values()))["energy_MeV"].values
    places = range(len(energy))
    result = {"energy_MeV": np.repeat(energy, len(by_shell)), "L": np.tile([*by_shell], len(energy))}
    for name in ("positron", "electron"):
        for source in (*SOURCES, None):
            values = [source_plots.over_L(by_shell, source, f"flux_{name}", place) for place in places]
            result[f"{name}_{source or 'sum'}"] = np.concatenate(values)
        added = np.nansum([result[f"{name}_{source}"] for source in SOURCES], axis=0)
        if not np.allclose(added, result[f"{name}_sum"], rtol=ROUNDING, atol=0.0):
            raise ResultsError(f"flux_{name} is not the sum of that of {' and '.join(SOURCES)}; run the campaign anew.")
    for source in (*SOURCES, None):
        ages = [source_plots.over_L(by_shell, source, "drift_averaged_age_positron", place) for place in places]
        result[f"age_years_{source or 'sum'}"] = np.concatenate(ages) / JULIAN_YEAR
    lowest = [
        min(each["shell_H_min_km"] for each in json.loads(dataset.attrs[parts.LIST])) for dataset in by_shell.values()
    ]
    return result | {"H_min_km": np.tile(lowest, len(energy))}


def drawn(by_shell: Mapping[float, xarray.Dataset]) -> Figure:
    """The figure over L with the belt as the paper states it.

    Parameters
    ----------
    by_shell : mapping
        L -> result.

    Returns
    -------
    Figure
    """
    figure = source_plots.sources_over_L(by_shell)
    rows = source_plots.rows_of(by_shell)
    per_row = len(figure.axes) // len(rows)
    for axis in figure.axes:
        axis.axvspan(POSITION - HALF_WIDTH, POSITION + HALF_WIDTH, color=STATED, alpha=0.12, lw=0.0, zorder=0)
    for axis in figure.axes[per_row * rows.index("over") :][:per_row]:
        axis.axhline(OVER_COSMIC_RAYS, color=STATED, ls="--", lw=1.2)
    (legend,) = figure.legends
    stated = [
        Patch(color=STATED, alpha=0.2, lw=0.0, label=f"paper: belt at L = {POSITION:g} ± {HALF_WIDTH:g}"),
        Line2D([], [], color=STATED, ls="--", label=f"paper: about {OVER_COSMIC_RAYS:.0f} times"),
    ]
    handles = [*legend.legend_handles, *stated]
    legend.remove()
    figure.legend(handles=handles, loc="outside lower center", ncols=4, fontsize=11)
    return figure
