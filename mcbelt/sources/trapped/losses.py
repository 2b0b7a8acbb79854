"""What the air of the mirror shells does to e+-: losses, annihilation, synchrotron radiation, pitch-angle diffusion."""

import math
from typing import Any

import numpy as np

from geomag.drift_shell import DriftShell
from mcbelt import constants
from mcbelt.physics import energy_loss, loss_table, scattering
from mcbelt.physics.elements import Composition
from mcbelt.sources.trapped.model import ELECTRON, POSITRON
from mcbelt.sources.trapped.shells import Motion

PAPER_SYNCHROTRON = energy_loss.PAPER_SYNCHROTRON / constants.SYNCHROTRON_COEFFICIENT  # 1.0175


def losses(physics: Any, fractions: np.ndarray, energy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Loss and annihilation coefficient per charge.

    Parameters
    ----------
    physics : mcbelt.settings.belt.Physics
        losses and annihilation.
    fractions : ndarray, shape (na, 5)
        Mass fractions of the air by pitch angle.
    energy : ndarray, shape (ne,)
        Kinetic energy [GeV].

    Returns
    -------
    loss, annihilation : ndarray, shape (2, na, ne)
        [GeV m2 kg-1], [m2 kg-1].
    """
    shape = (2, len(fractions), len(energy))
    loss, annihilation = np.zeros(shape), np.zeros(shape)
    if physics.losses == "paper":
        loss[:] = energy_loss.paper_loss(energy)
    for i, row in enumerate(fractions):
        table = loss_table.loss_table(Composition(*row), 1e-3, 20.0)
        nodes = table.lnT_first + np.arange(len(table.radiative)) / table.inverse_step

        def at(column, nodes=nodes):
            return np.interp(np.log(energy), nodes, column)

        if physics.losses == "full":
            loss[ELECTRON, i] = at(table.collision[0] + table.radiative)
            loss[POSITRON, i] = at(table.collision[1] + table.radiative)
        if physics.annihilation:
            annihilation[POSITRON, i] = at(table.annihilation)
    return loss, annihilation


def field_squared(shells: list[DriftShell], field_G: float | None, law: str) -> np.ndarray:
    """Mean B_perp^2 along each mirror shell.

    Parameters
    ----------
    shells : list of DriftShell
    field_G : float or None
        One field for all [G], as the paper has it, in place of that of the shells.
    law : {"full", "paper"}
        The losses; those of the paper have its constant of eq. (3).

    Returns
    -------
    ndarray, shape (n,)
        [T^2]
    """
    if field_G is not None:
        squares = np.full(len(shells), (field_G * 1e-4) ** 2)
    else:
        squares = np.array([shell.weight @ (shell.B_nT**3) / shell.mirror_nT * 1e-18 for shell in shells])
    return squares * (PAPER_SYNCHROTRON if law == "paper" else 1.0)


def diffusion(physics: Any, path: Motion, fractions: np.ndarray, energy: np.ndarray) -> np.ndarray:
    """Equatorial pitch-angle diffusion per grammage.

    A kick of the local pitch angle by d moves the equatorial one by d cos(a) / (sqrt(b) cos(a_eq)) (first invariant);
    the mean over the grammage of the motion is taken of its square times the coefficient of the air there: the heavy
    elements that turn most are met near the mirror points, where a kick moves the equatorial pitch angle least. Towards
    90 degrees cos^2 of both vanish with a mean ratio of 1/2.

    Parameters
    ----------
    physics : mcbelt.settings.belt.Physics
        scattering; without it there is none.
    path : Motion
    fractions : ndarray, shape (na, 5)
        Mass fractions of the air by pitch angle.
    energy : ndarray, shape (ne,)
        Kinetic energy [GeV].

    Returns
    -------
    ndarray, shape (na, ne)
        [rad^2 m2 kg-1].
    """
    result = np.zeros((len(path.pitch_angle), len(energy)))
    if not physics.scattering:
        return result
    of_pure = np.array([[scattering.pitch_angle_diffusion(T, Composition(*one)) for T in energy] for one in np.eye(5)])
    for k, geometry in enumerate(kick_geometry(path)):
        elements = np.broadcast_to(fractions[k] if path.elements is None else path.elements[k], (len(geometry), 5))
        result[k] = (path.share[k] * geometry) @ elements @ of_pure
    return result


def kick_geometry(path: Motion) -> list[np.ndarray]:
    """cos^2(a) / (b cos^2(a_eq)) at the points of each mirror shell [1]; 1/2, its mean, on that of 90 degrees."""
    result = []
    for ratio, alpha in zip(path.ratio[:-1], path.pitch_angle[:-1], strict=True):
        cosine2 = np.maximum(1.0 - ratio * math.sin(alpha) ** 2, 0.0)
        result.append(cosine2 / ratio / math.cos(alpha) ** 2)
    return [*result, np.full(len(path.ratio[-1]), 0.5)]


def diffusion_geometry(path: Motion) -> np.ndarray:
    """Mean of `kick_geometry` over the matter met, by equatorial pitch angle [1], shape (na,)."""
    return np.array([share @ geometry for share, geometry in zip(path.share, kick_geometry(path), strict=True)])
