"""Fluxes and ratios of results as comma-separated values: one line for each case and energy, units in the heading."""

import csv
import io
import math
from pathlib import Path

import numpy as np
import xarray

from mcbelt.constants import JULIAN_YEAR
from mcbelt.errors import ResultsError
from mcbelt.figures import bands, species
from mcbelt.files import parts, sealed
from mcbelt.systematics.bands import Band
from mcbelt.tally import parts as tally_parts
from mcbelt.tally.means import FEWEST

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
    """That e+- of a result remember more than the one Sun they are computed in: their age, if it is above half a year.

    Mean age in the pitch-angle bin that ends at 90 degrees, the oldest of all energies and species; empty without ages.
    """
    ages = [float(dataset[f"age_{name}"][-1].max()) for name in species.followed(dataset) if f"age_{name}" in dataset]
    oldest = max((age for age in ages if math.isfinite(age)), default=0.0) / JULIAN_YEAR
    if oldest < LONGEST_IN_ONE_SUN:
        return ""
    return f"up to {oldest:.2g} years old on average, in the air of one F10.7: earlier years are not in this flux"


def interval(band: Band, index: int) -> str:
    """Lower and upper end of a band at one energy over the nominal value, in per cent: -21 +22, -1.6 +2.6."""
    ends = [100.0 * (float(end[index]) - 1.0) for end in band]
    if not all(map(math.isfinite, ends)):
        return "–"
    return " ".join(f"{end:+.0f}" if abs(end) >= 9.95 else f"{end:+.1f}" for end in ends)


def csv_text(datasets: dict[str, xarray.Dataset]) -> str:
    """Table of the fluxes and ratios of several cases.

    Parameters
    ----------
    datasets : dict
        Name of the case -> result.

    Returns
    -------
    str
        Comma-separated; a value that is not finite is left empty, so an error of too few histories is. Ends of the 68 %
        intervals (above a zero, an upper limit) and effective numbers of histories follow the fluxes and the ratio. The
        nominal fluxes and the bands over them that results hold follow; `<source>__flux_<species>` and
        `<source>__ratio` with their errors, of each of several sources, are the last columns.

    Raises
    ------
    ResultsError
        A result has no such fluxes, or the fluxes of two cases have different units.
    """
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
    unit = units.pop()
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["case", "energy [MeV]", *(f"{name} [{unit}]" if name in fluxes else name for name in names)])
    for case, dataset in datasets.items():
        energy = dataset["energy_MeV"].values
        none = np.full(len(energy), np.nan)
        columns = [energy, *(dataset[name].values if name in dataset else none for name in names)]
        for row in zip(*columns, strict=True):
            writer.writerow([case, *(f"{value:.8g}" if math.isfinite(value) else "" for value in row)])
    return buffer.getvalue()


def part_names(dataset: xarray.Dataset) -> list[str]:
    """Fluxes and ratio of each of several sources with their errors, as the variables of the result."""
    found = {source: species.flux_names(part) for source, part in parts.all_parts(dataset).items()}
    return [tally_parts.under(source, name) for source, names in found.items() for name in names]


def write_csv(datasets: dict[str, xarray.Dataset], path: Path) -> Path:
    """Write `csv_text` to a file; its path. Raises ResultsError."""
    sealed.write(path, csv_text(datasets).encode())
    return path
