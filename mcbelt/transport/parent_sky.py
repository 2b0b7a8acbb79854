"""The sky of the parents: which of them send e+- into a direction, and at which angle.

An e+- that goes along n comes from a parent that went along n', at the production angle between the two. For every n
the sky of n' is sorted into rings of equal production angle; the flux of parents is averaged over each ring, and the
angle-resolved yields then act on rings instead of on the whole sky.
"""

from typing import NamedTuple

import numpy as np
from scipy import sparse


class Sky(NamedTuple):
    """Directions of parents' velocities on a grid of equal cells in cos(zenith) and azimuth."""

    mu: np.ndarray  # cosine of the velocity with the vertical (+1 upwards), shape (nz,)
    azimuth: np.ndarray  # [rad], shape (na,)

    @property
    def vectors(self):
        """Unit vectors (east, north, up), shape (nz * na, 3)."""
        sine = np.sqrt(1.0 - self.mu**2)
        east, north = np.outer(sine, np.cos(self.azimuth)), np.outer(sine, np.sin(self.azimuth))
        return np.stack([east, north, np.outer(self.mu, np.ones_like(self.azimuth))], axis=-1).reshape(-1, 3)


def sky(n_zenith=80, n_azimuth=120) -> Sky:
    """Directions of parents; cells of 3 degrees resolve the narrowest rings of the yields."""
    edges = np.linspace(-1.0, 1.0, n_zenith + 1)
    return Sky(0.5 * (edges[1:] + edges[:-1]), (np.arange(n_azimuth) + 0.5) * 2.0 * np.pi / n_azimuth)


def ring_weights(vectors, directions, cos_edges):
    """Share of each cell of the sky in each ring of production angle.

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
    scipy.sparse.csr_array, shape (m * nc, n)
        Row (direction, ring): solid angle [sr] that each cell stands for, summing to the solid angle of the ring. A
        ring that no cell hits takes the cell nearest to it.
    """
    nc, n = len(cos_edges) - 1, len(vectors)
    ring = 2.0 * np.pi * np.diff(cos_edges)
    centre = 0.5 * (cos_edges[1:] + cos_edges[:-1])
    blocks = []
    for direction in directions:
        cosine = np.clip(vectors @ direction, -1.0, 1.0)
        rows = np.clip(np.searchsorted(cos_edges, cosine, side="right") - 1, 0, nc - 1)
        columns = np.arange(n)
        missed = np.setdiff1d(np.arange(nc), rows)
        if missed.size:
            nearest = np.abs(cosine[None, :] - centre[missed, None]).argmin(axis=1)
            rows, columns = np.concatenate([rows, missed]), np.concatenate([columns, nearest])
        count = np.bincount(rows, minlength=nc)
        blocks.append(sparse.csr_array((ring[rows] / count[rows], (rows, columns)), shape=(nc, n)))
    return sparse.vstack(blocks, format="csr")
