"""Fluxes and ratios of results as comma-separated values: one line for each case and energy, units in the heading."""

import csv
import io
import math
from pathlib import Path

import xarray

from mcbelt import sealed_file
from mcbelt.errors import ResultsError

_FLUXES = ("flux_positron", "flux_positron_sigma", "flux_electron", "flux_electron_sigma")
_RATIOS = ("ratio", "ratio_sigma")


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
        raise ResultsError(
            f"fluxes in different units ({', '.join(sorted(units))}); export them singly."
        )
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
    sealed_file.write(path, csv_text(datasets).encode())
    return path
