"""What the cosmic-ray source does not know is refused, not ignored."""

import pytest

from mcbelt.errors import ConfigError
from mcbelt.settings import presets, reading

COSMIC = {
    "kind": "belt",
    "name": "cosmic",
    "shell": {"L": 1.09, "date": "1998-06-05"},
    "air": {"f107": 112.0, "f107a": 108.0, "ap": 10.0},
    "source": {"kind": "cosmic_rays"},
}


@pytest.mark.parametrize(
    ("change", "annihilation"),
    [
        ({}, True),
        ({"preset": "ams01"}, True),
        ({"preset": "paper_eccentric"}, False),
        ({"physics": {"losses": "paper"}}, False),
    ],
)
def test_annihilation_is_on_where_the_losses_know_it(change, annihilation):
    assert reading.validate(COSMIC | change, "x").physics.annihilation is annihilation


@pytest.mark.parametrize(
    ("change", "bremsstrahlung"),
    [
        ({}, "stochastic"),
        ({"preset": "ams01"}, "stochastic"),
        ({"preset": "paper_eccentric"}, "continuous"),
        ({"physics": {"losses": "paper"}}, "continuous"),
        ({"source": {"kind": "trapped_protons"}, "shell": COSMIC["shell"] | {"L": 1.2}}, "continuous"),
    ],
)
def test_hard_photons_are_the_default_of_cosmic_rays(change, bremsstrahlung):
    assert reading.validate(COSMIC | change, "x").physics.bremsstrahlung == bremsstrahlung


def test_hard_photons_are_refused_for_other_sources():
    change = {"source": {"kind": "trapped_protons"}, "shell": COSMIC["shell"] | {"L": 1.2}}
    with pytest.raises(ConfigError, match=r"bremsstrahlung = 'stochastic' is for source\.kind = 'cosmic_rays'"):
        reading.validate(COSMIC | change | {"physics": {"bremsstrahlung": "stochastic"}}, "x")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"physics": {"annihilation": True, "losses": "paper"}}, "annihilation"),
        ({"physics": {"bremsstrahlung": "stochastic", "losses": "paper"}}, "bremsstrahlung"),
        ({"air": COSMIC["air"] | {"density_g_cm3": 1e-17}}, "density_g_cm3"),
        ({"air": COSMIC["air"] | {"field_G": 0.18}}, "field_G"),
        ({"air": COSMIC["air"] | {"composition": "helium"}}, "composition"),
    ],
)
def test_keys_without_meaning_are_named(change, named):
    with pytest.raises(ConfigError, match=f"{named}.*not in the cosmic-ray estimators"):
        reading.validate(COSMIC | change, "cosmic")


@pytest.mark.parametrize("preset", presets.PRESET_SOURCE)
def test_a_preset_of_cosmic_rays_is_refused_for_trapped_protons(preset):
    table = COSMIC | {"preset": preset, "source": {"kind": "trapped_protons"}, "shell": COSMIC["shell"] | {"L": 1.2}}
    with pytest.raises(ConfigError, match=r"is for source\.kind = 'cosmic_rays'"):
        reading.validate(table, "trapped")
