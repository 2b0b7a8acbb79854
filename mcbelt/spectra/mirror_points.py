"""From the omnidirectional flux along a field line to the flux per direction (Abel's integral equation).

By Liouville the directional flux j of trapped particles depends on their mirror field B_m alone. At the field B the
particles that mirror at B_m have the pitch cosine sqrt(1 - B/B_m), so with u = B_0/B and v = B_0/B_m = sin^2 alpha_eq

    J(u) = 4 pi int_0^1 j d(cos alpha) = 2 pi u^(-1/2) int_0^u j(v) (u - v)^(-1/2) dv .

The exact inverse is half a derivative: it turns the corners of a tabulated J into cusps and negative fluxes. Here j is
sought instead as a function that is piecewise linear in v, nowhere negative and nowhere decreasing towards the equator
(the loss cone is at small v), that gives J back in the least-squares sense of relative deviations, with a small weight
on its second differences. The integral over each linear piece is closed, so no singular quadrature enters.
"""

from collections.abc import Callable

import numpy as np
from scipy.optimize import nnls

NODES = 50  # in v; twice as many fields B carry the fit
SMOOTHNESS = 0.02  # weight of second differences of j, per node spacing in v: the corners of J go, its course stays
SMALLEST_FLUX = 1e-2  # relative to the equator; a smaller J does not enter the fit


def omnidirectional_kernel(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Omnidirectional flux of unit rises of j between neighbouring nodes.

    Parameters
    ----------
    u : ndarray, shape (m,)
        B_0/B of the points.
    v : ndarray, shape (n + 1,)
        B_0/B_m of the nodes, increasing; j = 0 at v[0].

    Returns
    -------
    ndarray, shape (m, n)
        J(u) for a j that rises linearly by 1 from v[k] to v[k + 1] and stays there [sr].
    """
    excess = np.maximum(np.asarray(u)[:, None] - np.asarray(v)[None, :], 0.0) ** 1.5
    return 2.0 * np.pi / np.sqrt(u)[:, None] * (4.0 / 3.0) * (excess[:, :-1] - excess[:, 1:]) / np.diff(v)


def directional_profile(
    omnidirectional: Callable[[np.ndarray], np.ndarray], b_cutoff: float
) -> tuple[np.ndarray, np.ndarray]:
    """Directional flux against B_0/B_m from the omnidirectional flux along the field line.

    Parameters
    ----------
    omnidirectional : callable
        Omnidirectional flux against B/B_0 (array in, array out), in any unit.
    b_cutoff : float
        B/B_0 beyond which there is no flux, above 1.

    Returns
    -------
    v, j : ndarray, shape (51,)
        B_0/B_m = sin^2 alpha_eq from 1/b_cutoff to 1, and the directional flux there [unit of J per sr];
        linear in v between the nodes, zero below the first.
    """
    v = np.linspace(1.0 / b_cutoff, 1.0, NODES + 1)
    u = np.linspace(1.0 / b_cutoff, 1.0, 2 * NODES + 1)[1:]
    J = np.asarray(omnidirectional(1.0 / u), float)
    if J[-1] <= 0.0:
        return v, np.zeros_like(v)
    shape = J / J[-1]
    enters = shape > SMALLEST_FLUX
    weight = 1.0 / (shape[enters] * np.sqrt(enters.sum()))
    fit = omnidirectional_kernel(u, v)[enters] * weight[:, None]
    smoothness = SMOOTHNESS * NODES * np.diff(np.eye(NODES), axis=0)
    matrix = np.vstack([fit, smoothness])
    rises, _ = nnls(matrix, np.concatenate([shape[enters] * weight, np.zeros(NODES - 1)]))
    return v, J[-1] * np.concatenate([[0.0], np.cumsum(rises)])
