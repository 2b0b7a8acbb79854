"""Fluxes and ratios of results as a table, of pandas or as comma-separated values: one row a case and energy."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import xarray

from mcbelt.campaign import scanned
from mcbelt.constants import JULIAN_YEAR
from mcbelt.errors import ResultsError
from mcbelt.figures import bands, estimators, species
from mcbelt.files import parts, sealed
from mcbelt.systematics.bands import Band
from mcbelt.tally import parts as tally_parts
from mcbelt.tally.means import FEWEST

if TYPE_CHECKING:  # commands that make no table should not load it
    import pandas

LONGEST_IN_ONE_SUN = 0.5  # [years]: an 81-day mean and the months about it say what such particles met


def with_error(value: float, sigma: float) -> str:
    """A value and its standard error, both to two digits of the error: 227 ± 99, 0.0067 ± 0.0010, (6.3 ± 1.7)e-05."""
    if not math.isfinite(value):
        return "–"
    if not math.isfinite(sigma) or sigma <= 0.0:
        return f"{value:.3g}"
    exponent = math.floor(math.log10(max(abs(value), sigma)))
    if -3 <= exponent < 5:
        decimals = max(0, 1 - math.floor(math.log10(sigma)))
        return f"{value:.{decimals}f} ± {sigma:.{decimals}f}"
    scale = 10.0**exponent
    decimals = max(0, 1 - math.floor(math.log10(sigma / scale)))
    return f"({value / scale:.{decimals}f} ± {sigma / scale:.{decimals}f})e{exponent:+03d}"


def cell(dataset: xarray.Dataset, name: str, index: int) -> str:
    """A variable over energy at one energy with its error; a limit where nothing scored, and where fewer than
    `means.FEWEST` effective histories did, their number in place of the error: < 3.1e-05, 0.0123 [4 hist.]."""
    value, sigma = (float(dataset[part].values[index]) for part in (name, f"{name}_sigma"))
    if f"{name}_effective_histories" in dataset and int(dataset.attrs["histories"]) > 0:
        effective = float(dataset[f"{name}_effective_histories"].values[index])
        limit = float(dataset[f"{name}_high"].values[index]) if f"{name}_high" in dataset else math.nan
        if value == 0.0 and math.isfinite(limit):
            return f"< {limit:.2g}"
        if math.isfinite(value) and value > 0.0 and effective < FEWEST:
            return f"{value:.2g} [{effective:.1f} hist.]"
    return with_error(value, sigma)


def footnote(dataset: xarray.Dataset) -> str:
    """What `cell` means where it is not a value with its error; empty if no cell of a result is such."""
    if int(dataset.attrs["histories"]) == 0:
        return ""
    words = []
    names, bins = species.flux_names(dataset)[::2], range(dataset["energy_MeV"].size)
    cells = [cell(dataset, name, index) for name in names for index in bins]
    if any("hist.]" in text for text in cells):
        words.append(f"[n hist.]: effective number of scoring histories, below {FEWEST:g}: no standard error")
    if any(text.startswith("<") for text in cells):
        words.append("<: nothing scored, 68 % upper limit")
    return "; ".join(words)


def memory(dataset: xarray.Dataset) -> str:
    """How old the e+- of a result are, if above half a year, and whether the years that they remember are in the flux.

    Mean age in the pitch-angle bin that ends at 90 degrees, the oldest of all energies and species, of histories and by
    the drift average; empty without ages.
    """
    followed = species.followed(dataset)
    names = [f"{kind}_{name}" for kind in ("age", "drift_averaged_age") for name in followed]
    held = [dataset[name] for name in names if name in dataset]
    ages = [float((each[-1] if each.ndim > 1 else each).max()) for each in held]
    oldest = max((age for age in ages if math.isfinite(age)), default=0.0) / JULIAN_YEAR
    if oldest < LONGEST_IN_ONE_SUN:
        return ""
    old = f"up to {oldest:.2g} years old on average"
    lived = [source for source, part in parts.all_parts(dataset).items() if _is_lived(part)]
    if lived:
        return f"{old}; {' and '.join(lived)} in the Sun and the field as lived, month by month"
    if _is_lived(dataset):
        return f"{old}, in the Sun and the field as lived, month by month{_before_indices(dataset, followed)}"
    return f"{old}, in the air of one F10.7: earlier years are not in this flux"


def _is_lived(dataset: xarray.Dataset) -> bool:
    return any(str(name).startswith("lived_over_day_") for name in dataset)


def _before_indices(dataset: xarray.Dataset, followed: list[str]) -> str:
    """The largest share that is older than the table of solar indices, if it is above a thousandth."""
    labels = [f"born_before_indices_{name}" for name in followed]
    largest = max((float(dataset[label][-1].max()) for label in labels if label in dataset), default=0.0)
    return f"; up to {100.0 * largest:.2g} % are older than the indices known" if largest > 1e-3 else ""


def interval(band: Band, index: int) -> str:
    """Lower and upper end of a band at one energy over the nominal value, in per cent: -21 +22, -1.6 +2.6."""
    ends = [100.0 * (float(end[index]) - 1.0) for end in band]
    if not all(map(math.isfinite, ends)):
        return "–"
    return " ".join(f"{end:+.0f}" if abs(end) >= 9.95 else f"{end:+.1f}" for end in ends)


def open_table(path: str | Path) -> pandas.DataFrame:
    """The fluxes and ratios of a campaign as a tidy table.

    Parameters
    ----------
    path : str or Path
        A result file, or the directory of a campaign or of its results.

    Returns
    -------
    DataFrame
        As `frame` makes it.

    Raises
    ------
    ResultsError
        No finished result, or none with fluxes.

    Examples
    --------
    >>> import mcbelt
    >>> table = mcbelt.open_table("runs/belt-over-L")  # doctest: +SKIP
    >>> table[table.L == 1.2].plot(x="energy_MeV", y="ratio", logx=True)  # doctest: +SKIP
    """
    return frame(scanned.collect(Path(path))[0].datasets)


def frame(datasets: dict[str, xarray.Dataset]) -> pandas.DataFrame:
    """Table of the fluxes and ratios of several cases.

    Parameters
    ----------
    datasets : dict
        Name of the case -> result.

    Returns
    -------
    DataFrame
        A row for each case and energy; columns `case`, each scanned key (numbers as numbers), `energy_MeV`, and the
        variables of `csv_text`, NaN where a result has none; `estimator`, of the fluxes. `attrs["units"]` has the unit
        of each column that has one.

    Raises
    ------
    ResultsError
        As `csv_text`.
    """
    import pandas

    names, units = _held(datasets)
    rows = [dataset["energy_MeV"].size for dataset in datasets.values()]
    overrides = [json.loads(str(dataset.attrs.get("case_overrides", "{}"))) for dataset in datasets.values()]
    keys = dict.fromkeys(key for each in overrides for key in each)
    columns = {"case": np.repeat(np.array([*datasets], dtype=object), rows)}
    for key, name in scanned.names_of([keys], {"case", "energy_MeV", *names}).items():
        columns[name] = np.repeat(scanned.column(each.get(key, math.nan) for each in overrides), rows)
        unit = scanned.meaning(str(next(iter(datasets.values())).attrs["kind"]), key)[1]
        units |= {} if unit == "1" else {name: unit}
    columns["energy_MeV"] = np.concatenate([dataset["energy_MeV"].values for dataset in datasets.values()])
    for name in names:
        parts = zip(datasets.values(), rows, strict=True)
        columns[name] = np.concatenate([data[name].values if name in data else np.full(n, np.nan) for data, n in parts])
    named = [estimators.named(dataset) for dataset in datasets.values()]
    columns["estimator"] = np.repeat(np.array(named, dtype=object), rows)
    table = pandas.DataFrame(columns)
    table.attrs["units"] = {"energy_MeV": "MeV"} | units
    return table


def csv_text(datasets: dict[str, xarray.Dataset]) -> str:
    """The `frame` of several cases as comma-separated values, with the units in the heading.

    Parameters
    ----------
    datasets : dict
        Name of the case -> result.

    Returns
    -------
    str
        A value that is not finite is left empty, so an error of too few histories is. Ends of the 68 % intervals (above
        a zero, an upper limit) and effective numbers of histories follow the fluxes and the ratio. The nominal fluxes
        and the bands over them that results hold follow; `<source>__flux_<species>` and `<source>__ratio` with their
        errors, of each of several sources, come next. The last column names the estimator of the fluxes.

    Raises
    ------
    ResultsError
        A result has no such fluxes, or the fluxes of two cases have different units.
    """
    table = frame(datasets)
    units = table.attrs["units"]
    heading = [
        "energy [MeV]" if name == "energy_MeV" else f"{name} [{units[name]}]" if name in units else name
        for name in table.columns
    ]
    table = table.replace([np.inf, -np.inf], np.nan)
    return table.to_csv(index=False, header=heading, float_format="%.8g", lineterminator="\n")


def _held(datasets: dict[str, xarray.Dataset]) -> tuple[list[str], dict[str, str]]:
    """The variables of a table in their order, and the unit of the fluxes among them. Raises ResultsError."""
    names: list[str] = []
    for case, dataset in datasets.items():
        held = species.flux_names(dataset)
        if not held:
            raise ResultsError(f"{case}: has no flux of a species; open it with mcbelt.open_result.")
        names += [name for name in held if name not in names]
    names.sort(key=lambda name: name.startswith("ratio"))  # stable: fluxes first
    names += dict.fromkeys(name for dataset in datasets.values() for name in species.interval_names(dataset))
    fluxes = [name for name in names if not name.startswith("ratio") and not name.endswith("_histories")]
    of_bands = [[*bands.nominal_names(dataset), *bands.all_names(dataset)] for dataset in datasets.values()]
    names += dict.fromkeys(name for held in of_bands for name in held)
    fluxes += [name for name in names if name.startswith("nominal_flux_")]
    of_parts = list(dict.fromkeys(name for dataset in datasets.values() for name in part_names(dataset)))
    fluxes += [name for name in of_parts if "__flux_" in name]
    names += of_parts
    units = {str(data[name].attrs["units"]) for data in datasets.values() for name in fluxes if name in data}
    if len(units) != 1:
        raise ResultsError(f"fluxes in different units ({', '.join(sorted(units))}); export them singly.")
    return names, dict.fromkeys(fluxes, units.pop())


def part_names(dataset: xarray.Dataset) -> list[str]:
    """Fluxes and ratio of each of several sources with their errors, as the variables of the result."""
    found = {source: species.flux_names(part) for source, part in parts.all_parts(dataset).items()}
    return [tally_parts.under(source, name) for source, names in found.items() for name in names]


def write_csv(datasets: dict[str, xarray.Dataset], path: Path) -> Path:
    """Write `csv_text` to a file; its path. Raises ResultsError."""
    sealed.write(path, csv_text(datasets).encode())
    return path
