"""A figure that keeps what it draws.

Each curve and each point also becomes a row of a CSV file, with a paragraph on what agrees.
"""

import csv
import io
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from mcbelt.figures.galactic_data import Measurement

COLOURS = {"positron": "#c1272d", "electron": "#0b5394", "proton": "#333333", "second": "#2e7d32", "third": "#8e5ea2"}
_MARKERS = "osD^v<>ph*"


class Drawing(NamedTuple):
    """A finished figure: its name for files, the matplotlib figure, rows (panel, curve, x, y.

    Error) and the paragraph.
    """

    name: str
    figure: Figure
    rows: list
    columns: tuple
    text: str


class Sheet:
    """Axes side by side that remember their curves.

    Parameters
    ----------
    panels : tuple of str
        A title for each panel.
    x_label, y_label : str or tuple of str
        Labels with units; one for all panels or one each.
    """

    def __init__(self, panels, x_label, y_label, log=(True, True)):
        self.figure = Figure(figsize=(5.6 * len(panels) + 0.4, 4.6), dpi=90, layout="constrained")
        self.axes = self.figure.subplots(1, len(panels), squeeze=False)[0]
        self.titles, self.rows, self._used = panels, [], [0] * len(panels)
        for k, axis in enumerate(self.axes):
            axis.set_title(panels[k], fontsize=10)
            axis.set_xlabel(x_label if isinstance(x_label, str) else x_label[k])
            axis.set_ylabel(y_label if isinstance(y_label, str) else y_label[k])
            axis.grid(alpha=0.25)
            axis.tick_params(which="both", direction="in", top=True, right=True)
            if log[0]:
                axis.set_xscale("log")
                axis.xaxis.set_minor_formatter(NullFormatter())
            if log[1]:
                axis.set_yscale("log")

    def line(self, x, y, label, panel=0, in_legend=True, **style):
        """Draw a curve; keyword arguments go to matplotlib."""
        self.axes[panel].plot(x, y, label=label if in_legend else None, **{"lw": 1.6, **style})
        self.rows += [(self.titles[panel], label, a, b, "") for a, b in zip(x, y, strict=True)]

    def points(self, data: Measurement, label=None, panel=0, power=0.0, **style):
        """Draw measured points times x^power, with their total errors."""
        factor = data.x**power
        marker = _MARKERS[self._used[panel] % len(_MARKERS)]
        self._used[panel] += 1
        shade = {"color": "0.35", "ms": 3.2, "lw": 0, "elinewidth": 0.7, "mew": 0.6, "mfc": "white", "marker": marker}
        self.axes[panel].errorbar(
            data.x, data.y * factor, data.total * factor, label=label or data.label, **{**shade, **style}
        )
        values = zip(data.x, data.y * factor, data.total * factor, strict=True)
        self.rows += [(self.titles[panel], label or data.label, a, b, c) for a, b, c in values]

    def limits(self, x=None, y=None, panel=0):
        """Set the ranges of a panel."""
        if x:
            self.axes[panel].set_xlim(*x)
        if y:
            self.axes[panel].set_ylim(*y)

    def finished(self, name, text, legend="best"):
        """Drawing with legends."""
        for axis in self.axes:
            if axis.get_legend_handles_labels()[0]:
                axis.legend(fontsize=7.5, frameon=False, loc=legend)
        columns = (self.axes[0].get_xlabel(), self.axes[0].get_ylabel())
        return Drawing(name, self.figure, self.rows, columns, text)


def write(drawing: Drawing, directory: Path) -> list[Path]:
    """Write NAME.png, NAME.csv and NAME.md into a directory (made if it is not there); returns the paths."""
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    paths = [directory / f"{drawing.name}.{suffix}" for suffix in ("png", "csv", "md")]
    drawing.figure.savefig(paths[0])
    buffer = io.StringIO()
    buffer.write(f"# {drawing.name}; x: {drawing.columns[0]}; y: {drawing.columns[1]}\n")
    table = csv.writer(buffer, lineterminator="\n")
    table.writerow(("panel", "curve", "x", "y", "error"))
    for panel, curve, x, y, error in drawing.rows:
        table.writerow((panel, curve, f"{x:.6g}", f"{y:.6g}", error if error == "" else f"{error:.3g}"))
    paths[1].write_text(buffer.getvalue(), encoding="utf-8")
    paths[2].write_text(drawing.text.strip() + "\n", encoding="utf-8")
    return paths


def writers(*functions):
    """Figures by number ("1", "2", ...).

    Functions of a directory that write PNG, CSV and paragraph and return the PNG.
    """
    return {str(number): _writer(function) for number, function in enumerate(functions, 1)}


def _writer(function):
    def figure(directory):
        return write(function(), directory)[0]

    figure.__doc__ = function.__doc__
    return figure


def on_kinetic_energy(data: Measurement, mass_GeV, charge=1.0, nucleons=1.0) -> Measurement:
    """Points per rigidity as points per kinetic energy (per nucleon): T of R, and times dR/dT."""
    momentum = data.x * charge / nucleons
    energy = np.hypot(momentum, mass_GeV)
    jacobian = nucleons / charge * energy / momentum
    scaled = {"y": data.y * jacobian, "statistical": data.statistical * jacobian, "total": data.total * jacobian}
    return data._replace(x=energy - mass_GeV, **scaled)
