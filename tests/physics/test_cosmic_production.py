"""The source of cosmic-ray secondaries: cutoffs, production ratios west over east, the map against its pieces."""

import math

import numpy as np
import pytest

from geomag import stormer
from mcbelt.cascade import parent_depth, parent_sky
from mcbelt.cascade import production as cp
from mcbelt.cascade import production_map as pm
from mcbelt.constants import GV_TO_TESLA_METRE
from mcbelt.physics import lepton_flux
from mcbelt.physics.yield_tables import YieldTables
from mcbelt.spectra import cosmic_rays

RADIUS = 6371.2e3
MOMENT = 31200e-9 * RADIUS**3
AIR = {"N": 0.7555, "O": 0.2315, "Ar": 0.013}
VERTICAL = MOMENT / (4.0 * GV_TO_TESLA_METRE * (1.09 * RADIUS) ** 2)
ALTITUDE = np.arange(0.0, 400e3, 1e3)
DENSITY = 1.2 * np.exp(-ALTITUDE / 7e3)
PROTONS = cosmic_rays.modulated("proton", "burger2000", 0.5)


@pytest.fixture(scope="module")
def rays():
    return PROTONS


def place(**changes):
    return cp.Place(VERTICAL, ALTITUDE, DENSITY, AIR)._replace(**changes)


def test_cutoffs_of_the_shell():
    """W/V/E at L = 1.09 in a field of 0.312 G: 8.61, 12.54, 50.2 GV; three digits are given."""
    found = [stormer.cutoff_rigidity(MOMENT, 1.09 * RADIUS, 0.0, c) for c in (1.0, 0.0, -1.0)]
    assert found == pytest.approx([8.61, 12.54, 50.2], rel=1e-3)
    of_map = cp.cutoff_of(place(), np.array([[1.0, 0, 0], [0, 0, 1.0], [-1.0, 0, 0]]), 0.0, 0.0)
    assert of_map == pytest.approx(found, rel=1e-12)


def test_west_over_east_of_a_power_law_is_exact():
    """R^-1.5: (1 + sqrt 2)^3, to the quadrature of the integral flux (1e-4)."""
    paper = cosmic_rays.gusev2003()
    west, east = (paper.integral_flux(stormer.cutoff_rigidity(MOMENT, 1.09 * RADIUS, 0.0, c)) for c in (1.0, -1.0))
    assert west / east == pytest.approx((1.0 + math.sqrt(2.0)) ** 3, rel=1e-4)


def production_ratio(rays, energies, multiplicity=None):
    """P(e+) of parents from the horizontal west over those from the east, all angles."""
    T = np.geomspace(5.0, 500.0, 300)
    made = []
    for c in (1.0, -1.0):
        flux = rays.transmitted(T, stormer.cutoff_rigidity(MOMENT, 1.09 * RADIUS, 0.0, c))
        if multiplicity is not None:
            flux = flux * multiplicity(T)
        E, production = lepton_flux.production_spectrum(T, flux, AIR, "e+")
        made.append(np.exp(np.interp(np.log(energies), np.log(E[production > 0]), np.log(production[production > 0]))))
    return made[0] / made[1]


def test_production_west_over_east(rays):
    """13.5 / 10.4 / 5.9 at 0.09 / 0.28 / 1.1 GeV came from UrQMD, whose multiplicity grows faster from 9 to 60 GeV.

    With the multiplicities of that calculation the ratio agrees within the 15 % asked for. With our own yields
    (FTFP from 10 GeV) it is 16.6 / 12.2 / 5.75: within 15 % at 1.1 GeV, 23 and 17 % above it below.
    """
    energies = np.array([0.09, 0.28, 1.1])
    grid = np.array([9.0, 14.0, 30.0, 60.0, 150.0])
    urqmd = np.array([0.96, 1.29, 1.89, 2.55, 3.56])
    ours = YieldTables().table("N").multiplicity(grid, "pi+")

    def rescaled(T):
        return np.exp(np.interp(np.log(T), np.log(grid), np.log(urqmd / ours)))

    assert production_ratio(rays, energies, rescaled) == pytest.approx([13.5, 10.4, 5.9], rel=0.15)
    # our own, held so that a change is seen: 5 %
    assert production_ratio(rays, energies) == pytest.approx([16.6, 12.2, 5.75], rel=0.05)


def test_map_of_isotropic_parents_is_the_production_spectrum(rays):
    """No east-west effect, no air: P is the same for every direction and equals the closed fold, 3 % (angle bins)."""
    thin = place(density=DENSITY * 1e-12, isotropic_cutoff=True)
    axes = cp.MapAxes(np.array([60e3, 90e3]), np.zeros(1), np.zeros(1), n_zenith=7, n_azimuth=6)
    # parents from below the ground are shut out: look at downward e+ at energies that are born forward
    emission = cp.Emission(knock_on=False)
    table = cp.production_map([cp.Parents(rays)], None, thin, axes, emission)
    energy = np.exp(table.ln_energy)
    T = np.geomspace(5.0, 500.0, 300)
    E, expected = lepton_flux.production_spectrum(T, rays.transmitted(T, VERTICAL), AIR, "e+")
    down = table.positron[0, 0, 0, 0, 0] * energy**-pm.SLOPE
    chosen = (energy > 0.4) & (energy < 5.0)
    closed = np.exp(np.interp(np.log(energy[chosen]), np.log(E[E < 60]), np.log(expected[E < 60])))
    assert down[chosen] == pytest.approx(closed, rel=0.03)
    assert pm.production(table, 1.0, math.log(1.0), -1.0, 0.3, 70e3, 0.0, 0.0) == pytest.approx(
        float(np.interp(0.0, table.ln_energy, table.positron[0, 0, 0, 0, 0])), rel=0.01
    )


def test_positrons_go_east(rays):
    """On the horizon at 70 km, 0.5 GeV: more than five times as many e+ go east as west."""
    axes = cp.MapAxes(np.array([70e3]), np.zeros(1), np.zeros(1))
    table = cp.production_map([cp.Parents(rays)], None, place(), axes, cp.Emission())
    east, west = (pm.production(table, 1.0, math.log(0.5), 0.0, turn, 70e3, 0.0, 0.0) for turn in (0.0, math.pi))
    assert east / west > 5.0


def test_rings_keep_their_solid_angle():
    """Every ring of production angle has its exact solid angle, whatever the grid."""
    edges = np.array([-1.0, 0.0, 0.9, 0.999, 1.0])
    vectors = parent_sky.sky(20, 30).vectors
    sums = parent_sky.ring_integrals(parent_sky.rings(vectors, np.eye(3), edges), np.ones((len(vectors), 1)))[..., 0]
    assert sums == pytest.approx(np.tile(2.0 * np.pi * np.diff(edges), (3, 1)), rel=1e-6)  # single precision


def test_depths_of_an_exponential_atmosphere():
    """Vertical: rho H (1 % for the steps of path). Horizontal: rho sqrt(pi r H / 2) (Chapman). Below: shut."""
    path = np.concatenate([[0.0], np.geomspace(200.0, 4e6, 700)])
    found = parent_depth.depths(np.array([1.0, 0.0, -1.0]), np.zeros(1), 60e3, 1e3, np.log(DENSITY), path)[:, 0]
    rho = 1.2 * math.exp(-60.0 / 7.0)
    assert found[0] == pytest.approx(0.1 * rho * 7e3, rel=0.01)
    assert found[1] == pytest.approx(0.1 * rho * math.sqrt(0.5 * math.pi * 6431e3 * 7e3), rel=0.02)
    assert math.isinf(found[2])


def test_paths_that_bend_up_meet_less_air():
    """West-arriving protons of 9 GV come up from below the straight horizon: less than half of the air."""
    path = np.concatenate([[0.0], np.geomspace(200.0, 4e6, 700)])
    bend = 0.24e-4 / GV_TO_TESLA_METRE / 9.0
    found = parent_depth.depths(np.zeros(1), np.array([0.0, bend]), 60e3, 1e3, np.log(DENSITY), path)[0]
    curvature = 1.0 / 6431e3 + bend
    assert found[1] / found[0] == pytest.approx(math.sqrt(1.0 / 6431e3 / curvature), rel=0.03)
