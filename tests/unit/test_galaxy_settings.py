"""A wrong Galactic model is refused with a sentence that says what is wrong."""

import pytest

from mcbelt.errors import ConfigError
from mcbelt.interstellar import presets
from mcbelt.settings import reading

BASE = {"kind": "galaxy", "name": "test"}


def _read(**sections):
    return reading.validate(BASE | sections, "galaxy.toml")


def test_preset_and_changes():
    """A section changes the preset's keys that it names and no others."""
    model = _read(preset="ms98-08-006", diffusion={"alfven_speed_km_s": 15.0})
    assert model.diffusion.alfven_speed_km_s == 15.0
    assert model.diffusion.D0_cm2_s == 4.2e28
    assert model.protons.index == 2.25


@pytest.mark.parametrize("name", presets.PRESETS)
def test_every_preset_is_valid(name):
    model = _read(preset=name)
    assert model.model_dump(exclude={"kind", "name", "preset", "run"}) == presets.preset(name).model_dump()


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        ({"diffusion": {"D0_cm2_s": -1.0e28}}, r"\[diffusion\] D0_cm2_s = -1e\+28 is outside 1e\+24 to 1e\+32 cm2 s-1"),
        ({"halo": {"half_height_kpc": 0.0}}, r"\[halo\] half_height_kpc = 0.0 is outside 0.1 to 100 kpc"),
        (
            {"preset": "ms98-08-006", "grid": {"momentum_min_GeV": 1.0}},
            "starts above the bump that reacceleration makes",
        ),
        ({"diffusion": {"alfven_speed_km_s": 20.0}}, "needs slopes of D between 0 and 2"),
        ({"diffusion": {"D0_cm2": 1.0}}, r"\[diffusion\] 'D0_cm2' is not a key; did you mean D0_cm2_s\?"),
        ({"halos": {}}, r"'halos' is not a key; did you mean halo\?"),
        ({"preset": "galprop"}, "preset = 'galprop' is not known; give one of ms98-08-005"),
        ({"protons": {"break_GV": 5.0}}, "belong together"),
        ({"grid": {"momentum_max_GeV": 2.0}}, "momentum_max_GeV = 2 is less than 100 times"),
        ({"electrons": {"normalise_at_GeV": 1.0e7}}, "outside the momentum grid"),
        ({"secondaries": {"decay": "ms97"}}, 'is not one of "exact", "isotropic", "ms98"'),
        ({"secondaries": {"cross_sections": "baked"}}, "does not single out"),
        ({"halo": {"radius_kpc": 8.0}}, r"radius_kpc = 8.0 is outside 8.6 to 100 kpc"),
        ({"protons": {"index": "2.2"}}, r"\[protons\] index = '2.2' is of the wrong type"),
        ({"diffusion": {"delta": float("nan")}}, r"\[diffusion\] delta = nan is outside 0 to 1.99"),
        ({"halo": 3.0}, r"halo = 3.0 is not a table"),
    ],
)
def test_refused(sections, message):
    with pytest.raises(ConfigError, match=message):
        _read(**sections)


def test_name_is_needed():
    with pytest.raises(ConfigError, match="name is missing"):
        reading.validate({"kind": "galaxy"}, "galaxy.toml")


def test_unknown_preset_by_name():
    with pytest.raises(ConfigError, match="known models: ms98-08-005"):
        presets.preset("dragon")


def test_keys_are_explained():
    """Each key has a meaning, and the file that `mcbelt init` would write is a valid one of the default model."""
    import tomllib

    from mcbelt.campaign import template

    text = template.template("mine", "ms98-08-006", "galaxy")
    assert reading.validate(tomllib.loads(text), "mine.toml").diffusion == presets.preset("ms98-08-006").diffusion
    assert "| None" not in template.reference("galaxy")
