"""The Galactic halo as a slab: diffusion in height alone, with escape at both faces and losses on the way.

-d/dz(D dN/dz) + N/tau - d(bN)/dE = Q for 0 < |z| < H, N = 0 at H. The plane is thin against the halo and the halo thin
against its radius, so one dimension carries most of the physics, and it has closed solutions to measure the solvers
with: the series of a thin source in a slab (Green function of the losses) and the quadrature of 1/D where nothing is
lost.

Cells of finite volume on one side of the plane. Between two cell centres the flux is the difference of density over the
integral of dz/D, so a jump or a steep rise of D with height is exact as long as D is integrable. Down in energy the
scheme is Crank-Nicolson in flux form: second order, and what enters a step leaves it to rounding. The first steps are
implicit, to calm the start from zero.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from mcbelt.errors import PhysicsError
from mcbelt.interstellar.scales import KILOPARSEC

_NODE, _WEIGHT = np.polynomial.legendre.leggauss(8)
_IMPLICIT_STEPS = 4


class Slab(NamedTuple):
    """Density N [per GeV and m3 when Q is per s], shape (nE, nz).

    And the budget integrated over energy and height (both sides).
    """

    energy: np.ndarray
    edges_m: np.ndarray
    density: np.ndarray
    produced: float
    escaped: float
    destroyed: float
    lost_below: float

    @property
    def midplane(self):
        """N at z = 0, shape (nE,): the first cell, thinner than any structure."""
        return self.density[:, 0]


def sinh_edges(half_height_kpc, cells=100, finest_pc=5.0):
    """Cell edges from the plane to the halo's edge [m], shape (cells + 1,), fine at the plane.

    Parameters
    ----------
    half_height_kpc : float
        Half thickness of the halo [kpc], > 0.
    cells : int
        Number of cells on one side.
    finest_pc : float
        Thickness of the first cell [pc].
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


def resistance(edges_m, diffusion):
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

    def integral(start, length):
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


@njit(cache=True, error_model="numpy")
def _tridiagonal(lower, diagonal, upper, right):
    n = len(diagonal)
    gamma = np.empty(n)
    x = np.empty(n)
    beta = diagonal[0]
    x[0] = right[0] / beta
    for i in range(1, n):
        gamma[i] = upper[i - 1] / beta
        beta = diagonal[i] - lower[i] * gamma[i]
        x[i] = (right[i] - lower[i] * x[i - 1]) / beta
    for i in range(n - 2, -1, -1):
        x[i] -= gamma[i + 1] * x[i + 1]
    return x


@njit(cache=True, error_model="numpy")
def _stiffness(resist, width, decay):
    """Tridiagonal rows of (-d/dz D d/dz + 1/tau) times the cell width; the last row leaks to N = 0 at the edge."""
    n = len(width)
    lower, diagonal, upper = np.zeros(n), np.zeros(n), np.zeros(n)
    for j in range(n):
        diagonal[j] = decay[j] * width[j] + 1.0 / resist[j]
        if j > 0:
            diagonal[j] += 1.0 / resist[j - 1]
            lower[j] = -1.0 / resist[j - 1]
        if j < n - 1:
            upper[j] = -1.0 / resist[j]
    return lower, diagonal, upper


@njit(cache=True, error_model="numpy")
def _residual(rows, width, source, density):
    """Source minus diffusion and decay of each cell, times its width."""
    lower, diagonal, upper = rows
    n = len(width)
    out = np.empty(n)
    for j in range(n):
        out[j] = source[j] * width[j] - diagonal[j] * density[j]
        if j > 0:
            out[j] -= lower[j] * density[j - 1]
        if j < n - 1:
            out[j] -= upper[j] * density[j + 1]
    return out


@njit(cache=True, error_model="numpy")
def _march(energy, width, resist, decay, loss, source, implicit_steps):
    """Crank-Nicolson down in ln E. Returns density and (produced, escaped, destroyed, lost below) of one side."""
    n_energy, n = source.shape
    density = np.zeros((n_energy, n))
    budget = np.zeros(4)
    above = _residual(_stiffness(resist[-1], width, decay[-1]), width, source[-1], density[-1])
    for i in range(n_energy - 2, -1, -1):
        step = math.log(energy[i + 1] / energy[i])
        share = 1.0 if n_energy - 2 - i < implicit_steps else 0.5
        rows = _stiffness(resist[i], width, decay[i])
        lower, diagonal, upper = rows
        here, there = share * step * energy[i], (1.0 - share) * step * energy[i + 1]
        right = here * source[i] * width + there * above + loss[i + 1] * density[i + 1] * width
        density[i] = _tridiagonal(here * lower, loss[i] * width + here * diagonal, here * upper, right)
        above = _residual(rows, width, source[i], density[i])
        budget[0] += (here * source[i] * width + there * source[i + 1] * width).sum()
        budget[1] += here * density[i, -1] / resist[i, -1] + there * density[i + 1, -1] / resist[i + 1, -1]
        budget[2] += (here * decay[i] * density[i] * width + there * decay[i + 1] * density[i + 1] * width).sum()
    budget[3] = (loss[0] * density[0] * width).sum()
    return density, budget


def solve(energy, edges_m, resist, loss_rate, source, decay_rate=0.0):
    """Steady density in a slab with losses.

    Parameters
    ----------
    energy : array_like
        Rising energies [GeV], shape (nE,); nothing enters from above the last.
    edges_m : ndarray
        Cell edges from the plane up [m], shape (nz + 1,).
    resist : ndarray
        Integrals of dz/D between cell centres [s/m], shape (nE, nz), from `resistance`.
    loss_rate : array_like
        b = -dE/dt [GeV/s], broadcast to (nE, nz), > 0.
    source : array_like
        Q [m-3 s-1 GeV-1], broadcast to (nE, nz). A thin source of q per m2 of the plane goes into the first cell as q /
        (2 x thickness).
    decay_rate : array_like
        1/tau of destruction or decay [1/s], broadcast to (nE, nz).

    Returns
    -------
    Slab

    Raises
    ------
    PhysicsError
        A grid that does not rise, losses that are not positive, a negative source, or D that is not positive.
    """
    energy = np.asarray(energy, float)
    shape = (len(energy), len(edges_m) - 1)
    loss = np.broadcast_to(np.asarray(loss_rate, float), shape)
    source = np.broadcast_to(np.asarray(source, float), shape)
    decay = np.broadcast_to(np.asarray(decay_rate, float), shape)
    if np.any(np.diff(energy) <= 0.0) or energy[0] <= 0.0:
        raise PhysicsError("slab: the energies must be positive and rise [GeV].")
    if np.any(loss <= 0.0) or np.any(source < 0.0) or np.any(decay < 0.0) or np.any(resist <= 0.0):
        raise PhysicsError("slab: losses and diffusion must be positive, source and decay rate must not be negative.")
    density, budget = _march(
        energy,
        np.diff(edges_m),
        np.ascontiguousarray(np.broadcast_to(resist, shape)),
        np.ascontiguousarray(decay),
        np.ascontiguousarray(loss),
        np.ascontiguousarray(source),
        _IMPLICIT_STEPS,
    )
    return Slab(energy, edges_m, density, *(2.0 * budget))


def solve_lossless(edges_m, resist, source, decay_rate=0.0):
    """Steady density without energy losses, each energy by itself.

    Parameters
    ----------
    edges_m : ndarray
        Cell edges [m], shape (nz + 1,).
    resist : ndarray
        [s/m], shape (n, nz).
    source : array_like
        Q [m-3 s-1 GeV-1], broadcast to (n, nz).
    decay_rate : array_like
        1/tau [1/s], broadcast to (n, nz).

    Returns
    -------
    ndarray
        N, shape (n, nz).
    """
    shape = resist.shape
    source = np.broadcast_to(np.asarray(source, float), shape)
    decay = np.broadcast_to(np.asarray(decay_rate, float), shape)
    width = np.diff(edges_m)
    return np.array(
        [_tridiagonal(*_stiffness(r, width, d), s * width) for r, d, s in zip(resist, decay, source, strict=True)]
    )


def thin_source_density(diffusion_length_m, half_height_m, modes=400):
    """Green function at the plane of a thin source in a slab.

    Parameters
    ----------
    diffusion_length_m : array_like
        lambda = sqrt(4 integral of D dE/b) between the energies of birth and of observation [m].
    half_height_m : float
        Half thickness of the halo [m].
    modes : int
        Terms of the cosine series; images are summed instead where lambda is short against the halo.

    Returns
    -------
    ndarray
        Density at z = 0 per particle and m2 of the plane [1/m]: (1/H) sum exp(-((2n+1) pi/(2H))^2 lambda^2/4).
    """
    length = np.asarray(diffusion_length_m, float)
    ratio = np.maximum(length / half_height_m, 1.0e-12)
    k = (2.0 * np.arange(modes) + 1.0) * 0.5 * math.pi
    series = np.exp(-0.25 * (k * ratio[..., None]) ** 2).sum(axis=-1) / half_height_m
    n = np.arange(1, 20)
    images = (1.0 + 2.0 * ((-1.0) ** n * np.exp(-((2.0 * n / ratio[..., None]) ** 2))).sum(axis=-1)) / (
        math.sqrt(math.pi) * ratio * half_height_m
    )
    return np.where(ratio < 0.5, images, series)
