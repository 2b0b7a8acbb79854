"""Every way a campaign file can be wrong ends in one sentence that says where, what was found and what to do."""

import datetime

import pytest

from mcbelt import sentences
from mcbelt.campaign import file
from mcbelt.errors import ConfigError
from mcbelt.settings import belt, identity, presets

GOOD = """\
kind = "belt"
name = "test"
[shell]
L = 1.2
date = 1998-06-05
[air]
f107 = 112.0
f107a = 108
ap = 10.0
"""


def parsed(text, tmp_path):
    return file.parse(text, tmp_path / "campaign.toml").cases[0].config


def message(text, tmp_path):
    with pytest.raises(ConfigError) as caught:
        parsed(text, tmp_path)
    told = str(caught.value)
    assert "\n" not in told
    assert told.startswith(f"{tmp_path}/campaign.toml: ")
    assert told.endswith((".", "?"))
    return told.removeprefix(f"{tmp_path}/campaign.toml: ")


def test_defaults_and_conversion(tmp_path):
    good = parsed(GOOD, tmp_path)
    assert (good.shell.L, good.shell.convention, good.shell.field) == (1.2, "epoch", "igrf")
    assert good.shell.date == datetime.date(1998, 6, 5)
    assert good.air.f107a == 108.0
    assert good.source.kind == "trapped_protons"
    assert good.physics.knock_on is True
    assert good.run.block_size == 2000
    assert parsed(GOOD.replace("1998-06-05", '"1998-06-05"'), tmp_path) == good


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("L = 1.2", "L = 0.9", "[shell] L = 0.9 is outside 1 to 2; give e.g. L = 1.2."),
        ("L = 1.2", "L = 3", "[shell] L = 3 is outside 1 to 2; give e.g. L = 1.2."),
        ("L = 1.2", "L = nan", "[shell] L = nan is outside 1 to 2; give e.g. L = 1.2."),
        ("L = 1.2", "L = 1.2\nfeild = 1", "[shell] 'feild' is not a key; did you mean field?"),
        ("L = 1.2", "L = 1.2\nf107 = 1", "[shell] 'f107' is not a key; allowed are L, convention, date, field."),
        ("L = 1.2", 'L = "1.2"', "[shell] L = '1.2' is of the wrong type (str); allowed is 1 to 2; give e.g. L = 1.2."),
        ("f107 = 112.0", "f107 = 5", "[air] f107 = 5 is outside 60 to 400 sfu; give e.g. f107 = 112.0."),
        (
            "ap = 10.0",
            "ap = true",
            "[air] ap = True is of the wrong type (bool); allowed is 0 to 400; give e.g. ap = 10.0.",
        ),
        ("date = 1998", "date = 1850", "[shell] date = 1850-06-05 is outside 1900-01-01 to 2030-01-01"),
        ("date = 1998", "date = 2040", "[shell] date = 2040-06-05 is outside 1900-01-01 to 2030-01-01"),
        ("date = 1998-06-05", 'date = "June"', "[shell] date = 'June' is not a date such as 1998-06-05."),
        (
            "[air]",
            "[energy]\nmin_MeV = 1\n[air]",
            "[energy] min_MeV = 1 is outside 5 to 10000 MeV; give e.g. min_MeV = 10.0.",
        ),
        ("[air]", "[energy]\nmin_MeV = 500\n[air]", "[energy] min_MeV = 500 is not below max_MeV = 500; give"),
        ("[air]", "[phsics]\n[air]", "'phsics' is not a key; did you mean physics?"),
        ("name =", "histories = 3\nname =", "'histories' is not a key here; it belongs under [run]."),
        ("name =", "energy = 3\nname =", "energy = 3 is not a table; write a section [energy] with its keys."),
        ("belt", "disc", "kind = 'disc' is not known; give one of 'belt'"),
        ('"test"', '"../test"', "name = '../test' cannot name a file;"),
        ("name =", 'preset = "best"\nname =', 'preset = \'best\' is not one of "full", "paper",'),
        ("[air]", '[source]\nkind = "sun"\n[air]', "[source] kind = 'sun' is not known; give one of 'trapped_protons'"),
        ("[air]", '[source]\nsoler = "min"\n[air]', "[source] 'soler' is not a key; did you mean solar?"),
        ("[air]", "[run]\ntarget_relative_error = 0.1\n[air]", "[run] target_relative_error and max_histories belong"),
        (
            "L = 1.2",
            "L = 1.1",
            "[shell] L = 1.1 is outside 1.14 to 1.5, where source.kind = 'trapped_protons' is known;",
        ),
        (
            "[air]",
            '[source]\nkind = "table"\nspectrum_csv = "no.csv"\n[air]',
            "[source] spectrum_csv = 'no.csv' is not a",
        ),
    ],
)
def test_sentence(tmp_path, old, new, told):
    assert message(GOOD.replace(old, new), tmp_path).startswith(told)


@pytest.mark.parametrize("key", ["f107", "f107a", "ap", "L", "date"])
def test_missing_key_is_named(tmp_path, key):
    text = "\n".join(line for line in GOOD.splitlines() if not line.startswith(f"{key} ="))
    assert f"] {key} is missing (" in message(text, tmp_path)


def test_several_faults_are_told_one_by_one(tmp_path):
    with pytest.raises(ConfigError) as caught:
        parsed(GOOD.replace("f107 = 112.0\n", "").replace("L = 1.2", "L = 9"), tmp_path)
    lines = str(caught.value).splitlines()
    assert len(lines) == 2
    assert "[shell] L = 9 is outside" in lines[0]
    assert "[air] f107 is missing" in lines[1]


@pytest.mark.parametrize("text", ["[[[", "a = 1\na = 2", "\x00", "a = " + "[" * 100_000, "a" + ".a" * 50_000 + " = 1"])
def test_not_toml(tmp_path, text):
    assert len(message(text, tmp_path)) < 300


def test_no_file(tmp_path):
    with pytest.raises(ConfigError, match=r"cannot be read \(No such file or directory\)"):
        file.read(tmp_path)


def test_not_text(tmp_path):
    (tmp_path / "campaign.toml").write_bytes(b"name = '\xff\xfe'")
    with pytest.raises(ConfigError, match="byte 8 is not UTF-8 text"):
        file.read(tmp_path)


def test_preset_fills_and_explicit_keys_win(tmp_path):
    paper = parsed('preset = "paper"\n' + GOOD, tmp_path)
    assert (paper.shell.convention, paper.air.composition, paper.air.density_g_cm3) == ("paper", "helium", 1e-17)
    assert (paper.physics.losses, paper.physics.knock_on, paper.air.field_G) == ("paper", False, 0.18)
    chosen = parsed('preset = "paper"\n' + GOOD + "[physics]\nknock_on = true\n", tmp_path)
    assert chosen.physics.knock_on is True
    assert chosen.physics.losses == "paper"


def test_every_preset_key_exists():
    for keys in presets.PRESETS.values():
        for dotted in keys:
            section, name = dotted.split(".")
            options = sentences.sections(belt.belt(), section)
            assert any(name in option.model_fields for option in options), dotted


def test_physics_hash_tells_physics_from_the_rest(tmp_path):
    good = parsed(GOOD, tmp_path)
    same = parsed(GOOD.replace('"test"', '"other"') + "[run]\nseed = 9\nhistories = 10\n", tmp_path)
    other = parsed(GOOD.replace("f107 = 112.0", "f107 = 112.1"), tmp_path)
    assert identity.physics_hash(same) == identity.physics_hash(good)
    assert identity.physics_hash(other) != identity.physics_hash(good)
    explicit = parsed(GOOD.replace("[air]", "[air]\nmsis_version = 2.1"), tmp_path)
    assert identity.physics_hash(explicit) == identity.physics_hash(good)


def test_spectrum_file_counts_by_its_content(tmp_path):
    text = GOOD + '[source]\nkind = "table"\nspectrum_csv = "p.csv"\n'
    (tmp_path / "p.csv").write_text("T_MeV,flux_m2_s_MeV\n1,2\n2,2\n")
    first = parsed(text, tmp_path)
    (tmp_path / "q.csv").write_text("T_MeV,flux_m2_s_MeV\n1,2\n2,2\n")
    renamed = parsed(text.replace("p.csv", "q.csv"), tmp_path)
    assert identity.physics_hash(first) == identity.physics_hash(renamed)
    (tmp_path / "p.csv").write_text("T_MeV,flux_m2_s_MeV\n1,2\n2,3\n")
    assert identity.physics_hash(first) != identity.physics_hash(renamed)


def test_frozen(tmp_path):
    with pytest.raises(ValueError, match="frozen"):
        parsed(GOOD, tmp_path).shell.L = 1.3
