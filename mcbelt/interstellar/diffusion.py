"""Diffusion, losses and reacceleration in a cylindrical Galaxy: (R, z, p).

For the density psi per momentum, in steady state

    -div(D grad psi) - d/dp[p^2 Dpp d/dp(psi/p^2)] + d/dp(pdot psi) + psi/tau = q,

psi = 0 at R_h and z_h, symmetric about the plane. With y = p psi and u = ln p the momentum part is a flux in u,
J = (pdot/p + 3K) y - K dy/du, K = Dpp/p^2. Cells of finite volume in all three directions: what the sources make is
what escapes, is destroyed or leaves the momentum grid, to the precision of the linear solver.

The flux in u is Scharfetter & Gummel's (Chang & Cooper's), written for y exp(s u): it is exact for a power law of index
-s and keeps the matrix one of positive inverse, so that no density is ever negative. The local index s is taken from a
first solution, which makes the second one second order. Without reacceleration (K = 0) particles only move down: one
sweep from the highest momentum solves the system. With it, a sweep down and one up precondition GMRES.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from scipy.sparse.linalg import LinearOperator, gmres

from mcbelt.errors import ExecutionError, PhysicsError
from mcbelt.interstellar.banded import cholesky, substitute

FIRST_INDEX = 1.7  # of y = p psi: psi ~ p^-2.7
_INDEX_RANGE = 4.0  # a local index further than this from FIRST_INDEX is a cut-off, where a power law is no guide
_TOLERANCE = 1.0e-12  # of the sum of the sources
_REFINEMENTS = 20


class Cylinder(NamedTuple):
    """Cells of the half Galaxy z >= 0: edges [m], shapes (nR + 1,) and (nz + 1,)."""

    radius_edges: np.ndarray
    z_edges: np.ndarray

    @property
    def volume(self) -> np.ndarray:
        """Cell volumes [m3], shape (nR, nz)."""
        ring = np.pi * np.diff(self.radius_edges**2)
        return ring[:, None] * np.diff(self.z_edges)


class Problem(NamedTuple):
    """One species on one grid. Arrays over (np, nR, nz) unless noted; faces of u carry one more, [0] the lowest.

    p : momenta at the cell centres [GeV], even in ln p, (np,)
    z_resistance : integral of dz/D to the next height [s/m], (np, nz)
    radial : mean D of a height [m2/s], (np, nz)
    rate : pdot/p at the faces [1/s], < 0 for losses, (np + 1, nR, nz)
    stirring : K = Dpp/p^2 at the faces [1/s], >= 0, (np + 1, nz)
    sink : 1/tau [1/s]
    source : q [m-3 s-1 GeV-1]
    """

    grid: Cylinder
    p: np.ndarray
    z_resistance: np.ndarray
    radial: np.ndarray
    rate: np.ndarray
    stirring: np.ndarray
    sink: np.ndarray
    source: np.ndarray


class Solution(NamedTuple):
    """psi [m-3 GeV-1], (np, nR, nz), the budget of the half Galaxy [1/s], and what the solver did."""

    p: np.ndarray
    density: np.ndarray
    produced: float
    escaped: float
    destroyed: float
    lost_below: float
    left_above: float
    iterations: int


def _bernoulli(x):
    """x / (exp(x) - 1), for any x without overflow."""
    small = np.abs(x) < 1.0e-8
    safe = np.where(small, 1.0, x)
    negative = safe < 0.0
    decayed = np.exp(-np.abs(safe))
    value = np.where(negative, -safe / (1.0 - decayed), safe * decayed / (1.0 - decayed))
    return np.where(small, 1.0 - 0.5 * x, value)


def _momentum_coefficients(problem, index):
    """Coefficients up and down [1/s], (np + 1, nR, nz).

    Of the flux J = up y_below - down y_above through each face of u.
    """
    step = np.log(problem.p[1] / problem.p[0])
    stirring = np.broadcast_to(problem.stirring[:, None, :], problem.rate.shape)
    drift = problem.rate + (3.0 + index) * stirring
    factor = np.exp(0.5 * index * step)
    calm = stirring * 1.0e12 <= np.abs(drift) * step
    peclet = drift * step / np.where(calm, 1.0, stirring)
    up = np.where(calm, np.maximum(drift, 0.0), stirring / step * _bernoulli(np.where(calm, 0.0, -peclet))) / factor
    down = np.where(calm, np.maximum(-drift, 0.0), stirring / step * _bernoulli(np.where(calm, 0.0, peclet))) * factor
    up[0] = 0.0  # nothing comes from below the grid
    down[-1] = 0.0  # nor from above
    return up, down


def _couplings(problem):
    """Diffusive couplings [m3/s] along z and R to the next cell, and leaks through the outer faces, shapes (np, nR.

    Nz).
    """
    edges, z_edges = problem.grid
    ring = np.pi * np.diff(edges**2)
    centre = 0.5 * (edges[1:] + edges[:-1])
    thickness = np.diff(z_edges)
    along_z = ring[None, :, None] / problem.z_resistance[:, None, :]
    leak = np.zeros_like(along_z)
    leak[:, :, -1] = along_z[:, :, -1]
    along_z[:, :, -1] = 0.0
    distance = np.append(np.diff(centre), edges[-1] - centre[-1])
    area = 2.0 * np.pi * edges[1:, None] * thickness
    along_R = problem.radial[:, None, :] * (area / distance[:, None])[None]
    leak[:, -1, :] += along_R[:, -1, :]
    along_R[:, -1, :] = 0.0
    return along_z, along_R, leak


class _System(NamedTuple):
    """Matrix times volume: factors per momentum, couplings up and down in momentum, and what the products need.

    All flat in space.
    """

    factor: np.ndarray
    diagonal: np.ndarray
    along_z: np.ndarray
    along_R: np.ndarray
    up: np.ndarray
    down: np.ndarray
    heights: int


def _system(problem, index):
    volume = problem.grid.volume
    step = np.log(problem.p[1] / problem.p[0])
    along_z, along_R, leak = _couplings(problem)
    up, down = _momentum_coefficients(problem, index)
    diagonal = leak + along_z + along_R + volume * (problem.sink + (up[1:] + down[:-1]) / step)
    diagonal[:, :, 1:] += along_z[:, :, :-1]
    diagonal[:, 1:, :] += along_R[:, :-1, :]
    flat = (len(problem.p), -1)
    diagonal, along_z, along_R = (np.ascontiguousarray(a.reshape(flat)) for a in (diagonal, along_z, along_R))
    up, down = (np.ascontiguousarray((volume * a / step).reshape(len(a), -1)) for a in (up, down))
    heights = volume.shape[1]
    factor = _factors(diagonal, along_z, along_R, heights)
    return _System(factor, diagonal, along_z, along_R, up, down, heights), leak


@njit(cache=True, error_model="numpy")
def _factors(diagonal, along_z, along_R, heights):
    factor = np.empty((diagonal.shape[0], diagonal.shape[1], heights + 1))
    for k in range(diagonal.shape[0]):
        factor[k] = cholesky(diagonal[k], along_z[k], along_R[k], heights)
    return factor


@njit(cache=True, error_model="numpy")
def _sweep_down(system, right):
    """Solution with the coupling to the momentum above alone."""
    y = np.zeros_like(right)
    n = right.shape[0]
    y[n - 1] = substitute(system.factor[n - 1], right[n - 1])
    for k in range(n - 2, -1, -1):
        y[k] = substitute(system.factor[k], right[k] + system.down[k + 1] * y[k + 1])
    return y


@njit(cache=True, error_model="numpy")
def _sweep_both(system, right):
    """Symmetric block Gauss-Seidel: a sweep down, then one up."""
    y = _sweep_down(system, right)
    for k in range(1, right.shape[0]):
        b = right[k] + system.up[k] * y[k - 1]
        if k + 1 < right.shape[0]:
            b = b + system.down[k + 1] * y[k + 1]
        y[k] = substitute(system.factor[k], b)
    return y


@njit(cache=True, error_model="numpy")
def _product(system, y):
    """The full matrix times y."""
    out = system.diagonal * y
    n, cells = y.shape
    w = system.heights
    for k in range(n):
        for i in range(cells - 1):
            out[k, i] -= system.along_z[k, i] * y[k, i + 1]
            out[k, i + 1] -= system.along_z[k, i] * y[k, i]
        for i in range(cells - w):
            out[k, i] -= system.along_R[k, i] * y[k, i + w]
            out[k, i + w] -= system.along_R[k, i] * y[k, i]
        if k + 1 < n:
            out[k] -= system.down[k + 1] * y[k + 1]
        if k > 0:
            out[k] -= system.up[k] * y[k - 1]
    return out


def _correction(system, residual, scale, count):
    """Solution of (matrix) x = residual to a few digits: GMRES on unknowns and rows scaled to the spectrum's size."""
    shape = residual.shape
    weight = np.maximum((system.diagonal * scale).max(axis=1, keepdims=True), 1.0e-300)

    def precondition(b: np.ndarray) -> np.ndarray:
        count[0] += 1
        return (_sweep_both(system, b.reshape(shape) * weight) / scale).ravel()

    def product(x: np.ndarray) -> np.ndarray:
        return (_product(system, x.reshape(shape) * scale) / weight).ravel()

    size = (residual.size, residual.size)
    operator = LinearOperator(size, matvec=product, dtype=float)
    sweeps = LinearOperator(size, matvec=precondition, dtype=float)
    x, _ = gmres(operator, (residual / weight).ravel(), rtol=1.0e-4, atol=0.0, restart=40, maxiter=2, M=sweeps)
    return x.reshape(shape) * scale


def _linear_solution(system, right, guess):
    """y with the matrix of `system`: directly without reacceleration, else by refinement with preconditioned GMRES.

    Returns y and the number of double sweeps. Converged when what is left over of the sources is below 1e-12 of them.
    """
    if not np.any(system.up[1:-1]):
        return _sweep_down(system, right), 0
    y = _sweep_both(system, right) if guess is None else guess
    count = [0]
    for _ in range(_REFINEMENTS):
        residual = right - _product(system, y)
        if np.abs(residual).sum() <= _TOLERANCE * right.sum() and _well_balanced(system, y, residual):
            return y, count[0]
        scale = np.maximum(np.abs(y).max(axis=1, keepdims=True), 1.0e-300)
        y = y + _correction(system, residual, scale, count)
    raise ExecutionError(
        f"diffusion: no convergence in {count[0]} sweeps; refine the momentum grid or lower the Alfven speed."
    )


def _well_balanced(system, y, residual):
    """Whether each momentum by itself is solved: left over below 1e-9 of what goes through its cells."""
    through = (system.diagonal * np.abs(y)).sum(axis=1)
    return bool(np.all(np.abs(residual).sum(axis=1) <= 1.0e-9 * through + 1.0e-300))


def _local_index(y, step, first):
    """-d ln y / d u at the faces of u, smoothed over three faces; `first` where the spectrum ends."""
    index = np.full((len(y) + 1, *y.shape[1:]), first)
    positive = (y[1:] > 0.0) & (y[:-1] > 0.0)
    ratio = np.where(positive, y[:-1], 1.0) / np.where(positive, y[1:], 1.0)
    index[1:-1] = np.where(positive, np.log(ratio) / step, first)
    index[1:-1] = np.clip(index[1:-1], first - _INDEX_RANGE, first + _INDEX_RANGE)
    index[2:-2] = 0.25 * index[1:-3] + 0.5 * index[2:-2] + 0.25 * index[3:-1]
    return index


def solve(problem: Problem, passes: int = 2, index: float = FIRST_INDEX) -> Solution:
    """Steady density of one species.

    Parameters
    ----------
    problem : Problem
        Grid, coefficients and source.
    passes : int
        At least 1. The first takes the given power-law index everywhere; each further one the local index of the last
        solution.
    index : float
        First guess of -d ln(p psi)/d ln p.

    Returns
    -------
    Solution
        With the budget: produced = escaped + destroyed + lost_below + left_above, to 1e-10.

    Raises
    ------
    PhysicsError
        Coefficients of the wrong sign or shape.
    ExecutionError
        The Krylov solver did not converge.
    """
    _check(problem)
    step = np.log(problem.p[1] / problem.p[0])
    shape = problem.source.shape
    right = (problem.source * problem.p[:, None, None] * problem.grid.volume).reshape(shape[0], -1)
    local, guess, iterations = np.full(problem.rate.shape, index), None, 0
    for _ in range(passes):
        system, leak = _system(problem, local)
        y, count = _linear_solution(system, right, guess)
        iterations += count
        guess, local = y, _local_index(y.reshape(shape), step, index)
    y3 = y.reshape(shape)
    return Solution(
        problem.p,
        y3 / problem.p[:, None, None],
        float(right.sum() * step),
        float((leak * y3).sum() * step),
        float((problem.sink * problem.grid.volume * y3).sum() * step),
        float((system.down[0] * y[0]).sum() * step),
        float((system.up[-1] * y[-1]).sum() * step),
        iterations,
    )


def _check(problem):
    shape = (len(problem.p), *problem.grid.volume.shape)
    for name, array, wanted in (
        ("source", problem.source, shape),
        ("sink", problem.sink, shape),
        ("rate", problem.rate, (shape[0] + 1, *shape[1:])),
        ("stirring", problem.stirring, (shape[0] + 1, shape[2])),
        ("z_resistance", problem.z_resistance, (shape[0], shape[2])),
        ("radial", problem.radial, (shape[0], shape[2])),
    ):
        if array.shape != wanted:
            raise PhysicsError(f"diffusion: {name} has shape {array.shape}, expected {wanted}.")
        if not np.all(np.isfinite(array)):
            raise PhysicsError(f"diffusion: {name} is not finite everywhere.")
    if np.any(problem.z_resistance <= 0.0) or np.any(problem.radial <= 0.0):
        raise PhysicsError("diffusion: the diffusion coefficient must be positive everywhere; check D0 and its slopes.")
    for name in ("source", "sink", "stirring"):
        if np.any(getattr(problem, name) < 0.0):
            raise PhysicsError(f"diffusion: {name} must not be negative.")
    if np.any(problem.rate > 0.0):
        raise PhysicsError(
            "diffusion: rate = pdot/p must be a loss (<= 0); systematic gains belong to the Alfven speed."
        )
