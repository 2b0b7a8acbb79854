"""Starlight, dust emission, microwave background and magnetic field: what takes the energy of fast electrons.

The local spectrum is a sum of black bodies (Delahaye et al. 2010, model M1). Away from the Sun the starlight and the
dust emission are scaled by the radiation of an optically thin exponential disc (scale length 3 kpc, scale height 0.3
kpc: Binney & Merrifield 1998, sec. 10.4.3), whose energy density at (R, z) is the integral of emissivity / (4 pi c
distance^2); the microwave background is the same everywhere. No table of a radiative-transfer code enters; such a code
gives 1.16, 1.00, 4.7 and 0.56 eV/cm3 at (8.5, 0), (8.5, 3), (4.25, 0) and (12, 0) kpc, this field 1.29, 0.72, 3.4 and
0.71: without dust the light of the disc is seen more concentrated to the plane.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from mcbelt.constants import ELECTRON_MASS, ELEMENTARY_CHARGE
from mcbelt.interstellar.scales import BOLTZMANN_EV, EV, SOLAR_RADIUS_KPC


class BlackBodies(NamedTuple):
    """Grey bodies: temperatures [K], energy densities at the Sun [eV cm-3].

    And whether they follow the disc of stars.
    """

    temperature_K: tuple
    energy_density: tuple
    from_disc: tuple


#: Delahaye et al. 2010 (A&A 524, A51), Table 2, model M1; last the microwave background.
DELAHAYE_M1 = BlackBodies(
    (33.07, 313.32, 3249.3, 6150.4, 23209.0, 2.726),
    (0.254, 0.0547, 0.370, 0.229, 0.119, 0.260),
    (True, True, True, True, True, False),
)
DISC_LENGTH_KPC = 3.0
DISC_HEIGHT_KPC = 0.3
_ERG_PER_EV = ELEMENTARY_CHARGE * 1.0e7


def _thin_disc(radius, z, rings=240, azimuths=96, layers=17):
    """Energy density of an optically thin exponential disc at one point, arbitrary scale."""
    edge = np.linspace(0.0, 24.0, rings + 1)
    ring = 0.5 * (edge[1:] + edge[:-1])
    angle = (np.arange(azimuths) + 0.5) * np.pi / azimuths
    # Equal parts of the exponential layer, so that every node carries the same emission.
    share = (np.arange(2 * layers) + 0.5) / (2 * layers)
    height = np.where(
        share < 0.5, DISC_HEIGHT_KPC * np.log(2.0 * share), -DISC_HEIGHT_KPC * np.log(2.0 * (1.0 - share))
    )
    flat = radius**2 + ring[:, None] ** 2 - 2.0 * radius * ring[:, None] * np.cos(angle)
    # A ring cell cannot be nearer than its own size: the softening is the cell's half width.
    distance2 = flat[:, :, None] + (z - height) ** 2 + (0.5 * (edge[1] - edge[0])) ** 2
    return float(np.sum((ring * np.exp(-ring / DISC_LENGTH_KPC))[:, None, None] / distance2))


@lru_cache(maxsize=8)
def _disc_table():
    radius = np.array([0.0, 1.0, 2.0, 3.0, 4.25, 5.5, 7.0, 8.5, 10.0, 12.0, 15.0, 20.0, 30.0])
    z = np.array([0.0, 0.2, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0])
    value = np.array([[_thin_disc(r, h) for h in z] for r in radius])
    return radius, z, np.log(value / value[list(radius).index(SOLAR_RADIUS_KPC), 0])


def disc_shape(radius_kpc: ArrayLike, z_kpc: ArrayLike) -> np.ndarray:
    """Energy density of the disc's light relative to that at the Sun.

    Parameters
    ----------
    radius_kpc, z_kpc : array_like
        Position [kpc], broadcast; beyond 30 and 20 kpc the value of the edge.

    Returns
    -------
    ndarray
        Dimensionless, 1 at (8.5, 0); bilinear in its logarithm on a table (2 % of the direct integral).
    """
    from scipy.interpolate import RegularGridInterpolator

    radius, z, logarithm = _disc_table()
    table = RegularGridInterpolator((radius, z), logarithm)
    r, h = np.broadcast_arrays(np.asarray(radius_kpc, float), np.abs(np.asarray(z_kpc, float)))
    inside = np.stack([np.minimum(r, radius[-1]), np.minimum(h, z[-1])], axis=-1)
    return np.exp(table(inside)).reshape(r.shape)


def energy_density(radius_kpc: ArrayLike, z_kpc: ArrayLike, bodies: BlackBodies = DELAHAYE_M1) -> np.ndarray:
    """Energy density of each component of the radiation.

    Parameters
    ----------
    radius_kpc, z_kpc : array_like
        As in `disc_shape`.
    bodies : BlackBodies
        Spectrum at the Sun.

    Returns
    -------
    ndarray
        [eV cm-3], shape (components, ...).
    """
    shape = disc_shape(radius_kpc, z_kpc)
    return np.stack(
        [
            u * (shape if disc else np.ones_like(shape))
            for u, disc in zip(bodies.energy_density, bodies.from_disc, strict=True)
        ]
    )


def klein_nishina_factor(gamma: ArrayLike, temperature_K: float) -> np.ndarray:
    """Loss rate on black-body photons over its Thomson value.

    Parameters
    ----------
    gamma : array_like
        Lorentz factor of the electron.
    temperature_K : float
        Temperature of the radiation [K].

    Returns
    -------
    ndarray
        g^2/(g^2 + gamma^2), g = 3 sqrt(5) m c^2 / (8 pi k T). Schlickeiser & Ruppel 2010, NJP 12, 033044, eq. (18):
        exact in both limits, within 10 % of the full Klein-Nishina loss between.
    """
    critical = 3.0 * np.sqrt(5.0) / (8.0 * np.pi) * (ELECTRON_MASS / EV) / (BOLTZMANN_EV * temperature_K)
    return critical**2 / (critical**2 + np.asarray(gamma, float) ** 2)


def effective_density(
    gamma: ArrayLike,
    radius_kpc: ArrayLike = SOLAR_RADIUS_KPC,
    z_kpc: ArrayLike = 0.0,
    bodies: BlackBodies = DELAHAYE_M1,
    klein_nishina: bool = True,
) -> np.ndarray:
    """Energy density that gives the inverse-Compton loss by the Thomson formula [eV cm-3].

    Parameters
    ----------
    gamma : array_like
        Lorentz factors, shape (ng,).
    radius_kpc, z_kpc : array_like
        Positions [kpc], any shape S.
    bodies : BlackBodies
        Spectrum at the Sun.
    klein_nishina : bool
        False: Thomson losses, as Moskalenko & Strong 1998.

    Returns
    -------
    ndarray
        Shape S + (ng,).
    """
    density = energy_density(radius_kpc, z_kpc, bodies)
    gamma = np.atleast_1d(np.asarray(gamma, float))
    factors = np.stack(
        [klein_nishina_factor(gamma, t) if klein_nishina else np.ones_like(gamma) for t in bodies.temperature_K]
    )
    return np.tensordot(np.moveaxis(density, 0, -1), factors, axes=1)


def magnetic_field_uG(radius_kpc: ArrayLike, z_kpc: ArrayLike) -> np.ndarray:
    """Total magnetic field, 6 exp(-|z|/5 kpc - R/20 kpc) uG: Moskalenko & Strong 1998, sec. 2 (3.9 uG at the Sun)."""
    return 6.0 * np.exp(-np.abs(np.asarray(z_kpc, float)) / 5.0 - np.asarray(radius_kpc, float) / 20.0)


def magnetic_energy_density(field_uG: ArrayLike) -> np.ndarray:
    """B^2 / (8 pi) [eV cm-3] of a field in uG: 0.0248 B^2."""
    return (np.asarray(field_uG, float) * 1.0e-6) ** 2 / (8.0 * np.pi) / _ERG_PER_EV
