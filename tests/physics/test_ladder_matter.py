"""The rungs of matter and field, one process at a time, on straight paths and circles: losses, radiation, scattering.

Uniform air without end; where a rung needs a field it is uniform too. Page: docs/methods/ladder.md.
"""

import math
import pathlib

import ladder_world as world
import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from mcbelt.constants import ELECTRON_MASS, MEV_CM2_PER_G, MUON_MASS, SPEED_OF_LIGHT, SYNCHROTRON_COEFFICIENT
from mcbelt.orbits import lanes
from mcbelt.orbits import rows as row
from mcbelt.orbits.interfaces.matter import NoLosses
from mcbelt.orbits.matter import HeavyLosses, MixtureLosses, MixtureRadiation, MixtureScattering
from mcbelt.particles import particle
from mcbelt.physics import elements, energy_loss, hard_photons, heavy_loss_table, loss_table, scattering

PROTON = particle("p")
RADIATION_LENGTH = 366.2  # [kg m-2] of dry air, PDG 2022
DRY = world.UNIFORM_AIR._replace(fractions=tuple(map(float, elements.DRY_AIR)))
DATA = pathlib.Path(__file__).parents[1] / "data"


def charges(kinetic, mass, charge, n=1):
    """Charges that go along +x."""
    return lanes.charge_table(np.tile(world.ORIGIN, (n, 1)), [1.0, 0, 0], world.momentum(kinetic, mass), mass, charge)


def through(losses, lowest=1e-4, highest=1e4, mass=ELECTRON_MASS, **more):
    """A model of uniform air; a step is 1 kg m-2, a check every fourth step."""
    more = world.switched_off() | more if isinstance(losses, MixtureLosses) else more  # e+- have one compiled loop
    limits = {"ceiling": 1e9, "momentum_min": world.momentum(lowest, mass), "momentum_max": highest}
    limits |= more.pop("limits", {})
    model = lanes.LaneModel(world.NO_FIELD, world.UNIFORM_AIR, losses, stepping=world.stepping(1.0, 4))
    return model._replace(limits=lanes.Limits(**limits), **more)


def test_ionisation_alone_of_protons():
    """Grammage between 300 and 20 MeV against the integral of the stopping powers of PSTAR (dry air), 3e-3.

    PSTAR has 18 energies: their spline in logarithms is good to 1e-3, a step is 2 % of the last MeV.
    """
    lines = [line for line in open(DATA / "em_pstar_dry_air.csv", encoding="utf-8") if not line.startswith("#")]
    T, S = np.loadtxt(lines, delimiter=",", skiprows=1).T
    spline = CubicSpline(np.log(T * 1e-3), np.log(S * MEV_CM2_PER_G))
    losses = HeavyLosses(heavy_loss_table.heavy_losses(PROTON.mass, 1), PROTON.mass, 1.0)
    model = through(losses, 0.02, mass=PROTON.mass)._replace(air=DRY, stepping=world.stepping(0.02, 4))
    table = lanes.advance(model, charges(0.3, PROTON.mass, 1.0))
    assert table[row.FATE, 0] == row.COOLED
    grid = np.geomspace(world.kinetic(table)[0], 0.3, 4001)
    expected = np.trapezoid(grid / np.exp(spline(np.log(grid))), np.log(grid))
    print(f"range 300 to 20 MeV {table[row.GRAMMAGE, 0]:.2f}, PSTAR {expected:.2f} kg m-2")
    assert table[row.GRAMMAGE, 0] == pytest.approx(expected, rel=3e-3)


@pytest.mark.parametrize("charge", [-1, 1])
def test_ionisation_alone_of_electrons(charge):
    """Radiation taken out of the losses: grammage from 1 GeV to 10 MeV is the integral of dT/S, 1e-4.

    S is that of Berger and Seltzer without density effect, which other tests hold against ESTAR; nothing radiates.
    """
    model = through(world.one_process(ionisation=True), 0.01)
    end = lanes.advance(model, charges(1.0, ELECTRON_MASS, float(charge)))
    grid = np.geomspace(world.kinetic(end)[0], 1.0, 4001)
    inverse = [1.0 / energy_loss.collision_loss(T, charge, world.MIXTURE) for T in grid]
    assert end[row.FATE, 0] == row.COOLED
    assert end[row.GRAMMAGE, 0] == pytest.approx(np.trapezoid(inverse, grid), rel=1e-4)
    assert end[row.MATTER_LOSS, 0] == pytest.approx(1.0 - world.kinetic(end)[0], rel=1e-4)
    assert end[row.PHOTON_LOSS, 0] == end[row.SYNCHROTRON_LOSS, 0] == 0.0


def test_bremsstrahlung_alone():
    """Collisions taken out: from 100 GeV the energy falls as exp(-X/X0), X0 = 36.62 g/cm2 (PDG 2022), e+ as e-.

    2 %: X0 leaves out (2/3)(1 - y)(phi1 - phi2), and screening is not complete at 10 GeV; each is 1 %.
    """
    model = through(world.one_process(ionisation=False), limits={"path": 2.0 * RADIATION_LENGTH})
    model = model._replace(air=DRY)
    for charge in (-1.0, 1.0):
        end = lanes.advance(model, charges(100.0, ELECTRON_MASS, charge))
        depth = end[row.GRAMMAGE, 0] / RADIATION_LENGTH
        assert -math.log(world.kinetic(end)[0] / 100.0) == pytest.approx(depth, rel=0.02)


def test_bremsstrahlung_photon_by_photon():
    """Moments after half a radiation length: <E> = exp(-t), <E^2> = exp(-1.5278 t) (complete screening, Rossi 1952).

    The second is the integral of (1 - (1 - y)^2)(4/3 - 4/3 y + y^2)/y over y: the spread of the energies. From 500 GeV,
    collisions out; 4 standard errors of 8000 (6e-5), and 1.5 % of the exponent, of which X0 leaves out 1 % as above.
    """
    photons = hard_photons.hard_photons(1e4)
    soft = world.one_process(ionisation=False, cut=photons.cut)
    model = through(soft, limits={"path": 0.5 * RADIATION_LENGTH}, radiation=MixtureRadiation(photons))._replace(
        air=DRY
    )
    n = 8000
    table = lanes.advance(model, charges(500.0, ELECTRON_MASS, -1.0, n), seed=3)
    share = world.kinetic(table) / 500.0
    depth = table[row.GRAMMAGE].mean() / RADIATION_LENGTH
    for moment, exponent in ((share, 1.0), (share**2, 1.5278)):
        expected, error = math.exp(-exponent * depth), moment.std() / math.sqrt(n)
        print(f"{moment.mean() / expected - 1.0:+.4f} +- {error / expected:.4f}")
        assert abs(moment.mean() - expected) < 4.0 * error + 0.015 * exponent * depth * expected
    assert share.std() > 0.2  # continuous loss would leave one energy


@pytest.mark.parametrize("pitch_deg", [90.0, 30.0])
def test_synchrotron_alone(pitch_deg):
    """dE/dt = k E^2 B^2 sin^2(pitch): 1/E - 1/E_0 = k B^2 sin^2 t for e+ and e-, and back J = (E/E_0)^2, exactly.

    A step takes up to 1/500 of the energy and loses by what it had before: 3e-3. (m_e/m)^4 of it for a muon.
    """
    b, energy = 3.0, 5.0  # [T], [GeV]
    sine = math.sin(math.radians(pitch_deg))
    rate = SYNCHROTRON_COEFFICIENT * (b * sine) ** 2
    length = SPEED_OF_LIGHT / (rate * energy)  # in which the energy halves
    way = [sine, 0.0, math.cos(math.radians(pitch_deg))]
    p = world.momentum(energy, ELECTRON_MASS)

    def flown(direction, mass=ELECTRON_MASS, charge=-1.0, share=0.4):
        model = lanes.LaneModel(
            world.uniform_field(b),
            losses=NoLosses(synchrotron=1.0),
            stepping=world.stepping(length / 500.0, 1, direction),
            limits=lanes.Limits(ceiling=1e9, path=share * length, momentum_max=1e9),
        )
        return lanes.advance(model, lanes.charge_table(world.ORIGIN, way, p, mass, charge))

    for charge in (-1.0, 1.0):
        end = flown(1.0, charge=charge)
        left = world.kinetic(end)[0]
        assert 1.0 / left - 1.0 / energy == pytest.approx(rate * end[row.TIME, 0], rel=3e-3)
        assert end[row.SYNCHROTRON_LOSS, 0] == pytest.approx(energy - left, rel=1e-6)
        back = flown(-1.0, charge=charge)
        gained = world.kinetic(back)[0]
        assert 1.0 / energy - 1.0 / gained == pytest.approx(rate * back[row.TIME, 0], rel=3e-3)
        assert back[row.LN_J, 0] == pytest.approx(2.0 * math.log(gained / energy), rel=3e-3)
        assert back[row.LN_J, 0] > 0.9
    muon, electron = flown(1.0, MUON_MASS), flown(1.0, share=1e-3)
    ratio = (
        muon[row.SYNCHROTRON_LOSS, 0] / muon[row.PATH, 0] * electron[row.PATH, 0] / electron[row.SYNCHROTRON_LOSS, 0]
    )
    assert ratio == pytest.approx((ELECTRON_MASS / MUON_MASS) ** 4, rel=1e-3, abs=0.0)  # 1/beta of the muon: 2e-4


def test_scattering_alone():
    """Fermi and Eyges: <cos> = exp(-K X/2), per plane <theta^2> = KX/2, <y theta> = KX^2/4, <y^2> = KX^3/6.

    K is the mean square space angle per grammage. 4 standard errors of 4000 in two planes (6e-5 each); 3 % for kicks at
    checks only (a check is 1/75 of the way) and for angles of 0.1 rad, where sin is 0.2 % below theta.
    """
    n, energy, way = 4000, 1.0, 300.0
    lossless = world.one_process(ionisation=True)
    lossless.table.total[:] = 0.0
    model = through(lossless, limits={"path": way}, scattering=MixtureScattering())
    p = world.momentum(energy, ELECTRON_MASS)
    table = lanes.advance(model, charges(energy, ELECTRON_MASS, 1.0, n), seed=5)
    power = scattering.mean_square_angle(p, ELECTRON_MASS, world.MIXTURE)
    X = table[row.GRAMMAGE].mean()
    cosine = table[row.UX]
    assert abs(cosine.mean() - math.exp(-0.5 * power * X)) < 4.0 * cosine.std() / math.sqrt(n) + 0.03 * 0.5 * power * X
    y, theta = table[row.Y : row.Z + 1], table[row.UY : row.UZ + 1]
    for found, expected in (
        (theta**2, power * X / 2.0),
        (y * theta, power * X**2 / 4.0),
        (y**2, power * X**3 / 6.0),
    ):
        error = found.std() / math.sqrt(2 * n)
        print(f"{found.mean() / expected - 1.0:+.4f} +- {error / expected:.4f}")
        assert abs(found.mean() - expected) < 4.0 * error + 0.03 * expected
    for plane in (0, 1):  # neither plane is left out, and none goes to one side
        assert (theta[plane] ** 2).mean() == pytest.approx(power * X / 2.0, rel=0.13)  # 4 x sqrt(2/4000), 4 %
        assert abs(theta[plane].mean()) < 4.0 * theta[plane].std() / math.sqrt(n)
    assert abs((theta[0] * theta[1]).mean()) < 4.0 * (theta[0] * theta[1]).std() / math.sqrt(n)


def test_scattering_while_the_energy_falls():
    """<2(1 - cos)> of e- that cool from 200 to 100 MeV: 2(1 - exp(-1/2 integral of K dT/S)); 4 standard errors, 3 %."""
    n = 4000
    losses = MixtureLosses(loss_table.element_losses(), 0.0)
    model = through(losses, 0.1, scattering=MixtureScattering())._replace(stepping=world.stepping(0.5, 2))
    table = lanes.advance(model, charges(0.2, ELECTRON_MASS, -1.0, n), seed=6)
    grid = np.linspace(world.kinetic(table).mean(), 0.2, 400)
    integrand = [
        scattering.mean_square_angle(world.momentum(T, ELECTRON_MASS), ELECTRON_MASS, world.MIXTURE)
        / loss_table.mixture_loss(losses.table, T, -1, world.MIXTURE)[0]
        for T in grid
    ]
    expected = 2.0 * (1.0 - math.exp(-0.5 * np.trapezoid(integrand, grid)))
    found = 2.0 * (1.0 - table[row.UX])
    print(f"{found.mean() / expected - 1.0:+.4f} +- {found.std() / math.sqrt(n) / expected:.4f}")
    assert abs(found.mean() - expected) < 4.0 * found.std() / math.sqrt(n) + 0.03 * expected
