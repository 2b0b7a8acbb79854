"""Later generations: streaming along paths, secondary nucleons, photons of pi0 and their pairs, flight of the muons."""

import math

import numpy as np
import pytest

from mcbelt.cascade import collisions, generations, muon_flight, streaming
from mcbelt.cascade.production_map import directions, zenith_nodes
from mcbelt.constants import NEUTRAL_PION_MASS
from mcbelt.physics import photon_production
from mcbelt.physics.angular_leptons import ANGULAR_ELECTRON_ENERGIES
from mcbelt.physics.bremsstrahlung import photon_spectrum
from mcbelt.physics.elements import DRY_AIR
from mcbelt.physics.lepton_production import PROJECTILE_ENERGIES
from mcbelt.physics.nucleon_production import nucleon_yields
from mcbelt.physics.pair_production import conversion_coefficient, pair_table, positron_spectrum
from mcbelt.physics.yield_tables import YieldTables

SCALE = 7.0e3  # [m]
GROUND = 1.2  # [kg m-3]
LEVELS = np.arange(0.0, 400e3, 500.0)
ALTITUDE = np.array([20, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 90, 100, 130.0]) * 1e3
ZENITH, AZIMUTH = zenith_nodes(21), np.arange(24) * 2.0 * np.pi / 24
AIR = {"N": 0.7555, "O": 0.2315, "Ar": 0.013}
EARTH = 6371.2e3
J60 = int(np.searchsorted(ALTITUDE, 60e3))


@pytest.fixture(scope="module")
def grid():
    return streaming.grid(ALTITUDE, ZENITH, AZIMUTH, (LEVELS, GROUND * np.exp(-LEVELS / SCALE)))


def streamed(grid, table, coefficient, curvature=0.0):
    out = np.empty(table.shape)
    ne = table.shape[3]
    streaming.stream(grid, table, np.full(ne, coefficient), np.full(ne, curvature), streaming.empty_path(), out)
    return out


def uniform(ne=1):
    return np.ones((len(ALTITUDE), len(ZENITH), len(AZIMUTH), ne), np.float32)


def test_stream_of_a_uniform_production(grid):
    """Q = 1 everywhere: (1 - exp(-mu X)) / mu, X the vertical or the Chapman depth at 60 km; 1 and 2 % (steps)."""
    mu = 0.02  # a mean free path of 5 g cm-2, so that the depth matters
    flux = streamed(grid, uniform(), mu)[J60, :, 0, 0]
    rho = GROUND * math.exp(-60e3 / SCALE)
    down, level = rho * SCALE, rho * math.sqrt(0.5 * math.pi * (EARTH + 60e3) * SCALE)
    assert flux[0] == pytest.approx(-math.expm1(-mu * down) / mu, rel=0.01)
    assert flux[10] == pytest.approx(-math.expm1(-mu * level) / mu, rel=0.02)
    assert np.all(np.diff(flux[:15]) > 0.0)  # more air lies behind what goes up, until 1 / mu is reached


def test_paths_bend_about_the_field(grid):
    """Protons that go east have come from higher up: Chapman's depth with the curvature of the path added (3 %)."""
    bend = 1.0 / 700e3  # [1/m], 5 GV
    flux = streamed(grid, uniform(), 1e-6, bend)[J60, 10, :, 0]
    rho = GROUND * math.exp(-60e3 / SCALE)
    east = rho * math.sqrt(0.5 * math.pi * SCALE / (1.0 / (EARTH + 60e3) + bend))
    assert flux[0] == pytest.approx(east, rel=0.03)
    assert flux[12] > 5.0 * east  # westward: the path comes up from the ground
    assert flux[6] == pytest.approx(flux[18], rel=1e-6)  # north and south are alike


def test_circles_close(grid):
    """A charge that turns within 2 km comes back: the path neither ends nor leaves its altitude band."""
    path = streaming.empty_path()
    n = streaming.trace_back(grid, 100e3, 0.0, 0.0, 1.0 / 1e3, 6.0e3, 25e3, 0.0, path)
    heights = ALTITUDE[path.node[:n, 0]] + path.share[:n, 0] * np.diff(ALTITUDE)[path.node[:n, 0]]
    assert heights.max() - 100e3 < 2.1e3
    assert heights.min() > 99.9e3  # it moves east, so that the circle lies above


def test_muons_fly_upward_as_often_as_they_are_born(grid):
    """Upward e+- of 0.3 GeV born in one layer: number conserved along the vertical, mean rise = mean decay length."""
    energy = np.array([0.3])
    lengths, shares, momentum = muon_flight.flights(energy)
    assert momentum[0] == pytest.approx(0.3 / 0.44, rel=0.1)  # <E_e / E_mu> of the Michel spectrum under a steep slope
    fine = np.linspace(30e3, 130e3, 201)
    fine_grid = streaming.grid(
        fine, np.array([-1.0, 0.0, 1.0]), np.zeros(1), (LEVELS, GROUND * np.exp(-LEVELS / SCALE))
    )
    born = np.exp(-(((fine - 70e3) / 2e3) ** 2)) / np.exp(-fine / SCALE)  # a layer in Q rho
    table = np.zeros((201, 3, 1, 1))
    table[:, 2, 0, 0] = born
    moved = muon_flight.moved(fine_grid, table.reshape(201, 3, 1), energy, 0.0, 1.0)[:, 2, 0]
    before, after = born * np.exp(-fine / SCALE), moved * np.exp(-fine / SCALE)
    assert after.sum() == pytest.approx(before.sum(), rel=0.02)  # 5 decay lengths are followed, in steps
    rise = (after * fine).sum() / after.sum() - (before * fine).sum() / before.sum()
    assert rise == pytest.approx((lengths[0] * shares).sum(), rel=0.05)


def test_photons_are_two_per_pion_and_carry_its_energy():
    """Number 2 (3 %: nodes of k from 3 MeV) and energy (2 %) of the photons of pi0 at 10 and 50 GeV."""
    table = photon_production.angular_photon_table("N")
    T, k = PROJECTILE_ENERGIES[::2], ANGULAR_ELECTRON_ENERGIES
    per_k = (table * 2.0 * np.diff(np.linspace(0.0, 1.0, 31) ** 2)).sum(axis=-1)
    yields = YieldTables().table("N")
    for wanted in (10.0, 50.0):
        i = np.abs(T - wanted).argmin()
        pions = yields.cross_section(T[i : i + 1], "pi0")[0]
        assert np.trapezoid(per_k[i] * k, np.log(k)) == pytest.approx(2.0 * pions, rel=0.03)
        drawn = yields.sample(T[i], "pi0", np.random.default_rng(1).random((40000, 4)))[:, 0]  # 0.6 %
        carried = pions * (drawn.mean() + NEUTRAL_PION_MASS)
        assert np.trapezoid(per_k[i] * k**2, np.log(k)) == pytest.approx(carried, rel=0.03)


def test_photons_keep_the_momentum_of_their_pions():
    """Along the beam the photons carry the momentum of the pi0 at 10 GeV (4 %: rings), which fixes their angle."""
    table = photon_production.angular_photon_table("N")
    k, v = ANGULAR_ELECTRON_ENERGIES, np.linspace(0.0, 1.0, 31)
    i = np.abs(PROJECTILE_ENERGIES[::2] - 10.0).argmin()
    T = PROJECTILE_ENERGIES[::2][i]
    cosine = 1.0 - (v[1:] ** 2 + v[:-1] ** 2)
    along = (table[i] * 2.0 * np.diff(v**2) * cosine).sum(axis=-1)
    yields = YieldTables().table("N")
    drawn = yields.sample(T, "pi0", np.random.default_rng(1).random((40000, 4)))
    momentum = np.sqrt(drawn[:, 0] * (drawn[:, 0] + 2.0 * NEUTRAL_PION_MASS)) * drawn[:, 1]
    expected = yields.cross_section(np.array([T]), "pi0")[0] * momentum.mean()
    assert np.trapezoid(along * k**2, np.log(k)) == pytest.approx(expected, rel=0.04)


def test_stream_of_charges_that_lose_energy(grid):
    """S = b E and P = E^-3 everywhere: F = E^-3 (1 - exp(-2 b X)) / 2 b, X vertical and horizontal; 1 and 2 %."""
    energy, b = np.geomspace(0.1, 30.0, 31), 0.02
    table = np.broadcast_to(energy**-3.0, (len(ALTITUDE), len(ZENITH), len(AZIMUTH), 31)).copy()
    out = np.empty(table.shape)
    streaming.stream_losing(grid, table, np.log(energy), b * energy, np.zeros(31), streaming.empty_path(), out)
    rho = GROUND * math.exp(-60e3 / SCALE)
    for j, depth, width in (
        (0, rho * SCALE, 0.01),
        (10, rho * math.sqrt(0.5 * math.pi * (EARTH + 60e3) * SCALE), 0.02),
    ):
        expected = -math.expm1(-2.0 * b * depth) / (2.0 * b)
        assert out[J60, j, 0, 8] * energy[8] ** 3 == pytest.approx(expected, rel=width)


def test_photons_that_a_power_law_of_electrons_radiates():
    """The matrix against the integral over electrons of E^-2.7, at photons of 0.1, 1 and 10 GeV, 1 %."""
    E = np.geomspace(0.02, 400.0, 104)
    made = E**-2.7 @ photon_production.radiation_matrix(E, DRY_AIR)
    for k in (0.1, 1.0, 10.0):
        fine = k * np.exp(np.linspace(0.0, math.log(400.0 / k), 20001))
        middle = np.sqrt(fine[1:] * fine[:-1])
        spectrum = np.array([photon_spectrum(k, x, tuple(DRY_AIR)) / k for x in middle])
        expected = (middle**-2.7 * spectrum * np.diff(fine)).sum()
        assert np.exp(np.interp(math.log(k), np.log(E[:-1]), np.log(made[:-1]))) == pytest.approx(expected, rel=0.01)


def test_pairs_of_a_power_law_of_photons():
    """The matrix against the integral over photons of k^-2.7, at 0.1, 1 and 10 GeV, 1 %; energy of one photon, 2 %."""
    k = np.geomspace(0.02, 400.0, 104)
    made = k**-2.7 @ photon_production.pair_matrix(k, DRY_AIR)
    for E in (0.1, 1.0, 10.0):
        fine = E * np.exp(np.linspace(0.0, math.log(400.0 / E), 20001))
        middle = np.sqrt(fine[1:] * fine[:-1])
        spectrum = np.array([positron_spectrum(E / x, x, tuple(DRY_AIR)) / x for x in middle])
        expected = (middle**-2.7 * spectrum * np.diff(fine)).sum()
        assert np.exp(np.interp(math.log(E), np.log(k[:-1]), np.log(made[:-1]))) == pytest.approx(expected, rel=0.01)
    for x in (0.5, 5.0):
        shares = (np.arange(4000) + 0.5) / 4000
        mean = np.mean([positron_spectrum(s, x, tuple(DRY_AIR)) for s in shares])
        assert mean == pytest.approx(conversion_coefficient(pair_table(DRY_AIR), x), rel=0.02)


def test_nucleons_attenuate_with_the_length_of_the_cascade_equation():
    """Vertical nucleons of a power law T^-2.7 attenuate with Lambda = lambda / (1 - Z), Z the moment of the yields.

    A collinear cascade from the top of the air, generation by generation on the grid, against the diffusion equation in
    one dimension (Gaisser 1990, eq. 3.10), at a depth of half an interaction length.
    """
    wanted = np.array([False] * 20 + [True] + [False] * 40)
    emission = collisions.Emission(cascade=True, knock_on=False)
    T = PROJECTILE_ENERGIES[::2]
    start = int(np.searchsorted(T, 2.0))
    proton = collisions.products(AIR, "proton", emission, wanted, start).above(start)
    edges = collisions.cells(proton.T)
    flux = edges[:-1] ** -1.7 - edges[1:] ** -1.7  # per cell, per area: T^-2.7
    collinear = (proton.nucleon * proton.solid_angle).sum(axis=(1, 3))  # protons and neutrons are alike on N-14
    depth, steps, now = 0.5 / proton.interaction.mean(), 200, flux.copy()
    for _ in range(steps):
        h = depth / steps
        first = now @ collinear - proton.interaction * now
        half = now + 0.5 * h * first
        now = now + h * (half @ collinear - proton.interaction * half)
    i = int(np.searchsorted(proton.T, 10.0))
    moment = (flux @ collinear)[i] / (proton.interaction * flux)[i]
    table = nucleon_yields("proton")
    x = 0.5 * (table.x_edges[1:] + table.x_edges[:-1])
    Z = (table.number.sum(axis=(1, 3)) * x**1.7).sum(axis=1)
    # parents of 10 GeV nucleons have 10 to 30 GeV; 5 % for the bins of x
    assert moment == pytest.approx(float(np.interp(math.log(14.0), np.log(table.T_GeV), Z)), rel=0.05)
    expected = math.exp(-depth * proton.interaction[i] * (1.0 - moment))
    assert now[i] / flux[i] == pytest.approx(expected, rel=0.03)
    attenuation = 0.1 / (proton.interaction[i] * (1.0 - moment))
    assert 100.0 < attenuation < 140.0  # [g cm-2]; 120 is the textbook value


@pytest.fixture(scope="module")
def nucleons(grid):
    """Folder of the cascade, and the products of protons and neutrons in it."""
    wanted = np.zeros(61, bool)
    wanted[[25, 30]] = True
    emission = collisions.Emission(cascade=True, knock_on=False)
    start = int(np.searchsorted(PROJECTILE_ENERGIES[::2], 5.0))
    both = tuple(collisions.products(AIR, name, emission, wanted, start).above(start) for name in ("proton", "neutron"))
    return generations.folder(grid, directions(ZENITH, AZIMUTH), *both), both


def test_collisions_keep_what_the_yields_make(nucleons):
    """Summed over directions, a flux that depends on direction makes flux times the yield of all angles (2 %: grid)."""
    folder, (proton, _) = nucleons
    towards = directions(ZENITH, AZIMUTH)
    weight = folder.operator.reshape(len(towards), -1, len(towards))[0].sum(axis=0)  # solid angle of the nodes
    assert weight.sum() == pytest.approx(4.0 * math.pi, rel=1e-4)
    flux = np.zeros((len(towards), len(proton.T)))
    flux[:, 6] = 1.0 + 0.5 * towards[:, 2] + 0.4 * towards[:, 0]
    made = generations.collided(folder, folder.proton, flux)
    for part, kernel in ((made[0], proton.positron), (made[1], proton.electron)):
        expected = (weight @ flux[:, 6]) * (kernel[6] * proton.solid_angle).sum(axis=-1)
        assert weight @ part == pytest.approx(expected, rel=0.02)
    expected = (weight @ flux[:, 6]) * (proton.nucleon[6, 0] * proton.solid_angle).sum(axis=-1)
    assert weight @ made[4] == pytest.approx(expected, rel=0.02, abs=1e-6 * expected.max())


def test_generations_follow_each_other(grid, nucleons):
    """Vertical protons of a cell deep in the air: flux (1 - exp(-mu X)) / mu; then protons lead, neutrons follow."""
    folder, (proton, _) = nucleons
    born = generations.none_born(len(ALTITUDE), len(ZENITH) * len(AZIMUTH), 2, 0, len(proton.T))
    born.proton[:, :, 3] = 1.0
    protons, neutrons = generations.nucleon_fluxes(grid, folder, born, 0.0)
    assert not neutrons.any()
    mu, depth = proton.interaction[3], GROUND * math.exp(-20e3 / SCALE) * SCALE
    assert protons[0, 0, 3] == pytest.approx(-math.expm1(-mu * depth) / mu, rel=0.01)
    made = generations.later_generations(grid, folder, born, 0.0)
    assert made.positron[0].sum() > made.electron[0].sum()
    assert made.proton[0].sum() > made.neutron[0].sum() > 0.5 * made.proton[0].sum()
    second = sum(generations.collided(folder, folder.proton, protons[0])[0].sum(axis=0))
    assert 1.2 < made.positron[0].sum() / second < 3.0  # the third generation and on: a geometric series


def test_neutrons_mirror_protons():
    """On N-14 the pi+ of a neutron are the pi- of a proton; e+/e- of the two multiply to one but for kaons (5 %)."""
    wanted = np.zeros(61, bool)
    wanted[[24, 30, 36]] = True
    emission = collisions.Emission(cascade=True)
    proton, neutron = (collisions.products(AIR, name, emission, wanted, 0) for name in ("proton", "neutron"))
    i = int(np.searchsorted(proton.T, 10.0))
    totals = [(made.positron[i] * made.solid_angle).sum(axis=1) for made in (proton, neutron)]
    others = [(made.electron[i] * made.solid_angle).sum(axis=1) for made in (proton, neutron)]
    assert totals[0] / others[0] * totals[1] / others[1] == pytest.approx(np.ones(3), rel=0.05)
    assert np.all(totals[0] > others[0])
    assert neutron.knock_on is None
    assert proton.knock_on is not None
    assert neutron.nucleon[i, 0] == pytest.approx(proton.nucleon[i, 1])
