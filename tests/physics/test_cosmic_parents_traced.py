"""The parents of the map, Störmer's cutoff and circles through round air, against protons traced back in IGRF and air.

At 60 km every direction of the sky and 40 rigidities are traced back until they escape or hit the ground; the e+ and e-
that these protons send to the east and to the west are compared with what the map's cutoffs and depths give, with and
without the correction on a grid of places, at places between its nodes, another energy and other zenith angles.
"""

import math
import types

import numpy as np
import pytest

from mcbelt.cascade import along_orbit, collisions, parent_depth, parent_sky, traced_parents
from mcbelt.cascade import production as cp
from mcbelt.physics import angular_leptons
from mcbelt.settings import reading
from mcbelt.sources.cosmic import prepare, primaries
from mcbelt.surroundings import surroundings as around_of

UPWARD = np.array([-0.05, 0.0, 0.05])  # cosines of the e+- with the vertical
ENERGY = 1.0  # [GeV]
WAYS = {1: 0.0, -1: math.pi}  # charge -> azimuth of its motion: e+ to the east, e- to the west
SITES = ((70.0, 0.0), (150.0, 0.12), (210.0, -0.3), (250.0, 0.3))  # longitude [deg], dipole latitude [rad]


def traced_place(**changes):
    """Campaign, surroundings, place of the map, protons and nominal radius; `changes` are keys of [shell]."""
    chosen = reading.validate(
        {
            "kind": "belt",
            "name": "test",
            "shell": {"L": 1.1, "date": "1998-06-05", **changes},
            "air": {"f107": 112.0, "f107a": 108.0, "ap": 10.0, "times": "instant"},
            "source": {"kind": "cosmic_rays", "vantage": "orbit"},
        },
        "test",
    )
    around = around_of(chosen.shell, chosen.air)
    where = prepare.place_of(chosen.place, chosen.shell, around, None)
    protons = primaries.parents_of(chosen.source)[0][0]
    return around, prepare.incoming(chosen.source, around, where), protons, where.nominal_radius


def corrected(around, place, protons, radius):
    """The correction of the map."""
    return traced_parents.correction(around.field.lanes, around.air, around.dipole, place, protons, radius)


def beside(node, longitude, latitude):
    """Whether a node (i, j) of the correction's grid is a corner of the cell of a place [deg, rad]."""
    step = 360.0 / traced_parents.LONGITUDES
    apart = abs((node[0] * step - longitude + 180.0) % 360.0 - 180.0)
    latitudes = traced_parents.LATITUDES_RAD
    return apart <= step and abs(latitudes[node[1]] - latitude) <= latitudes[1] - latitudes[0]


@pytest.fixture(scope="module")
def world():
    """The same in IGRF of June 1998, with the correction of the map: at the nodes beside `SITES`, NaN at the others.

    Two minutes for all 90 of them, which the campaign cosmic-ams01 of the slow tests traces.
    """
    here = traced_place()
    none = np.full((traced_parents.AZIMUTHS, len(traced_parents.ENERGIES_GEV)), np.nan)

    def some(work, nodes):
        return [work(node) if any(beside(node, *place) for place in SITES) else none for node in nodes]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(traced_parents, "threads", types.SimpleNamespace(side_by_side=some))
        return *here, corrected(*here)


@pytest.fixture(scope="module")
def productions(world):
    """By charge: production by traced protons, and by the map without and with the correction; shape (sites, 3, 3).

    The protons of a place are traced once for both charges.
    """
    around, place, protons, radius, table = world
    energies = np.zeros(61, bool)
    energies[np.abs(angular_leptons.ANGULAR_ELECTRON_ENERGIES - ENERGY).argmin()] = True
    emission = collisions.Emission(knock_on=False)
    made = {charge: collisions.yields(around.fractions, charge, "proton", emission, energies) for charge in WAYS}
    first = int(np.searchsorted(made[1].T, 2.0))
    T, vectors = made[1].T[first:], parent_sky.sky(40, 60).vectors
    sine = np.sqrt(1.0 - UPWARD**2)
    rings = {
        charge: parent_sky.rings(
            vectors, np.stack([sine * math.cos(azimuth), 0.0 * sine, UPWARD], axis=1), made[charge].cos_edges
        )
        for charge, azimuth in WAYS.items()
    }
    rigidity = protons.rays.rigidity(T)
    result = {charge: [] for charge in WAYS}
    for degrees, latitude in SITES:
        longitude = math.radians(degrees)
        position, frame, distance = traced_parents.site(around.dipole, longitude, latitude)
        share = traced_parents.survival(around.field.lanes, around.air, position, vectors @ frame, rigidity, 85.0)
        fluxes = [cp.open_flux(protons.rays, T, np.array([0.1])) * share]
        ln_scale = 2.0 * math.log(radius / distance)
        through = parent_depth.survival(cp.at_scale(place, ln_scale), traced_parents.ALTITUDE, vectors, rigidity, 85.0)
        fluxes.append(cp.open_flux(protons.rays, T, cp.cutoff_of(place, vectors, ln_scale, latitude)) * through)
        for charge, azimuth in WAYS.items():
            kernel = made[charge].kernel[first:, 0]
            traced, bare = (np.einsum("mct,tc->m", parent_sky.ring_integrals(rings[charge], f), kernel) for f in fluxes)
            factor = math.exp(along_orbit.correction_at(table, longitude, latitude, azimuth, math.log(ENERGY)))
            result[charge].append([traced, bare, factor * bare])
    return {charge: np.array(found) for charge, found in result.items()}


def test_parents_end_at_20_km_and_step_coarsely(world, monkeypatch):
    """What comes through is that of a floor at sea level and half the shares of the step: to 1e-3, 1e-4 in the mean."""
    around = world[0]
    position, frame, _ = traced_parents.site(around.dipole, 1.2, 0.0)
    coming = (parent_sky.sky(*traced_parents._SKY).vectors @ frame)[::7]
    given = (around.field.lanes, around.air, position, coming, np.array([10.0, 15.0, 40.0]), 85.0)
    usual = traced_parents.survival(*given)
    monkeypatch.setattr(traced_parents, "_LIMITS", traced_parents._LIMITS._replace(floor=0.0))
    monkeypatch.setattr(traced_parents, "_STEPPING", traced_parents._STEPPING._replace(air_fraction=0.5))
    fine = traced_parents.survival(*given)
    assert 0.2 < np.mean(fine > 0.0) < 0.6
    assert usual == pytest.approx(fine, abs=1e-3)
    assert np.mean(usual) == pytest.approx(np.mean(fine), rel=1e-4)


def test_eastward_positrons_of_traced_protons(productions):
    """Störmer's cutoff in the dipole with circles is right to 25 %, with the correction to 10 % (grid of places)."""
    traced, bare, corrected = productions[1].transpose(1, 0, 2)
    assert bare == pytest.approx(traced, rel=0.25)
    assert corrected == pytest.approx(traced, rel=0.10)


def test_westward_electrons_of_traced_protons(productions):
    """Without the correction 45 % (protons beside the cutoff of the east); with it 20 %, 8 % in the mean."""
    traced, bare, corrected = productions[-1].transpose(1, 0, 2)
    assert bare == pytest.approx(traced, rel=0.45)
    assert corrected == pytest.approx(traced, rel=0.20)
    assert np.mean(corrected / traced) == pytest.approx(1.0, abs=0.08)


@pytest.mark.slow
def test_correction_of_a_dipole_is_small(monkeypatch):
    """In the dipole of Störmer's formula itself: 5 to 20 % fewer e+ to the east than Störmer's main cone gives.

    The rest is in the penumbra: directions over Störmer's cutoff whose way back meets the ground farther away.
    """
    monkeypatch.setattr(traced_parents, "LONGITUDES", 4)
    monkeypatch.setattr(traced_parents, "LATITUDES_RAD", traced_parents.LATITUDES_RAD[1:4])
    found = corrected(*traced_place(field="dipole"))
    assert np.all((found.value[:, :, 0] > -0.25) & (found.value[:, :, 0] < 0.0))
    assert np.ptp(found.value[:, 1], axis=0).max() < 0.08  # the same at every longitude, but for the Earth's flattening
