"""Figure of `mcbelt yields`: dn/dx_lab of each species, with the band of the factors."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mcbelt.figures.result_style import PALETTE, STYLE, own_axes

_LOOKS = {"pi+": r"$\pi^+$", "pi-": r"$\pi^-$", "pi0": r"$\pi^0$", "K+": "K$^+$", "K-": "K$^-$", "K0S": "K$^0_S$"}


def draw(report: Mapping[str, Any], ax: Axes | None = None) -> Axes:
    """Draw x dn/dx_lab over x_lab.

    Parameters
    ----------
    report : mapping
        Of `mcbelt yields --json`.
    ax : Axes, optional
        Drawn into; by default those of a new figure.

    Returns
    -------
    Axes
    """
    ax = own_axes(ax)
    for number, (name, told) in enumerate(report["species"].items()):
        x, colour = np.asarray(told["x_lab"]), PALETTE[number % len(PALETTE)]
        made = np.asarray(told["dn_dx"]) > 0.0
        ax.plot(x[made], (x * told["dn_dx"])[made], color=colour, label=_LOOKS.get(name, name))
        if "dn_dx_low" in told:
            low, high = (x * told[f"dn_dx_{side}"] for side in ("low", "high"))
            ax.fill_between(x[made], low[made], high[made], color=colour, alpha=0.2, lw=0.0)
    ax.set(xscale="log", yscale="log", xlabel=r"$x_\mathrm{lab}$ (total energy over that of the projectile)")
    lowest, top = ax.get_ylim()
    ax.set_ylim(max(lowest, 1e-5 * top), top)
    ax.set_ylabel(r"$x\, dn/dx$ per inelastic collision")
    ax.set_title(f"{report['projectile']} + {report['target']}, {report['energy_GeV']:g} GeV", fontsize="medium")
    ax.legend()
    return ax


def save(report: Mapping[str, Any], path: Path) -> Path:
    """Write the figure; png, pdf or svg by the name of the file.

    Parameters
    ----------
    report : mapping
        Of `mcbelt yields --json`.
    path : Path

    Returns
    -------
    Path
        The same.
    """
    with matplotlib.rc_context(STYLE):
        figure = Figure((7.0, 5.0), layout="constrained")
        draw(report, figure.subplots())
        figure.savefig(path, dpi=200)
    return path
