"""A figure that keeps what it draws.

Each curve and each point also becomes a row of a CSV file, with a paragraph on what agrees.
"""

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from mcbelt.figures.galactic_data import Measurement
from mcbelt.files import sealed

COLOURS = {"positron": "#d55e00", "electron": "#0072b2", "proton": "#333333", "second": "#2e7d32", "third": "#8e5ea2"}
_MARKERS = "osD^v<>ph*"


class Drawing(NamedTuple):
    """A finished figure: its name for files, rows (panel, curve, x, y, error), axes, a paragraph."""

    name: str
    figure: Figure
    rows: list[tuple]
    columns: list[tuple[str, str, str]]  # panel, label of x, label of y
    text: str


class Sheet:
    """Axes side by side that remember their curves.

    Parameters
    ----------
    panels : tuple of str
        A title for each panel.
    x_label, y_label : str or tuple of str
        Labels with units; one for all panels or one each.
    log : tuple of bool
        Whether abscissa and ordinate are logarithmic.
    axes : sequence of Axes, optional
        One for each panel, of a figure of the caller's; without them in a figure of its own.
    """

    def __init__(
        self,
        panels: tuple[str, ...],
        x_label: str | tuple[str, ...],
        y_label: str | tuple[str, ...],
        log: tuple[bool, bool] = (True, True),
        axes: Sequence[Axes] | None = None,
    ) -> None:
        if axes is None:
            own = Figure(figsize=(5.6 * len(panels) + 0.4, 4.6), dpi=90, layout="constrained")
            axes = own.subplots(1, len(panels), squeeze=False)[0]
        self.axes: Sequence[Axes] = axes
        self.figure: Any = axes[0].figure
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

    def line(
        self, x: np.ndarray, y: np.ndarray, label: str, panel: int = 0, in_legend: bool = True, **style: Any
    ) -> None:
        """Draw a curve.

        Parameters
        ----------
        x, y : array_like, shape (n,)
            In the units of the panel's labels.
        label : str
            Name of the curve in the table, and in the legend.
        panel : int
        in_legend : bool
        **style
            Passed to matplotlib.
        """
        self.axes[panel].plot(x, y, label=label if in_legend else None, **{"lw": 1.6, **style})
        self.rows += [(self.titles[panel], label, a, b, "") for a, b in zip(x, y, strict=True)]

    def points(
        self, data: Measurement, label: str | None = None, panel: int = 0, power: float = 0.0, **style: Any
    ) -> None:
        """Draw measured points times x^power, with their total errors.

        Parameters
        ----------
        data : Measurement
        label : str, optional
            By default that of the measurement.
        panel : int
        power : float
        **style
            Passed to matplotlib.
        """
        factor = data.x**power
        marker = _MARKERS[self._used[panel] % len(_MARKERS)]
        self._used[panel] += 1
        shade = {"color": "0.35", "ms": 3.2, "lw": 0, "elinewidth": 0.7, "mew": 0.6, "mfc": "white", "marker": marker}
        self.axes[panel].errorbar(
            data.x, data.y * factor, data.total * factor, label=label or data.label, **{**shade, **style}
        )
        values = zip(data.x, data.y * factor, data.total * factor, strict=True)
        self.rows += [(self.titles[panel], label or data.label, a, b, c) for a, b, c in values]

    def limits(
        self, x: tuple[float, float] | None = None, y: tuple[float, float] | None = None, panel: int = 0
    ) -> None:
        """Set the ranges of a panel."""
        if x:
            self.axes[panel].set_xlim(*x)
        if y:
            self.axes[panel].set_ylim(*y)

    def finished(self, name: str, text: str, legend: str = "best") -> Drawing:
        """Drawing with legends.

        Parameters
        ----------
        name : str
            Of the files, without suffix.
        text : str
            What the figure shows and what agrees.
        legend : str
            Place of the legends, as matplotlib names it.
        """
        for axis in self.axes:
            if axis.get_legend_handles_labels()[0]:
                axis.legend(fontsize=7.5, frameon=False, loc=legend)
        columns = [
            (title, axis.get_xlabel(), axis.get_ylabel()) for title, axis in zip(self.titles, self.axes, strict=True)
        ]
        return Drawing(name, self.figure, self.rows, columns, text)


def write(drawing: Drawing, directory: Path) -> list[Path]:
    """Write NAME.png, NAME.csv and NAME.md into a directory (made if it is not there); returns the paths.

    Raises ResultsError where they cannot be written.
    """
    directory = Path(directory)
    sealed.make_directory(directory)
    paths = [directory / f"{drawing.name}.{suffix}" for suffix in ("png", "csv", "md")]
    with sealed.whole(paths[0]) as temporary:
        drawing.figure.savefig(temporary, format="png")
    buffer = io.StringIO()
    axes = "; ".join(f"{panel}: x {x}, y {y}" for panel, x, y in drawing.columns)
    buffer.write(f"# {drawing.name}; {axes}\n")
    table = csv.writer(buffer, lineterminator="\n")
    table.writerow(("panel", "curve", "x", "y", "error"))
    for panel, curve, x, y, error in drawing.rows:
        table.writerow((panel, curve, f"{x:.6g}", f"{y:.6g}", error if error == "" else f"{error:.3g}"))
    sealed.write(paths[1], buffer.getvalue().encode())
    sealed.write(paths[2], (drawing.text.strip() + "\n").encode())
    return paths


def writers(*functions: Callable[[], Drawing]) -> dict[str, Callable[[Path], Path]]:
    """Figures by number ("1", "2", ...).

    Functions of a directory that write PNG, CSV and paragraph and return the PNG.
    """
    return {str(number): _writer(function) for number, function in enumerate(functions, 1)}


def _writer(function: Callable[[], Drawing]) -> Callable[[Path], Path]:
    def figure(directory: Path) -> Path:
        return write(function(), directory)[0]

    figure.__doc__ = function.__doc__
    return figure


def on_kinetic_energy(data: Measurement, mass_GeV: float, charge: float = 1.0, nucleons: float = 1.0) -> Measurement:
    """Points per rigidity as points per kinetic energy (per nucleon): T of R, and times dR/dT.

    Parameters
    ----------
    data : Measurement
        Over rigidity [GV].
    mass_GeV : float
        Per nucleon.
    charge, nucleons : float
        Of the nucleus.

    Returns
    -------
    Measurement
        Over kinetic energy per nucleon [GeV].
    """
    momentum = data.x * charge / nucleons
    energy = np.hypot(momentum, mass_GeV)
    jacobian = nucleons / charge * energy / momentum
    scaled = {"y": data.y * jacobian, "statistical": data.statistical * jacobian, "total": data.total * jacobian}
    return data._replace(x=energy - mass_GeV, **scaled)
