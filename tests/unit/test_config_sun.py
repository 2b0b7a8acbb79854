"""[air] sun: where e+- have lived through their Sun by default, where that is refused, and results of the day."""

import pytest

from mcbelt.campaign import file
from mcbelt.errors import ConfigError
from mcbelt.settings import identity

DATE = 'kind = "belt"\nname = "test"\n[shell]\nL = 1.2\ndate = 1998-06-05\n'
CAMPAIGN = DATE + "[air]\nf107 = 112.0\nf107a = 108.0\nap = 10.0\n"
TABLE = CAMPAIGN + '[source]\nkind = "table"\nspectrum_csv = "protons.csv"\n'
COSMIC = CAMPAIGN + '[source]\nkind = "cosmic_rays"\n'
SEVERAL = CAMPAIGN + '[[source]]\nkind = "cosmic_rays"\n[[source]]\nkind = "trapped_protons"\n'
OFF = "[physics]\nfree_electrons = false\n"
BEFORE = "aa2cfe5c45ed0aca"  # of CAMPAIGN without free electrons, in version 0.1


def with_air(line, text=CAMPAIGN):
    return text.replace("[air]\n", f"[air]\n{line}\n")


def parsed(text, tmp_path):
    (tmp_path / "protons.csv").write_text("T_MeV,flux_m2_s_MeV\n300,1.0\n400,0.5\n")
    return file.parse(text, tmp_path / "campaign.toml").cases[0].config


@pytest.mark.parametrize(
    ("text", "sun"),
    [
        (DATE, "lived"),
        (CAMPAIGN, "lived"),
        (TABLE, "lived"),
        (with_air('sun = "day"'), "day"),
        (with_air('times = "instant"'), "day"),
        (with_air("density_g_cm3 = 1e-17"), "day"),
        (with_air('composition = "helium"'), "day"),
        (CAMPAIGN.replace("1998", "2029"), "day"),  # no months are known: as it was
        ('preset = "paper"\n' + CAMPAIGN, "day"),
        (COSMIC, "day"),
        ('preset = "ams01"\n' + COSMIC, "day"),
    ],
)
def test_where_the_sun_is_lived_by_default(tmp_path, text, sun):
    assert parsed(text, tmp_path).air.sun == sun


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            with_air('sun = "lived"').replace("1998", "2029"),
            "[air] sun = 'lived' needs the months before [shell] date = 2029-06-05, and the table of solar indices "
            "holds 1900-01 to 2025-05; give an earlier date, or [air] sun = 'day'.",
        ),
        (
            with_air('sun = "lived"\ntimes = "instant"'),
            "[air] sun = 'lived' does not go with [air] times = 'instant', which is one air for ever; leave one of "
            "them out.",
        ),
        (
            with_air('sun = "lived"\ndensity_g_cm3 = 1e-17', TABLE),
            "[air] sun = 'lived' does not go with [air] density_g_cm3, which is one air for ever;",
        ),
        (with_air('sun = "lived"\ncomposition = "helium"'), "[air] sun = 'lived' does not go with [air] composition"),
        (
            with_air('sun = "lived"', COSMIC),
            "[air] sun = 'lived' is not known to source.kind = 'cosmic_rays'; leave it out.",
        ),
        (with_air('sun = "night"'), "[air] sun = 'night'"),
    ],
)
def test_past_that_is_not_known_is_one_sentence(tmp_path, text, told):
    with pytest.raises(ConfigError) as caught:
        parsed(text, tmp_path)
    words = str(caught.value)
    assert "\n" not in words
    assert words.removeprefix(f"{tmp_path}/campaign.toml: ").startswith(told)


def test_results_of_the_day_are_of_the_physics_that_they_were(tmp_path):
    """The hash is that of version 0.1, before there was the key; blocks of such runs are taken up."""
    day, lived = (parsed(with_air(f'sun = "{sun}"') + OFF, tmp_path) for sun in ("day", "lived"))
    assert "sun" not in str(identity.physics_table(day))
    assert identity.physics_hash(day) == BEFORE
    assert identity.physics_table(lived)["sun"] == "lived"
    assert identity.physics_hash(lived) != BEFORE


def test_one_of_several_sources_may_have_lived(tmp_path):
    """What each is alone: cosmic rays know the day alone, and say so in no hash."""
    both = parsed(SEVERAL, tmp_path)
    assert {name: part.air.sun for name, part in both.parts.items()} == {
        "cosmic_rays": "day",
        "trapped_protons": "lived",
    }
    table = identity.physics_table(both)
    for name, part in both.parts.items():
        assert identity.physics_of(name, table) == identity.physics_table(part)
