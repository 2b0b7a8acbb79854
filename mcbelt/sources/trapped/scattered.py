"""Flux of stably trapped e+- that scatter on their way, by the drift-averaged equation in energy and pitch angle.

With S the loss and D the diffusion of the equatorial pitch angle per grammage, W the phase volume and rho the mean
density of a pitch angle, the directional flux j obeys (the Fokker-Planck equation of `monte_carlo`, which samples it)

    -d(S j)/dE = P - mu j + 1/(W rho) d/da (W rho D dj/da)

with j = 0 at the loss cone. It is marched down in energy: finite volumes in pitch angle, and in energy the L-stable
singly diagonal Runge-Kutta method of second order (Alexander 1977, SIAM J. Numer. Anal. 14, 1006), as the loss cone
makes the problem stiff. Without diffusion it is `drift_averaged.flux`.
"""

import math

import numpy as np
from numba import njit

from mcbelt.sources.trapped import drift_averaged
from mcbelt.sources.trapped.model import ShellModel

_GAMMA = 1.0 - math.sqrt(0.5)


REFINEMENT = 3  # of the pitch angles of a model, which has some thirty


def flux(model: ShellModel, refinement: int = REFINEMENT) -> np.ndarray:
    """Directional flux of e+- that scatter.

    Parameters
    ----------
    model : ShellModel
    refinement : int
        Pitch angles of the solution for each of the model's.

    Returns
    -------
    ndarray, shape (ns, n_channels, (na - 1) * refinement + 1, ne)
        [m-2 s-1 sr-1 GeV-1], at the pitch angles of `drift_averaged.refined(model, refinement)`.
    """
    fine = drift_averaged.refined(model, refinement)
    if not fine.diffusion.any():
        return drift_averaged.flux(fine)
    loss, (volume, conductance) = drift_averaged.total_loss(fine), _cells(fine)
    return np.stack(
        [
            _marched(fine.energy, fine.source[charge], loss[charge], fine.annihilation[charge], volume, conductance)
            for charge in range(len(loss))
        ]
    )


def _cells(fine: ShellModel) -> tuple[np.ndarray, np.ndarray]:
    """W rho of the cells about the nodes [volume], and W rho D / step^2 between them; shapes (na, ne), (na - 1, ne)."""
    step, weight = fine.pitch_angle[1] - fine.pitch_angle[0], fine.phase_volume[:, None]
    volume = weight * fine.density
    # W is proportional to c = pi/2 - alpha at 90 degrees: the half cell there holds h^2/8 of it
    volume[-1] = 0.125 * weight[-2] * fine.density[-1]
    between = 0.5 * (weight[1:] + weight[:-1]) * np.sqrt(fine.density[1:] * fine.density[:-1])
    return volume, between * 0.5 * (fine.diffusion[1:] + fine.diffusion[:-1]) / step**2


@njit(cache=True, error_model="numpy")
def _marched(energy, source, loss, annihilation, volume, conductance):
    """Flux by channel, pitch angle and energy; the first pitch angle is the loss cone."""
    channels, na, ne = source.shape
    result = np.zeros(source.shape)
    lower, middle, upper = np.zeros(na), np.zeros(na), np.zeros(na)
    passing, born, first, second = np.zeros(na), np.zeros(na), np.zeros(na), np.zeros(na)
    for channel in range(channels):
        passing[:] = 0.0
        for i in range(ne - 2, -1, -1):
            width = energy[i + 1] - energy[i]
            for a in range(1, na):
                # d passing / d(-E) = born + operator; the operator acts on j = passing / S, at the middle of the step
                cell = 0.5 * (volume[a, i] + volume[a, i + 1])
                inward = 0.5 * (conductance[a - 1, i] + conductance[a - 1, i + 1]) / cell
                outward = 0.5 * (conductance[a, i] + conductance[a, i + 1]) / cell if a < na - 1 else 0.0
                removed = 0.5 * (annihilation[a, i] + annihilation[a, i + 1])
                lower[a] = inward * 2.0 / (loss[a - 1, i] + loss[a - 1, i + 1])
                middle[a] = -(inward + outward + removed) * 2.0 / (loss[a, i] + loss[a, i + 1])
                upper[a] = outward * 2.0 / (loss[a + 1, i] + loss[a + 1, i + 1]) if a < na - 1 else 0.0
                born[a] = 0.5 * (source[channel, a, i] + source[channel, a, i + 1])
            _stage(lower, middle, upper, passing, born, _GAMMA * width, first)
            second[:] = passing + (1.0 - _GAMMA) * width * first
            _stage(lower, middle, upper, second.copy(), born, _GAMMA * width, second)
            passing += width * ((1.0 - _GAMMA) * first + _GAMMA * second)
            for a in range(na):
                result[channel, a, i] = passing[a] / loss[a, i]
    return result


@njit(cache=True, error_model="numpy")
def _stage(lower, middle, upper, state, born, share, rate):
    """Fill the rate k of (1 - share A) k = A state + born, A tridiagonal (Thomas's algorithm); 0 at the first node."""
    na = state.shape[0]
    factor = np.zeros(na)
    rate[0] = 0.0
    for a in range(1, na):
        right = lower[a] * state[a - 1] + middle[a] * state[a] + born[a]
        if a < na - 1:
            right += upper[a] * state[a + 1]
        pivot = 1.0 - share * middle[a] + share * lower[a] * factor[a - 1]
        factor[a] = -share * upper[a] / pivot
        rate[a] = (right + share * lower[a] * rate[a - 1]) / pivot
    for a in range(na - 2, 0, -1):
        rate[a] -= factor[a] * rate[a + 1]
