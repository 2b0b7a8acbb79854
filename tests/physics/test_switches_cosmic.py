"""Each switch of a campaign of cosmic rays, turned off, changes the production or the orbits as physics demands.

The production is that of `prepare` for the defaults in the dipole of the date, on a map of few directions and
altitudes: at 0.5 GeV, e+ to the east and e- to the west near the horizon at 60 km, at 30 km, and upward at 90 km. What
follows the first collisions takes seconds a map: switches that have nothing to do with it are turned off without it.
"""

import functools
import math
import types

import numpy as np
import pytest

from geomag.constants import REFERENCE_RADIUS
from mcbelt import surroundings
from mcbelt.cascade.production_map import production
from mcbelt.orbits.interfaces.radiation import NoRadiation
from mcbelt.orbits.interfaces.scattering import NoScattering
from mcbelt.orbits.matter import MixtureRadiation, MixtureScattering
from mcbelt.physics.loss_table import element_losses, mixture_loss
from mcbelt.settings import reading
from mcbelt.sources.cosmic import prepare

FALLS, RISES, STAYS = -1, 1, 0
EAST, WEST = 0.0, math.pi
PLACE = types.SimpleNamespace(
    nominal_radius=REFERENCE_RADIUS + 80e3,
    map_axes=(np.zeros(1), np.zeros(1), 7, 8, (0.2, 62.0)),
    ceiling=300e3,
)
ALTITUDES_KM = (20, 30, 60, 90, 300)
FIRST = dict.fromkeys(("source.cascade", "source.neutral_pions", "source.radiated_photons"), False)
AT = {  # what is looked at: charge, cosine with the vertical, azimuth, altitude [m]
    "e+ to the east": (1.0, 0.0, EAST, 60e3),
    "e+ to the west": (1.0, 0.0, WEST, 60e3),
    "e- to the west": (-1.0, 0.0, WEST, 60e3),
    "e+ in deep air": (1.0, 0.0, EAST, 30e3),
    "upward e+": (1.0, 0.1, EAST, 90e3),
}


def case(**changes):
    """The defaults with dotted keys changed."""
    table = {
        "kind": "belt",
        "name": "test",
        "shell": {"L": 1.1, "date": "1998-06-05", "field": "dipole"},
        "air": {"f107": 112.0, "f107a": 108.0, "ap": 10.0, "times": "instant"},
        "source": {"kind": "cosmic_rays"},
    }
    for dotted, value in changes.items():
        section, name = dotted.split(".")
        table.setdefault(section, {})[name] = value
    return reading.validate(table, "test")


@pytest.fixture(scope="module")
def around():
    chosen = case()
    return surroundings.surroundings(chosen.shell, chosen.air, chosen.source.earth)


@pytest.fixture(scope="module")
def produced(around):
    """Production [kg-1 s-1 sr-1 GeV-1] by `AT` of the defaults with keys changed, and two ratios."""

    @functools.cache
    def of(*changes):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(prepare, "MAP_ALTITUDES_KM", ALTITUDES_KM)
            chosen = case(**dict(changes))
            table = prepare.source_of(chosen.source, chosen.physics, around, PLACE).map
        found = {
            name: production(table, charge, math.log(0.5), mu, azimuth, altitude, 0.0, 0.0)
            for name, (charge, mu, azimuth, altitude) in AT.items()
        }
        found["e+ east/west"] = found["e+ to the east"] / found["e+ to the west"]
        found["e+/e-"] = found["e+ to the east"] / found["e- to the west"]
        return found

    return of


def test_positrons_go_east(produced):
    """Protons from the west come in over a cutoff 5.8 times lower than from the east: e+ to the east outnumber e-."""
    default = produced()
    assert default["e+ east/west"] > 2.0
    assert default["e+/e-"] > 1.5


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("source.species", "proton", {"e+ to the east": FALLS, "e- to the west": FALLS}),
        # Protons under the cutoff come from everywhere: with them the asymmetry is smaller.
        ("source.second_spectrum", False, {"e+ to the east": FALLS, "e+ east/west": RISES}),
        ("source.east_west", False, {"e+ east/west": FALLS, "e+/e-": FALLS}),
        # Protons to the east have come from higher up than straight ones, through less air.
        ("source.paths", "straight", {"e+ to the east": FALLS}),
        ("source.cascade", False, {"e+ in deep air": FALLS}),
        # Photons make as many e+ as e-.
        ("source.neutral_pions", False, {"e- to the west": FALLS, "e+/e-": RISES}),
        ("source.radiated_photons", False, {"e- to the west": FALLS}),
        # Muons that fly up decay where less is made.
        ("source.muon_flight", False, {"upward e+": FALLS}),
        ("physics.knock_on", False, {"e- to the west": FALLS, "e+ to the east": STAYS}),
        ("physics.production_angles", "collinear", {"e+ east/west": RISES}),
    ],
)
def test_a_switch_turned_off(produced, key, value, expected):
    others = {} if key in (*FIRST, "source.muon_flight") else FIRST
    default, found = produced(*others.items()), produced(*(others | {key: value}).items())
    for name, way in expected.items():
        change = found[name] / default[name] - 1.0
        if way == STAYS:
            assert abs(change) < 1e-6, (name, change)
        else:
            assert way * change > 0.002, (name, change)


def test_switches_of_the_orbits(around):
    """Hard photons leave the mean loss and come one by one; scattering and annihilation are there or are not.

    What they do to a flux is in test_cosmic_flux.py and test_cosmic_radiation.py.
    """

    def of(**changes):
        chosen = case(**changes)
        return prepare.lane_model(chosen.physics, chosen.source.time_limit_s, around, None, element_losses())

    with_all = of()
    assert isinstance(with_all.radiation, MixtureRadiation)
    assert isinstance(with_all.scattering, MixtureScattering)
    assert with_all.losses.annihilation == 1.0
    mean = of(**{"physics.bremsstrahlung": "continuous"})
    assert isinstance(mean.radiation, NoRadiation)
    air = (0.0, 0.0, 0.77, 0.22, 0.01)
    soft, whole = (mixture_loss(model.losses.table, 1.0, -1.0, air)[0] for model in (with_all, mean))
    assert soft < 0.6 * whole  # at 1 GeV half of the loss is radiation, most of it by hard photons
    assert isinstance(of(**{"physics.scattering": False}).scattering, NoScattering)
    assert of(**{"physics.annihilation": False}).losses.annihilation == 0.0
