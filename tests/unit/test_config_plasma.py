"""Where [physics] free_electrons is on, where it is refused, and that results without it are what they were."""

import pytest

from mcbelt.campaign import file
from mcbelt.errors import ConfigError
from mcbelt.settings import identity

CAMPAIGN = """\
kind = "belt"
name = "test"
[shell]
L = 1.2
date = 1998-06-05
[air]
f107 = 112.0
f107a = 108.0
ap = 10.0
"""
TABLE = CAMPAIGN + '[source]\nkind = "table"\nspectrum_csv = "protons.csv"\n'
COSMIC = CAMPAIGN + '[source]\nkind = "cosmic_rays"\n'
BEFORE = "aa2cfe5c45ed0aca"  # of CAMPAIGN
ON, OFF = "[physics]\nfree_electrons = true\n", "[physics]\nfree_electrons = false\n"


def parsed(text, tmp_path):
    (tmp_path / "protons.csv").write_text("T_MeV,flux_m2_s_MeV\n300,1.0\n400,0.5\n")
    return file.parse(text, tmp_path / "campaign.toml").cases[0].config


@pytest.mark.parametrize(
    ("text", "on"),
    [
        (CAMPAIGN, True),
        (TABLE, True),
        (CAMPAIGN + OFF, False),
        ('preset = "paper"\n' + CAMPAIGN, False),
        (CAMPAIGN.replace("ap = 10.0", "ap = 10.0\ndensity_g_cm3 = 1e-17"), False),
        (COSMIC, False),
        (COSMIC + ON, True),
        ('preset = "ams01"\n' + COSMIC, False),
    ],
)
def test_where_free_electrons_are_on(tmp_path, text, on):
    assert parsed(text, tmp_path).physics.free_electrons is on


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            COSMIC.replace("f107a = 108.0", "f107a = 300.0") + ON,
            "[air] f107a = 300 is outside 65 to 280 sfu, where the number of free electrons is known;",
        ),
        (
            CAMPAIGN.replace("f107a = 108.0", "f107a = 300.0"),
            "[air] f107a = 300 is outside 65 to 280 sfu, where the number of free electrons is known; give such an "
            "activity, or [physics] free_electrons = false.",
        ),
        (TABLE.replace("f107a = 108.0", "f107a = 64.0"), "[air] f107a = 64 is outside 65 to 280 sfu,"),
        (
            CAMPAIGN.replace("ap = 10.0", "ap = 10.0\ndensity_g_cm3 = 1e-17") + ON,
            "[physics] free_electrons = true does not go with [air] density_g_cm3, which is all that is met;",
        ),
    ],
)
def test_what_is_not_known_is_one_sentence(tmp_path, text, told):
    with pytest.raises(ConfigError) as caught:
        parsed(text, tmp_path)
    words = str(caught.value)
    assert "\n" not in words
    assert words.removeprefix(f"{tmp_path}/campaign.toml: ").startswith(told)


def test_activity_beyond_the_plasma_is_no_matter_without_it(tmp_path):
    assert parsed(CAMPAIGN.replace("f107a = 108.0", "f107a = 300.0") + OFF, tmp_path).air.f107a == 300.0


def test_results_without_free_electrons_are_of_the_physics_that_they_were(tmp_path):
    """The hash is that of version 0.1 before there was the key; blocks of such runs are taken up."""
    off, on = (parsed(CAMPAIGN + 'sun = "day"\n' + text, tmp_path) for text in (OFF, ON))
    assert "free_electrons" not in identity.physics_table(off)["physics"]
    assert identity.physics_table(on)["physics"]["free_electrons"] is True
    assert identity.physics_hash(off) == BEFORE
    assert identity.physics_hash(on) != BEFORE
