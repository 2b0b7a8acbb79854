"""What the rungs of the ladder share: a uniform field, uniform air without end, charges in them."""

import functools

import numpy as np

from atmosphere.isothermal import ExponentialAir
from geomag.dipole import DipoleModel
from mcbelt.orbits import lanes, record
from mcbelt.orbits import rows as row
from mcbelt.orbits.matter import MixtureLosses, MixtureRadiation, MixtureScattering
from mcbelt.orbits.probe import PowerSource
from mcbelt.physics import energy_loss, hard_photons, loss_table
from mcbelt.sources.cosmic import forward

MIXTURE = (0.0, 0.0, 0.77, 0.22, 0.01)
UNIFORM_AIR = ExponentialAir(density=1.0, scale_height=1.0e12, reference=0.0, top=1.0e8, fractions=MIXTURE)
NO_FIELD = DipoleModel(0.0, 0.0, 1e-30, 0.0, 0.0, 0.0)
ORIGIN = np.array([3.0e7, 0.0, 0.0])  # far above the floor, inside the ceiling
_FAR = 1.0e13  # [m] to the dipole that makes a field uniform to 3e-6 over 1e7 m


def uniform_field(tesla):
    """A field along +z [T], the same everywhere to 1e-5."""
    return DipoleModel(0.0, 0.0, -tesla * (_FAR + ORIGIN[0]) ** 3, -_FAR, 0.0, 0.0)


@functools.cache
def switched_off():
    """Scattering, photons, source and detector of e+- that do nothing, as arguments of `LaneModel`.

    A loop over orbits is compiled for the types of its model. With these in place of nothing at all, one loop serves
    every test of e+- in a dipole and isothermal air, whatever it switches on.
    """
    everywhere = forward.Volume(0.0, 0.0, 0.0, 1e12, 1e12, 0.0, 7.0, 1.0, np.array([0.4, 0.6]), False)
    return {
        "scattering": MixtureScattering(0.0),
        "source": PowerSource(1.0, 1.0, False),
        "detector": everywhere,
        "radiation": MixtureRadiation(hard_photons.hard_photons(2.0), False),
    }


def momentum(kinetic, mass):
    return np.sqrt(kinetic * (kinetic + 2.0 * mass))


def kinetic(table):
    """Kinetic energies of a table [GeV]."""
    p, mass = table[row.MOMENTUM], table[row.MASS]
    return p**2 / (np.hypot(p, mass) + mass)


def recorded(model, table, samples=4000, seed=0, history=0):
    """Samples of the charge in column 0 after every check, by name of their row, and the table at its end."""
    room = np.zeros((samples, len(record.SAMPLE)))
    written = record.record(model, table, np.zeros((1, 1)), seed, history, room)
    names: dict[int, str] = {}
    for name, number in vars(row).items():  # rows stand before the fates, whose numbers are others
        if name.isupper():
            names.setdefault(number, name)
    return {names[number]: room[:written, i] for i, number in enumerate(record.SAMPLE)}, table


def stepping(length, interval=1, direction=1.0):
    """Steps of one length [m], so many between two checks."""
    return lanes.Stepping(direction, fixed_step=length, air_fraction=0.0, birth_checks=0, interval=interval)


def one_process(ionisation, cut=1.0):
    """Losses of e+- by collisions alone, or by photons softer than a share of the energy alone."""
    table = loss_table.element_losses(cut=cut)
    nodes = np.exp(table.lnT_first + np.arange(table.total.shape[1]) / table.inverse_step)
    collisions = np.empty_like(table.total)
    for element, pure in enumerate(np.eye(5)):
        for q, charge in enumerate((-1, 1)):
            collisions[q, :, element] = [energy_loss.collision_loss(T, charge, tuple(pure)) for T in nodes]
    return MixtureLosses(table._replace(total=collisions if ionisation else table.total - collisions), 0.0)
