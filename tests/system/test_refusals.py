"""What the pages say is refused is refused: exit status 2, nothing on standard output, one sentence with the value.

A line of a table holds the page, its words (a page that drops or changes them fails here), what is done, and parts of
the sentence. A change of a campaign is text in place of other text.
"""

import io
import os

import pytest
import toy_simulation as toy

from mcbelt.campaign import driver, file, kinds, lock
from mcbelt.files import sealed

DOCS = toy.ROOT / "docs"
FORWARD = (
    toy.CAMPAIGN.replace('name = "toy"', 'name = "toy"\npreset = "paper_eccentric"').replace("L = 1.2", "L = 1.09")
    + 'estimator = "forward"\n[source]\nkind = "cosmic_rays"\nearth = "sphere"\n[place]\nkind = "shell"\n'
)
TABLE = toy.CAMPAIGN + '[source]\nkind = "table"\nspectrum_csv = "protons.csv"\n'
PROTONS = "T_MeV,flux_m2_s_sr_MeV\n100,2.0\n1000,1.0\n10000,0.1\n"

# page, words of it, campaign, (old, new), parts of the sentence that `check` says
CAMPAIGNS = [
    (
        "campaign-format.md",
        "an unknown key is an error that names the nearest known one",
        toy.CAMPAIGN,
        ("L = 1.2", "L = 1.2\nfeild = 'igrf'"),
        ("'feild'", "did you mean field?"),
    ),
    (
        "campaign-format.md",
        "a value is never clipped or replaced",
        toy.CAMPAIGN,
        ("f107 = 112.0", "f107 = 401"),
        ("f107 = 401", "60 to 400 sfu"),
    ),
    (
        "campaign-format.md",
        "A species is refused where the source does not make it",
        toy.CAMPAIGN,
        ('name = "toy"', 'name = "toy"\nspecies = ["antiproton"]'),
        ("antiproton", "trapped_protons"),
    ),
    (
        "campaign-format.md",
        "where it does something in air for which no law is known",
        TABLE,
        ('name = "toy"', 'name = "toy"\nspecies = ["muon"]'),
        ("muon",),
    ),
    (
        "campaign-format.md",
        "trapped protons and a table fill the whole shell and take no `[place]`",
        toy.CAMPAIGN,
        ("[run]", '[place]\nkind = "orbit"\n[run]'),
        ("[place] kind = 'orbit'", "trapped_protons"),
    ),
    (
        "campaign-format.md",
        "A band that the satellite does not reach is refused.",
        FORWARD.replace('estimator = "forward"\n', "").replace('earth = "sphere"\n', ""),
        (
            '[place]\nkind = "shell"',
            '[place]\nkind = "orbit"\ninclination_deg = 10.0\nmagnetic_latitude_min = 0.9\nmagnetic_latitude_max = 1.0',
        ),
        ("magnetic_latitude_min = 0.9", "inclination 10 deg"),
    ),
    (
        "campaign-format.md",
        "`histories` (the first stage) and `max_histories` must be multiples of `block_size`.",
        toy.CAMPAIGN,
        ("seed = 5", "target_relative_error = 0.1\nmax_histories = 2000"),
        ("histories = 1050", "block_size = 100"),
    ),
    *(
        ("methods/cosmic_rays.md", words, FORWARD, change, told)
        for words, change, told in (
            (
                'It needs `[place] kind = "shell"` in `[shell] field = "paper_eccentric"`',
                ("L = 1.09", 'L = 1.09\nfield = "igrf"'),
                ("forward", "igrf"),
            ),
            ('with `[source] earth = "sphere"`', ('earth = "sphere"', 'earth = "ellipsoid"'), ("ellipsoid",)),
            ("L below 1.115", ("L = 1.09", "L = 1.12"), ("found 1.12", "1.115")),
            ("bins below 4 GeV; anything else is refused", ("bins = 6", "bins = 6\nmax_MeV = 5000.0"), ("found 5000",)),
        )
    ),
    (
        "methods/geomag.md",
        "A date outside 1900-01-01 … 2030-01-01 is an error",
        toy.CAMPAIGN,
        ("1998-06-05", "2031-06-05"),
        ("2031-06-05", "1900-01-01 to 2030-01-01"),
    ),
    (
        "methods/atmosphere.md",
        "a missing one is an error that names it",
        toy.CAMPAIGN,
        ("f107a = 108.0\n", ""),
        ("[air] f107a is missing",),
    ),
    (
        "methods/sources.md",
        "AP-8 has no flux; asking for it is an error that says so.",
        toy.CAMPAIGN,
        ("L = 1.2", "L = 1.13"),
        ("1.13", "1.14"),
    ),
]
ORBIT = ("--lat", "0", "--lon", "0", "--date", "1998-06-05")
# page, words of it, command, parts of the sentence
COMMANDS = [
    (
        "methods/atmosphere.md",
        "a missing one is an error that names it",
        ("shell", "--L", "1.2", "--date", "1998-06-05", "--f107", "112"),
        ("--f107a is missing", "--f107 112"),
    ),
    (
        "methods/atmosphere.md",
        "observed F10.7 of the day before and its 81-day mean (60-400), daily Ap (0-400)",
        ("shell", "--L", "1.2", "--date", "1998-06-05", "--f107", "59", "--f107a", "108", "--ap", "10"),
        ("59", "60"),
    ),
    (
        "methods/geomag.md",
        "A date outside 1900-01-01 … 2030-01-01 is an error",
        ("shell", "--L", "1.2", "--date", "1850-06-05"),
        ("1850-06-05", "1900-01-01"),
    ),
    (
        "methods/geomag.md",
        "Positions within the core (r < 3485 km) are refused.",
        ("trace", *ORBIT, "--alt-km", "-3000", "--energy-MeV", "100"),
        ("-3000",),
    ),
]


def _ids(table):
    return [f"{page}: {' '.join(words.split()[:5])}" for page, words, *_ in table]


def words_of(page):
    return " ".join((DOCS / page).read_text(encoding="utf-8").split())


@pytest.fixture
def said(command_line):
    """Exit status, standard output and standard error of a command."""
    return command_line


@pytest.fixture
def refused(said):
    """That a command is refused in one sentence with these parts."""

    def run(command, parts):
        status, out, told = said(*command)
        assert (status, out, told.count("\n")) == (2, "", 1), told
        for part in parts:
            assert part in told

    return run


@pytest.mark.parametrize(("page", "words", "campaign", "change", "parts"), CAMPAIGNS, ids=_ids(CAMPAIGNS))
def test_a_campaign_that_a_page_refuses(said, refused, tmp_path, page, words, campaign, change, parts):
    assert words in words_of(page)
    assert change[0] in campaign
    (tmp_path / "protons.csv").write_text(PROTONS)
    path = tmp_path / "campaign.toml"
    path.write_text(campaign)
    assert said("check", path)[0] == 0  # so it is the change that is refused
    path.write_text(campaign.replace(*change))
    refused(("check", path), parts)


@pytest.mark.parametrize(("page", "words", "command", "parts"), COMMANDS, ids=_ids(COMMANDS))
def test_a_command_that_a_page_refuses(refused, page, words, command, parts):
    assert words in words_of(page)
    refused(command, parts)


@pytest.fixture
def finished(toy_campaign, monkeypatch):
    """A campaign that is complete, and one of the same physics with another seed."""
    monkeypatch.setattr(kinds, "simulation", lambda config: toy.TOY)
    other = toy_campaign / "other"
    other.mkdir()
    (other / "campaign.toml").write_text(toy.CAMPAIGN.replace("seed = 5", "seed = 6"))
    for directory in (toy_campaign, other):
        driver.run(file.read(directory), directory / "results", toy.TOY)
    return toy_campaign


def _unknown_version(path):
    import h5py

    content = bytearray(sealed.unsealed(path.read_bytes(), ""))
    with h5py.File(io.BytesIO(content), "r+") as opened:
        opened.attrs["schema_version"] = 9
        opened.flush()
        image = opened.id.get_file_image()
    path.write_bytes(sealed.sealed(image))


def _cut(path):
    path.write_bytes(path.read_bytes()[:-1000])


def _one_bit(path):
    content = bytearray(path.read_bytes())
    content[2000] ^= 1
    path.write_bytes(content)


def _seal_removed(path):
    path.write_bytes(sealed.unsealed(path.read_bytes(), ""))


@pytest.mark.parametrize(
    ("words", "damage", "parts"),
    [
        ("refused, never guessed at.", _unknown_version, ("schema version 9",)),
        ("A file cut short or with one bit changed is refused", _cut, ("is cut short",)),
        ("A file cut short or with one bit changed is refused", _one_bit, ("is damaged",)),
        ("such a file still opens in xarray, but `mcbelt` refuses it.", _seal_removed, ("its checksum is missing",)),
    ],
)
def test_a_file_that_the_page_on_results_refuses(refused, finished, words, damage, parts):
    assert words in words_of("result-format.md")
    path = finished / "results" / "result.nc"
    damage(path)
    for command in ("show", "plot", "report", "export", "cite"):
        refused((command, path), (str(path), *parts))


MERGED = "adds results of one `physics_hash` and `code_hash` whose histories do not overlap"


@pytest.mark.parametrize(
    ("change", "code", "parts"),
    [
        (("seed = 6", "seed = 5"), "toy-1", ("seed", "count twice")),
        (("L = 1.2", "L = 1.3"), "toy-1", ("physics",)),
        (("seed = 6", "seed = 6"), "toy-2", ("code",)),
    ],
    ids=["the same histories", "other physics", "other code"],
)
def test_a_merge_that_the_page_on_results_refuses(refused, finished, change, code, parts):
    assert f"{MERGED} (different seeds)" in words_of("result-format.md")
    assert "anything else is refused" in words_of("result-format.md")
    other = finished / "other"
    path = other / "campaign.toml"
    path.write_text(path.read_text().replace(*change))
    driver.run(file.read(other), other / "results", toy.TOY._replace(code_hash=code), fresh=True)
    output = finished / "sum.nc"
    refused(("merge", finished / "results", other / "results", "--output", output), parts)
    assert not output.exists()


def test_a_directory_that_the_page_on_running_refuses(refused, finished):
    page = words_of("running.md")
    assert "Two drivers on one directory: the second is refused." in page
    results = finished / "results"
    with lock.locked(results):
        refused(("run", finished), (str(results), f"process {os.getpid()}"))
    assert "Another campaign file in the same directory is refused" in page
    before = {path: path.read_bytes() for path in results.rglob("*") if path.is_file() and path.name != "lock"}
    for old, new, part in (("L = 1.2", "L = 1.3", "physics_hash"), ("seed = 5", "seed = 6", "seed")):
        (finished / "campaign.toml").write_text(toy.CAMPAIGN.replace(old, new))
        refused(("run", finished), (str(results), part))
    kept = {path: path.read_bytes() for path in before}
    changed = [path.name for path in before if kept[path] != before[path]]
    assert changed == []


def test_workers_that_do_not_exist(refused, toy_campaign):
    assert "Errors that you can mend are one sentence on standard error with status 2." in words_of("running.md")
    refused(("run", toy_campaign, "--workers", "-1"), ("--workers -1",))
    assert not (toy_campaign / "results").exists()
