"""The drift-averaged estimator against full orbits on the innermost shells: the same charges followed by both."""

import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib import pyplot as plt

from mcbelt.constants import ELECTRON_MASS
from mcbelt.orbits import lanes
from mcbelt.orbits import rows as row
from mcbelt.papers.gusev2003 import write_csv
from mcbelt.papers.gusev2003_cosmic import Shell, case
from mcbelt.physics import kinematics
from mcbelt.places.shell import place_of
from mcbelt.sources.cosmic import drift_resolved, gyration

SHELLS = (1.09, 1.095, 1.10)
ENERGIES = np.array([0.1, 0.2, 0.5, 1.0])  # [GeV]
ORBITS = (32, 32, 64, 128)
LIMIT_S = 40.0  # of an orbit: those that last longer are left out on both sides


class Pairs(NamedTuple):
    """Fluxes [m-2 s-1 sr-1 GeV-1] of the same charges, shape (n,)."""

    orbits: np.ndarray
    resolved: np.ndarray
    closed: np.ndarray  # bool: the orbit ended before the limit of time


def paired(shell: Shell, met, charge, energy, n, limit_s) -> Pairs:
    """Full orbits, and the followed guiding centres of the same charges.

    Parameters
    ----------
    shell : Shell
    met : mcbelt.sources.cosmic.gyration.Meetings
        Of the charge, see `met_on`.
    charge : int
        1 or -1.
    energy : float
        [GeV].
    n : int
        Charges.
    limit_s : float
        Of an orbit [s].
    """
    position, direction = shell.where.starts(1, 0, n, charge)
    momentum = kinematics.momentum(energy, ELECTRON_MASS)
    table = lanes.charge_table(position, direction, momentum, ELECTRON_MASS, charge)
    lanes.advance(shell.lanes._replace(limits=shell.lanes.limits._replace(time=limit_s)), table)
    return Pairs(
        table[row.PRODUCTION].copy(),
        followed(shell, met, charge, energy, position, direction),
        table[row.FATE] != row.STEP_LIMIT,
    )


def met_on(shell: Shell, charge):
    """What a charge meets on gyrations around a shell, from the lowest of `ENERGIES`."""
    lowest = float(ENERGIES[0])
    return gyration.meetings(shell.where.path, shell.around.air, shell.source, shell.losses, float(charge), lowest)


def followed(shell: Shell, met, charge, energy, position, direction):
    """Flux of charges by their guiding centres, shape (n,); pitch angles in bins of 0.02 of their cosine."""
    where, path = shell.where, shell.where.path
    radius = float(path.radius.mean())
    courses = {}
    flux = np.empty(len(position))
    for i, (place, motion) in enumerate(zip(position, direction, strict=True)):
        k, m, t = place_of(where, math.atan2(place[1], place[0]))
        up, east = ((1.0 - t) * a[k] + t * a[m] for a in (path.up, path.east))
        mu = 0.02 * (int(abs(motion @ np.cross(up, east)) / 0.02) + 0.5)
        if mu not in courses:
            courses[mu] = drift_resolved.course_of(path, met, radius * mu**2 / drift_resolved.MIRROR)
        course = courses[mu]
        chi = math.atan2(motion @ up, charge * (motion @ east))
        bottom, e = drift_resolved.seen_bottom(course, k, energy, math.cos(chi))
        u = k + t - charge * e * course.radius[k] * math.sin(chi) / course.chord[k]
        flux[i] = drift_resolved.followed(course, 1.0, drift_resolved.SHARE, u, math.log(energy), bottom)[0]
    return flux


def drift_average(directory: Path):
    """Drift average over full orbits against energy at L = 1.09, 1.095 and 1.10."""
    columns = {name: [] for name in ("L", "charge", "energy_MeV", "ratio", "sigma", "orbits", "closed", "flux_closed")}
    figure, axes = plt.subplots(figsize=(6.8, 4.6), layout="constrained")
    around = None
    for L, marker in zip(SHELLS, "os^", strict=True):
        shell = Shell(case(L=L), around)
        around = shell.around
        for charge, colour, name in ((1, "#c1272d", "e$^+$"), (-1, "#0b5394", "e$^-$")):
            points, met = [], met_on(shell, charge)
            for energy, n in zip(ENERGIES, ORBITS, strict=True):
                pairs = paired(shell, met, charge, energy, n, LIMIT_S)
                ratio, sigma = ratio_of(pairs)
                points.append((energy * 1e3, ratio, sigma))
                share = pairs.resolved[pairs.closed].sum() / pairs.resolved.sum()
                for column, value in zip(
                    columns, (L, charge, energy * 1e3, ratio, sigma, n, pairs.closed.sum(), share), strict=True
                ):
                    columns[column].append(value)
            x, y, error = np.array(points).T
            shift = 1.0 + 0.04 * (L - 1.095) / 0.005 + 0.01 * charge
            axes.errorbar(x * shift, y, error, fmt=marker, color=colour, ms=5, label=f"{name}, L = {L:g}")
    for level in (0.85, 1.15):
        axes.axhline(level, color="0.6", ls="--", lw=1.0)
    axes.axhline(1.0, color="0.8", lw=1.0)
    axes.set(xscale="log", ylim=(0.8, 1.2), xlabel="energy [MeV]", ylabel="drift average / full orbits")
    axes.legend(frameon=False, fontsize="small", ncols=3, loc="lower center")
    axes.set_title(f"The same charges by both estimators, orbits that end within {LIMIT_S:g} s", fontsize="medium")
    write_csv(
        directory / "drift_average_vs_orbits.csv",
        "Flux of the drift average over that of full orbits; flux_closed: share of the flux on orbits that end in time",
        {name: np.array(values) for name, values in columns.items()},
    )
    path = directory / "drift_average_vs_orbits.png"
    figure.savefig(path, dpi=150)
    plt.close(figure)
    return path


def ratio_of(pairs: Pairs):
    """Mean by guiding centres over mean by orbits, of the closed ones, and its standard error; NaN below 2 of them."""
    count = int(pairs.closed.sum())
    if count < 2:
        return math.nan, math.nan
    orbits, resolved = pairs.orbits[pairs.closed], pairs.resolved[pairs.closed]
    ratio = resolved.mean() / orbits.mean()
    return ratio, (resolved - ratio * orbits).std(ddof=1) / math.sqrt(count) / orbits.mean()


FIGURES = {"drift-average": drift_average}
