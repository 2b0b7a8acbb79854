"""Figures of several sources: each source beside the sum, over energy and, in a scan of L, over L.

The sum is drawn as points with its error, as in every figure; a source is a line of its own pattern, in the colour of
the species or of the energy. Where a source is not there (`L_min`, `L_max` of [[source]]) its line has no point.
"""

from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
import xarray
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mcbelt.constants import JULIAN_YEAR
from mcbelt.figures import estimators, species
from mcbelt.figures.result_style import STYLE, bars, own_axes, pretty
from mcbelt.files import parts
from mcbelt.tally import parts as tally_parts

PATTERNS = ("-.", ":", (0, (1, 1, 5, 1)), (0, (8, 2)), "-")  # dashes are the alternatives of the systematics
ENERGIES_MEV = (30.0, 100.0, 300.0)  # of the figure over L, where the bins hold them


def readable(source: str) -> str:
    """Name of a source for people."""
    return source.replace("_", " ")


def pattern(source: str, names: Sequence[str]) -> str | tuple:
    """Line of a source among those of a figure."""
    return PATTERNS[list(names).index(source) % len(PATTERNS)]


def draw_parts(axis: Axes, dataset: xarray.Dataset, name: str, colour: str, symbol: str) -> None:
    """The lines of all sources that hold a variable over energy.

    Parameters
    ----------
    axis : Axes
    dataset : Dataset
        A result; nothing is drawn of one source.
    name : str
        Of the variable.
    colour, symbol : str
        Of the species.
    """
    names = parts.names(dataset)
    for source in names:
        own = parts.part(dataset, source)
        if name in own:
            value = np.where(own[name].values > 0.0, own[name].values, np.nan)
            label = f"{symbol}, {readable(source)}"
            axis.plot(own["energy_MeV"], value, color=colour, lw=1.3, ls=pattern(source, names), label=label)


def sources_over_L(by_shell: Mapping[float, xarray.Dataset]) -> Figure:
    """What several sources give over L, by source and summed.

    Parameters
    ----------
    by_shell : mapping
        L -> result, ascending, as `scan_plots.shells_of` gives it; one of them at least of several sources.

    Returns
    -------
    Figure
        The rows of `rows_of`, and one column for each energy of `ENERGIES_MEV` that the bins hold, else for the first,
        middle and last bin. Its axes are those of the first row, of the second, ...
    """
    first, names = next(iter(by_shell.values())), names_of(by_shell)
    bins, rows = bins_of(first), rows_of(by_shell)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(4.0 * len(bins) + 1.0, 2.0 + 2.9 * len(rows)), layout="constrained")
        axes = figure.subplots(len(rows), len(bins), sharex=True, sharey="row", squeeze=False)
        for column, place in zip(axes.T, bins, strict=True):
            for axis, row in zip(column, rows, strict=True):
                row_over_L(by_shell, row, place, axis)
                axis.label_outer()
            column[0].set_title(f"{first['energy_MeV'].values[place]:.0f} MeV")
        figure.legend(handles=_handles(first, names), loc="outside lower center", ncols=4, fontsize=11)
        figure.suptitle(f"{first.attrs['name']}: {estimators.words(first)}", fontsize=15, fontweight="bold")
    return figure


def row_over_L(by_shell: Mapping[float, xarray.Dataset], row: str, place: int, ax: Axes | None = None) -> Axes:
    """One quantity of several sources and of their sum over L at one energy, in a panel of one's own figure.

    Parameters
    ----------
    by_shell : mapping
        As of `sources_over_L`.
    row : {"flux", "over", "ratio", "age"}
        One of `rows_of`.
    place : int
        Bin of energy.
    ax : Axes, optional
        Where to draw; without it in a figure of its own, which is `row_over_L(...).figure`.

    Returns
    -------
    Axes
        That was drawn to. Style and backend are the caller's.
    """
    axis, first, names = own_axes(ax), next(iter(by_shell.values())), names_of(by_shell)
    titles = {
        "flux": f"flux [{pretty(first[f'flux_{species.followed(first)[0]}'])}]",
        "over": f"{readable(names[0])}\n/ {' + '.join(map(readable, names[1:]))}",
        "ratio": "e⁺ / e⁻",
        "age": "mean age [years]",
    }
    _ROWS[row](axis, by_shell, names, place)
    axis.set(xlabel="L", ylabel=titles[row], yscale="log")
    return axis


def _handles(dataset: xarray.Dataset, names: Sequence[str]) -> list[Line2D]:
    """Entries of the legend: the sum, each source, each species."""
    handles = [Line2D([], [], color="0.3", marker="o", ms=4, lw=0, label="sum")]
    handles += [Line2D([], [], color="0.3", ls=pattern(each, names), label=readable(each)) for each in names]
    return handles + [
        Line2D([], [], color=species.colour(each, n), lw=4, label=species.label(each))
        for n, each in enumerate(species.followed(dataset))
    ]


def names_of(by_shell: Mapping[float, xarray.Dataset]) -> list[str]:
    """Names of all sources of a scan; one that is not on every shell has the place that it has where it is."""
    most = max((parts.names(dataset) for dataset in by_shell.values()), key=len)
    return list(dict.fromkeys([*most, *(name for dataset in by_shell.values() for name in parts.names(dataset))]))


def rows_of(by_shell: Mapping[float, xarray.Dataset]) -> list[str]:
    """Rows of the figure over L: flux; where they can be, over (the first source over the others), ratio, age."""
    first, several = next(iter(by_shell.values())), len(names_of(by_shell)) > 1
    held = {"over": several, "ratio": species.has_ratio(first), "age": bool(_ages(by_shell))}
    return ["flux", *(row for row, there in held.items() if there)]


def bins_of(dataset: xarray.Dataset) -> list[int]:
    """The bins of the figure."""
    energy = dataset["energy_MeV"].values
    half = np.sqrt(energy[1] / energy[0]) if len(energy) > 1 else 1.0
    found = [int(np.abs(np.log(energy / each)).argmin()) for each in ENERGIES_MEV]
    held = [
        place for each, place in zip(ENERGIES_MEV, found, strict=True) if 1.0 / half <= each / energy[place] <= half
    ]
    return sorted(set(held or [0, len(energy) // 2, len(energy) - 1]))


def over_L(by_shell: Mapping[float, xarray.Dataset], source: str | None, name: str, place: int) -> np.ndarray:
    """A variable of a source, or of the sum, at one energy on each shell.

    Parameters
    ----------
    by_shell : mapping
        L -> result.
    source : str or None
        None: of the sum.
    name : str
        Of the variable; of one over pitch angles too, that of the last bin.
    place : int
        Bin of energy.

    Returns
    -------
    ndarray
        NaN where it is not there or not above 0.
    """
    label = name if source is None else tally_parts.under(source, name)
    found = [
        dataset[label].values.reshape(-1, len(dataset["energy_MeV"]))[-1, place] if label in dataset else np.nan
        for dataset in by_shell.values()
    ]
    values = np.array(found, float)
    return np.where(values > 0.0, values, np.nan)


def _lines(axis: Axes, by_shell, names, label: str, colour: str, place: int) -> None:
    """A variable over L: the sum as points, each source as a line."""
    shells = np.array([*by_shell])
    value = over_L(by_shell, None, label, place)
    sides = np.stack([_bar(dataset, label, place) for dataset in by_shell.values()], axis=1)
    axis.errorbar(shells, value, sides, fmt="o", ms=4, color=colour, capsize=2)
    for source in names:
        line = over_L(by_shell, source, label, place)
        axis.plot(shells, line, color=colour, lw=1.3, ls=pattern(source, names))


def _bar(dataset: xarray.Dataset, label: str, place: int) -> np.ndarray:
    """Lower and upper bar at one energy; none where the result has no error."""
    if f"{label}_sigma" not in dataset or dataset[label].ndim > 1:
        return np.zeros(2)
    return np.nan_to_num(bars(dataset, label)[:, place])


def _flux_row(axis: Axes, by_shell, names, place: int) -> None:
    for number, each in enumerate(species.followed(next(iter(by_shell.values())))):
        _lines(axis, by_shell, names, f"flux_{each}", species.colour(each, number), place)


def _over_row(axis: Axes, by_shell, names, place: int) -> None:
    """Where all sources are there: the first one over the others together."""
    for number, each in enumerate(species.followed(next(iter(by_shell.values())))):
        own, *others = (over_L(by_shell, source, f"flux_{each}", place) for source in names)
        axis.plot([*by_shell], own / np.sum(others, axis=0), "o-", ms=4, lw=1.3, color=species.colour(each, number))
    axis.axhline(1.0, color="0.5", lw=0.8, ls=":")


def _ratio_row(axis: Axes, by_shell, names, place: int) -> None:
    _lines(axis, by_shell, names, "ratio", "black", place)
    axis.axhline(1.0, color="0.5", lw=0.8, ls=":")


def _age_row(axis: Axes, by_shell, names, place: int) -> None:
    shells, ages = np.array([*by_shell]), _ages(by_shell)
    for number, (each, label) in enumerate(ages.items()):
        colour = species.colour(each, number)
        axis.plot(shells, over_L(by_shell, None, label, place) / JULIAN_YEAR, "o", ms=4, color=colour)
        for source in names:
            line = over_L(by_shell, source, label, place) / JULIAN_YEAR
            axis.plot(shells, line, color=colour, lw=1.3, ls=pattern(source, names))


_ROWS = {"flux": _flux_row, "over": _over_row, "ratio": _ratio_row, "age": _age_row}


def _ages(by_shell: Mapping[float, xarray.Dataset]) -> dict[str, str]:
    """Species -> the variable of its mean age that most of the results or their parts hold."""
    held = [tally_parts.own(str(name)) for dataset in by_shell.values() for name in dataset.data_vars]
    found = {}
    for each in species.followed(next(iter(by_shell.values()))):
        labels = [label for label in (f"drift_averaged_age_{each}", f"age_{each}") if label in held]
        if labels:
            found[each] = max(labels, key=held.count)
    return found
