"""Fluxes and ratios of results as comma-separated values: one line for each case and energy, units in the heading."""

import csv
import io
import math
from pathlib import Path

import xarray

from mcbelt.errors import ResultsError
from mcbelt.files import sealed

_FLUXES = ("flux_positron", "flux_positron_sigma", "flux_electron", "flux_electron_sigma")
_RATIOS = ("ratio", "ratio_sigma")


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


def csv_text(datasets: dict[str, xarray.Dataset]) -> str:
    """Table of the fluxes and ratios of several cases.

    Parameters
    ----------
    datasets : dict
        Name of the case -> result.

    Returns
    -------
    str
        Comma-separated; a value that is not finite is left empty.

    Raises
    ------
    ResultsError
        A result has no such fluxes, or the fluxes of two cases have different units.
    """
    for case, dataset in datasets.items():
        missing = [name for name in (*_FLUXES, *_RATIOS) if name not in dataset]
        if missing:
            raise ResultsError(f"{case}: has no variable {missing[0]}; open it with mcbelt.open_result.")
    units = {str(dataset[name].attrs["units"]) for dataset in datasets.values() for name in _FLUXES}
    if len(units) != 1:
        raise ResultsError(f"fluxes in different units ({', '.join(sorted(units))}); export them singly.")
    unit = units.pop()
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["case", "energy [MeV]", *(f"{name} [{unit}]" for name in _FLUXES), *_RATIOS])
    for case, dataset in datasets.items():
        columns = [dataset["energy_MeV"].values, *(dataset[name].values for name in (*_FLUXES, *_RATIOS))]
        for row in zip(*columns, strict=True):
            writer.writerow([case, *(f"{value:.8g}" if math.isfinite(value) else "" for value in row)])
    return buffer.getvalue()


def write_csv(datasets: dict[str, xarray.Dataset], path: Path) -> Path:
    """Write `csv_text` to a file; its path. Raises ResultsError."""
    sealed.write(path, csv_text(datasets).encode())
    return path
