"""Figure and tables of a solved Galactic model."""

from pathlib import Path

import numpy as np
import xarray
from matplotlib.axes import Axes

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
_X_LABEL = "momentum [GeV]"
_PANELS = (
    ("local interstellar", "p^2 J [GeV m-2 s-1 sr-1]"),
    ("positron fraction", "e+ / (e+ + e-)"),
)


def spectra(result: xarray.Dataset) -> Drawing:
    """Local interstellar spectra and the positron fraction of a result of kind "galaxy"."""
    titles, y_labels = zip(*_PANELS, strict=True)
    sheet = Sheet(titles, _X_LABEL, y_labels)
    _intensities(sheet, result, 0)
    _fraction(sheet, result, 1)
    sheet.figure.suptitle(f"{result.attrs['name']} {result.attrs['case']}".strip(), fontsize=11)
    return sheet.finished("spectra", f"Local interstellar spectra of {result.attrs['name']}.", "lower left")


def intensities(result: xarray.Dataset, ax: Axes | None = None) -> Axes:
    """Local interstellar spectra of a Galactic result, in a panel of one's own figure.

    Parameters
    ----------
    result : Dataset
        Of kind "galaxy".
    ax : Axes, optional
        Where to draw; without it in a figure of its own, which is `intensities(result).figure`.

    Returns
    -------
    Axes
        That was drawn to. Style and backend are the caller's.
    """
    return _panel(_intensities, result, 0, ax)


def fraction(result: xarray.Dataset, ax: Axes | None = None) -> Axes:
    """The positron fraction of a Galactic result, in a panel of one's own figure; parameters as of `intensities`."""
    return _panel(_fraction, result, 1, ax)


def _panel(draw, result, number, ax):
    title, y_label = _PANELS[number]
    sheet = Sheet((title,), _X_LABEL, y_label, axes=None if ax is None else (ax,))
    draw(sheet, result, 0)
    sheet.finished("", "", "lower left")
    return sheet.axes[0]


def _intensities(sheet, result, panel):
    p = result["momentum"].values
    for name, words, colour, style in _LINES:
        if f"intensity_{name}" in result:
            values = result[f"intensity_{name}"].values
            shown = values > 0.0
            sheet.line(p[shown], (p**2 * values)[shown], words, panel, color=COLOURS[colour], ls=style)
    sheet.limits((0.03, 1.0e4), (1.0e-4, 1.0e4), panel)


def _fraction(sheet, result, panel):
    values = result["positron_fraction"].values
    sheet.line(result["momentum"].values, values, "interstellar", panel, color=COLOURS["positron"])
    sheet.limits((0.03, 1.0e3), (1.0e-3, 0.6), panel)


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
