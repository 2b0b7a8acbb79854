"""Figures 7 and 8: orbits of e+ and e- in the equatorial plane beside the anomaly, without air."""

import math
from pathlib import Path

import numpy as np

from geomag.constants import REFERENCE_RADIUS
from mcbelt.constants import ELECTRON_MASS
from mcbelt.orbits import lanes
from mcbelt.orbits import rows as row
from mcbelt.orbits.air import Vacuum
from mcbelt.orbits.interfaces.production import NoSource
from mcbelt.papers.plate import LEPTONS, STATED, blank, legend_below, saved, write_csv
from mcbelt.surroundings import PAPER_OFFSET, paper_eccentric

MOMENTUM = 0.5  # [GeV/c]
BIRTH_ALTITUDE = 70e3  # [m]


def orbit(charge: int, east: float, length: float, steps: int = 480) -> np.ndarray:
    """Places of an e+- in the equatorial plane, from the lowest point of the paper's dipole (300 degrees east).

    Parameters
    ----------
    charge : {1, -1}
    east : {1.0, -1.0}
        Whether it starts to the east or to the west.
    length : float
        Of the path [m].
    steps : int
        Points along it.

    Returns
    -------
    ndarray, shape (steps + 1, 2)
        Eastward distance on the ground and altitude [km].
    """
    model = paper_eccentric(None)
    lowest = math.radians(300.0)
    up = np.array([math.cos(lowest), math.sin(lowest), 0.0])
    eastward = np.array([-math.sin(lowest), math.cos(lowest), 0.0])
    start = (REFERENCE_RADIUS + BIRTH_ALTITUDE) * up
    lane = lanes.LaneModel(
        field=model,
        air=Vacuum(),
        source=NoSource(),
        stepping=lanes.Stepping(interval=1, fixed_step=length / steps, birth_checks=0),
        limits=lanes.Limits(floor=-6e6),
    )
    places = [(0.0, BIRTH_ALTITUDE * 1e-3)]
    table = lanes.charge_table(start, east * eastward, MOMENTUM, ELECTRON_MASS, charge)
    for i in range(1, steps + 1):
        lanes.advance(lane._replace(limits=lane.limits._replace(path=i * length / steps)), table)
        x = table[row.X : row.Z + 1, 0]
        turn = math.atan2(x @ eastward, x @ up)
        places.append((turn * REFERENCE_RADIUS * 1e-3, (np.linalg.norm(x) - REFERENCE_RADIUS) * 1e-3))
    return np.array(places)


def lowest_altitude_km(L: float) -> float:
    """Lowest altitude of an equatorial shell in the paper's dipole, above the sphere [km]."""
    return ((L - 1.0) * REFERENCE_RADIUS - PAPER_OFFSET) * 1e-3


def figure_7(directory: Path) -> Path:
    """Drifts in the equatorial plane: e+ to the west, e- to the east."""
    figure, axes = blank((7.2, 5.6))
    columns = {}
    for charge, name, sign, colour in LEPTONS:
        track = orbit(charge, float(charge), 4000e3, 960)
        columns |= {f"{name}_east_km": track[:, 0], f"{name}_altitude_km": track[:, 1]}
        way, drift = ("eastward", "west") if charge > 0 else ("westward", "east")
        axes.plot(*track.T, color=colour, lw=1.0, label=f"{sign}, 0.5 GeV, starts {way}, drifts to the {drift}")
    axes.plot(0.0, BIRTH_ALTITUDE * 1e-3, "ko", ms=5, label="start")
    words = f"paper: along L = 1.06, which here passes at {lowest_altitude_km(1.06):.0f} km"
    axes.plot([], [], color=STATED, ls=":", label=words)
    axes.axhline(lowest_altitude_km(1.06), color=STATED, ls=":")
    axes.axhspan(-130.0, 0.0, color="0.85")
    axes.text(0.0, -65.0, "below the ground", color="0.35", ha="center")
    axes.set(xlabel="eastward distance [km]", ylabel="altitude [km]", ylim=(-130.0, 230.0))
    legend_below(axes, 2)
    axes.set_title("Gyration and drift beside the anomaly, after Gusev & Pugacheva 2003, fig. 7", fontsize="medium")
    write_csv(directory / "gusev2003_figure7.csv", "Orbits of 0.5 GeV in the paper's dipole, without air", columns)
    return saved(figure, directory / "gusev2003_figure7.png")


def figure_8(directory: Path) -> Path:
    """First gyration of e+ and e- born at 70 km along protons from the west and from the east."""
    figure, axes = blank((7.2, 5.2))
    columns = {}
    for charge, name, sign, colour in LEPTONS:
        for east, style, way in ((1.0, "-", "west"), (-1.0, "--", "east")):
            track = orbit(charge, east, 430e3)
            axes.plot(*track.T, style, color=colour, label=f"{sign} of a proton from the {way}")
            columns |= {
                f"{name}_from_{way}_east_km": track[:, 0],
                f"{name}_from_{way}_altitude_km": track[:, 1],
            }
    axes.axhspan(0.0, 50.0, color="0.9")
    axes.axhspan(-90.0, 0.0, color="0.8")
    axes.text(0.0, 18.0, "dense air", color="0.35", ha="center")
    axes.text(0.0, -30.0, "below the ground", color="0.35", ha="center")
    axes.axhline(100.0, color=STATED, ls="--", lw=1.0, label="paper: born at 100 km")
    axes.set(xlabel="eastward distance [km]", ylabel="altitude [km]", xlim=(-82.0, 82.0), ylim=(-90.0, 235.0))
    legend_below(axes, 2)
    axes.set_title("Which ones leave the air, after Gusev & Pugacheva 2003, fig. 8", fontsize="medium")
    write_csv(directory / "gusev2003_figure8.csv", "First gyration of 0.5 GeV e+- born at 70 km, without air", columns)
    return saved(figure, directory / "gusev2003_figure8.png")


FIGURES = {"7": figure_7, "8": figure_8}
