"""What every figure of a paper leaves on disk: a picture and the table of what is drawn.

What the paper itself states is drawn in one colour, `STATED`, beside ours.

Figures are made without pyplot, so that the backend that a user has chosen stays.
"""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mcbelt.files import sealed

STATED = "#7b3294"  # colour of the numbers that a paper states
LEPTONS = ((1, "positron", "e$^+$", "#d55e00"), (-1, "electron", "e$^-$", "#0072b2"))  # charge, name, sign, colour


def blank(size: tuple[float, float], columns: int = 1, sharey: bool = False) -> tuple[Figure, Any]:
    """An empty figure and its axes.

    Parameters
    ----------
    size : tuple of float
        Width and height [inch].
    columns : int
        Panels side by side.
    sharey : bool
        Whether the panels share their ordinate.

    Returns
    -------
    Figure
    Axes, or ndarray of Axes if there are several columns
    """
    figure = Figure(figsize=size, layout="constrained")
    return figure, figure.subplots(1, columns, sharey=sharey)


def legend_beside(axes: Axes) -> None:
    """A legend to the right of a panel, where it covers no data."""
    axes.legend(frameon=False, fontsize="small", loc="upper left", bbox_to_anchor=(1.01, 1.0))


def legend_below(axes: Axes, columns: int = 1) -> None:
    """A legend below a panel, where it covers no data."""
    axes.legend(frameon=False, fontsize="small", loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=columns)


def at_least(axes: Axes, x: float, span: tuple[float, float], label: str) -> None:
    """A lower limit that a paper states: an arrow up from it, in the legend too.

    Parameters
    ----------
    axes : Axes
    x : float
        Where it stands.
    span : tuple of float
        The limit, and the tip of the arrow.
    label : str
    """
    axes.plot((x, x), span, color=STATED, marker="^", markevery=[1], label=label)


def write_csv(path: Path, comment: str, columns: Mapping[str, Sequence | np.ndarray]) -> None:
    """Write columns under a comment line that says what they are.

    Parameters
    ----------
    path : Path
    comment : str
        One line, without the `#`.
    columns : dict
        Name with unit -> numbers or strings; all of one length.

    Raises
    ------
    ValueError
        The columns differ in length.
    ResultsError
        The file cannot be written.
    """
    with sealed.whole(path) as temporary, temporary.open("w", newline="") as file:
        file.write(f"# {comment}\n")
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(
            [value if isinstance(value, str) else f"{value:.6g}" for value in row]
            for row in zip(*columns.values(), strict=True)
        )


def saved(figure: Figure, path: Path) -> Path:
    """Write a figure and return its path. Raises ResultsError where it cannot be written."""
    with sealed.whole(path) as temporary:
        figure.savefig(temporary, dpi=150, format=path.suffix[1:])
    return path
