"""Parents traced through the real field and air, as a correction of the production map.

The map is made for Störmer's cutoff in a dipole and for paths on circles through round air. On a grid of longitude and
dipole latitude, protons of all directions and of the rigidities of the yields are traced back from 60 km through field
and air until they escape or come below 20 km. What they send, at three energies and along eight horizontal azimuths, is
divided by what the map's cutoffs and depths give there. So penumbra, shadow, and the difference between west and east
are in it. The production is corrected and not the cutoff, which few e+- of high energy would feel.
"""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from geomag.constants import REFERENCE_RADIUS
from geomag.dipole import DipoleModel
from kernelcache import threads
from mcbelt.cascade import collisions, parent_depth, parent_sky
from mcbelt.cascade import production as cosmic_production
from mcbelt.constants import PROTON_MASS
from mcbelt.orbits import lanes
from mcbelt.orbits import rows as row
from mcbelt.physics import angular_leptons

ALTITUDE = 60.0e3  # [m] above a sphere through the ellipsoid at that place: where most e+- are born
LONGITUDES, LATITUDES_RAD = 18, np.array([-0.45, -0.225, 0.0, 0.225, 0.45])
AZIMUTHS = 8  # of the e+-, from magnetic east towards north
ENERGIES_GEV = (0.3, 1.0, 3.0)
_SKY = (40, 60)
_LOWEST_SCALE = 0.4  # of the cutoff over the nominal one, anywhere
# Below 20 km a way along the horizon passes ten attenuation lengths and more, at any rigidity over a cutoff; the depth
# of such a proton need not be better than a part in a thousand. Finer or lower moves the production by 1e-4.
_LIMITS = lanes.Limits(floor=20.0e3, momentum_max=1.0e5, time=2.0)
_STEPPING = lanes.Stepping(direction=-1.0, air_fraction=1.0)


class Correction(NamedTuple):
    """ln of a factor on the production; every axis uniform."""

    longitude: np.ndarray  # geographic [rad], from 0, periodic, shape (n,)
    latitude: np.ndarray  # of the dipole [rad], shape (m,)
    ln_energy: np.ndarray  # ln [GeV], shape (ne,)
    value: np.ndarray  # shape (n, m, na, ne), azimuth periodic from magnetic east


def none() -> Correction:
    """The map as it is."""
    return Correction(np.zeros(1), np.zeros(1), np.zeros(1), np.zeros((1, 1, 1, 1)))


class Folded(NamedTuple):
    """From fluxes of parents on the sky to the production along the azimuths."""

    vectors: np.ndarray  # east, north, up, shape (n, 3)
    rings: parent_sky.Rings
    kernel: np.ndarray  # (nt, ne, nc)
    T: np.ndarray  # [GeV], shape (nt,)

    def production(self, flux: np.ndarray) -> np.ndarray:
        """P, shape (azimuths, energies), of a flux times the width of energy (n, nt)."""
        return np.einsum("mct,tec->me", parent_sky.ring_integrals(self.rings, flux), self.kernel)


def folded(fractions: Mapping[str, float], lowest_T: float) -> Folded:
    """Production of e+ of `ENERGIES_GEV` by protons above a kinetic energy [GeV]."""
    grid = np.log(angular_leptons.ANGULAR_ELECTRON_ENERGIES)
    wanted = np.zeros(grid.size, bool)
    wanted[[np.abs(grid - math.log(E)).argmin() for E in ENERGIES_GEV]] = True
    made = collisions.yields(fractions, 1, "proton", collisions.Emission(knock_on=False), wanted)
    first = int(np.searchsorted(made.T, lowest_T))
    turn = np.arange(AZIMUTHS) * 2.0 * math.pi / AZIMUTHS
    towards = np.stack([np.cos(turn), np.sin(turn), np.zeros(AZIMUTHS)], axis=1)
    vectors = parent_sky.sky(*_SKY).vectors
    rings = parent_sky.rings(vectors, towards, made.cos_edges)
    return Folded(vectors, rings, made.kernel[first:], made.T[first:])


def site(model: DipoleModel, longitude: float, latitude: float) -> tuple[np.ndarray, np.ndarray, float]:
    """A place at a geographic longitude and a dipole latitude [rad], at `ALTITUDE`.

    Parameters
    ----------
    model : DipoleModel
    longitude : float
        Geographic [rad].
    latitude : float
        Of the dipole [rad].

    Returns
    -------
    position : ndarray, shape (3,)
        [m].
    frame : ndarray, shape (3, 3)
        Unit vectors to magnetic east and north, and up.
    distance : float
        From the dipole [m].
    """
    moment = np.array([model.moment_x, model.moment_y, model.moment_z])
    centre = np.array([model.centre_x, model.centre_y, model.centre_z])
    axis = -moment / np.linalg.norm(moment)
    geographic = np.linspace(-0.5 * math.pi, 0.5 * math.pi, 1441)
    points = (REFERENCE_RADIUS + ALTITUDE) * np.stack(
        [np.cos(geographic) * math.cos(longitude), np.cos(geographic) * math.sin(longitude), np.sin(geographic)], axis=1
    )
    away = points - centre
    sine = away @ axis / np.linalg.norm(away, axis=1)
    position = points[np.abs(sine - math.sin(latitude)).argmin()]
    up = position / np.linalg.norm(position)
    east = np.cross(axis, up)
    east /= np.linalg.norm(east)
    return position, np.stack([east, np.cross(up, east), up]), float(np.linalg.norm(position - centre))


def survival(
    field: Any, air: Any, position: np.ndarray, directions: np.ndarray, rigidity: np.ndarray, attenuation: float
) -> np.ndarray:
    """Share of protons that come through field and air to a place.

    Parameters
    ----------
    field, air
        Models for the lanes.
    position : ndarray, shape (3,)
        [m].
    directions : ndarray, shape (n, 3)
        Of their velocities there, geocentric.
    rigidity : ndarray, shape (nt,)
        [GV].
    attenuation : float
        [g cm-2].

    Returns
    -------
    ndarray, shape (n, nt)
        0 where the way back comes below 20 km or does not leave within 2 s.
    """
    model = lanes.LaneModel(field=field, air=air, stepping=_STEPPING, limits=_LIMITS)
    share = np.zeros((len(directions), len(rigidity)))
    for i, R in enumerate(rigidity):
        table = lanes.charge_table(position, directions, np.full(len(directions), R), PROTON_MASS, 1.0)
        lanes.advance(model, table)
        depth = 0.1 * table[row.GRAMMAGE]
        share[:, i] = np.where(table[row.FATE] == row.ESCAPED, np.exp(-depth / attenuation), 0.0)
    return share


def expected(
    place: cosmic_production.Place, parents: cosmic_production.Parents, fold: Folded, ln_scale: float, latitude: float
) -> np.ndarray:
    """Production by the map's cutoffs and depths, (azimuths, energies).

    Parameters
    ----------
    place : mcbelt.cascade.production.Place
        Of the map.
    parents : mcbelt.cascade.production.Parents
        Protons.
    fold : Folded
    ln_scale : float
        ln of the cutoff over the nominal one.
    latitude : float
        Of the dipole [rad].

    Returns
    -------
    ndarray, shape (AZIMUTHS, energies)
        P [kg-1 s-1 sr-1 GeV-1].
    """
    cutoff = cosmic_production.cutoff_of(place, fold.vectors, ln_scale, latitude)
    here = cosmic_production.at_scale(place, ln_scale)
    rigidity = parents.rays.rigidity(fold.T)
    through = parent_depth.survival(here, ALTITUDE, fold.vectors, rigidity, parents.attenuation)
    return fold.production(cosmic_production.open_flux(parents.rays, fold.T, cutoff) * through)


def correction(
    field: Any,
    air: Any,
    model: DipoleModel,
    place: cosmic_production.Place,
    parents: cosmic_production.Parents,
    radius: float,
) -> Correction:
    """Correction of the map for a field.

    Parameters
    ----------
    field, air
        Models for the lanes.
    model : DipoleModel
        The dipole of Störmer's formula.
    place : mcbelt.cascade.production.Place
        Of the map.
    parents : mcbelt.cascade.production.Parents
        Protons.
    radius : float
        Distance from the dipole to which the nominal cutoff belongs [m].

    Returns
    -------
    Correction
    """
    west = np.array([[1.0, 0.0, 0.0]])
    lowest = cosmic_production.cutoff_of(place, west, math.log(_LOWEST_SCALE), LATITUDES_RAD[-1])
    fold = folded(place.fractions, float(parents.rays.kinetic_energy(lowest[0])))
    everything = cosmic_production.open_flux(parents.rays, fold.T, lowest)
    rigidity = parents.rays.rigidity(fold.T)
    longitude = np.arange(LONGITUDES) * 2.0 * math.pi / LONGITUDES

    def at(node):
        i, j = node
        position, frame, distance = site(model, longitude[i], LATITUDES_RAD[j])
        share = survival(field, air, position, fold.vectors @ frame, rigidity, parents.attenuation)
        ln_scale = 2.0 * math.log(radius / distance)
        return np.log(fold.production(everything * share) / expected(place, parents, fold, ln_scale, LATITUDES_RAD[j]))

    at((0, 0))  # compiled before the threads ask for it
    nodes = [(i, j) for i in range(LONGITUDES) for j in range(len(LATITUDES_RAD))]
    values = np.array(threads.side_by_side(at, nodes))
    shape = (LONGITUDES, len(LATITUDES_RAD), AZIMUTHS, len(ENERGIES_GEV))
    return Correction(longitude, LATITUDES_RAD, np.log(ENERGIES_GEV), values.reshape(shape))
