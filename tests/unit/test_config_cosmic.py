"""What the cosmic-ray source does not know is refused, not ignored."""

import pytest

from mcbelt.errors import ConfigError
from mcbelt.settings import identity, presets, reading

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


FORWARD = COSMIC | {"preset": "paper_eccentric", "run": {"estimator": "forward"}}


def test_the_estimator_is_part_of_what_identifies_a_result():
    """The default leaves the hash as it was, named or not; another one changes it, and stands in the table."""
    adjoint = reading.validate(FORWARD | {"run": {}}, "x")
    named = reading.validate(FORWARD | {"run": {"estimator": "adjoint"}}, "x")
    forward = reading.validate(FORWARD, "x")
    assert (adjoint.estimator, forward.estimator) == ("adjoint", "forward")
    assert "estimator" not in identity.physics_table(adjoint)
    assert identity.physics_hash(named) == identity.physics_hash(adjoint)
    assert identity.physics_table(forward)["estimator"] == "forward"
    assert identity.physics_hash(forward) != identity.physics_hash(adjoint)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"run": {"estimator": "magic"}}, r"estimator = 'magic' is not known to .*'cosmic_rays'; give 'adjoint' or 'f"),
        ({"place": {"kind": "orbit"}}, r"estimator = 'forward' needs \[place\] kind = 'shell'"),
        ({"preset": "full"}, r"field = 'paper_eccentric' \(found 'igrf'\) and .*earth = 'sphere' \(found 'ell"),
        ({"shell": COSMIC["shell"] | {"L": 1.2}}, r"needs \[shell\] L below 1\.115"),
        ({"energy": {"max_MeV": 5000.0}}, r"needs \[energy\] max_MeV of at most 4000"),
        (
            {"place": {"kind": "shell", "past_anomaly_min_deg": 70.0}},
            "= 70 to past_anomaly_max_deg = 70; give a larger",
        ),
    ],
)
def test_what_the_forward_estimator_does_not_know_is_refused(change, told):
    with pytest.raises(ConfigError, match=told):
        reading.validate(FORWARD | change, "x")


def test_trapped_protons_have_no_adjoint_estimator():
    change = {"source": {"kind": "trapped_protons"}, "shell": COSMIC["shell"] | {"L": 1.2}}
    with pytest.raises(ConfigError, match=r"estimator = 'adjoint' is not known .*'trapped_protons'; give 'forward'"):
        reading.validate(COSMIC | change | {"run": {"estimator": "adjoint"}}, "x")
