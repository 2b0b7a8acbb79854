"""The AP-8 map of trapped protons (Sawyer & Vette 1976), cut at one L, in the map's own rules.

AP-8 gives the omnidirectional integral flux J(>E) of protons against E, L and B/B0, the field over its equatorial
value on the same field line. For each energy and L of the map, log10 J falls along a polyline in B/B0 that ends where
J reaches 1 cm-2 s-1: the map knows no smaller flux. Between two shells the distance B/B0 - 1 is interpolated linearly
at equal *slope of the ray from the origin* (log10 J) / (B/B0 - 1), so that the profile of every shell keeps its shape
and its cut-off moves with L (Vette 1991, NSSDC 91-24, program TRARA2). Between two energies log10 J is linear in E
(TRARA1).

Two steps of that program are left out because they are artefacts: it truncates L and B/B0 to whole 1/2048, and it
returns zero where J < 1 cm-2 s-1. Here the last slope in energy goes on below this floor (`segments`); the polyline in
B/B0 still ends the belt.
"""

import csv
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from mcbelt.errors import PhysicsError
from mcbelt.grid import sorted_cells_extend

LOWEST_L = 1.14
HIGHEST_L = 1.5
LOWEST_ENERGY_MEV = 10.0
HIGHEST_MAP_ENERGY_MEV = 400.0


class MapSection(NamedTuple):
    """AP-8 at one L: for each energy of the map the polyline of log10 J(>E) against B/B0 - 1."""

    energies_MeV: np.ndarray  # shape (m,)
    distances: tuple[np.ndarray, ...]  # B/B0 - 1 of the vertices, m arrays
    logarithms: tuple[np.ndarray, ...]  # log10 of J(>E) [cm-2 s-1] at the vertices, m arrays


def map_section(solar: str, L: float) -> MapSection:
    """AP-8 on the shell L of the map's own field.

    Parameters
    ----------
    solar : {"min", "max"}
        Solar minimum (epoch 1964, field of Jensen & Cain 1960) or maximum (1970, GSFC 12/66).
    L : float
        McIlwain's L in the map's field, 1.14-1.5 (the map goes on to 6.6; the baked table does not).

    Returns
    -------
    MapSection

    Raises
    ------
    PhysicsError
        For another `solar`, and for L outside 1.14-1.5: below it AP-8 has no flux.
    """
    if solar not in ("min", "max"):
        raise PhysicsError(
            f'AP-8: solar = "{solar}" is not a map. Give "min" (solar minimum) or "max" (solar maximum).'
        )
    if not LOWEST_L <= L <= HIGHEST_L:
        why = "AP-8 has no flux below L = 1.14" if L < LOWEST_L else "the table ends at L = 1.5"
        raise PhysicsError(
            f"AP-8: L = {L:.5g} is outside [{LOWEST_L}, {HIGHEST_L}]: {why}. "
            "Give a shell inside this range, or your own proton spectrum as CSV."
        )
    energies, distances, logarithms = [], [], []
    for energy, shells in sorted(_vertices(solar).items()):
        x, f = _profile(shells, L)
        energies.append(energy)
        distances.append(x)
        logarithms.append(f)
    return MapSection(np.array(energies), tuple(distances), tuple(logarithms))


def segments(section: MapSection, T_MeV: ArrayLike, b_over_b0: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Log10 of J(>E) and its slope in energy, without the floor at 1 cm-2 s-1.

    Between the energies of the map log10 J is linear in E. Above the last energy at which the polyline still has flux,
    the steeper of two lines is taken, as TRARA1 does: the last line continued, or the line down to J = 1 at the next
    energy. That line goes on to all energies. Only where it is below J = 1 cm-2 s-1, where the map says nothing, it
    becomes as steep as the equatorial line above 400 MeV, if that is steeper: otherwise the flat lines near the
    cut-off in B/B0, where all J are close to 1, would have more protons of 2 GeV than the equator.

    Parameters
    ----------
    section : MapSection
    T_MeV : array_like
        Kinetic energy [MeV], at least 10.
    b_over_b0 : array_like
        B/B0, at least 1; broadcast against `T_MeV`.

    Returns
    -------
    logarithm, slope : ndarray
        log10 of J(>E) [cm-2 s-1] (-inf beyond the cut-off in B/B0) and d log10 J / dE [MeV-1] (0 there).
    """
    T, b = np.broadcast_arrays(np.asarray(T_MeV, float), np.asarray(b_over_b0, float))
    logarithm, slope = _lines(section, T, b)
    _, equatorial = _lines(section, np.array(HIGHEST_MAP_ENERGY_MEV), np.array(1.0))
    below = np.isfinite(logarithm) & (logarithm < 0.0)
    above_floor = np.where(below, logarithm, 0.0) / np.where(
        below, slope, 1.0
    )  # distance to the energy where J = 1 [MeV]
    steeper = np.minimum(slope, equatorial)
    return np.where(below, steeper * above_floor, logarithm), np.where(below, steeper, slope)


def _lines(section, T, b):
    """The line of TRARA1 that holds at each (T, B/B0): log10 J and slope, continued through the floor."""
    nodes = section.energies_MeV
    polylines = zip(section.distances, section.logarithms, strict=True)
    f = np.maximum(np.stack([np.interp(b - 1.0, x, y, right=0.0) for x, y in polylines]), 0.0)
    last = np.cumprod(f > 0.0, axis=0).sum(axis=0) - 1  # last energy with flux, -1 where none
    left = np.clip(np.searchsorted(nodes, T, side="right") - 1, 0, np.maximum(last, 0))
    right = np.minimum(left + 1, nodes.size - 1)
    before = np.maximum(left - 1, 0)

    def at(i):
        return np.take_along_axis(f, i[None], axis=0)[0]

    with np.errstate(divide="ignore", invalid="ignore"):
        inside = (at(right) - at(left)) / (nodes[right] - nodes[left])
        continued = (at(left) - at(before)) / (nodes[left] - nodes[before])
    slope = np.where(left < last, inside, np.fmin(inside, continued))
    slope = np.where(last < 0, 0.0, slope)
    return np.where(last < 0, -np.inf, at(left) + slope * (T - nodes[left])), slope


def _vertices(solar):
    """Vertices of the baked map: {energy_MeV: {L: (B/B0 - 1, log10 J)}}."""
    text = (resources.files("mcbelt") / "data" / "ap8" / f"ap8{solar}.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    table: dict[float, dict[float, list[tuple[float, float]]]] = {}
    for row in rows:
        shells = table.setdefault(float(row["energy_MeV"]), {})
        shells.setdefault(float(row["L"]), []).append((float(row["b_over_b0"]) - 1.0, float(row["log10_flux"])))
    return {E: {L: np.array(points).T for L, points in shells.items()} for E, shells in table.items()}


def _profile(shells, L):
    """Polyline (B/B0 - 1, log10 J) at L, between the two shells of the map around it."""
    known = np.array(sorted(shells))
    if L < known[0]:  # below the first shell, which has J = 1 cm-2 s-1 at the equator: no flux
        return np.array([0.0, 1.0]), np.zeros(2)
    i, w = sorted_cells_extend(known, L)
    lower, upper = shells[known[i]], shells[known[i + 1]]
    equator = (1.0 - w) * lower[1, 0] + w * upper[1, 0]
    rays = np.concatenate([_rays(lower), _rays(upper)])
    ends = [_rays(shell)[-1] for shell in (lower, upper) if shell.shape[1] > 1]
    rays = np.unique(rays[rays >= max(ends, default=np.inf)])[::-1]
    x = (1.0 - w) * _distance_on_ray(lower, rays) + w * _distance_on_ray(upper, rays)
    x, f = np.concatenate([[0.0], x]), np.concatenate([[equator], rays * x])
    keep = np.concatenate([[True], np.diff(x) > 0.0])
    return x[keep], f[keep]


def _rays(shell):
    """Slopes (log10 J) / (B/B0 - 1) of the rays through the vertices, decreasing; none for a shell without flux."""
    return shell[1, 1:] / shell[0, 1:]


def _distance_on_ray(shell, rays):
    """B/B0 - 1 at which the polyline crosses each ray from the origin; 0 for a shell without flux."""
    if shell.shape[1] == 1:
        return np.zeros_like(rays)
    x, f = shell
    first = np.searchsorted(-_rays(shell), -rays)  # segment [first, first + 1] holds the crossing
    first = np.minimum(first, x.size - 2)
    steepness = (f[first + 1] - f[first]) / (x[first + 1] - x[first])
    return (f[first] - steepness * x[first]) / (rays - steepness)
