"""Protons and neutrons that leave a collision of a proton or an alpha with air: the nucleons that collide again.

The tables, data/yields/nucleons_{proton,alpha}_N.npz, are baked with the cascades of `pion_production` by
tools/bake, on N-14; quasi-elastic collisions are in (their proton has x near 1), fragments count as their
nucleons. N-14 stands for air: per inelastic collision the spectrum in x = T_secondary / T_projectile (per nucleon) is
taken to be the same on O and Ar. A neutron as projectile: exchange p and n, because N-14 has as many of one as of the
other.

Left out: nucleons below 10 MeV or x = 0.001, antinucleons, and nucleons from decays of hyperons (in a collision of 500
GeV 0.19 Lambda beside 0.78 nucleons of x > 0.1, at 10 GeV 0.02 beside 1.17). See docs/methods/pion_production.md.
"""

import functools
import importlib.resources
import json
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from mcbelt.errors import PhysicsError
from mcbelt.grid import sorted_cells_hold

SPECIES = ("p", "n")
PROJECTILES = ("proton", "alpha")
NUCLEI = ("d", "t", "He3", "He4")
_CONTENT = np.array([[1, 0], [0, 1], [1, 1], [1, 2], [2, 1], [2, 2]])  # protons and neutrons of p, n and NUCLEI


class NucleonYields(NamedTuple):
    """Nucleons per inelastic collision of one projectile on N-14."""

    T_GeV: np.ndarray  # kinetic energy of the projectile [GeV], per nucleon for alphas, shape (n,)
    sigma_inel: np.ndarray  # inelastic cross section [mb], shape (n,)
    x_edges: np.ndarray  # edges in x = T / T_projectile, per nucleon [1], shape (X + 1,); x > 1 is in the last bin
    v_edges: np.ndarray  # edges in v = sqrt((1 - cos)/2), angle to the projectile [1], shape (V + 1,)
    number: np.ndarray  # nucleons per collision and bin [1], shape (n, 2, X, V), species as in SPECIES
    error: np.ndarray  # statistical standard deviation of the nucleons per collision [1], shape (n, 2)
    provenance: dict
    # light nuclei per collision and bin, which `number` counts as their nucleons, shape (n, 4, X, V), as in NUCLEI;
    # None where the table does not tell them apart
    nuclei: np.ndarray | None = None


@functools.lru_cache(maxsize=2)
def nucleon_yields(projectile: str) -> NucleonYields:
    """Table of one projectile.

    Parameters
    ----------
    projectile : {"proton", "alpha"}
        Projectile; a neutron is a proton with p and n exchanged in the result.

    Returns
    -------
    NucleonYields
        Read-only arrays.

    Raises
    ------
    PhysicsError
        Unknown projectile.
    """
    if projectile not in PROJECTILES:
        raise PhysicsError(
            f"nucleon_production: projectile = {projectile!r} is not tabulated. Give one of {', '.join(PROJECTILES)}."
        )
    path = importlib.resources.files("mcbelt") / f"data/yields/nucleons_{projectile}_N.npz"
    with path.open("rb") as file, np.load(file) as data:
        return read(dict(data))


def read(data: Mapping[str, np.ndarray]) -> NucleonYields:
    """Yields of the arrays of one npz.

    Parameters
    ----------
    data : mapping of str to ndarray
        E_GeV, sigma_inel_mb, species, x_edges, mult, mult_err, pdf, provenance; species are p and n with the nucleons
        of light nuclei among them, or p, n and `NUCLEI`.

    Returns
    -------
    NucleonYields
        Read-only arrays.

    Raises
    ------
    PhysicsError
        Other species.
    """
    species = tuple(map(str, data["species"]))
    if species not in (SPECIES, (*SPECIES, *NUCLEI)):
        raise PhysicsError(
            f"nucleon_production: species {species} are not {SPECIES} and {NUCLEI}. Bake the table again."
        )
    made = data["mult"][:, :, None, None] * data["pdf"].astype(float)
    nuclei = made[:, len(SPECIES) :] if len(species) > len(SPECIES) else None
    content = _CONTENT[: len(species)].T
    number = made if nuclei is None else np.einsum("qs,nsxv->nqxv", content, made)
    error = data["mult_err"] if nuclei is None else np.sqrt(np.square(data["mult_err"]) @ np.square(content).T)
    v_edges = np.linspace(0.0, 1.0, number.shape[3] + 1)
    arrays = data["E_GeV"], data["sigma_inel_mb"], data["x_edges"], v_edges, number, error
    for array in (*arrays, *([] if nuclei is None else [nuclei])):
        array.setflags(write=False)
    return NucleonYields(*arrays, json.loads(str(data["provenance"])), nuclei)


def _shares(x_edges, cell_edges):
    """Part of each bin of x that falls into each cell, uniform in ln x inside a bin; shape (cells, X)."""
    low, high = np.log(x_edges[:-1]), np.log(x_edges[1:])
    cells = np.log(cell_edges)[:, None]
    overlap = np.minimum(cells[1:], high) - np.maximum(cells[:-1], low)
    return np.maximum(overlap, 0.0) / (high - low)


def transfer(projectile: str, T_edges: ArrayLike) -> np.ndarray:
    """Secondary nucleons by energy cell and angle, per inelastic collision of a projectile of each energy cell.

    Parameters
    ----------
    projectile : {"proton", "alpha"}
        Projectile.
    T_edges : array_like, shape (n + 1,)
        Increasing edges of the cells of kinetic energy, per nucleon [GeV]; the same cells hold parents and
        secondaries.

    Returns
    -------
    ndarray, shape (n, 2, n, V)
        [i, s, j, k]: protons (s = 0) and neutrons (s = 1) with energy in cell j and v = sqrt((1 - cos)/2) in bin k of
        30, per inelastic collision of a projectile at the geometric centre of cell i. Between the tabulated energies
        a mixture of the neighbours, linear in ln T at fixed x; below the first one its distribution at fixed x.
        Inside a bin of x the nucleons are uniform in ln T; none has more than the projectile's energy per nucleon,
        and those below the first edge are not in the result.

    Raises
    ------
    PhysicsError
        Unknown projectile, edges that do not increase or are not positive, centres above 500 GeV.
    """
    table = nucleon_yields(projectile)
    edges = np.asarray(T_edges, float)
    if edges.ndim != 1 or edges.size < 2 or not edges[0] > 0.0 or not np.all(np.diff(edges) > 0.0):
        raise PhysicsError("nucleon_production: give two or more positive, increasing energy edges in GeV.")
    centres = np.sqrt(edges[1:] * edges[:-1])
    if centres[-1] > table.T_GeV[-1] * (1.0 + 1e-9):
        raise PhysicsError(
            f"nucleon_production: cells up to {centres[-1]:g} GeV, yields end at {table.T_GeV[-1]:g} GeV. Cut there."
        )
    lower, upper_share = sorted_cells_hold(np.log(table.T_GeV), np.log(centres))
    out = np.empty((centres.size, len(SPECIES), centres.size, table.v_edges.size - 1))
    for i, (m, f) in enumerate(zip(lower, upper_share, strict=True)):
        number = (1.0 - f) * table.number[m] + f * table.number[m + 1]
        out[i] = np.einsum("jx,sxk->sjk", _shares(table.x_edges, edges / centres[i]), number)
    return out
