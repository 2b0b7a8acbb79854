"""Flux of stably trapped e+- by the drift-averaged continuity equation.

In steady state, with production per gram P(E) and loss per grammage S(E) averaged along the motion, the particles
that pass the energy E are all that were born above it and survived (Gusev & Pugacheva 2003, eq. 2):

    j(E) = 1/S(E) * integral_E^inf P(E') exp(-integral_E^E' mu/S dE'') dE'

with mu the coefficient of annihilation in flight. The total loss is collision + bremsstrahlung + synchrotron; the
last is a loss per time and enters per grammage through the mean density, k E^2 <B_perp^2> / (rho c). Since P here is
the average at energy E' (its gyroradius decides which air it samples), the integral is eq. (1) of the paper where the
production depends on the path.
"""

import numpy as np

from mcbelt import constants
from mcbelt.sources.trapped.model import ShellModel


def synchrotron_per_grammage(energy, field_squared, density):
    """Synchrotron loss per grammage of an ultra-relativistic e+-.

    Parameters
    ----------
    energy : array_like
        Kinetic energy [GeV].
    field_squared : array_like
        Mean B_perp^2 [T^2].
    density : array_like
        Mean density along the motion [kg m-3].

    Returns
    -------
    ndarray
        Loss [GeV m2 kg-1]; Rybicki & Lightman 1979, eq. (6.5), beta = 1 (within 0.2 % above 5 MeV).
    """
    total = np.asarray(energy) + constants.ELECTRON_MASS
    return constants.SYNCHROTRON_COEFFICIENT * total**2 * field_squared / (density * constants.SPEED_OF_LIGHT)


def total_loss(model: ShellModel) -> np.ndarray:
    """Collision + radiative + synchrotron loss [GeV m2 kg-1], shape (ns, na, ne)."""
    return model.loss + synchrotron_per_grammage(model.energy, model.field_squared[:, None], model.density)[None]


def flux_from_source(energy, source, loss, annihilation):
    """Directional flux for a given source, by downward integration of the continuity equation.

    Parameters
    ----------
    energy : ndarray, shape (ne,)
        Kinetic energy [GeV], ascending.
    source : ndarray, shape (..., ne)
        Production [kg-1 s-1 sr-1 GeV-1].
    loss, annihilation : ndarray, broadcastable to source
        Total loss [GeV m2 kg-1] and annihilation coefficient [m2 kg-1].

    Returns
    -------
    ndarray, shape (..., ne)
        Flux [m-2 s-1 sr-1 GeV-1]. The integral is the trapezoid rule on the grid: second order in the spacing.
    """
    width = np.diff(energy)
    ratio = annihilation / loss
    depth = 0.5 * (ratio[..., 1:] + ratio[..., :-1]) * width
    survival = np.exp(-depth)
    born = 0.5 * (source[..., 1:] * survival + source[..., :-1]) * width
    passing = np.zeros(np.broadcast_shapes(source.shape, loss.shape))
    for i in range(len(energy) - 2, -1, -1):
        passing[..., i] = passing[..., i + 1] * survival[..., i] + born[..., i]
    return passing / loss


def flux(model: ShellModel) -> np.ndarray:
    """Directional flux per species and channel [m-2 s-1 sr-1 GeV-1], shape (ns, n_channels, na, ne)."""
    loss = total_loss(model)
    return np.stack(
        [
            flux_from_source(model.energy, model.source[charge], loss[charge], model.annihilation[charge])
            for charge in range(len(loss))
        ]
    )


def flux_times_age(model: ShellModel) -> np.ndarray:
    """Flux times mean time since birth, per species and channel [m-2 sr-1 GeV-1], shape (ns, n_channels, na, ne).

    All that fly grow older by a second each second: with a the mean age, j a obeys the equation of j with the source
    j / (rho c) in place of P. The speed is that of light, as in the Monte Carlo: ages are too short by 0.5 % at 5 MeV.

    Parameters
    ----------
    model : ShellModel

    Returns
    -------
    ndarray
    """
    loss, older = total_loss(model), flux(model) / (model.density * constants.SPEED_OF_LIGHT)
    return np.stack(
        [
            flux_from_source(model.energy, older[charge], loss[charge], model.annihilation[charge])
            for charge in range(len(loss))
        ]
    )


def refined(model: ShellModel, factor=8) -> ShellModel:
    """The model on a finer grid of pitch angles, read off as the forward kernel reads it: ln(density) and all else
    linear in alpha.

    Near the loss cone density and production change by orders of magnitude from node to node; means over pitch-angle
    bins need what lies between.
    """
    nodes = len(model.pitch_angle)
    position = np.linspace(0.0, nodes - 1.0, (nodes - 1) * factor + 1)
    lower = np.minimum(position.astype(int), nodes - 2)
    share = position - lower

    def between(table, axis):
        weight = share.reshape([-1 if k == axis % table.ndim else 1 for k in range(table.ndim)])
        return np.take(table, lower, axis) * (1.0 - weight) + np.take(table, lower + 1, axis) * weight

    return model._replace(
        pitch_angle=between(model.pitch_angle, 0),
        density=np.exp(between(np.log(model.density), 0)),
        field_squared=between(model.field_squared, 0),
        loss=between(model.loss, 1),
        annihilation=between(model.annihilation, 1),
        source=between(model.source, 2),
        phase_volume=between(model.phase_volume, 0),
        diffusion=between(model.diffusion, 0),
    )


def knock_on_source(energy, flux_positron, flux_electron, bhabha, moller):
    """Electrons knocked on by the trapped e+- themselves, per gram.

    Parameters
    ----------
    energy : ndarray, shape (ne,)
        Kinetic energy of parent and of knocked-on electron [GeV].
    flux_positron, flux_electron : ndarray, shape (..., ne)
        Directional flux of the parents [m-2 s-1 sr-1 GeV-1].
    bhabha, moller : ndarray, shape (ne, ne)
        d2N/(dX dT) of parent energy (first index) and knock-on energy (second) [m2 kg-1 GeV-1], zero above the
        kinematic limit.

    Returns
    -------
    ndarray, shape (..., ne)
        Production [kg-1 s-1 sr-1 GeV-1]. A knock-on of 10 MeV leaves its parent by at most 17.6 degrees (T / (T + 2m)
        = cos^2), of 50 MeV by 8; they are taken collinear.
    """
    weight = np.zeros_like(energy)
    weight[:-1] += 0.5 * np.diff(energy)
    weight[1:] += 0.5 * np.diff(energy)
    return (flux_positron * weight) @ bhabha + (flux_electron * weight) @ moller
