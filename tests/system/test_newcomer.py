"""What a contributor forgets, and what a user misspells, is one sentence from `check` and `run` alike, never a number.

The sentence names the key, the value and what is allowed; exit status 2; nothing is written.
"""

import shutil
import sys
import tomllib

import additions
import pytest
from additions import CAMPAIGN

import mcbelt.places
import mcbelt.sources
from mcbelt import cli, fields, places, sources
from mcbelt.files import provenance
from mcbelt.physics import laws
from mcbelt.settings import belt, reading

SOURCE, PLACE = "How to add a source", "How to add a place"
TOY = CAMPAIGN + '[source]\nkind = "toy"\n'
COSMIC = CAMPAIGN + '[source]\nkind = "cosmic_rays"\n'


@pytest.fixture
def newcomer(monkeypatch, tmp_path):
    """The additions of the page, seen by this process; the directory of their files."""
    for package in (mcbelt.sources, mcbelt.places):
        monkeypatch.setattr(
            package, "__path__", [*package.__path__, str(tmp_path / package.__name__.replace(".", "/"))]
        )
    cosmic = sources.part("cosmic_rays", "settings")  # imported before a place is added, or it would stay there
    monkeypatch.setitem(sources.SOURCES, "toy", "mcbelt.sources.toy")
    monkeypatch.setitem(places.PLACES, "equator", "mcbelt.places.equator")
    monkeypatch.setattr(cosmic, "PLACES", tuple(places.PLACES))
    for block in (*additions.blocks(SOURCE), *additions.blocks(PLACE)):
        if not block.how:
            (tmp_path / block.path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / block.path).parent.joinpath("__init__.py").touch()
            (tmp_path / block.path).write_text(block.text)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    belt._with.cache_clear()
    yield tmp_path / "mcbelt"
    belt._with.cache_clear()
    for name in [name for name in sys.modules if name.startswith(("mcbelt.sources.toy", "mcbelt.places.equator"))]:
        del sys.modules[name]
    for package, name in ((mcbelt.sources, "toy"), (mcbelt.places, "equator")):
        if hasattr(package, name):
            delattr(package, name)


@pytest.fixture
def refused(monkeypatch, capsys, tmp_path):
    """The one sentence that `check` and `run` have for a campaign, in the same words."""
    path = tmp_path / "campaign.toml"

    def sentence(text):
        path.write_text(text)
        told = []
        for command in (["check", str(path)], ["run", str(path), "--workers", "1"]):
            monkeypatch.setattr(sys, "argv", ["mcbelt", *command])
            with pytest.raises(SystemExit) as ended:
                cli.main()
            out, err = capsys.readouterr()
            assert (ended.value.code, out) == (2, "")
            told.append(err)
        assert told[0] == told[1]
        assert told[0].count("\n") == 1
        assert told[0].startswith(str(path))
        assert not (tmp_path / "results").exists()
        return told[0]

    return sentence


def test_what_is_whole_is_in_order(newcomer):
    sources.complete("toy")
    config = reading.validate(tomllib.loads(TOY), "toy.toml")
    assert config.species == ("positron", "electron", "antiproton")
    assert places.room("equator").Settings(kind="equator").altitude_km == 500.0


@pytest.mark.parametrize("part", sources.PARTS)
def test_a_source_without_a_file(newcomer, refused, part):
    (newcomer / "sources" / "toy" / f"{part}.py").unlink()
    told = refused(TOY)
    assert f"[source] kind = 'toy': mcbelt.sources.toy.{part} is missing; a source needs settings with Settings" in told
    assert "block with run_block, tally_axes; fluxes with flux_dataset." in told


@pytest.mark.parametrize(("part", "name"), [(part, name) for part, names in sources.PARTS.items() for name in names])
def test_a_source_without_a_name_in_a_file(newcomer, refused, part, name):
    path = newcomer / "sources" / "toy" / f"{part}.py"
    path.write_text(path.read_text().replace(f"def {name}", f"def _{name}").replace(f"{name} =", f"_{name} ="))
    path.write_text(path.read_text().replace(f"class {name}(", f"class _{name}("))
    assert f"[source] kind = 'toy': mcbelt.sources.toy.{part} has no {name}; a source needs" in refused(TOY)


def test_a_source_without_a_line(newcomer, refused, monkeypatch):
    monkeypatch.delitem(sources.SOURCES, "toy")
    told = refused(TOY)
    assert "[source] kind = 'toy' is not known; give one of 'trapped_protons', 'cosmic_rays', 'table'." in told


def test_a_source_without_a_folder(newcomer, refused):
    shutil.rmtree(newcomer / "sources" / "toy")
    assert "[source] kind = 'toy': mcbelt.sources.toy.settings is missing" in refused(TOY)


WRONG_IN_SETTINGS = {
    "a species that is none": (
        '"electron", "antiproton"',
        '"axion"',
        "SPECIES holds 'axion', which is no species; known",
    ),
    "a symbol for a name": ('"electron", "antiproton"', '"e-"', "SPECIES holds 'e-', which is no species; known"),
    "no species": (
        '("positron", "electron", "antiproton")',
        "()",
        "SPECIES is empty; name what the source makes, of electron",
    ),
    "a species that decays": ('"antiproton"', '"positive muon"', "it decays, and no decay on the way is known"),
    "a species that collides": ('"antiproton"', '"proton"', "'proton', which cannot be followed in air: it collides"),
    "a species without charge": ('"antiproton"', '"photon"', "it has no charge, and only charges are followed"),
    "a place that is none": (
        "PLACES = ()",
        'PLACES = ("moon",)',
        "PLACES holds 'moon', which is no place; known are 'shell', 'orbit'",
    ),
    "another kind": ('Literal["toy"]', 'Literal["toi"]', "no key kind that is 'toy'; write kind: Literal['toy']"),
    "an import of nothing": (
        "import Section, key",
        "import Sektion, Section, key",
        "cannot be imported (cannot import name 'Sektion'",
    ),
    "a library that is not there": (
        "from typing",
        "import nolibrary\nfrom typing",
        "cannot be imported (No module named 'nolibrary')",
    ),
    "no function": ("def check(campaign)", "check = None\ndef _check(campaign)", "has a check that is no function"),
    "too few histories": ("below 2", "below 2", None),
}


@pytest.mark.parametrize("case", WRONG_IN_SETTINGS)
def test_a_source_with_a_mistake_in_its_settings(newcomer, refused, case):
    old, new, expected = WRONG_IN_SETTINGS[case]
    path = newcomer / "sources" / "toy" / "settings.py"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    if expected is None:
        assert "[run] histories = 1 is below 2, which the toy needs" in refused(
            TOY.replace("histories = 40", "histories = 1")
        )
    else:
        assert expected in refused(TOY)


@pytest.mark.parametrize("lines", ['variables[f"flux_{name}"]', 'variables[f"flux_{name}_sigma"]'])
def test_fluxes_without_a_species(newcomer, monkeypatch, capsys, tmp_path, lines):
    """What only the end of a run can tell, is told there; no result is written."""
    path = newcomer / "sources" / "toy" / "fluxes.py"
    path.write_text(path.read_text().replace(f"        {lines}", f"        if q < 2: {lines}"))
    monkeypatch.setattr(provenance, "code_hash", lambda entries: "toy")
    (tmp_path / "campaign.toml").write_text(TOY)
    monkeypatch.setattr(sys, "argv", ["mcbelt", "run", str(tmp_path), "--workers", "1"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    name = lines.split('"')[1].format(name="antiproton")
    told = f"[source] kind = 'toy': its fluxes have no {name}, and species holds 'antiproton'; compute it there"
    assert ended.value.code == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "results" / "result.nc").exists()


def test_a_species_without_its_law(newcomer, refused, monkeypatch):
    """The antiproton before its annihilation was known to the orbits."""
    monkeypatch.setattr(laws, "ANNIHILATION", ("positron",))
    told = refused(TOY)
    assert "species holds 'antiproton', which cannot be followed in air: it annihilates, and no law of its" in told


@pytest.mark.parametrize(("old", "new", "key"), [("min_MeV = 100.0", "min_MeV = 50.0", "min_MeV = 50")])
def test_energies_outside_the_laws_of_a_species(newcomer, refused, old, new, key):
    told = refused(TOY.replace(old, new))
    assert f"[energy] {key} is outside 100 to 298000 MeV, where the laws of 'antiproton' are known; give" in told


def test_a_place_without_a_name(newcomer, refused):
    path = newcomer / "places" / "equator.py"
    path.write_text(path.read_text().replace("def check(", "def chekc("))
    told = refused(COSMIC + '[place]\nkind = "equator"\n')
    assert "[place] kind = 'equator': mcbelt.places.equator has no check; a place needs Settings, check, place." in told


def test_a_place_without_a_file(newcomer, refused):
    (newcomer / "places" / "equator.py").unlink()
    assert "[place] kind = 'equator': mcbelt.places.equator is missing" in refused(
        COSMIC + '[place]\nkind = "equator"\n'
    )


def test_a_place_without_a_line(newcomer, refused, monkeypatch):
    cosmic = sources.part("cosmic_rays", "settings")
    monkeypatch.delitem(places.PLACES, "equator")
    monkeypatch.setattr(cosmic, "PLACES", tuple(places.PLACES))
    told = refused(COSMIC + '[place]\nkind = "equator"\n')
    assert "[place] kind = 'equator' is not known; give one of 'shell', 'orbit'." in told


@pytest.mark.parametrize("source", ["toy", "trapped_protons", "cosmic_rays"])
@pytest.mark.parametrize(
    ("home", "expected"),
    [
        ("geomag.tilted:TiltedDipole", "geomag.tilted is missing; a field model needs TiltedDipole of the date there."),
        ("geomag.field:TiltedDipole", "geomag.field has no TiltedDipole; a field model needs TiltedDipole of the date"),
    ],
)
def test_a_field_without_its_file(newcomer, refused, monkeypatch, source, home, expected):
    monkeypatch.setitem(fields.FIELDS, "tilted", fields.Entry(home))
    text = TOY.replace('"toy"', f'"{source}"').replace("date =", 'field = "tilted"\ndate =')
    assert f"[shell] field = 'tilted': {expected}" in refused(text)


NAME, BAND = 'name = "newcomer"', "magnetic_latitude_min = 1.2\nmagnetic_latitude_max = 1.5"
BAD = {
    "unknown species": (NAME, 'species = ["axion"]', "names 'axion', which is no species; known are"),
    "unsupported species": (
        NAME,
        'species = ["antiproton"]',
        "source.kind = 'cosmic_rays' does not make; it makes posi",
    ),
    "species twice": (NAME, 'species = ["electron", "electron"]', "names a species twice; give each once"),
    "no species": (NAME, "species = []", "names no species; give at least one"),
    "species as text": (
        NAME,
        'species = "electron"',
        "species = 'electron' is of the wrong type (str); allowed is a list",
    ),
    "unknown place": ("[place]", '[place]\nkind = "moon"', "kind = 'moon' is not known; give one of 'shell', 'orbit'."),
    "unknown field": ("date =", 'field = "moon"\ndate =', 'field = \'moon\' is not one of "igrf", "dipole"'),
    "unknown estimator": ("[run]", '[run]\nestimator = "magic"', "estimator"),
    "unknown source": ('"cosmic_rays"', '"sun"', "[source] kind = 'sun' is not known; give one of 'trapped_protons'"),
    "source as a list": ('"cosmic_rays"', '["cosmic_rays"]', "kind = ['cosmic_rays'] is not known; give one of"),
    "place as a list": (
        "[place]",
        '[place]\nkind = ["orbit"]',
        "kind = ['orbit'] is not known; give one of 'shell', 'or",
    ),
    "unreachable band": (
        "[place]",
        f'[place]\nkind = "orbit"\ninclination_deg = 10.0\n{BAND}',
        "= 1.2 to magnetic_latitude_max = 1.5 rad: an orbit of inclination 10 deg is there for 0 % of its time",
    ),
    "energies outside a table": ("max_MeV = 2000.0", "max_MeV = 2e4", "max_MeV = 20000.0 is outside 5 to 10000 MeV"),
    "energies the wrong way": ("max_MeV = 2000.0", "max_MeV = 20.0", "min_MeV = 100 is not below max_MeV = 20"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_campaigns(refused, case):
    old, new, expected = BAD[case]
    new = f"{NAME}\n{new}" if old == NAME else new
    told = refused((COSMIC + "[place]\n").replace(old, new, 1))
    assert expected in told


def test_a_place_of_a_source_that_has_none(refused):
    told = refused(CAMPAIGN + '[source]\nkind = "trapped_protons"\n[place]\nkind = "orbit"\n')
    assert "[place] kind = 'orbit' is not known to source.kind = 'trapped_protons'; leave [place] out." in told
