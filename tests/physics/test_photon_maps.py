"""Photons of pions and of e+-: two rounds of them, and maps that are not their own mirror images.

A map that is read with its latitudes, its scales or its east and west exchanged has the same mean; so each is held
where the two sides differ.
"""

import math

import numpy as np
import pytest

from mcbelt.cascade import collisions, generations, streaming
from mcbelt.cascade import production as cp
from mcbelt.cascade.production_map import production, zenith_nodes
from mcbelt.constants import GV_TO_TESLA_METRE
from mcbelt.physics.elements import DRY_AIR
from mcbelt.spectra import cosmic_rays

SCALE, GROUND = 7.0e3, 1.2
LEVELS = np.arange(0.0, 400e3, 500.0)
AIR = (LEVELS, GROUND * np.exp(-LEVELS / SCALE))
ALTITUDE = np.array([20e3, 40e3, 60e3, 80e3, 130e3])
ZENITH, AZIMUTH = zenith_nodes(7), np.arange(8) * 2.0 * np.pi / 8
ENERGY = np.geomspace(0.02, 20.0, 13)
EAST, NORTH, WEST = 0, 2, 4
LEVEL = 3  # index of the horizon
BEND = 0.3e-4 / GV_TO_TESLA_METRE


@pytest.fixture(scope="module")
def grid():
    return streaming.grid(ALTITUDE, ZENITH, AZIMUTH, AIR)


def empty():
    return np.zeros((len(ALTITUDE), len(ZENITH), len(AZIMUTH), len(ENERGY)))


def flat(table):
    return table.reshape(len(ALTITUDE), -1, len(ENERGY))


def folded(table):
    return table.reshape(len(ALTITUDE), len(ZENITH), len(AZIMUTH), len(ENERGY))


def test_there_are_two_rounds_of_radiation(grid):
    """All pairs = those of pions' photons and of e+-'s first photons, and those of the photons of these pairs.

    At 20 km going down, E^-2.7: the second round adds 4 to 7 % from 20 to 200 MeV.
    """
    both = [flat(empty() + ENERGY**-2.7), flat(empty() + 0.7 * ENERGY**-2.7)]
    photon = flat(empty() + 0.5 * ENERGY**-2.7)
    found = generations.pairs(grid, both, photon, ENERGY, DRY_AIR, BEND, True)
    made = photon + generations.radiated(grid, both, ENERGY, DRY_AIR, BEND)
    first = generations.converted(grid, made, ENERGY, DRY_AIR)
    again = generations.radiated(grid, (first, first), ENERGY, DRY_AIR, BEND)
    second = generations.converted(grid, again, ENERGY, DRY_AIR)
    assert found == pytest.approx(first + second, rel=1e-12)
    share = folded(second)[0, 0, 0, :5] / folded(first)[0, 0, 0, :5]
    print("second round over the first:", share)
    assert np.all((share > 0.03) & (share < 0.1))
    without = generations.pairs(grid, both, photon, ENERGY, DRY_AIR, BEND, False)
    assert without == pytest.approx(generations.converted(grid, photon, ENERGY, DRY_AIR), rel=1e-12)


@pytest.mark.parametrize("azimuth", [EAST, NORTH, WEST])
def test_pairs_go_where_their_photons_went(grid, azimuth):
    """Photons of one azimuth and of the horizon: their pairs there; the round Earth turns 1 % out of it."""
    photon = empty()
    photon[:, LEVEL, azimuth] = ENERGY**-2.0
    pairs = folded(generations.converted(grid, flat(photon), ENERGY, DRY_AIR))
    assert np.all(pairs[2, LEVEL, azimuth, :-2] > 0.0)
    others = np.delete(pairs, azimuth, axis=2)
    assert others.max() < 0.01 * pairs.max()


@pytest.mark.parametrize(("zenith", "sign"), [(0, -1), (6, 1)])
def test_pairs_are_made_ahead_of_where_their_photons_were(grid, zenith, sign):
    """Photons of a layer at 60 km that go down make pairs at 40 km and none at 80, those that go up the other way."""
    photon = empty()
    photon[2, zenith] = ENERGY**-2.0
    pairs = folded(generations.converted(grid, flat(photon), ENERGY, DRY_AIR))
    ahead, behind = pairs[2 + sign, zenith], pairs[2 - sign, zenith]
    assert np.all(ahead[:, :-2] > 0.0)
    assert behind.max() < 1e-12 * ahead.max()


def test_photons_of_positrons_and_electrons_are_mirrored(grid):
    """e+ and e- with east and west exchanged radiate photons with east and west exchanged; 3 % for their losses.

    And the right way round: e+ that go east come from above, where little is made, and bring fewer than those that go
    west; for e- it is the other way.
    """
    table = empty()
    table[:] = (1.0 + 0.8 * np.cos(AZIMUTH))[None, None, :, None] * ENERGY**-2.7
    mirror = (4 - np.arange(8)) % 8
    nothing = flat(empty())
    plus = folded(generations.radiated(grid, (flat(table), nothing), ENERGY, DRY_AIR, BEND))
    minus = folded(generations.radiated(grid, (nothing, flat(table[:, :, mirror])), ENERGY, DRY_AIR, BEND))
    assert minus[:, :, mirror] == pytest.approx(plus, rel=0.03, abs=1e-9 * plus.max())
    even = flat(empty() + ENERGY**-2.7)
    of_plus, of_minus = (
        folded(generations.radiated(grid, both, ENERGY, DRY_AIR, BEND))[3, LEVEL, :, 2]
        for both in ((even, nothing), (nothing, even))
    )
    assert of_plus[EAST] < 0.8 * of_plus[WEST]
    assert of_minus[EAST] > 1.25 * of_minus[WEST]
    assert of_plus[NORTH] == pytest.approx(of_plus[(NORTH + 4) % 8], rel=1e-6)


RADIUS = 6371.2e3
VERTICAL = 31200e-9 * RADIUS**3 / (4.0 * GV_TO_TESLA_METRE * (1.09 * RADIUS) ** 2)
PLACE = cp.Place(VERTICAL, *AIR, {"N": 0.77, "O": 0.23}, curvature=0.24e-4 / GV_TO_TESLA_METRE)
SCALES, LATITUDES = np.log([0.6, 0.85, 1.25]), np.array([0.0, 0.25, 0.45])
EMISSION = collisions.Emission(knock_on=False, kaons=False, neutral_pions=True, radiated_photons=True)


def mapped(scales, latitudes, emission=EMISSION):
    """Map at 40 and 70 km, few directions, of protons over the cutoff."""
    axes = cp.MapAxes(np.array([40e3, 70e3]), np.atleast_1d(scales), np.atleast_1d(latitudes), 7, 8, (0.05, 5.0))
    return cp.production_map(
        [cp.Parents(cosmic_rays.modulated("proton", "burger2000", 0.5))], None, PLACE, axes, emission
    )


@pytest.fixture(scope="module")
def maps():
    """The map with photons, and without."""
    return mapped(SCALES, LATITUDES), mapped(SCALES, LATITUDES, collisions.Emission(knock_on=False, kaons=False))


@pytest.mark.parametrize(("k", "i"), [(0, 2), (2, 0)])
def test_photons_of_a_node_are_those_of_the_map_of_that_node(maps, k, i):
    """The corners of latitude and scale, where later generations are computed and not interpolated.

    The part of the photons, 4 % of its maximum: paths of parents are interpolated in curvatures whose range is that of
    the whole map. A map with two corners exchanged is off by 20 %.
    """
    alone = mapped(SCALES[i], LATITUDES[k]).positron[0, 0]
    bare = mapped(SCALES[i], LATITUDES[k], collisions.Emission(knock_on=False, kaons=False)).positron[0, 0]
    part = maps[0].positron[k, i] - maps[1].positron[k, i]
    assert part == pytest.approx(alone - bare, rel=1e-3, abs=0.04 * float((alone - bare).max()))


def test_pairs_rise_with_latitude_and_fall_with_the_cutoff(maps):
    """The part of the photons, e+ at 0.1-0.5 GeV: more where the cutoff is lower, at every node and between them."""
    photons = maps[0]._replace(positron=maps[0].positron - maps[1].positron)
    part = photons.positron[:, :, :, :, :, 2:10].sum(axis=(2, 3, 4, 5))
    assert np.all(np.diff(part, axis=0) > 0.0)
    assert np.all(np.diff(part, axis=1) < 0.0)
    here = (photons, 1.0, math.log(0.2), 0.0, 0.0, 70e3)
    read = [production(*here, 0.0, latitude) for latitude in (0.0, 0.2, -0.2, 0.44)]
    assert read[0] < read[1] == read[2] < read[3]
    read = [production(*here, scale, 0.0) for scale in (-0.4, -0.1, 0.1)]
    assert read[0] > read[1] > read[2]


def test_photons_go_east_like_the_protons_that_made_them(maps):
    """On the horizon at 70 km, 0.5 GeV: pairs to the east over pairs to the west more than 4; e+ and e- are as many."""
    pairs = [whole - bare for whole, bare in zip(maps[0][-2:], maps[1][-2:], strict=True)]
    assert pairs[0] == pytest.approx(pairs[1], rel=1e-3, abs=1e-4 * float(maps[0].positron.max()))
    axes = maps[0]._replace(positron=pairs[0])
    east, north, west, south = (
        production(axes, 1.0, math.log(0.5), 0.0, turn * 0.5 * math.pi, 70e3, -0.1, 0.0) for turn in range(4)
    )
    assert east > 4.0 * west
    assert east > north == pytest.approx(south, rel=0.05)
    assert north > west
