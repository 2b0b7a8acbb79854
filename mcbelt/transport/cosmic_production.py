"""The production map of cosmic rays: parents over the cutoff and through the air, turned into e+- per direction.

A parent of kinetic energy T per nucleon arrives along n' if its rigidity exceeds the cutoff of that direction; the air
on its way attenuates it as exp(-X / Lambda), X the depth along its path, infinite where the path meets the ground. A
collision sends an e+- at an angle Theta to its parent:

    P(E, n) = sum over elements (w / A) N_A  integral dn' dT j(T, n') d2sigma/(dE dOmega)(T, E, Theta).

Protons under the cutoff (made in the air nearby) are added with the same flux in all directions; knock-on electrons of
the parents leave at the one angle that the kinematics of a collision with a free electron allows.
"""

from typing import NamedTuple

import numpy as np

from mcbelt.constants import ALPHA_MASS, MB_TO_M2, PROTON_MASS
from mcbelt.physics import electromagnetic, lepton_production
from mcbelt.physics.elements import composition
from mcbelt.spectra.cosmic_rays import CosmicRays
from mcbelt.transport import parent_depth
from mcbelt.transport.parent_sky import ring_weights, sky
from mcbelt.transport.production_map import SLOPE, ProductionMap, directions, zenith_nodes

_CELLS_PER_NODE = 6  # the cutoff falls between the energies of the yields: cells of a sixth are opened in part
_PROJECTILES = {"proton": "proton", "helium": "alpha"}
_ALPHA_TARGETS = {"H": "He", "Ar": "O"}  # yields of alphas on these are taken from a neighbour, per kg of it


class Parents(NamedTuple):
    """One kind of primary."""

    rays: CosmicRays
    attenuation: float = 85.0  # Lambda [g cm-2]


class Emission(NamedTuple):
    """Which processes of the production are on."""

    decay: str = "exact"
    factors: bool = True
    factor_shift: float = 0.0
    kaons: bool = True
    collinear: bool = False
    knock_on: bool = True
    constant_yields_at: float = 0.0  # > 0: every parent gives the yield of this energy [GeV] (a first approximation)


class MapAxes(NamedTuple):
    """Grid of a production map."""

    altitude: np.ndarray  # [m], ascending
    ln_scale: np.ndarray  # ln of the cutoff over its nominal value, uniform
    latitude: np.ndarray  # absolute dipole latitude [rad], uniform
    n_zenith: int = 21
    n_azimuth: int = 24
    energy_range: tuple[float, float] = (0.009, 62.0)  # [GeV]


class Place(NamedTuple):
    """What the parents see on their way in."""

    vertical_cutoff: float  # nominal, at the equator [GV]
    altitude: np.ndarray  # of the profile of the air [m], ascending
    density: np.ndarray  # [kg m-3]
    fractions: dict  # mass fractions of the target air
    curvature: float = 0.0  # B / (GV to T m): 1 / (gyroradius x rigidity) [GV / m]; 0: straight paths
    isotropic_cutoff: bool = False  # every direction has the vertical's cutoff: no east-west effect


def cutoff_of(place, vectors, ln_scale, latitude):
    """Störmer's cutoff [GV] of directions of velocity (east, north, up) at a dipole latitude [rad].

    The strength of the field enters through `ln_scale`, so that the nominal value is that of the vertical at the
    equator.
    """
    cosine = np.cos(latitude)
    east = 0.0 * vectors[:, 0] if place.isotropic_cutoff else vectors[:, 0]
    root = np.sqrt(np.maximum(0.0, 1.0 + east * cosine**3))
    return 4.0 * place.vertical_cutoff * np.exp(ln_scale) * cosine**4 / (1.0 + root) ** 2


def open_flux(rays, T, cutoff):
    """Flux of parents over the cutoff, integrated over the energy cells of the nodes of the yields.

    Parameters
    ----------
    rays : CosmicRays
    T : ndarray, shape (nt,)
        Nodes of the yields [GeV per nucleon].
    cutoff : ndarray, shape (n,)
        Cutoff rigidity per direction [GV].

    Returns
    -------
    ndarray, shape (n, nt)
        Flux times energy width of each node, so that the sum over nodes of flux times K is the integral for a K that
        is linear in ln T [m-2 s-1 sr-1].
    """
    fine = np.arange((len(T) - 1) * _CELLS_PER_NODE + 1) / _CELLS_PER_NODE
    edges = np.exp(np.interp(fine, np.arange(len(T)), np.log(T)))
    middle, width = np.sqrt(edges[1:] * edges[:-1]), np.diff(edges)
    ln_rigidity = np.log(rays.rigidity(edges))
    opened = np.clip((ln_rigidity[1:] - np.log(cutoff)[:, None]) / np.diff(ln_rigidity), 0.0, 1.0)
    cells = np.arange(len(middle))
    node, share = cells // _CELLS_PER_NODE, (cells % _CELLS_PER_NODE + 0.5) / _CELLS_PER_NODE
    to_nodes = np.zeros((len(middle), len(T)))
    to_nodes[cells, node] = 1.0 - share
    to_nodes[cells, node + 1] += share
    return (opened * (rays.flux(middle) * width)) @ to_nodes


class Yields(NamedTuple):
    """Cross sections per kg of air for one projectile and charge."""

    T: np.ndarray  # kinetic energy per nucleon [GeV], shape (nt,)
    cos_edges: np.ndarray  # rings of production angle, ascending, shape (nc + 1,)
    kernel: np.ndarray  # [m2 kg-1 GeV-1 sr-1], shape (nt, ne, nc)


def yields(fractions, charge, projectile, emission: Emission, energies) -> Yields:
    """Cross sections of e+ or e- per kg, energy and steradian."""
    total = 0.0
    for target, nuclei in lepton_production.targets_per_kg(fractions).items():
        if nuclei == 0.0:
            continue
        element = target
        if projectile == "alpha" and target in _ALPHA_TARGETS:
            element = _ALPHA_TARGETS[target]
            nuclei = lepton_production.targets_per_kg({element: fractions[target]})[element]
        table = lepton_production.angular_lepton_table(
            element,
            charge,
            emission.decay,
            emission.factors,
            projectile,
            kaons=emission.kaons,
            factor_shift=emission.factor_shift,
        )
        total = total + nuclei * MB_TO_M2 * table.differential[:, energies, ::-1] / (2.0 * np.pi)
    cos_edges = (1.0 - 2.0 * table.v_edges**2)[::-1]
    if emission.constant_yields_at > 0.0:
        nearest = np.abs(np.log(table.T_GeV / emission.constant_yields_at)).argmin()
        total = np.broadcast_to(total[nearest], total.shape)
    result = Yields(table.T_GeV, cos_edges, total)
    if charge < 0 and emission.knock_on:
        result = result._replace(kernel=total + knock_ons(fractions, projectile, result, table.E_GeV[energies]))
    return result


def knock_ons(fractions, projectile, grid: Yields, energy):
    """Knock-on electrons of the parents on the grid of `grid` [m2 kg-1 GeV-1 sr-1], in the ring of their angle."""
    air = composition(**{name: value for name, value in fractions.items() if value > 0.0})
    mass, charge, spin, nucleons = (ALPHA_MASS, 2, 0.0, 4) if projectile == "alpha" else (PROTON_MASS, 1, 0.5, 1)
    result = np.zeros((len(grid.T), len(energy), len(grid.cos_edges) - 1))
    solid_angle = 2.0 * np.pi * np.diff(grid.cos_edges)
    for i, T in enumerate(grid.T * nucleons):
        for j, W in enumerate(energy):
            value = electromagnetic.heavy_spectrum(W, T, mass, charge, spin, air)
            if value > 0.0:
                cosine = electromagnetic.knock_on_cosine(W, T, mass)
                ring = min(np.searchsorted(grid.cos_edges, cosine, side="right") - 1, len(solid_angle) - 1)
                result[i, j, ring] = value / solid_angle[ring]
    return result


def second_production(second, grid: Yields):
    """Production by an isotropic flux `second(T)` [m-2 s-1 sr-1 GeV-1] of protons, (ne,) [kg-1 s-1 sr-1 GeV-1]."""
    per_energy = (grid.kernel * 2.0 * np.pi * np.diff(grid.cos_edges)).sum(axis=-1)
    T = np.geomspace(grid.T[0], grid.T[-1], 40 * len(grid.T))
    rows = np.stack([np.interp(np.log(T), np.log(grid.T), column) for column in per_energy.T], axis=1)
    return np.trapezoid(second(T)[:, None] * rows, T, axis=0)


def production_map(parents, second, place: Place, axes: MapAxes, emission: Emission) -> ProductionMap:
    """Map of the production around one place.

    Parameters
    ----------
    parents : sequence of Parents
    second : callable or None
        Flux of protons under the cutoff [m-2 s-1 sr-1 GeV-1] against kinetic energy [GeV].
    place : Place
    axes : MapAxes
    emission : Emission

    Returns
    -------
    ProductionMap
    """
    zenith = zenith_nodes(axes.n_zenith)
    azimuth = np.arange(axes.n_azimuth) * 2.0 * np.pi / axes.n_azimuth
    towards = directions(zenith, azimuth)
    grid = lepton_production.ANGULAR_ELECTRON_ENERGIES
    energies = (grid >= axes.energy_range[0]) & (grid <= axes.energy_range[1])
    shape = (len(axes.latitude), len(axes.ln_scale), len(axes.altitude), len(towards), int(energies.sum()))
    tables = [np.zeros(shape), np.zeros(shape)]
    for kind in parents:
        projectile = _PROJECTILES[kind.rays.species]
        both = [yields(place.fractions, charge, projectile, emission, energies) for charge in (1, -1)]
        if projectile == "proton" and second is not None:
            for table, one in zip(tables, both, strict=True):
                table += second_production(second, one)
        _add_primaries(tables, kind, both, place, axes, towards, emission.collinear)
    full = (*shape[:3], axes.n_zenith, axes.n_azimuth, shape[4])
    scaled = [(table * grid[energies] ** SLOPE).reshape(full).astype(np.float32) for table in tables]
    axis = (np.asarray(a, float) for a in (axes.altitude, axes.ln_scale, axes.latitude))
    return ProductionMap(np.log(grid[energies]), zenith, azimuth, *axis, *scaled)


def _add_primaries(tables, kind: Parents, both, place: Place, axes: MapAxes, towards, collinear):
    """Add the production by one kind of primary to the tables of e+ and e-."""
    T = both[0].T
    lowest = max(
        kind.rays.kinetic_energy(cutoff_of(place, np.array([[1.0, 0.0, 0.0]]), axes.ln_scale[0], axes.latitude[-1])[0]),
        0.3,
    )
    first = max(np.searchsorted(T, lowest) - 1, 0)
    T = T[first:]
    ring = 2.0 * np.pi * np.diff(both[0].cos_edges)
    if collinear:
        vectors, weights = towards, None
        kernels = [(one.kernel[first:] * ring).sum(axis=-1) for one in both]
    else:
        vectors = sky().vectors
        weights = ring_weights(vectors, towards, both[0].cos_edges)
        nt, ne, nc = both[0].kernel[first:].shape
        kernels = [one.kernel[first:].transpose(2, 0, 1).reshape(nc * nt, ne) for one in both]
    passing = [
        parent_depth.survival(place, altitude, vectors, kind.rays.rigidity(T), kind.attenuation)
        for altitude in axes.altitude
    ]
    for k, latitude in enumerate(axes.latitude):
        for i, ln_scale in enumerate(axes.ln_scale):
            flux = open_flux(kind.rays, T, cutoff_of(place, vectors, ln_scale, latitude))
            for j, survived in enumerate(passing):
                arriving = flux * survived
                if weights is not None:
                    arriving = (weights @ arriving).reshape(len(towards), -1)
                for table, kernel in zip(tables, kernels, strict=True):
                    table[k, i, j] += arriving @ kernel
