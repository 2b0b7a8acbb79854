"""The drift-averaged estimator against full orbits on the innermost shells: the same charges followed by both."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from mcbelt.orbits import rows as row
from mcbelt.papers.gusev2003.innermost_shell import Sampling, Shell, case
from mcbelt.papers.plate import LEPTONS, blank, saved, write_csv
from mcbelt.places.shell import place_of
from mcbelt.sources.cosmic import drift_resolved, gyration

SHELLS = (1.09, 1.095, 1.10)
SAMPLING = Sampling(np.array([0.1, 0.2, 0.5, 1.0]), (32, 32, 64, 128))
LOWEST = 0.1  # energy that a guiding centre is followed from [GeV]
LIMIT_S = 40.0  # of an orbit: those that last longer are left out on both sides


class Pairs(NamedTuple):
    """Fluxes [m-2 s-1 sr-1 GeV-1] of the same charges, shape (n,)."""

    orbits: np.ndarray
    resolved: np.ndarray
    closed: np.ndarray  # bool: the orbit ended before the limit of time


def paired(shell: Shell, met: gyration.Meetings, charge: int, energy: float, n: int, limit_s: float) -> Pairs:
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

    Returns
    -------
    Pairs
    """
    position, direction, table = shell.orbits(charge, energy, n, limit_s)
    return Pairs(
        table[row.PRODUCTION].copy(),
        followed(shell, met, charge, energy, position, direction),
        table[row.FATE] != row.STEP_LIMIT,
    )


def met_on(shell: Shell, charge: int) -> gyration.Meetings:
    """What a charge meets on gyrations around a shell, from `LOWEST` on."""
    return gyration.meetings(shell.where.path, shell.around.air, shell.source, shell.losses, float(charge), LOWEST)


def followed(
    shell: Shell, met: gyration.Meetings, charge: int, energy: float, position: np.ndarray, direction: np.ndarray
) -> np.ndarray:
    """Flux of charges by their guiding centres; pitch angles in bins of 0.02 of their cosine.

    Parameters
    ----------
    shell, met, charge, energy
        As in `paired`.
    position, direction : ndarray, shape (n, 3)
        Where the charges are seen [m], and their direction of motion.

    Returns
    -------
    ndarray, shape (n,)
        [m-2 s-1 sr-1 GeV-1]
    """
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


def drift_average(directory: Path, shells: tuple[float, ...] = SHELLS, sampling: Sampling = SAMPLING) -> Path:
    """Drift average over full orbits against energy, on several shells.

    Parameters
    ----------
    directory : Path
        Where the figure and its table are written.
    shells : tuple of float
        L, at most three.
    sampling : Sampling
        Energies, and the full orbits at each of them.

    Returns
    -------
    Path
        The PNG.
    """
    columns = {name: [] for name in ("L", "charge", "energy_MeV", "ratio", "sigma", "orbits", "closed", "flux_closed")}
    figure, axes = blank((6.8, 4.6))
    around = None
    for L, marker in zip(shells, "os^"[: len(shells)], strict=True):
        shell = Shell(case(L=L), around)
        around = shell.around
        for charge, _, sign, colour in LEPTONS:
            rows = [*_compared(shell, charge, sampling)]
            for values in rows:
                for column, value in zip(columns, (L, charge, *values), strict=True):
                    columns[column].append(value)
            energy, ratio, error = np.array(rows).T[:3]
            shift = 1.0 + 0.04 * (L - 1.095) / 0.005 + 0.01 * charge  # markers side by side
            axes.errorbar(energy * shift, ratio, error, fmt=marker, color=colour, ms=5, label=f"{sign}, L = {L:g}")
    for level in (0.85, 1.15):
        axes.axhline(level, color="0.6", ls="--", lw=1.0)
    axes.axhline(1.0, color="0.8", lw=1.0)
    axes.set(xscale="log", ylim=(0.8, 1.2), xlabel="energy [MeV]", ylabel="drift average / full orbits")
    axes.legend(frameon=False, fontsize="small", ncols=3, loc="lower center")
    axes.set_title(f"The same charges by both estimators, orbits that end within {LIMIT_S:g} s", fontsize="medium")
    what = (
        "Flux of the drift average over that of full orbits; flux_closed: share of the flux on orbits that end in time"
    )
    write_csv(directory / "drift_average_vs_orbits.csv", what, {name: np.array(v) for name, v in columns.items()})
    return saved(figure, directory / "drift_average_vs_orbits.png")


def _compared(shell: Shell, charge: int, sampling: Sampling) -> Iterator[tuple[float, ...]]:
    """Energy [MeV], ratio, its error, orbits, closed ones and their share of the flux, per energy."""
    met = met_on(shell, charge)
    for energy, n in zip(sampling.energies, sampling.orbits, strict=True):
        pairs = paired(shell, met, charge, energy, n, LIMIT_S)
        share = pairs.resolved[pairs.closed].sum() / pairs.resolved.sum()
        yield energy * 1e3, *ratio_of(pairs), n, pairs.closed.sum(), share


def ratio_of(pairs: Pairs) -> tuple[float, float]:
    """Mean by guiding centres over mean by orbits, of the closed ones, and its standard error; NaN below 2 of them."""
    count = int(pairs.closed.sum())
    if count < 2:
        return math.nan, math.nan
    orbits, resolved = pairs.orbits[pairs.closed], pairs.resolved[pairs.closed]
    ratio = resolved.mean() / orbits.mean()
    return ratio, (resolved - ratio * orbits).std(ddof=1) / math.sqrt(count) / orbits.mean()


FIGURES = {"drift-average": drift_average}
