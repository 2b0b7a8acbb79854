"""Laws hold for the charges that they name: heavy charges stop by their own losses, others are refused or LOST.

The air is uniform and without end, the field is off: every orbit is a straight path through as much matter as it needs.
"""

import math
from typing import NamedTuple

import numpy as np
import pytest

from atmosphere.isothermal import ExponentialAir
from geomag.dipole import DipoleModel
from mcbelt.errors import PhysicsError
from mcbelt.orbits import lanes, record
from mcbelt.orbits import rows as row
from mcbelt.orbits.interfaces.matter import NoLosses, register_losses
from mcbelt.orbits.interfaces.radiation import register_radiation
from mcbelt.orbits.matter import HeavyLosses, MixtureLosses, MixtureRadiation, MixtureScattering, PaperLosses
from mcbelt.particles import particle
from mcbelt.physics import hard_photons
from mcbelt.physics.heavy_loss_table import HeavyLosses as HeavyTable
from mcbelt.physics.loss_table import element_losses

MIXTURE = (0.0, 0.0, 0.77, 0.22, 0.01)
AIR = ExponentialAir(density=1.0, scale_height=1.0e12, reference=0.0, top=1.0e8, fractions=MIXTURE)
NO_FIELD = DipoleModel(0.0, 0.0, 1e-30, 0.0, 0.0, 0.0)
UNEQUAL = np.array([50.0, 0.0, 1.0 / 0.77, 0.0, 0.0])  # of the elements: their mean over MIXTURE is 1
PROTON, ELECTRON = particle("p"), particle("e-")


def momentum(of, kinetic):
    return math.sqrt(kinetic * (kinetic + 2.0 * of.mass))


def upward(of, kinetic, n=1):
    """Charges that go straight up from 1000 km."""
    return lanes.charge_table(
        np.full((n, 3), [7.4e6, 0, 0]), [1.0, 0, 0], momentum(of, kinetic), of.mass, float(of.charge)
    )


def through(losses, of, lowest, **more):
    """Uniform air without end, down to a kinetic energy [GeV]; a step is 1 kg m-2."""
    limits = lanes.Limits(ceiling=1e9, momentum_min=momentum(of, lowest), momentum_max=1e4)
    stepping = lanes.Stepping(fixed_step=1.0, air_fraction=0.0, birth_checks=0, interval=4)
    return lanes.LaneModel(NO_FIELD, AIR, losses, stepping=stepping, limits=limits, **more)


def heavy(of, loss, first=1.0e-3, last=10.0, n=121):
    """Losses [GeV m2/kg] given as a function of the kinetic energy [GeV], shared unequally among the elements."""
    lnT = np.linspace(math.log(first), math.log(last), n)
    total = loss(np.exp(lnT))[:, None] * UNEQUAL
    return HeavyLosses(HeavyTable(lnT[0], 1.0 / (lnT[1] - lnT[0]), total), of.mass, float(of.charge), 0.0)


@pytest.mark.parametrize("symbol", ["p", "pbar", "alpha"])
def test_range_at_constant_loss(symbol):
    """(T_0 - T) / S of grammage, within the step in which the charge cools (1 kg m-2 of 900).

    The sum of the energy lost is right to 0.3 %: it takes the speed at the last check.
    """
    of, loss = particle(symbol), 1.0e-3
    model = through(heavy(of, lambda T: np.full_like(T, loss)), of, 0.1)
    table = lanes.advance(model, upward(of, 1.0))
    assert table[row.FATE, 0] == row.COOLED
    assert table[row.GRAMMAGE, 0] == pytest.approx(900.0, abs=1.0)
    assert table[row.MATTER_LOSS, 0] == pytest.approx(loss * table[row.GRAMMAGE, 0], rel=3e-3)
    assert table[row.REMOVED, 0] == 0.0


def test_range_at_a_loss_that_changes():
    """S = a + b ln T, which the table holds exactly: range = integral of dT / S; 0.2 % (one step of 600)."""
    model = through(heavy(PROTON, lambda T: 2.0e-3 + 5.0e-4 * np.log(T)), PROTON, 0.1)
    table = lanes.advance(model, upward(PROTON, 1.0))
    end = math.hypot(table[row.MOMENTUM, 0], PROTON.mass) - PROTON.mass
    T = np.linspace(end, 1.0, 100_001)
    assert table[row.GRAMMAGE, 0] == pytest.approx(np.trapezoid(1.0 / (2.0e-3 + 5.0e-4 * np.log(T)), T), rel=1e-4)


def test_outside_its_table_a_heavy_charge_is_lost():
    model = through(heavy(PROTON, lambda T: np.full_like(T, 1e-3), last=0.9), PROTON, 0.1)
    assert lanes.advance(model, upward(PROTON, 1.0))[row.FATE, 0] == row.LOST


def of_electrons(of):
    table, photons = element_losses(), hard_photons.hard_photons(1e4)
    return {
        "MixtureLosses": through(MixtureLosses(table, annihilation=1.0), of, 0.1),
        "PaperLosses": through(PaperLosses(), of, 0.1),
        "MixtureRadiation": through(NoLosses(), of, 0.1, radiation=MixtureRadiation(photons)),
        "HeavyLosses": through(heavy(particle("pbar"), lambda T: np.full_like(T, 1e-3)), of, 0.1),
    }


SLOW = [pytest.param(name, marks=pytest.mark.slow) for name in ("MixtureLosses", "PaperLosses", "MixtureRadiation")]


@pytest.mark.parametrize("law", [*SLOW, "HeavyLosses"])
def test_a_charge_without_a_law_is_refused_and_in_kernels_lost(law):
    """Of electrons' laws, and of an antiproton's, none answers for a proton."""
    model, table = of_electrons(PROTON)[law], upward(PROTON, 1.0, 2)
    with pytest.raises(PhysicsError, match=rf"2 charges have no law of .*mass 0\.938.*{law} holds for mass"):
        lanes.advance(model, table)
    with pytest.raises(PhysicsError, match="no law of"):
        record.record(model, table[:, :1].copy(), np.zeros((1, 1)), 0, 0, np.zeros((10, len(record.SAMPLE))))
    lanes.advance_part(model, table, np.zeros((2, 1)), np.arange(2, dtype=np.uint64), np.uint64(0), 0, 2)
    assert (table[row.FATE] == row.LOST).all()


class Massless(NamedTuple):
    """A law that does not say what it holds for."""

    synchrotron: float = 1.0
    on: bool = True


def test_a_law_must_say_what_it_holds_for():
    with pytest.raises(PhysicsError, match="Massless: the fields mass, charge are missing"):
        register_losses(Massless, None)
    with pytest.raises(PhysicsError, match="Massless: the fields mass, charge are missing"):
        register_radiation(Massless, None, None)


@pytest.mark.slow
def test_a_record_is_the_orbit_of_production():
    """Bit for bit, with losses, scattering and hard photons; a photon takes energy at some checks."""
    losses = MixtureLosses(element_losses(cut=hard_photons.CUT))
    radiation = MixtureRadiation(hard_photons.hard_photons(1e4))
    model = through(losses, ELECTRON, 0.01, scattering=MixtureScattering(), radiation=radiation)
    followed, samples = upward(ELECTRON, 5.0), np.zeros((2000, len(record.SAMPLE)))
    expected = lanes.advance(model, followed.copy(), np.array([7], np.uint64), seed=3)
    written = record.record(model, followed, np.zeros((1, 1)), 3, 7, samples)
    assert followed.tobytes() == expected.tobytes()
    assert followed[row.JUMPS, 0] > 3
    assert followed[row.FATE, 0] == row.COOLED
    energy = samples[:written, record.SAMPLE.index(row.MOMENTUM)]
    assert (np.diff(energy) < 0.0).all()
    assert energy[-1] == followed[row.MOMENTUM, 0]
