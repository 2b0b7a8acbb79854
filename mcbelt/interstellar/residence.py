"""How long positrons and antiprotons stay in the Galaxy, and why positrons cannot all be secondary.

The argument of Diesing & Caprioli (2020): a positron spectrum without the steepening of radiative losses up to E* means
that particles escape before they cool, tau_esc(E*) = tau_loss(E*). With so short a time, the boron and the antiprotons
that are seen need more gas than the Galaxy has. Spectra are compared by slope: protons taken at ten times the energy,
hardened by the rise of the cross section, steepened by escape and, above E*, by losses.

What the paper chose is an argument here: the energy of the proton over that of what it makes, and the cross section,
in whose place the true production integral can be put.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from mcbelt.constants import MB_TO_CM2, SPEED_OF_LIGHT
from mcbelt.interstellar.scales import MEGAYEAR

_CM_PER_MYR = SPEED_OF_LIGHT * 100.0 * MEGAYEAR


class Escape(NamedTuple):
    """Slope delta of the escape time, below and above a break [GeV]: tau_esc ~ E^-delta."""

    below: float = 0.4
    above: float = 0.2
    break_GeV: float = 200.0


def gas_density_from_boron(boron_to_carbon: float, escape_time_Myr: float, boron_mb: float = 120.0) -> float:
    """Mean gas density that makes the boron [cm-3]. Diesing & Caprioli 2020, eq. (3).

    Parameters
    ----------
    boron_to_carbon : float
        Ratio of the densities [1].
    escape_time_Myr : float
        [Myr], above 0.
    boron_mb : float
        Cross section of carbon, with the oxygen that goes with it, to boron [mb].

    Returns
    -------
    float
        n = (B/C) / (sigma_B c tau_esc) [cm-3].
    """
    return boron_to_carbon / (boron_mb * MB_TO_CM2 * _CM_PER_MYR * escape_time_Myr)


def gas_density_from_antiprotons(
    ratio: float, proton_ratio: float, escape_time_Myr: float, cross_section_mb: float
) -> float:
    """Mean gas density that makes the antiprotons [cm-3]. Diesing & Caprioli 2020, eq. (4).

    Parameters
    ----------
    ratio : float
        Antiprotons over protons at E.
    proton_ratio : float
        n_p(E) / n_p(10 E).
    escape_time_Myr : float
        Escape time at 10 E, as the paper; that of the antiproton itself, at E, is the right one.
    cross_section_mb : float
        Effective cross section with all nuclei. As printed 19 x 1.8 mb; from the production integral of a power law
        E^-g, sigma Z(g) x proton_ratio with Z = 0.058 mb x 1.8 (protons of slope 2.7).

    Returns
    -------
    float
        n = ratio x proton_ratio / (sigma c tau_esc) [cm-3].
    """
    return ratio * proton_ratio / (cross_section_mb * MB_TO_CM2 * _CM_PER_MYR * escape_time_Myr)


def escape_factor(energy: ArrayLike, escape: Escape) -> np.ndarray:
    """E^-delta with the break of `escape`, 1 at the break."""
    relative = np.asarray(energy, float) / escape.break_GeV
    return np.where(relative < 1.0, relative**-escape.below, relative**-escape.above)


def cooling_factor(energy: ArrayLike, cooling_energy: float, escape: Escape) -> np.ndarray:
    """Steepening by losses: from the delta of escape to the (1 + delta)/2 of a thin disc with losses.

    Parameters
    ----------
    energy : array_like
        [GeV].
    cooling_energy : float
        E*, where the times of escape and loss are equal [GeV].
    escape : Escape
        delta at each energy; the factor is continuous where delta changes.

    Returns
    -------
    ndarray
        Falling by (1 - delta)/2 above E*, 1 below; shape of the energy.
    """
    energy = np.maximum(np.asarray(energy, float), cooling_energy)
    below = np.minimum(energy, max(escape.break_GeV, cooling_energy))
    low = (below / cooling_energy) ** (-0.5 * (1.0 - escape.below)) if cooling_energy < escape.break_GeV else 1.0
    return low * (energy / below) ** (-0.5 * (1.0 - escape.above))


class MeasuredProtons(NamedTuple):
    """Proton intensity [m-2 s-1 sr-1 GeV-1] and its relative statistical error at rising kinetic energies [GeV]."""

    energy: np.ndarray
    intensity: np.ndarray
    relative_error: np.ndarray


def secondary_shape(
    energy: ArrayLike, protons: MeasuredProtons, escape: Escape, hardening: float = 0.15, energy_ratio: float = 10.0
) -> np.ndarray:
    """Antiproton spectrum, arbitrary scale: protons at 10 E, times E^0.15, steepened by escape.

    Parameters
    ----------
    energy : array_like
        [GeV]; energy_ratio x energy must lie within the measured protons, else NaN.
    protons : MeasuredProtons
    escape : Escape
    hardening : float
        Rise of the cross section and of the heavier nuclei (Winkler 2017, after Diesing & Caprioli).
    energy_ratio : float
        Proton energy over secondary energy.

    Returns
    -------
    ndarray
        Shape of the energy. Diesing & Caprioli 2020.
    """
    energy = np.asarray(energy, float)
    parent = np.interp(
        np.log(energy_ratio * energy), np.log(protons.energy), np.log(protons.intensity), left=math.nan, right=math.nan
    )
    return np.exp(parent) * energy**hardening * escape_factor(energy, escape)


def positron_shape(
    energy: ArrayLike, protons: MeasuredProtons, escape: Escape, cooling_energy: float, hardening: float = 0.15
) -> np.ndarray:
    """Secondary positrons, arbitrary scale: as antiprotons, with the steepening of losses.

    Parameters
    ----------
    energy, protons, escape, hardening : as in `secondary_shape`
    cooling_energy : float
        E* above which losses steepen the spectrum [GeV].

    Returns
    -------
    ndarray
        Shape of the energy.
    """
    return secondary_shape(energy, protons, escape, hardening) * cooling_factor(energy, cooling_energy, escape)


def electron_shape(
    energy: ArrayLike, protons: MeasuredProtons, escape: Escape, cooling_energy: float, steepening: float = 0.25
) -> np.ndarray:
    """Primary electrons, arbitrary scale: protons of the same energy, softer, and with the steepening of losses.

    Parameters
    ----------
    energy : array_like
        [GeV]; NaN outside the measured protons.
    protons, escape, cooling_energy : as in `positron_shape`
    steepening : float
        By how much electrons leave their sources with a steeper spectrum [1].

    Returns
    -------
    ndarray
        Shape of the energy.
    """
    energy = np.asarray(energy, float)
    same = np.interp(np.log(energy), np.log(protons.energy), np.log(protons.intensity), left=math.nan, right=math.nan)
    return np.exp(same) * energy**-steepening * cooling_factor(energy, cooling_energy, escape)


def proton_error(energy: ArrayLike, protons: MeasuredProtons, energy_ratio: float = 10.0) -> np.ndarray:
    """Relative statistical error of the protons behind a secondary.

    Parameters
    ----------
    energy : array_like
        Of the secondary [GeV], shape (n,).
    protons : MeasuredProtons
    energy_ratio : float
        Proton energy over secondary energy [1].

    Returns
    -------
    ndarray
        Shape (n,). Between two measured bins the errors, which are independent, add in quadrature with the weights of
        the interpolation; outside, the error of the last bin.
    """
    position = np.interp(
        np.log(energy_ratio * np.asarray(energy, float)), np.log(protons.energy), np.arange(len(protons.energy))
    )
    low = np.minimum(position.astype(int), len(protons.energy) - 2)
    weight = position - low
    return np.hypot((1.0 - weight) * protons.relative_error[low], weight * protons.relative_error[low + 1])


def scaled_chi_square(
    shape: ArrayLike, measured: ArrayLike, error: ArrayLike, relative_shape_error: ArrayLike = 0.0
) -> tuple[float, float]:
    """chi^2 of a shape with free scale.

    Parameters
    ----------
    shape, measured, error : array_like
        Prediction (arbitrary scale), measurement and its error, shape (n,).
    relative_shape_error : array_like
        Error of the shape relative to itself, added in quadrature.

    Returns
    -------
    chi_square, scale : float
    """
    shape, measured, error = (np.asarray(a, float) for a in (shape, measured, error))
    relative = np.asarray(relative_shape_error, float)
    total, scale = error, 1.0
    for _ in range(30):
        weight = 1.0 / total**2
        scale = float((shape * measured * weight).sum() / (shape**2 * weight).sum())
        total = np.hypot(error, scale * shape * relative)
    return float((((measured - scale * shape) / total) ** 2).sum()), scale
