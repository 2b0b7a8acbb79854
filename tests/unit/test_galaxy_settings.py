"""A wrong Galactic model is refused with a sentence that says what is wrong."""

import pytest

from mcbelt.errors import ConfigError
from mcbelt.interstellar import presets, settings

BASE = {"kind": "galaxy", "name": "test"}


def _read(**sections):
    return settings.read(BASE | sections, "galaxy.toml")


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
        ({"diffusion": {"D0_cm2_s": -1.0e28}}, r"diffusion.D0_cm2_s: Input should be greater than 0 \(found -1e\+28\)"),
        ({"halo": {"half_height_kpc": 0.0}}, r"halo.half_height_kpc: Input should be greater than 0"),
        (
            {"preset": "ms98-08-006", "grid": {"momentum_min_GeV": 1.0}},
            "starts above the bump that reacceleration makes",
        ),
        ({"diffusion": {"alfven_speed_km_s": 20.0}}, "needs slopes of D between 0 and 2"),
        ({"diffusion": {"D0_cm2": 1.0}}, r"diffusion.D0_cm2 is not a key here; did you mean D0_cm2_s\?"),
        ({"halos": {}}, r"halos is not a key here; did you mean halo\?"),
        ({"preset": "galprop"}, "preset = 'galprop' is not known; give one of ms98-08-005"),
        ({"protons": {"break_GV": 5.0}}, "belong together"),
        ({"grid": {"momentum_max_GeV": 2.0}}, "momentum_max_GeV = 2 is less than 100 times"),
        ({"electrons": {"normalise_at_GeV": 1.0e9}}, "outside the momentum grid"),
        ({"secondaries": {"decay": "ms97"}}, "secondaries.decay"),
        ({"halo": {"radius_kpc": 8.0}}, "halo.radius_kpc: Input should be greater than 8.5"),
        ({"protons": {"index": "2.2"}}, "protons.index: Input should be a valid number"),
        ({"diffusion": {"delta": float("nan")}}, "diffusion.delta"),
    ],
)
def test_refused(sections, message):
    with pytest.raises(ConfigError, match=message):
        _read(**sections)


def test_kind_and_name():
    with pytest.raises(ConfigError, match="kind = 'belt' is not \"galaxy\""):
        settings.read({"kind": "belt"})
    with pytest.raises(ConfigError, match="name: Field required"):
        settings.read({"kind": "galaxy"})


def test_unknown_preset_by_name():
    with pytest.raises(ConfigError, match="known models: ms98-08-005"):
        presets.preset("dragon")
