"""The interstellar gas: where secondary particles are made and where slow particles lose their energy.

Hydrogen is atomic (a cold and a warm phase), molecular or ionised; each phase has its own layer. The azimuthal averages
of Ferriere (1998), which put the layers of Dickey & Lockman (1990), the CO survey of Bronfman et al. (1988) and the
electron model of Cordes et al. (1991) in closed form, are all that a model with cylindrical symmetry can use. Helium
follows hydrogen, 0.11 by number.

Inside 3.5 kpc, where the formula of the molecular ring is not valid (Ferriere 1998, sec. 2.1), the densities are those
at 3.5 kpc: the Galactic bar is beyond a model with cylindrical symmetry, and 5 kpc away it adds nothing to the fluxes
at the Sun.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from mcbelt.errors import PhysicsError
from mcbelt.interstellar.scales import SOLAR_RADIUS_KPC

HELIUM_TO_HYDROGEN = 0.11  # by number, Moskalenko & Strong 1998 sec. 2
INNERMOST_KPC = 3.5  # inner limit of the molecular ring's formula


class Hydrogen(NamedTuple):
    """Number densities of hydrogen nuclei [cm-3], arrays of one shape."""

    atomic: np.ndarray
    molecular: np.ndarray
    ionised: np.ndarray

    @property
    def total(self) -> np.ndarray:
        """All hydrogen nuclei [cm-3]."""
        return self.atomic + self.molecular + self.ionised

    @property
    def neutral(self) -> np.ndarray:
        """Hydrogen nuclei of the neutral phases [cm-3]."""
        return self.atomic + self.molecular


def _atomic(radius_kpc, z_pc):
    flare = np.maximum(radius_kpc / SOLAR_RADIUS_KPC, 1.0)
    narrow = np.exp(-((z_pc / (127.0 * flare)) ** 2))
    broad = np.exp(-((z_pc / (318.0 * flare)) ** 2))
    wings = np.exp(-z_pc / (403.0 * flare))
    cold = 0.340 / flare**2 * (0.859 * narrow + 0.047 * broad + 0.094 * wings)
    warm = (
        0.226
        / flare
        * ((1.745 - 1.289 / flare) * narrow + (0.473 - 0.070 / flare) * broad + (0.283 - 0.142 / flare) * wings)
    )
    return cold + warm


def _molecular(radius_kpc, z_pc):
    ring = ((radius_kpc - 4.5) ** 2 - (SOLAR_RADIUS_KPC - 4.5) ** 2) / 2.9**2
    relative = radius_kpc / SOLAR_RADIUS_KPC
    return 0.58 * relative**-0.58 * np.exp(-ring) * np.exp(-((z_pc / (81.0 * relative**0.58)) ** 2))


def _ionised(radius_kpc, z_pc):
    disc = np.exp(-(radius_kpc**2 - SOLAR_RADIUS_KPC**2) / 37.0**2)
    ring = np.exp(-((radius_kpc - 4.0) ** 2 - (SOLAR_RADIUS_KPC - 4.0) ** 2) / 2.0**2)
    return 0.0237 * np.exp(-z_pc / 1000.0) * disc + 0.0013 * np.exp(-z_pc / 150.0) * ring


def hydrogen_density(radius_kpc: ArrayLike, z_kpc: ArrayLike) -> Hydrogen:
    """Densities of atomic, molecular and ionised hydrogen.

    Parameters
    ----------
    radius_kpc, z_kpc : array_like
        Galactocentric radius and height above the plane [kpc]; they broadcast.

    Returns
    -------
    Hydrogen
        Densities of hydrogen nuclei [cm-3]. Ferriere 1998, ApJ 497, 759, eqs. (1)-(5) for R > 3.5 kpc; constant inside.
        At the Sun 0.566, 0.58 and 0.025 cm-3, and 1.0e21 cm-2 through the disc.
    """
    radius = np.asarray(radius_kpc, dtype=float)
    if np.any(radius < 0.0):
        raise PhysicsError(
            f"hydrogen_density: radius_kpc = {radius.min():g} is negative; give a Galactocentric radius >= 0."
        )
    radius = np.maximum(radius, INNERMOST_KPC)
    z_pc = 1.0e3 * np.abs(np.asarray(z_kpc, dtype=float))
    return Hydrogen(_atomic(radius, z_pc), _molecular(radius, z_pc), _ionised(radius, z_pc))


def cell_average(radius_edges_kpc: np.ndarray, z_edges_kpc: np.ndarray, samples: int = 8) -> Hydrogen:
    """Densities averaged over the cells of a grid, because the layers are thinner than most cells.

    Parameters
    ----------
    radius_edges_kpc, z_edges_kpc : ndarray
        Cell edges [kpc], shapes (nR + 1,) and (nz + 1,).
    samples : int
        Gauss-Legendre points per cell and direction.

    Returns
    -------
    Hydrogen
        Volume averages [cm-3], shape (nR, nz).
    """
    node, weight = np.polynomial.legendre.leggauss(samples)
    node, weight = 0.5 * (node + 1.0), 0.5 * weight
    radius = radius_edges_kpc[:-1, None] + np.diff(radius_edges_kpc)[:, None] * node
    z = z_edges_kpc[:-1, None] + np.diff(z_edges_kpc)[:, None] * node
    ring = weight * radius
    ring /= ring.sum(axis=1, keepdims=True)
    density = hydrogen_density(radius[:, :, None, None], z[None, None, :, :])
    return Hydrogen(*(np.einsum("ik,ikjl,l->ij", ring, layer, weight) for layer in density))
