"""The Galactic halo as a slab: its cells of height, and diffusion in height alone with escape at the edge.

-d/dz(D dN/dz) = Q for 0 < |z| < H, N = 0 at H. The plane is thin against the halo and the halo thin against its radius,
so one dimension carries most of the physics of diffusion.

Cells of finite volume on one side of the plane. Between two cell centres the flux is the difference of density over the
integral of dz/D, so a jump or a steep rise of D with height is exact as long as D is integrable.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from mcbelt.errors import PhysicsError
from mcbelt.interstellar.scales import KILOPARSEC

_NODE, _WEIGHT = np.polynomial.legendre.leggauss(8)


def sinh_edges(half_height_kpc: float, cells: int = 100, finest_pc: float = 5.0) -> np.ndarray:
    """Cell edges from the plane to the halo's edge, fine at the plane.

    Parameters
    ----------
    half_height_kpc : float
        Half thickness of the halo [kpc], > 0.
    cells : int
        Number of cells on one side.
    finest_pc : float
        Thickness of the first cell [pc]; an even grid where it would already be as fine.

    Returns
    -------
    ndarray
        [m], shape (cells + 1,).

    Raises
    ------
    PhysicsError
        A halo of no height.
    """
    if not half_height_kpc > 0.0:
        raise PhysicsError(
            f"slab: half_height_kpc = {half_height_kpc:g}; a halo of no height keeps no particles. "
            "Give a value above 0, e.g. 4."
        )
    if not 0.0 < finest_pc * cells * 1.0e-3 < half_height_kpc:
        finest_pc = half_height_kpc * 1.0e3 / cells  # an even grid is already this fine
        return np.linspace(0.0, half_height_kpc, cells + 1) * KILOPARSEC
    low, high = 1.0e-6, 60.0
    target = finest_pc * 1.0e-3 / half_height_kpc
    for _ in range(200):
        stretch = 0.5 * (low + high)
        if math.sinh(stretch / cells) / math.sinh(stretch) > target:
            low = stretch
        else:
            high = stretch
    return half_height_kpc * KILOPARSEC * np.sinh(stretch * np.arange(cells + 1) / cells) / math.sinh(stretch)


def resistance(edges_m: np.ndarray, diffusion: Callable[[np.ndarray], ArrayLike]) -> np.ndarray:
    """Integral of dz/D from each cell's centre to the next, the last one to the edge of the halo.

    Parameters
    ----------
    edges_m : ndarray
        Cell edges [m], shape (nz + 1,).
    diffusion : callable
        D(z_m) [m2/s] for z of shape (n,), giving shape (..., n).

    Returns
    -------
    ndarray
        [s/m], shape (..., nz).

    Raises
    ------
    PhysicsError
        Diffusion that is not positive somewhere.
    """
    centre = 0.5 * (edges_m[1:] + edges_m[:-1])
    half = 0.5 * np.diff(edges_m)

    def integral(start: np.ndarray, length: np.ndarray) -> np.ndarray:
        z = (start[:, None] + 0.5 * length[:, None] * (_NODE + 1.0)).ravel()
        value = np.asarray(diffusion(z))
        if not np.all(value > 0.0):
            raise PhysicsError(
                f"diffusion coefficient: found {np.min(value):g} m2/s; it must be positive everywhere. "
                "Check D0 and its slopes."
            )
        inverse = (1.0 / value).reshape(*value.shape[:-1], len(start), len(_NODE))
        return 0.5 * length * (inverse @ _WEIGHT)

    above = integral(centre, half)
    below = integral(edges_m[:-1], half)
    result = above.copy()
    result[..., :-1] += below[..., 1:]
    return result


def solve_lossless(edges_m: np.ndarray, resist: np.ndarray, source: ArrayLike) -> np.ndarray:
    """Steady density without energy losses, each energy by itself.

    Parameters
    ----------
    edges_m : ndarray
        Cell edges [m], shape (nz + 1,).
    resist : ndarray
        Integrals of dz/D between cell centres [s/m], shape (n, nz), from `resistance`.
    source : array_like
        Q [m-3 s-1 GeV-1], broadcast to (n, nz).

    Returns
    -------
    ndarray
        N [m-3 GeV-1], shape (n, nz): what the cells up to a face make goes through it, and the fall of density from a
        centre to the next is that flux times the integral of dz/D, down to N = 0 at the edge.
    """
    flux = np.cumsum(np.broadcast_to(source, resist.shape) * np.diff(edges_m), axis=-1)
    return np.cumsum((flux * resist)[..., ::-1], axis=-1)[..., ::-1]
