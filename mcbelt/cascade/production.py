"""The production map of cosmic rays: parents over the cutoff and through the air, turned into e+- per direction.

A parent of kinetic energy T per nucleon arrives along n' if its rigidity exceeds the cutoff of that direction; the air
on its way attenuates it as exp(-X / Lambda), X the depth along its path, infinite where the path meets the ground. A
collision sends an e+- at an angle Theta to its parent:

    P(E, n) = sum over elements (w / A) N_A  integral dn' dT j(T, n') d2sigma/(dE dOmega)(T, E, Theta).

Protons under the cutoff (made in the air nearby) are added with the same flux in all directions; knock-on electrons of
the parents leave at the one angle that the kinematics of a collision with a free electron allows. What follows the
first collision (`mcbelt.cascade.generations`) is smooth over cutoff and latitude: it is computed on a few of their
nodes and interpolated to the others; the flight of the muons (`mcbelt.cascade.muon_flight`) is applied to the sum.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from geomag import stormer
from kernelcache.threads import side_by_side
from mcbelt.cascade import generations, muon_flight, parent_depth, parent_sky, streaming
from mcbelt.cascade.collisions import Emission, Yields, products
from mcbelt.cascade.production_map import SLOPE, ProductionMap, directions, latitude_hold, scale_hold, zenith_nodes
from mcbelt.physics import angular_leptons, lepton_production
from mcbelt.physics.elements import composition
from mcbelt.spectra.cosmic_rays import CosmicRays

_CELLS_PER_NODE = 6  # the cutoff falls between the energies of the yields: cells of a sixth are opened in part
_PROJECTILES = {"proton": "proton", "helium": "alpha"}


class Parents(NamedTuple):
    """One kind of primary."""

    rays: CosmicRays
    attenuation: float = 85.0  # Lambda [g cm-2]


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


def at_scale(place: Place, ln_scale: float) -> Place:
    """The place with the curvature of a field whose cutoff is larger by a factor: R_c falls as r^-2, the field as
    r^-3.
    """
    return place._replace(curvature=place.curvature * float(np.exp(1.5 * ln_scale)))


def cutoff_of(place: Place, vectors: np.ndarray, ln_scale: float, latitude: float) -> np.ndarray:
    """Störmer's cutoff [GV] of directions of velocity (east, north, up) at a dipole latitude [rad].

    The strength of the field enters through `ln_scale`, so that the nominal value is that of the vertical at the
    equator.

    Parameters
    ----------
    place : Place
    vectors : ndarray, shape (n, 3)
        Unit vectors (east, north, up) of velocities of positive charges.
    ln_scale : float
        ln of the cutoff over the nominal one.
    latitude : float
        Of the dipole [rad].

    Returns
    -------
    ndarray, shape (n,)
        [GV]
    """
    east = 0.0 * vectors[:, 0] if place.isotropic_cutoff else vectors[:, 0]
    return stormer.cutoff_of_scale(4.0 * place.vertical_cutoff * np.exp(ln_scale), latitude, east)


def open_flux(rays: CosmicRays, T: np.ndarray, cutoff: np.ndarray) -> np.ndarray:
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


def second_production(second: Callable[[np.ndarray], np.ndarray], grid: Yields) -> np.ndarray:
    """Production by an isotropic flux `second(T)` [m-2 s-1 sr-1 GeV-1] of protons, (ne,) [kg-1 s-1 sr-1 GeV-1]."""
    per_energy = (grid.kernel * 2.0 * np.pi * np.diff(grid.cos_edges)).sum(axis=-1)
    T = np.geomspace(grid.T[0], grid.T[-1], 40 * len(grid.T))
    rows = np.stack([np.interp(np.log(T), np.log(grid.T), column) for column in per_energy.T], axis=1)
    return np.trapezoid(second(T)[:, None] * rows, T, axis=0)


def production_map(
    parents: Sequence[Parents],
    second: Callable[[np.ndarray], np.ndarray] | None,
    place: Place,
    axes: MapAxes,
    emission: Emission,
) -> ProductionMap:
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
    known = angular_leptons.ANGULAR_ELECTRON_ENERGIES
    wanted = (known >= axes.energy_range[0]) & (known <= axes.energy_range[1])
    energy = known[wanted]
    grid = streaming.grid(axes.altitude, zenith, azimuth, (place.altitude, place.density))
    first = _first_collisions(parents, second, place, axes, emission, wanted, directions(zenith, azimuth))
    if emission.later:
        more = _later(place, axes, emission, grid, wanted, first)
    full = (len(axes.latitude), len(axes.ln_scale), len(axes.altitude), axes.n_zenith, axes.n_azimuth, len(energy))
    positron, electron = np.zeros(full, np.float32), np.zeros(full, np.float32)

    def fill(node):
        k, i = node
        born = first[node]
        both = [born.positron, born.electron]
        if emission.cascade:
            both = [table + part for table, part in zip(both, more(k, i, "positron", "electron"), strict=True)]
        if emission.muon_flight:
            bend = at_scale(place, axes.ln_scale[i]).curvature
            both = [muon_flight.moved(grid, t, energy, bend, q) for t, q in zip(both, (1, -1), strict=True)]
        both[1] = both[1] + born.knock_on
        if emission.later:
            pairs = more(k, i, "photon")[0]
            both = [table + pairs for table in both]
        if emission.cascade:
            both[1] = both[1] + more(k, i, "knock_on")[0]
        for table, part in zip((positron, electron), both, strict=True):
            table[k, i] = (part * energy**SLOPE).reshape(full[2:])

    side_by_side(fill, first)
    altitude, ln_scale, latitude = (np.asarray(a, float) for a in (axes.altitude, axes.ln_scale, axes.latitude))
    return ProductionMap(np.log(energy), zenith, azimuth, altitude, ln_scale, latitude, positron, electron)


def _first_collisions(parents, second, place, axes, emission, wanted, towards):
    """What the primaries make: (latitude, scale) -> Born. Nucleons and photons are made only where they are asked for
    by `_coarse`.
    """
    all_T = lepton_production.PROJECTILE_ENERGIES[::2]
    start = int(np.searchsorted(all_T, generations.LOWEST_NUCLEON))
    shape, ne, cells = (len(axes.altitude), len(towards)), int(wanted.sum()), len(all_T) - start
    nodes = [(k, i) for k in range(len(axes.latitude)) for i in range(len(axes.ln_scale))]
    coarse = set(_coarse(axes)) if emission.later else set()
    result = {node: generations.none_born(*shape, ne, *((ne, cells) if node in coarse else (0, 0))) for node in nodes}
    for kind in parents:
        made = products(place.fractions, _PROJECTILES[kind.rays.species], emission, wanted, start)
        if kind.rays.species == "proton" and second is not None:
            for born in result.values():
                _add_second(born, second, made)
        _add_primaries(result, kind, made, place, axes, towards, emission.collinear, coarse)
    return result


def _add_second(born, second, made):
    """Add the e+- of protons under the cutoff, the same in all directions."""
    for table, kernel in zip(born, (made.positron, made.electron, made.knock_on), strict=False):
        if kernel is not None:
            table += second_production(second, Yields(made.T, made.cos_edges, kernel))


def _add_primaries(result, kind, made, place, axes, towards, collinear, coarse):
    """Add what one kind of primary makes in its first collision."""
    lowest = max(
        kind.rays.kinetic_energy(cutoff_of(place, np.array([[1.0, 0.0, 0.0]]), axes.ln_scale[0], axes.latitude[-1])[0]),
        0.3,
    )
    made = made.above(max(np.searchsorted(made.T, lowest) - 1, 0))
    everything, leptons = made.kernels, made._replace(photon=None, nucleon=None).kernels
    vectors = towards if collinear else parent_sky.sky().vectors
    around: Any = None if collinear else parent_sky.rings(vectors, towards, made.cos_edges)

    def fill(i):
        here = at_scale(place, axes.ln_scale[i])
        rigidity = kind.rays.rigidity(made.T)
        cutoffs = [cutoff_of(place, vectors, axes.ln_scale[i], latitude) for latitude in axes.latitude]
        fluxes = [open_flux(kind.rays, made.T, cutoff) for cutoff in cutoffs]
        for j, altitude in enumerate(axes.altitude):
            survived = parent_depth.survival(here, altitude, vectors, rigidity, kind.attenuation)
            for k, flux in enumerate(fluxes):
                arriving = flux * survived
                if collinear:
                    # every product along its parent: the flux times the solid angle of each ring
                    rings = arriving[:, None, :] * made.solid_angle[:, None]
                else:
                    rings = parent_sky.ring_integrals(around, arriving)
                part = generations.made_by(everything if (k, i) in coarse else leptons, rings)
                generations.add(result[k, i], part, j)

    side_by_side(fill, range(len(axes.ln_scale)))


def _coarse(axes):
    """Nodes of (latitude, scale) at which later generations are computed: the ends, and a scale in the middle."""
    scales = np.unique(np.linspace(0, len(axes.ln_scale) - 1, 3).round().astype(int))
    return [(k, int(i)) for k in {0, len(axes.latitude) - 1} for i in scales]


def _later(place, axes, emission, grid, wanted, first):
    """Interpolator of what later generations add: (latitude index, scale index, names) -> tables.

    Interpolated in the coordinates of the map's look-up.
    """
    start = int(np.searchsorted(lepton_production.PROJECTILE_ENERGIES[::2], generations.LOWEST_NUCLEON))
    proton, neutron = (
        products(place.fractions, p, emission, wanted, start).above(start) for p in ("proton", "neutron")
    )
    towards = directions(grid.zenith, grid.azimuth)
    folder: Any = generations.folder(grid, towards, proton, neutron) if emission.cascade else None
    energy = angular_leptons.ANGULAR_ELECTRON_ENERGIES[wanted]
    air = composition(**{name: value for name, value in place.fractions.items() if value > 0.0})

    def grown(node):
        photons, made = first[node].photon, first[node]
        bend = at_scale(place, axes.ln_scale[node[1]]).curvature
        nh, m, ne = made.positron.shape
        born = generations.none_born(nh, m, ne, 0, 0)
        if emission.cascade:
            born = generations.later_generations(grid, folder, made, bend)
            photons = photons + born.photon
        both = [made.positron + born.positron, made.electron + born.electron]
        if emission.muon_flight and emission.radiated_photons:
            both = [muon_flight.moved(grid, t, energy, bend, q) for t, q in zip(both, (1, -1), strict=True)]
        pairs = generations.pairs(grid, both, photons, energy, air, bend, emission.radiated_photons)
        return born._replace(photon=pairs, proton=np.empty(0), neutron=np.empty(0))

    nodes = _coarse(axes)
    known = dict(zip(nodes, side_by_side(grown, nodes), strict=True))
    latitudes = sorted({k for k, _ in known})
    scales = sorted({i for _, i in known})

    def at(k, i, *names):
        k0, u = latitude_hold(axes.latitude[latitudes], axes.latitude[k])
        i0, v = scale_hold(axes.ln_scale[scales], axes.ln_scale[i])
        tables = []
        for name in names:
            total = 0.0
            for dk, wk in ((0, 1.0 - u), (1, u)):
                for di, wi in ((0, 1.0 - v), (1, v)):
                    if wk * wi > 0.0:
                        total = total + wk * wi * getattr(known[latitudes[k0 + dk], scales[i0 + di]], name)
            tables.append(total)
        return tables

    return at
