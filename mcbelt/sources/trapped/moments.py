"""Production of e+- by trapped protons, along the bounce of the e+- that they make.

At a point where the field is b times the equatorial one, the protons have a gyrotropic directional flux j_p(T, mu),
and a collision sends an e+- at an angle Theta to its proton. The directional production is the convolution of the two
on the sphere, which is a product in Legendre polynomials (Funk-Hecke theorem):

    q(E, mu) = sum_l P_l(mu) integral dT j_l(T) lambda_l(T, E),   j_l = (2l+1)/2 int j_p P_l dmu,   lambda_l = int
    dsigma/(dE dcos) P_l dcos

Isotropic emission is lambda_l = 0 for l > 0; collinear emission is lambda_l = sigma(E) for all l; production angles
lie between. Then the e+- of equatorial pitch angle alpha meets, over its bounce, the production at each b weighted
with the density there.
"""

import functools
from typing import NamedTuple

import numpy as np
from numpy.polynomial import legendre

from mcbelt.constants import FULL_SPHERE
from mcbelt.errors import PhysicsError
from mcbelt.grid import sorted_cells_hold

LEGENDRE_ORDER = (
    48  # even orders up to this; the proton pancake is 18 degrees wide: the l = 48 term is < 1e-3 of the l = 0 one
)


class AngularProduction(NamedTuple):
    """Legendre coefficients of the directional production at fixed field ratios b = B / B0."""

    field_ratio: np.ndarray  # shape (nb,), ascending from 1
    coefficients: np.ndarray  # [kg-1 s-1 sr-1 GeV-1], shape (nb, n_orders, ne), even orders 0, 2, ...


@functools.lru_cache(maxsize=2)
def _gauss(n):
    """Gauss-Legendre nodes and weights; finding 400 of them takes as long as all that is done with them."""
    return legendre.leggauss(n)


def proton_moments(directional_flux, T, field_ratio, n_mu=401):
    """Even Legendre coefficients of the local proton flux.

    Parameters
    ----------
    directional_flux : callable
        j(T [GeV], equatorial pitch angle [rad]) -> [m-2 s-1 sr-1 GeV-1], broadcasting.
    T : ndarray, shape (nt,)
        Kinetic energy [GeV].
    field_ratio : float
        B / B0 at the point; sin^2(alpha_eq) = sin^2(alpha) / b (first invariant).

    Returns
    -------
    ndarray, shape (LEGENDRE_ORDER // 2 + 1, nt)
    """
    nodes, weights = _gauss(n_mu)
    sine_eq = np.sqrt((1.0 - nodes**2) / field_ratio)
    flux = directional_flux(T[None, :], np.arcsin(sine_eq)[:, None])
    if not np.all(np.isfinite(flux)):
        raise PhysicsError(
            "the directional proton flux is not finite on the shell; check the source's range in energy and B/B0"
        )
    orders = np.arange(0, LEGENDRE_ORDER + 1, 2)
    polynomials = legendre.legvander(nodes, LEGENDRE_ORDER)[:, orders]
    return (2 * orders[:, None] + 1) / 2.0 * (polynomials * weights[:, None]).T @ flux


def emission_moments(cos_edges, cross_section, angles):
    """Moments lambda_l of the production angle, even orders.

    Parameters
    ----------
    cos_edges : ndarray, shape (nc + 1,)
        Bins of cos(Theta), ascending.
    cross_section : ndarray, shape (nt, ne, nc)
        Cross section per bin of cos(Theta) [mb GeV-1].
    angles : {"table", "isotropic", "collinear"}
        Production angles used.

    Returns
    -------
    ndarray, shape (LEGENDRE_ORDER // 2 + 1, nt, ne)
        [mb GeV-1].
    """
    orders = np.arange(0, LEGENDRE_ORDER + 1, 2)
    total = cross_section.sum(axis=-1)
    if angles == "collinear":
        return np.broadcast_to(total, (len(orders), *total.shape)).copy()
    if angles == "isotropic":
        result = np.zeros((len(orders), *total.shape))
        result[0] = total
        return result
    # Mean of P_l over a bin from the integral [P_(l+1) - P_(l-1)] / (2l + 1); P_(-1) = 1 by convention for l = 0
    # cancels in the difference.
    polynomials = legendre.legvander(cos_edges, LEGENDRE_ORDER + 1)
    width = np.diff(cos_edges)
    means = np.empty((len(orders), len(width)))
    means[0] = 1.0
    for i, order in enumerate(orders[1:], start=1):
        primitive = (polynomials[:, order + 1] - polynomials[:, order - 1]) / (2 * order + 1)
        means[i] = np.diff(primitive) / width
    return np.einsum("tec,lc->lte", cross_section, means)


def proton_field(directional_flux, T, field_ratio):
    """`proton_moments` at each field ratio, shape (nb, n_orders, nt)."""
    return np.stack([proton_moments(directional_flux, T, b) for b in field_ratio])


def isotropic_field(omnidirectional_flux, T, field_ratio):
    """Moments of protons whose angles are averaged away: order 0 alone, J / 4 pi, shape (nb, n_orders, nt).

    `omnidirectional_flux` is J(T [GeV], b) [m-2 s-1 GeV-1], broadcasting.
    """
    result = np.zeros((len(field_ratio), LEGENDRE_ORDER // 2 + 1, len(T)))
    for i, b in enumerate(field_ratio):
        result[i, 0] = omnidirectional_flux(T, np.full_like(T, b)) / FULL_SPHERE
    return result


def angular_production(protons, T, field_ratio, emission) -> AngularProduction:
    """Directional production at each field ratio.

    Parameters
    ----------
    protons : ndarray, shape (nb, n_orders, nt)
        Moments of the proton flux, from `proton_field` or `isotropic_field`.
    T : ndarray, shape (nt,)
        Proton energies of the quadrature [GeV]; trapezoid rule.
    field_ratio : ndarray, shape (nb,)
    emission : ndarray, shape (n_orders, nt, ne)
        Emission moments times targets per kg [m2 kg-1 GeV-1].
    """
    weight = np.zeros_like(T)
    weight[:-1] += 0.5 * np.diff(T)
    weight[1:] += 0.5 * np.diff(T)
    weighted = np.ascontiguousarray((protons * weight).transpose(1, 0, 2))
    coefficients = np.stack([row @ moments for row, moments in zip(weighted, emission, strict=True)], axis=1)
    return AngularProduction(np.asarray(field_ratio), coefficients)


def bounce_kernel(field_ratio, pitch_angle, point_ratio, point_weight):
    """What the bounce of an e+- of one equatorial pitch angle takes of the production at each field ratio.

    Parameters
    ----------
    field_ratio : ndarray, shape (nb,)
        Of the production.
    pitch_angle : float
        Equatorial pitch angle of the e+- [rad].
    point_ratio, point_weight : ndarray, shape (n,)
        B / B0 at the points of its motion, and their weight (time times density; the sum is divided out).

    Returns
    -------
    ndarray, shape (nb, n_orders)
        For `bounce_averaged`.
    """
    b = np.clip(
        point_ratio, 1.0, 1.0 / np.sin(pitch_angle) ** 2
    )  # quadrature points may overshoot the mirror by rounding
    mu = np.sqrt(np.maximum(0.0, 1.0 - b * np.sin(pitch_angle) ** 2))
    orders = np.arange(0, LEGENDRE_ORDER + 1, 2)
    polynomials = legendre.legvander(mu, LEGENDRE_ORDER)[:, orders]
    weight = point_weight / point_weight.sum()
    # Linear in b between the nodes: each point shares its weight between the two nodes beside it.
    lower, share = sorted_cells_hold(field_ratio, b, upper=True)
    kernel = np.zeros((len(field_ratio), len(orders)))
    np.add.at(kernel, lower, (weight * (1.0 - share))[:, None] * polynomials)
    np.add.at(kernel, lower + 1, (weight * share)[:, None] * polynomials)
    return kernel


def bounce_averaged(production: AngularProduction, kernel: np.ndarray) -> np.ndarray:
    """Production met over a bounce.

    Parameters
    ----------
    production : AngularProduction
    kernel : ndarray, shape (nb, n_orders)
        From `bounce_kernel`.

    Returns
    -------
    ndarray, shape (ne,)
        Directional production [kg-1 s-1 sr-1 GeV-1].
    """
    return np.einsum("bl,ble->e", kernel, production.coefficients)
