"""Later generations: nucleons that collide again, and photons of neutral pions that convert.

What the first collisions of the primaries make per kilogram (`mcbelt.cascade.production`) is streamed along
paths through the air (`mcbelt.cascade.streaming`): protons on circles about the field, neutrons and photons straight.
The flux of nucleons at each altitude collides again, generation by generation, until a generation adds little; at the
end photons of all generations convert, with those that e+- radiate. Energy loss of nucleons by ionisation is left out
(0.1 GeV in an interaction length), and so are charged pions that collide before they decay (not above 30 km below 20
GeV).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mcbelt.cascade import parent_sky
from mcbelt.cascade.collisions import Products
from mcbelt.cascade.streaming import Grid, empty_path, stream, stream_losing
from mcbelt.constants import PROTON_MASS
from mcbelt.grid import positions_extend
from mcbelt.physics.elements import Composition
from mcbelt.physics.kinematics import momentum
from mcbelt.physics.loss_table import loss_table, mean_loss
from mcbelt.physics.pair_production import conversion_coefficient, pair_table
from mcbelt.physics.photon_production import pair_matrix, radiation_matrix

LOWEST_NUCLEON = 0.35  # [GeV] below it a nucleon makes few pions
MOST_GENERATIONS = 8
_ON_THE_WAY = 1.5  # mean energy of e+- on their way over the final one
_ROUNDS = 2  # of radiation and conversion; the second one adds a fifth of the first
ENOUGH = 0.01  # share of all e+ made that the last generation may be


class Born(NamedTuple):
    """Production per kg at every altitude and direction, shape (nh, m, ...) [kg-1 s-1 sr-1 per GeV or cell]."""

    positron: np.ndarray
    electron: np.ndarray
    knock_on: np.ndarray  # electrons
    photon: np.ndarray
    proton: np.ndarray
    neutron: np.ndarray


class Folder(NamedTuple):
    """From a flux on the nodes of direction to what its collisions send into each node."""

    operator: np.ndarray  # ring integrals from nodes, shape (m * nc, m), float32
    T: np.ndarray  # energies of nucleons [GeV], shape (nt,)
    interaction: np.ndarray  # collisions per grammage [m2 kg-1], shape (nt,)
    proton: tuple  # kernels of `made_by`
    neutron: tuple


def none_born(altitudes: int, directions: int, energies: int, photons: int, cells: int) -> Born:
    """Nothing, in the right shapes; energies of e+- and of photons, and cells of energy of nucleons.

    Parameters
    ----------
    altitudes, directions : int
        Nodes nh and m.
    energies, photons : int
        Energies of e+- and of photons.
    cells : int
        Cells of energy of nucleons.

    Returns
    -------
    Born
        Zeros.
    """
    sizes = (energies, energies, energies, photons, cells, cells)
    return Born(*(np.zeros((altitudes, directions, n), np.float32) for n in sizes))


def made_by(kernels: tuple[np.ndarray | None, ...], rings: np.ndarray) -> tuple[np.ndarray | None, ...]:
    """Production by a flux of one kind of projectile.

    Parameters
    ----------
    kernels : tuple
        `Products.kernels`; None for what is not wanted.
    rings : ndarray, shape (m, nc, nt)
        Integrals of the flux times the width of energy over the rings around each direction [m-2 s-1].

    Returns
    -------
    tuple
        As in `Born`, shape (m, ...) each; None for what is not wanted.
    """
    flat = rings.reshape(len(rings), -1)
    return tuple(None if kernel is None else flat @ kernel for kernel in kernels)


def add(born: Born, made: tuple[np.ndarray | None, ...], altitude: int) -> None:
    """Add what `made_by` gives at one altitude.

    Parameters
    ----------
    born : Born
        Added to.
    made : tuple
        As `made_by` gives it, shape (m, ...) each; None adds nothing.
    altitude : int
        Index of the node.
    """
    for table, part in zip(born, made, strict=True):
        if part is not None:
            table[altitude] += part


def folder(grid: Grid, towards: np.ndarray, proton: Products, neutron: Products) -> Folder:
    """Ring integrals of fluxes that are known on the nodes of direction, bilinear between them.

    Parameters
    ----------
    grid : Grid
    towards : ndarray, shape (m, 3)
        Unit vectors (east, north, up) of the nodes of direction.
    proton, neutron : Products
        What the two make; they share energies and rings.

    Returns
    -------
    Folder
    """
    fine = parent_sky.sky()
    zenith = np.sign(fine.mu) * np.sqrt(np.abs(fine.mu))
    nz, na = grid.zenith.size, grid.azimuth.size
    z = (zenith - grid.zenith[0]) / (grid.zenith[1] - grid.zenith[0])
    a = fine.azimuth * na / (2.0 * np.pi)
    (iz, tz), ia = positions_extend(z, nz), a.astype(int)
    weights = np.zeros((fine.mu.size, fine.azimuth.size, nz, na), np.float32)
    rows, columns = np.indices((fine.mu.size, fine.azimuth.size))
    for dz in (0, 1):
        wz = tz if dz else 1.0 - tz
        for da in (0, 1):
            wa = (a - ia) if da else 1.0 - (a - ia)
            weights[rows, columns, iz[:, None] + dz, (ia[None] + da) % na] = np.outer(wz, wa)
    around = parent_sky.rings(fine.vectors, towards, proton.cos_edges)
    integrals = parent_sky.ring_integrals(around, weights.reshape(-1, nz * na))
    operator = integrals.reshape(-1, nz * na)
    return Folder(operator, proton.T, proton.interaction, proton.kernels, neutron.kernels)


def collided(folder: Folder, kernels: tuple[np.ndarray | None, ...], flux: np.ndarray) -> tuple[np.ndarray | None, ...]:
    """Production by a flux on the nodes, shape (m, nt), at one altitude.

    Parameters
    ----------
    folder : Folder
    kernels : tuple
        `folder.proton` or `folder.neutron`.
    flux : ndarray, shape (m, nt)
        Per cell of energy [m-2 s-1 sr-1].

    Returns
    -------
    tuple
        As `made_by` gives it.
    """
    rings = (folder.operator @ flux.astype(np.float32)).reshape(len(flux), -1, flux.shape[1])
    return made_by(kernels, rings)


def nucleon_fluxes(grid: Grid, folder: Folder, born: Born, bend: float) -> list[np.ndarray]:
    """Flux of the protons and neutrons that were born, per cell of energy.

    Parameters
    ----------
    grid : Grid
    folder : Folder
        Its energies and interaction coefficients are taken.
    born : Born
    bend : float
        Field over (GV to T m): curvature times rigidity [GV / m]; 0: straight.

    Returns
    -------
    list of 2 ndarray, shape (nh, m, cells)
        Of protons and of neutrons [m-2 s-1 sr-1].
    """
    T, interaction = folder.T, folder.interaction
    curvature = bend / momentum(T, PROTON_MASS)
    shape = (grid.altitude.size, grid.zenith.size, grid.azimuth.size, T.size)
    fluxes = []
    for table, bent in ((born.proton, curvature), (born.neutron, np.zeros(T.size))):
        out = np.empty(shape)
        stream(grid, table.reshape(shape), interaction, bent, empty_path(), out)
        fluxes.append(out.reshape(table.shape))
    return fluxes


def later_generations(grid: Grid, folder: Folder, first: Born, bend: float) -> Born:
    """What nucleons make after the first collisions; the first ones are not in it.

    Parameters
    ----------
    grid : Grid
    folder : Folder
    first : Born
        Made by the primaries.
    bend : float
        Field over (GV to T m): curvature times rigidity [GV / m]; 0: straight.

    Returns
    -------
    Born
    """
    sizes = (*first.positron.shape, first.photon.shape[2], first.proton.shape[2])
    total = none_born(*sizes)
    now = first
    for _ in range(MOST_GENERATIONS):
        born = none_born(*sizes)
        for flux, kernels in zip(nucleon_fluxes(grid, folder, now, bend), (folder.proton, folder.neutron), strict=True):
            for j in range(grid.altitude.size):
                add(born, collided(folder, kernels, flux[j]), j)
        for table, part in zip(total, born, strict=True):
            table += part
        now = born
        if born.positron.sum() < ENOUGH * (first.positron.sum() + total.positron.sum()):
            break
    return total


def converted(grid: Grid, photon: np.ndarray, energy: np.ndarray, air: Composition) -> np.ndarray:
    """Positrons (and as many electrons) of photons.

    Parameters
    ----------
    grid : Grid
    photon : ndarray, shape (nh, m, ne)
        Photons made [kg-1 s-1 sr-1 GeV-1].
    energy : ndarray, shape (ne,)
        [GeV], uniform in ln.
    air : Composition

    Returns
    -------
    ndarray, shape (nh, m, ne)
        Production [kg-1 s-1 sr-1 GeV-1].
    """
    table = pair_table(air)
    coefficient = np.array([conversion_coefficient(table, k) for k in energy])
    shape = (grid.altitude.size, grid.zenith.size, grid.azimuth.size, energy.size)
    flux = np.empty(shape)
    stream(grid, photon.reshape(shape), coefficient, np.zeros(energy.size), empty_path(), flux)
    return flux.reshape(photon.shape) @ pair_matrix(energy, air)


def radiated(grid: Grid, both: Sequence[np.ndarray], energy: np.ndarray, air: Composition, bend: float) -> np.ndarray:
    """Photons that e+ and e- radiate in the air where they were born and around it.

    The e+- lose energy continuously on circles of 1.5 times their final energy (the mean on their way), so that those
    of more than one gyration in the air are not followed on.

    Parameters
    ----------
    grid : Grid
    both : tuple of 2 ndarray, shape (nh, m, ne)
        Production of e+ and of e-.
    energy, air
        As in `converted`.
    bend : float
        Field over (GV to T m) [GV / m].

    Returns
    -------
    ndarray, shape (nh, m, ne)
        Photons made [kg-1 s-1 sr-1 GeV-1].
    """
    losses = loss_table(air)
    shape = (grid.altitude.size, grid.zenith.size, grid.azimuth.size, energy.size)
    total = np.zeros(both[0].shape)
    for table, charge in zip(both, (1, -1), strict=True):
        loss = np.array([mean_loss(losses, E, charge)[0] for E in energy])
        flux = np.empty(shape)
        curvature = charge * bend / (_ON_THE_WAY * energy)
        stream_losing(grid, table.reshape(shape), np.log(energy), loss, curvature, empty_path(), flux)
        total += flux.reshape(table.shape)
    return total @ radiation_matrix(energy, air)


def pairs(
    grid: Grid,
    both: Sequence[np.ndarray],
    photon: np.ndarray,
    energy: np.ndarray,
    air: Composition,
    bend: float,
    radiate: bool,
) -> np.ndarray:
    """Positrons (and as many electrons) of all photons: those given, and those that e+- radiate, in two rounds.

    Parameters
    ----------
    grid, both, photon, energy, air, bend
        As in `converted` and `radiated`.
    radiate : bool
        False: the given photons alone.

    Returns
    -------
    ndarray, shape (nh, m, ne)
        Production [kg-1 s-1 sr-1 GeV-1].
    """
    if not radiate:
        return converted(grid, photon, energy, air)
    total = now = converted(grid, photon + radiated(grid, both, energy, air, bend), energy, air)
    for _ in range(_ROUNDS - 1):
        now = converted(grid, radiated(grid, (now, now), energy, air, bend), energy, air)
        total = total + now
    return total
