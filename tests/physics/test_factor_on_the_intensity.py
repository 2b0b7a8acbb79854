"""ln J, the factor on the intensity along a backward way: each of its terms, in each estimator that has them.

Where production depends on energy alone and a charge loses S(E) per grammage in all, eq. (1) of Gusev & Pugacheva 2003
is F = P(>E)/S(E), whatever S is made of: J = S(E')/S(E). So a term that is left out of d ln J is seen at once where it
is most of the loss, and the closed form knows nothing of the way.
"""

import math

import ladder_world as world
import numpy as np
import pytest

from atmosphere.isothermal import ExponentialAir
from geomag.constants import REFERENCE_RADIUS
from geomag.dipole import DipoleModel
from mcbelt.cascade.along_orbit import CosmicSource, dipole_frame
from mcbelt.cascade.production_map import SLOPE, ProductionMap
from mcbelt.cascade.traced_parents import none
from mcbelt.constants import ELECTRON_MASS, SPEED_OF_LIGHT, SYNCHROTRON_COEFFICIENT
from mcbelt.orbits import lanes
from mcbelt.orbits import rows as row
from mcbelt.orbits.matter import MixtureLosses
from mcbelt.orbits.probe import PowerSource
from mcbelt.physics.loss_table import element_losses, mixture_annihilation, mixture_loss
from mcbelt.places import drift_path
from mcbelt.sources.cosmic import sinking

EXPONENT, HIGHEST = 2.7, 12.0  # of the production [GeV]
DIPOLE = DipoleModel(0.0, 0.0, -30000e-9 * REFERENCE_RADIUS**3, 0.0, 0.0, 0.0)
RADIUS = 1.2 * REFERENCE_RADIUS
FIELD = 30000e-9 / 1.2**3  # [T]


def produced_above(energy):
    """Integral of E^-2.7 up to HIGHEST."""
    return (energy ** (1.0 - EXPONENT) - HIGHEST ** (1.0 - EXPONENT)) / (EXPONENT - 1.0)


def flat_source():
    """E^-2.7 per kg into every direction, everywhere."""
    ln_energy = np.linspace(math.log(0.01), math.log(100.0), 200)
    shape = (1, 1, 2, 3, 4, 200)
    table = np.broadcast_to(np.exp((SLOPE - EXPONENT) * ln_energy), shape).astype(np.float64)
    axes = (np.linspace(-1.0, 1.0, 3), np.arange(4) * 0.5 * np.pi, np.array([0.0, 1e6]), np.zeros(1), np.zeros(1))
    made = ProductionMap(ln_energy, *axes, table.astype(np.float32), table.astype(np.float32))
    return CosmicSource(made, dipole_frame(DIPOLE), 10.0, none())


@pytest.mark.parametrize("charge", [1.0, -1.0])
@pytest.mark.parametrize(("density", "synchrotron"), [(1e-14, 0.0), (3e-15, 1.0), (1e-16, 1.0)])
def test_drift_average_with_sinking(charge, density, synchrotron):
    """F = P(>E)/S in air of one density: matter alone, both losses alike at 0.5 GeV, synchrotron alone; 0.5 %.

    The steps of 0.03 in ln E, the trapezoid, make 0.3 %. Without the term of matter F falls by a third, without that of
    synchrotron by half.
    """
    air = ExponentialAir(density, 1e12, 0.0, 2e7, world.MIXTURE)
    path = drift_path.dipole_path(DIPOLE, RADIUS, 8)
    losses, energy = element_losses(), 0.5
    found, risen = sinking.flux(path, air, flat_source(), losses, synchrotron, charge, energy, 0.0)
    matter, _ = mixture_loss(losses, energy, charge, world.MIXTURE)
    radiated = synchrotron * SYNCHROTRON_COEFFICIENT * (energy * FIELD) ** 2 / SPEED_OF_LIGHT / density
    assert found == pytest.approx(produced_above(energy) / (matter + radiated), rel=5e-3)
    assert abs(risen) < 1.0  # the same air on top and bottom: nothing sinks


@pytest.mark.parametrize(("charge", "field", "annihilation"), [(1.0, 1e-9, 0.0), (-1.0, 6.0, 0.0), (1.0, 1e-9, 1.0)])
def test_backward_orbits(charge, field, annihilation):
    """The same on full orbits: matter alone, synchrotron as strong as matter at 1 GeV, and annihilation; 1 %.

    Annihilation multiplies the production above E by the share that survives the way down from E'. Steps of 0.1 kg m-2
    take up to 0.5 % of the energy, by what it was at their beginning.
    """
    table, energy, density = element_losses(), 0.5, 0.01
    model = lanes.LaneModel(
        world.uniform_field(field),
        world.UNIFORM_AIR._replace(density=density),
        MixtureLosses(table, 1.0, annihilation),
        **world.switched_off() | {"source": PowerSource(EXPONENT, HIGHEST)},
        stepping=world.stepping(10.0, 2, -1.0),
        limits=lanes.Limits(ceiling=1e9, momentum_max=HIGHEST),
    )
    start = lanes.charge_table(world.ORIGIN, [1.0, 0, 0], world.momentum(energy, ELECTRON_MASS), ELECTRON_MASS, charge)
    end = lanes.advance(model, start)
    assert end[row.FATE, 0] == row.HEATED
    E = np.geomspace(energy, HIGHEST, 4001)
    radiated = SYNCHROTRON_COEFFICIENT * (E * field) ** 2 / SPEED_OF_LIGHT / density
    S = np.array([mixture_loss(table, T, charge, world.MIXTURE)[0] for T in E]) + radiated
    mu = annihilation * np.array([mixture_annihilation(table, T, world.MIXTURE) for T in E])
    removed = np.concatenate([[0.0], np.cumsum(0.5 * (mu[1:] / S[1:] + mu[:-1] / S[:-1]) * np.diff(E))])
    expected = np.trapezoid(E**-EXPONENT * np.exp(-removed), E) / S[0]
    print(f"{end[row.PRODUCTION, 0] / expected - 1.0:+.1e}; share of synchrotron at 0.5 GeV {radiated[0] / S[0]:.2f}")
    assert end[row.PRODUCTION, 0] == pytest.approx(expected, rel=0.01)
    last = int(np.searchsorted(E, world.kinetic(end)[0]))
    assert end[row.LN_J, 0] == pytest.approx(math.log(S[last - 1] / S[0]) - removed[last - 1], abs=0.02)
