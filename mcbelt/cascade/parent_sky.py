"""The sky of the parents: which of them send e+- into a direction, and at which angle.

An e+- that goes along n comes from a parent that went along n', at the production angle between the two. For every n
the sky of n' is sorted into rings of equal production angle; the flux of parents is integrated over each ring, and the
angle-resolved yields then act on rings instead of on the whole sky.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from mcbelt.grid import sorted_cells


class Sky(NamedTuple):
    """Directions of parents' velocities on a grid of equal cells in cos(zenith) and azimuth."""

    mu: np.ndarray  # cosine of the velocity with the vertical (+1 upwards), shape (nz,)
    azimuth: np.ndarray  # [rad], shape (na,)

    @property
    def vectors(self) -> np.ndarray:
        """Unit vectors (east, north, up), shape (nz * na, 3)."""
        sine = np.sqrt(1.0 - self.mu**2)
        east, north = np.outer(sine, np.cos(self.azimuth)), np.outer(sine, np.sin(self.azimuth))
        return np.stack([east, north, np.outer(self.mu, np.ones_like(self.azimuth))], axis=-1).reshape(-1, 3)


class Rings(NamedTuple):
    """Which ring of production angle each cell of the sky belongs to, seen from each direction of e+-."""

    ring: np.ndarray  # of each cell, uint8, shape (m, n)
    weight: np.ndarray  # solid angle [sr] of a cell in its ring: that of the ring over its cells, shape (m, nc)
    missed: np.ndarray  # (direction, ring, nearest cell) of rings that no cell hits, shape (k, 3)


def sky(n_zenith: int = 80, n_azimuth: int = 120) -> Sky:
    """Directions of parents; cells of 3 degrees resolve the narrowest rings of the yields."""
    edges = np.linspace(-1.0, 1.0, n_zenith + 1)
    return Sky(0.5 * (edges[1:] + edges[:-1]), (np.arange(n_azimuth) + 0.5) * 2.0 * np.pi / n_azimuth)


def rings(vectors: np.ndarray, directions: np.ndarray, cos_edges: np.ndarray) -> Rings:
    """Sort the sky into rings.

    Parameters
    ----------
    vectors : ndarray, shape (n, 3)
        Directions of the parents, equal solid angles.
    directions : ndarray, shape (m, 3)
        Directions of the e+-.
    cos_edges : ndarray, shape (nc + 1,)
        Bins of the cosine of the production angle, ascending.

    Returns
    -------
    Rings
        The weights of a ring's cells sum to its solid angle. A ring that no cell hits takes the cell nearest to it.
    """
    nc = len(cos_edges) - 1
    solid_angle = 2.0 * np.pi * np.diff(cos_edges)
    centre = 0.5 * (cos_edges[1:] + cos_edges[:-1])
    ring = np.empty((len(directions), len(vectors)), np.uint8)
    weight, missed = np.empty((len(directions), nc)), []
    for i, direction in enumerate(directions):
        cosine = np.clip(vectors @ direction, -1.0, 1.0)
        ring[i] = sorted_cells(cos_edges, cosine)
        count = np.bincount(ring[i], minlength=nc)
        missed += [(i, k, np.abs(cosine - centre[k]).argmin()) for k in np.flatnonzero(count == 0)]
        weight[i] = solid_angle / np.maximum(count, 1)
    return Rings(ring, weight.astype(np.float32), np.array(missed, np.int64).reshape(-1, 3))


@njit(cache=True, error_model="numpy", nogil=True)
def _add_rings(ring, weight, missed, flux, out):
    for i in range(ring.shape[0]):
        for cell in range(ring.shape[1]):
            k = ring[i, cell]
            for t in range(flux.shape[1]):
                out[i, k, t] += flux[cell, t]
    for j in range(missed.shape[0]):
        for t in range(flux.shape[1]):
            out[missed[j, 0], missed[j, 1], t] = flux[missed[j, 2], t]
    for i in range(ring.shape[0]):
        for k in range(weight.shape[1]):
            for t in range(flux.shape[1]):
                out[i, k, t] *= weight[i, k]


def ring_integrals(rings: Rings, flux: np.ndarray) -> np.ndarray:
    """Integral over the solid angle of each ring of a flux on the cells of the sky.

    Parameters
    ----------
    rings : Rings
    flux : ndarray, shape (n, nt)

    Returns
    -------
    ndarray, shape (m, nc, nt), float32
    """
    flux = np.asarray(flux, np.float32)
    lit = np.flatnonzero(flux.any(axis=1))  # the Earth shuts half of the sky
    which = np.full(len(flux), -1)
    which[lit] = np.arange(len(lit))
    missed = rings.missed.copy()
    missed[:, 2] = which[missed[:, 2]]
    out = np.zeros((*rings.weight.shape, flux.shape[1]), np.float32)
    ring = np.ascontiguousarray(rings.ring[:, lit])
    _add_rings(ring, rings.weight, missed[missed[:, 2] >= 0], np.ascontiguousarray(flux[lit]), out)
    return out
