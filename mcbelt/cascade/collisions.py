"""What a kilogram of air makes of a nucleon or a nucleus: e+ and e- of mesons, knock-ons, photons, and more nucleons.

Every product is a kernel over the energy of the projectile, the energy of the product and the ring of the angle between
the two. A neutron is the mirror image of a proton on nuclei with as many protons as neutrons (N-14, O-16): its pi+ are
the proton's pi-. Kaons are not mirrored (K+ becomes K0): a neutron is given those of a proton.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from mcbelt.constants import ALPHA_MASS, MB_TO_M2, PROTON_MASS
from mcbelt.grid import sorted_cells
from mcbelt.physics import angular_leptons, electromagnetic, lepton_flux, lepton_production
from mcbelt.physics.elements import composition
from mcbelt.physics.nucleon_production import transfer
from mcbelt.physics.photon_production import angular_photon_table

_ALPHA_TARGETS = {"H": "He", "Ar": "O"}  # yields of alphas on these are taken from a neighbour, per kg of it


class Emission(NamedTuple):
    """Which processes of the production are on."""

    decay: str = "exact"
    factors: bool = True
    factor_shift: float = 0.0
    kaons: bool = True
    collinear: bool = False
    knock_on: bool = True
    constant_yields_at: float = 0.0  # > 0: every parent gives the yield of this energy [GeV] (a first approximation)
    cascade: bool = False  # nucleons that leave a collision collide again
    neutral_pions: bool = False  # their photons convert into pairs
    radiated_photons: bool = False  # photons of e+- convert into pairs
    muon_flight: bool = False  # e+- are born where the muon decays

    @property
    def later(self) -> bool:
        """Whether anything follows the first collisions."""
        return self.cascade or self.neutral_pions or self.radiated_photons


class Yields(NamedTuple):
    """Cross sections per kg of air for one projectile and product."""

    T: np.ndarray  # kinetic energy per nucleon [GeV], shape (nt,)
    cos_edges: np.ndarray  # rings of production angle, ascending, shape (nc + 1,)
    kernel: np.ndarray  # [m2 kg-1 GeV-1 sr-1], shape (nt, ne, nc)


class Products(NamedTuple):
    """Cross sections per kg of air for one projectile; those that are switched off are None."""

    T: np.ndarray  # kinetic energy per nucleon [GeV], shape (nt,)
    cos_edges: np.ndarray  # shape (nc + 1,)
    positron: np.ndarray  # of mesons [m2 kg-1 GeV-1 sr-1], shape (nt, ne, nc)
    electron: np.ndarray  # the same
    knock_on: np.ndarray | None  # electrons
    photon: np.ndarray | None
    nucleon: np.ndarray | None  # [m2 kg-1 sr-1], shape (nt, 2, cells, nc): protons, neutrons per cell of energy
    interaction: np.ndarray  # inelastic collisions per grammage [m2 kg-1], shape (nt,)

    @property
    def kernels(self) -> tuple[np.ndarray | None, ...]:
        """Kernels in the order of `mcbelt.cascade.generations.Born`, rows (ring, energy of the projectile), float32."""
        nucleon = (None, None) if self.nucleon is None else (self.nucleon[:, 0], self.nucleon[:, 1])
        parts = (self.positron, self.electron, self.knock_on, self.photon, *nucleon)
        nt, nc = len(self.T), len(self.cos_edges) - 1
        return tuple(
            None if part is None else part.transpose(2, 0, 1).reshape(nc * nt, -1).astype(np.float32) for part in parts
        )

    @property
    def solid_angle(self) -> np.ndarray:
        """Of the rings [sr], shape (nc,)."""
        return 2.0 * np.pi * np.diff(self.cos_edges)

    def above(self, first: int) -> "Products":
        """The same from one energy of the projectile on."""
        rows: Any = (None if a is None else a[first:] for a in self[2:])
        return Products(self.T[first:], self.cos_edges, *rows)


def nuclei(fractions: Mapping[str, float], projectile: str) -> Iterator[tuple[str, float]]:
    """(element whose yields are taken, nuclei of it per kg of air) for every element of the air."""
    for target, number in lepton_flux.targets_per_kg(fractions).items():
        if number == 0.0:
            continue
        element = _ALPHA_TARGETS.get(target, target) if projectile == "alpha" else target
        yield element, lepton_flux.targets_per_kg({element: fractions[target]})[element]


def yields(
    fractions: Mapping[str, float], charge: int, projectile: str, emission: Emission, energies: np.ndarray
) -> Yields:
    """Cross sections of e+ or e-, knock-ons included, per kg, energy and steradian.

    Parameters
    ----------
    fractions : dict
        Mass fractions of the air by element, sum 1.
    charge : int
        1 for e+, -1 for e-.
    projectile : {"proton", "alpha"}
    emission : Emission
    energies : ndarray of bool
        Which of `angular_leptons.ANGULAR_ELECTRON_ENERGIES` are wanted.

    Returns
    -------
    Yields
    """
    total: Any = 0.0
    for element, number in nuclei(fractions, projectile):
        table = angular_leptons.angular_lepton_table(
            element,
            charge,
            emission.decay,
            emission.factors,
            projectile,
            kaons=emission.kaons,
            factor_shift=emission.factor_shift,
        )
        total = total + number * MB_TO_M2 * table.differential[:, energies, ::-1] / (2.0 * np.pi)
    cos_edges = (1.0 - 2.0 * table.v_edges**2)[::-1]
    if emission.constant_yields_at > 0.0:
        nearest = np.abs(np.log(table.T_GeV / emission.constant_yields_at)).argmin()
        total = np.broadcast_to(total[nearest], total.shape)
    result = Yields(table.T_GeV, cos_edges, total)
    if charge < 0 and emission.knock_on:
        result = result._replace(kernel=total + knock_ons(fractions, projectile, result, table.E_GeV[energies]))
    return result


def knock_ons(fractions: Mapping[str, float], projectile: str, grid: Yields, energy: np.ndarray) -> np.ndarray:
    """Knock-on electrons of the parents on the grid of `grid` [m2 kg-1 GeV-1 sr-1], in the ring of their angle.

    Parameters
    ----------
    fractions : dict
        Mass fractions of the air by element.
    projectile : {"proton", "alpha"}
    grid : Yields
        Its energies per nucleon and rings are taken.
    energy : ndarray, shape (ne,)
        Kinetic energies of the electrons [GeV].

    Returns
    -------
    ndarray, shape (nt, ne, nc)
        [m2 kg-1 GeV-1 sr-1]
    """
    air = composition(**{name: value for name, value in fractions.items() if value > 0.0})
    mass, charge, spin, nucleons = (ALPHA_MASS, 2, 0.0, 4) if projectile == "alpha" else (PROTON_MASS, 1, 0.5, 1)
    result = np.zeros((len(grid.T), len(energy), len(grid.cos_edges) - 1))
    solid_angle = 2.0 * np.pi * np.diff(grid.cos_edges)
    for i, T in enumerate(grid.T * nucleons):
        for j, W in enumerate(energy):
            value = electromagnetic.heavy_spectrum(W, T, mass, charge, spin, air)
            if value > 0.0:
                cosine = electromagnetic.knock_on_cosine(W, T, mass)
                ring = sorted_cells(grid.cos_edges, cosine)
                result[i, j, ring] = value / solid_angle[ring]
    return result


def interactions(fractions: Mapping[str, float], projectile: str, T: np.ndarray) -> np.ndarray:
    """Inelastic collisions per grammage [m2 kg-1] at kinetic energies per nucleon [GeV].

    Parameters
    ----------
    fractions : dict
        Mass fractions of the air by element.
    projectile : {"proton", "alpha"}
    T : ndarray, shape (nt,)
        Kinetic energies per nucleon [GeV], 0.2 to 500.

    Returns
    -------
    ndarray, shape (nt,)
        [m2 kg-1]
    """
    tables = lepton_production.yield_tables(True, 0.0)
    total: Any = sum(
        number * MB_TO_M2 * tables.table(element, projectile).sigma_inel(T)
        for element, number in nuclei(fractions, projectile)
    )
    return total


def cells(T: np.ndarray) -> np.ndarray:
    """Edges of the cells of energy around nodes [GeV], half way in ln."""
    ln = np.log(T)
    middle = 0.5 * (ln[1:] + ln[:-1])
    return np.exp(np.concatenate([[2.0 * ln[0] - middle[0]], middle, [ln[-1]]]))


def products(
    fractions: Mapping[str, float], projectile: str, emission: Emission, energies: np.ndarray, first: int = 0
) -> Products:
    """Everything that a projectile makes in air.

    Parameters
    ----------
    fractions : dict
        Mass fractions of the air.
    projectile : {"proton", "neutron", "alpha"}
    emission : Emission
    energies : ndarray of bool
        Which of `angular_leptons.ANGULAR_ELECTRON_ENERGIES` are wanted.
    first : int
        Lowest node of energy of the nucleons that are followed.

    Returns
    -------
    Products
    """
    if projectile == "neutron":
        return _mirrored(fractions, emission, energies, first)
    bare = emission._replace(knock_on=False)
    positron, electron = (yields(fractions, charge, projectile, bare, energies) for charge in (1, -1))
    energy = angular_leptons.ANGULAR_ELECTRON_ENERGIES[energies]
    knock_on = knock_ons(fractions, projectile, electron, energy) if emission.knock_on else None
    photon: Any = None
    nucleon = None
    if emission.neutral_pions:
        photon = sum(
            number
            * MB_TO_M2
            * angular_photon_table(element, emission.factors, projectile, emission.factor_shift)[:, energies, ::-1]
            / (2.0 * np.pi)
            for element, number in nuclei(fractions, projectile)
        )
    interaction = interactions(fractions, projectile, positron.T)
    if emission.cascade:
        solid_angle = 2.0 * np.pi * np.diff(positron.cos_edges)
        per_collision = np.zeros((len(positron.T), 2, len(positron.T) - first, len(solid_angle)))
        per_collision[first:] = transfer(projectile, cells(positron.T[first:]))[..., ::-1]
        nucleon = interaction[:, None, None, None] * per_collision / solid_angle
    return Products(
        positron.T, positron.cos_edges, positron.kernel, electron.kernel, knock_on, photon, nucleon, interaction
    )


def _mirrored(fractions, emission, energies, first):
    """Products of a neutron."""
    proton = products(fractions, "proton", emission, energies, first)
    pions = products(
        fractions, "proton", Emission(emission.decay, emission.factors, emission.factor_shift, False, knock_on=False),
        energies,
    )  # fmt: skip
    return proton._replace(
        positron=proton.positron - pions.positron + pions.electron,
        electron=proton.electron - pions.electron + pions.positron,
        knock_on=None,
        nucleon=None if proton.nucleon is None else proton.nucleon[:, ::-1],
    )
