"""The two-halo model: particles diffuse slowly near the plane, where supernovae stir the field, and fast above it.

D(z, rho) = D0 beta (rho/rho0)^delta(z). Within the inner halo |z| < xi L the slope rises from delta to delta + Delta,
above it stays there (Jin, Guo & Hu 2015, eqs. 3 and 5; Tomassetti 2012). Few high-energy particles come back from the
outer halo, so the spectrum at the plane has two parts and hardens where they cross. Without losses the density is the
integral of dz/D, which is the closed check of every solver here. The reference rigidity is missing in the paper; rho0 =
4 GV is the one that gives its diffusion distances (3.1, 2.7, 3.2 kpc).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from mcbelt.interstellar.scales import CM2, KILOPARSEC

_NODE, _WEIGHT = np.polynomial.legendre.leggauss(200)


class Halo(NamedTuple):
    """Diffusion of the two-halo model; rise = 0 is the conventional model.

    D0 [cm2/s] at rho0 [GV]; slope delta at the plane, which may be an array over rigidities, and its rise Delta; inner
    share xi of the half height [kpc]; exponent n of the transition (math.inf: a step).
    """

    D0_cm2_s: float = 5.5e28
    rho0_GV: float = 4.0
    delta: float | np.ndarray = 0.19
    rise: float = 0.39
    inner_share: float = 0.16
    half_height_kpc: float = 5.0
    exponent: float = 5.0


TWO_HALO = Halo()
CONVENTIONAL = Halo(delta=0.5, rise=0.0)


def slope(halo: Halo, z_kpc: ArrayLike) -> np.ndarray:
    """delta(z): eq. (5) for finite n, eq. (3) for n = inf. Same shape as z_kpc."""
    u = np.abs(np.asarray(z_kpc, float)) / (halo.inner_share * halo.half_height_kpc)
    return halo.delta + halo.rise * np.minimum(u, 1.0) ** halo.exponent


def diffusion(halo: Halo, z_kpc: ArrayLike, rigidity_GV: ArrayLike, beta: ArrayLike = 1.0) -> np.ndarray:
    """Diffusion coefficient D(z, rho).

    Parameters
    ----------
    halo : Halo
    z_kpc : array_like
        Height [kpc].
    rigidity_GV : array_like
        [GV].
    beta : array_like
        Velocity over that of light [1].

    Returns
    -------
    ndarray
        [m2/s], broadcast over all of them.
    """
    rho = np.asarray(rigidity_GV, float) / halo.rho0_GV
    return halo.D0_cm2_s * CM2 * np.asarray(beta, float) * rho ** slope(halo, z_kpc)


def midplane_density(halo: Halo, rigidity_GV: ArrayLike) -> np.ndarray:
    """Density at the plane of a thin unit source without losses.

    Parameters
    ----------
    halo : Halo
        Model.
    rigidity_GV : array_like
        Rigidity [GV].

    Returns
    -------
    ndarray
        (1/2) integral of dz/D from 0 to L [s/m] per particle m-2 s-1 (beta = 1): for a step eq. (4),
        (L/2 D0) [xi x^-delta + (1 - xi) x^(-delta-Delta)], x = rho/rho0; for finite n the first term carries the
        integral of x^(-Delta u^n).
    """
    x = np.asarray(rigidity_GV, float) / halo.rho0_GV
    inner = np.ones_like(x)
    if not math.isinf(halo.exponent):
        u = 0.5 * (_NODE + 1.0)
        inner = np.exp(-halo.rise * np.log(x)[..., None] * u**halo.exponent) @ (0.5 * _WEIGHT)
    parts = halo.inner_share * x**-halo.delta * inner + (1.0 - halo.inner_share) * x ** (-halo.delta - halo.rise)
    return 0.5 * halo.half_height_kpc * KILOPARSEC / (halo.D0_cm2_s * CM2) * parts


def crossing_rigidity_GV(halo: Halo) -> float:
    """Rigidity where inner and outer halo contribute alike in eq. (4) [GV]: rho0 ((1 - xi)/xi)^(1/Delta)."""
    return halo.rho0_GV * ((1.0 - halo.inner_share) / halo.inner_share) ** (1.0 / halo.rise)


def diffusion_distance_kpc(diffusion_m2_s: ArrayLike, time_s: ArrayLike) -> np.ndarray:
    """sqrt(2 D t) [kpc]: the distance of Jin et al. 2015, sec. 3."""
    return np.sqrt(2.0 * np.asarray(diffusion_m2_s) * np.asarray(time_s)) / KILOPARSEC
