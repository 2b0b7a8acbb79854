"""Figure and tables of a solved Galactic model."""

from pathlib import Path

import numpy as np
import xarray

from mcbelt.figures.galactic_figure import COLOURS, Drawing, Sheet
from mcbelt.figures.galactic_figure import write as write_drawing
from mcbelt.files import sealed
from mcbelt.interstellar.result import proton_table

_LINES = (
    ("proton", "protons", "proton", "-"),
    ("helium", "helium, per nucleon", "proton", "--"),
    ("electron_primary", "primary e-", "electron", "-"),
    ("electron_secondary", "secondary e-", "electron", "--"),
    ("positron", "secondary e+", "positron", "-"),
)


def spectra(result: xarray.Dataset) -> Drawing:
    """Local interstellar spectra and the positron fraction of a result of kind "galaxy"."""
    sheet = Sheet(
        ("local interstellar", "positron fraction"),
        ("momentum [GeV]", "momentum [GeV]"),
        ("p^2 J [GeV m-2 s-1 sr-1]", "e+ / (e+ + e-)"),
    )
    p = result["momentum"].values
    for name, words, colour, style in _LINES:
        if f"intensity_{name}" in result:
            values = result[f"intensity_{name}"].values
            shown = values > 0.0
            sheet.line(p[shown], (p**2 * values)[shown], words, color=COLOURS[colour], ls=style)
    sheet.line(p, result["positron_fraction"].values, "interstellar", 1, color=COLOURS["positron"])
    sheet.limits((0.03, 1.0e4), (1.0e-4, 1.0e4))
    sheet.limits((0.03, 1.0e3), (1.0e-3, 0.6), 1)
    sheet.figure.suptitle(f"{result.attrs['name']} {result.attrs['case']}".strip(), fontsize=11)
    return sheet.finished("spectra", f"Local interstellar spectra of {result.attrs['name']}.", "lower left")


def local_values(result: xarray.Dataset) -> dict[str, float]:
    """Local interstellar intensities [m-2 s-1 sr-1 GeV-1] and fraction at 10 GeV, by name."""
    p = np.log(result["momentum"].values)
    found = {}
    for name, *_ in _LINES:
        if f"intensity_{name}" in result:
            logarithm = np.log(np.maximum(result[f"intensity_{name}"].values, 1.0e-300))
            found[f"{name}_10_GeV"] = float(np.exp(np.interp(np.log(10.0), p, logarithm)))
    found["positron_fraction_10_GeV"] = float(np.interp(np.log(10.0), p, result["positron_fraction"].values))
    return found


def write(result: xarray.Dataset, directory: Path) -> list[Path]:
    """Write spectra.png, spectra.csv and protons.csv beside a result; returns the paths."""
    paths = write_drawing(spectra(result), directory)
    paths[2].unlink()
    protons = Path(directory) / "protons.csv"
    sealed.write(protons, proton_table(result).encode())
    return [*paths[:2], protons]
