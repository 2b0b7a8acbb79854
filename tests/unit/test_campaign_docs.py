"""The page on the campaign file and the template of `mcbelt init` say what the program accepts."""

import re
import tomllib
from pathlib import Path

import pytest

from mcbelt import sentences
from mcbelt.campaign import file, template
from mcbelt.settings import belt, presets, reading

DOCS = Path(__file__).parents[2] / "docs"
TWO = ["trapped_protons", "cosmic_rays"]


def between(text, name):
    return re.search(rf"<!-- begin: {name} -->\n(.*?)<!-- end -->", text, re.DOTALL)[1]


def test_page_lists_every_key_as_the_classes_have_it():
    page = (DOCS / "campaign-format.md").read_text()
    assert between(page, "made from mcbelt/settings/belt.py") == template.reference()
    assert between(page, "presets") == template.presets()


def test_examples_of_the_page_are_valid():
    page = (DOCS / "campaign-format.md").read_text()
    smallest, several, scan, linked = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert [*file.parse(smallest + several, Path("several.toml")).cases[0].config.parts] == TWO
    (how_to,) = re.findall(r"```toml\n(.*?)```", (DOCS / "several-sources.md").read_text(), re.DOTALL)
    assert [*file.parse(how_to, Path("both.toml")).cases[0].config.parts] == TWO
    assert len(file.parse(smallest, Path("smallest.toml")).cases) == 1
    assert len(file.parse(smallest + scan, Path("scan.toml")).cases) == 12
    found = file.parse(smallest + linked, Path("linked.toml")).cases
    assert [(case.config.air.f107, case.config.air.f107a) for case in found] == [(70, 70), (150, 150), (220, 220)] * 2


@pytest.mark.parametrize("preset", presets.PRESETS)
def test_template_is_valid_and_every_comment_is_a_key_with_its_default(preset, tmp_path):
    text = template.template("new", preset)
    plain = file.parse(text, tmp_path / "campaign.toml").cases[0].config
    assert plain.preset == preset
    body = text.split("# or, in place of the above")[0] + "[physics]" + text.split("[physics]")[1].split("# Several")[0]
    full = re.sub(r"(?m)^# (?=\w+ = )", "", body)
    optional = (
        "density_g_cm3",
        "field_G",
        "phi_MV",
        "target_relative_error",
        "max_histories",
        "estimator",
    )  # no default
    given = tomllib.loads("\n".join(line for line in full.splitlines() if not line.startswith(optional)))
    if preset == "full":
        assert reading.validate(given, "template") == plain
    for section, keys in given.items():
        if isinstance(keys, dict):
            options = sentences.sections(belt.belt(), section)
            option = next((o for o in options if keys.get("kind") in sentences.tags(o)), options[0])
            assert set(option.model_fields) - set(optional) == set(keys)


def test_every_key_has_a_meaning_and_a_range():
    for section in belt.belt().model_fields:
        for option in [belt.belt(), *sentences.sections(belt.belt(), section)]:
            for name, field in option.model_fields.items():
                if not sentences.sections(option, name):
                    assert field.description
                    assert sentences.allowed(option, name)
