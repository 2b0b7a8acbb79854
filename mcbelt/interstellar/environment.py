"""The Galaxy on the grid of a model: cells, momenta, gas and sources."""

import math
from typing import NamedTuple

import numpy as np

from mcbelt.interstellar import gas, slab, sources
from mcbelt.interstellar.diffusion import Cylinder
from mcbelt.interstellar.scales import KILOPARSEC, SOLAR_RADIUS_KPC
from mcbelt.interstellar.sections import GalaxySettings


class Environment(NamedTuple):
    """Cells, momenta at centres and faces [GeV], gas [cm-3] and sources (1 at the Sun's radius in the plane)."""

    grid: Cylinder
    p: np.ndarray
    p_faces: np.ndarray
    hydrogen: gas.Hydrogen
    radius_kpc: np.ndarray
    z_kpc: np.ndarray
    source_shape: np.ndarray


def environment(settings: GalaxySettings) -> Environment:
    """Grid, gas and source distribution of a model."""
    halo, grid = settings.halo, settings.grid
    radius_edges = np.linspace(0.0, halo.radius_kpc, grid.radii + 1)
    z_edges = slab.sinh_edges(halo.half_height_kpc, grid.heights, grid.finest_height_pc) / KILOPARSEC
    decades = math.log10(grid.momentum_max_GeV / grid.momentum_min_GeV)
    count = math.ceil(decades * grid.momenta_per_decade)
    logarithm = np.linspace(math.log(grid.momentum_min_GeV), math.log(grid.momentum_max_GeV), count + 1)
    return Environment(
        Cylinder(radius_edges * KILOPARSEC, z_edges * KILOPARSEC),
        np.exp(0.5 * (logarithm[1:] + logarithm[:-1])),
        np.exp(logarithm),
        gas.cell_average(radius_edges, z_edges),
        0.5 * (radius_edges[1:] + radius_edges[:-1]),
        0.5 * (z_edges[1:] + z_edges[:-1]),
        sources.cell_distribution(radius_edges, z_edges, settings.sources.distribution, settings.sources.height_kpc),
    )


def at_sun(place: Environment, density: np.ndarray) -> np.ndarray:
    """Density at R = 8.5 kpc in the plane, shape (np,): logarithmic in R between cell centres, first height.

    `density` has the shape (np, nR, nz).
    """
    radius = place.radius_kpc
    i = int(np.searchsorted(radius, SOLAR_RADIUS_KPC)) - 1
    weight = (SOLAR_RADIUS_KPC - radius[i]) / (radius[i + 1] - radius[i])
    low, high = np.maximum(density[:, i, 0], 1.0e-300), np.maximum(density[:, i + 1, 0], 1.0e-300)
    return np.exp((1.0 - weight) * np.log(low) + weight * np.log(high))
