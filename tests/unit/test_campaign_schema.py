"""The JSON Schema of the campaign file takes what the program takes, and says what it does not."""

import json
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest
from test_config_messages import GOOD

from mcbelt.campaign import file, schemas, template
from mcbelt.errors import ConfigError
from mcbelt.settings import presets

ROOT = Path(__file__).parents[2]
KINDS = {kind: jsonschema.Draft202012Validator(schemas.schema(kind)) for kind in ("belt", "galaxy")}


def plain(value):
    """A parsed file as JSON has it: dates are text."""
    return json.loads(json.dumps(value, default=str))


def faults(text):
    table = plain(tomllib.loads(text))
    return [error.message for error in KINDS[table.get("kind", "belt")].iter_errors(table)]


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_a_schema(kind):
    jsonschema.Draft202012Validator.check_schema(schemas.schema(kind))
    assert schemas.schema(kind) == json.loads(json.dumps(schemas.schema(kind)))


@pytest.mark.parametrize("path", sorted(ROOT.glob("runs/*/campaign.toml")), ids=lambda path: path.parent.name)
def test_takes_every_campaign_that_ships(path):
    assert faults(path.read_text()) == []


@pytest.mark.parametrize("preset", presets.PRESETS)
def test_takes_what_init_writes(preset):
    assert faults(template.template("new", preset)) == []


SHORTEST = 'kind = "belt"\nname = "x"\n[shell]\nL = 1.2\ndate = 1998-06-05\n'
ACCEPTED = {
    "indices of the month": SHORTEST,
    "air without indices": SHORTEST + "[air]\nmsis_version = 2.0\n",
    "a scan says L": 'kind = "belt"\nname = "x"\n[shell]\ndate = 1998-06-05\n[scan]\n"shell.L" = [1.2, 1.3]\n',
    "linked keys": GOOD
    + '[scan]\nlink = ["air.f107", "air.f107a"]\n"air.f107" = { start = 70, stop = 220, step = 50 }\n',
    "keys without quotes": f"{GOOD}[scan]\nshell.L = [1.2]\n",
    "several sources": 'kind = "belt"\nname = "x"\n[shell]\nL = 1.2\ndate = 1998-06-05\n[[source]]\nL_min = 1.15\n'
    '[[source]]\nkind = "cosmic_rays"\nname = "rays"\nphi_MV = 500.0\n',
    "place of the default kind": 'kind = "belt"\nname = "x"\n[shell]\nL = 1.2\ndate = 1998-06-05\n[source]\n'
    'kind = "cosmic_rays"\n[place]\npitch_cosine_max = 0.2\n',
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_takes_what_check_takes(name):
    file.parse(ACCEPTED[name], Path("x.toml"))
    assert faults(ACCEPTED[name]) == []


REFUSED = {
    "unknown key": GOOD.replace("L = 1.2", "L = 1.2\nradius = 1"),
    "L = 3": GOOD.replace("L = 1.2", "L = 3"),
    "missing L": GOOD.replace("L = 1.2\n", ""),
    "one index alone": re.sub(r"f107a = .*\n", "", GOOD),
    "text for a number": GOOD.replace("L = 1.2", 'L = "1.2"'),
    "unknown section": GOOD + "[shel]\nL = 1.2\n",
    "unknown source": GOOD + '[source]\nkind = "solar_wind"\n',
    "scan of nothing": GOOD + '[scan]\n"shell.L" = []\n',
    "mode": GOOD + '[scan]\nmode = "all"\n"shell.L" = [1.2]\n',
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_what_check_refuses(name):
    with pytest.raises(ConfigError):
        file.parse(REFUSED[name], Path("x.toml"))
    assert faults(REFUSED[name])


def test_keys_carry_their_meaning_and_unit():
    made = schemas.schema()
    air, shell = (made["$defs"][name]["properties"] for name in ("Air", "Shell"))
    assert air["f107"]["unit"] == "sfu"
    assert (air["f107"]["minimum"], air["f107"]["maximum"]) == (60.0, 400.0)
    assert "label of the drift shell" in shell["L"]["description"]
    assert shell["convention"]["enum"] == ["epoch", "mcilwain", "paper"]
    with pytest.raises(ConfigError, match="--kind 'sun' is not one of belt, galaxy"):
        schemas.schema("sun")
