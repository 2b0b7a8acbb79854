"""What a path may name is the same for every command: a campaign file, its directory, its results, a case, a result.

Which results a command finds is asked here, so figures are not drawn: what is written of them is their names.
"""

import json
import re

import pytest
import toy_simulation as toy

from mcbelt.campaign import driver, kinds
from mcbelt.campaign import file as campaign_file
from mcbelt.figures import plots
from mcbelt.figures import report as reports

OF_RESULTS = ("show", "plot", "report", "cite", "export", "compare")
OF_CAMPAIGNS = ("check", "run", "status")
POINTS = "# reference: Somebody 2020\nenergy_MeV,ratio,error_low,error_high\n100,4,1,1\n"
SECOND = toy.CAMPAIGN.replace('name = "toy"', 'name = "second"').replace("L = 1.2", "L = 1.25")
SCAN = toy.CAMPAIGN + '[scan]\n"shell.L" = [1.2, 1.3]\n'


def computed(path):
    file = campaign_file.read(path)
    return [done.result for done in driver.run(file, driver.output_directory(file), toy.TOY)]


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Two campaigns in one directory, both computed."""
    directory = tmp_path_factory.mktemp("two")
    (directory / "campaign.toml").write_text(toy.CAMPAIGN)
    (directory / "second.toml").write_text(SECOND)
    computed(directory / "campaign.toml")
    computed(directory / "second.toml")
    return directory


@pytest.fixture(scope="module")
def scan(tmp_path_factory):
    directory = tmp_path_factory.mktemp("scan")
    (directory / "campaign.toml").write_text(SCAN)
    computed(directory)
    return directory


@pytest.fixture
def said(monkeypatch, command_line):
    """Exit status, output and the errors of a command line that computes with the toy and asks no physics."""
    monkeypatch.setitem(kinds._SIMULATIONS, "belt", lambda asked: toy.TOY)
    monkeypatch.setattr(kinds, "_reached", lambda asked: ())
    monkeypatch.setattr(plots, "write_all", lambda datasets, directory, asked: [directory / name for name in datasets])
    monkeypatch.setattr(reports, "page", lambda datasets, failed=(), asked=None: " ".join([*datasets, *failed]))
    return command_line


def options_of(command, directory):
    """Options that keep what a command writes out of the results."""
    (directory / "points.csv").write_text(POINTS)
    data = ("--data", directory / "points.csv", "--output", directory)
    return {"plot": ("--output", directory), "report": ("--output", directory / "page.html"), "compare": data}.get(
        command, ()
    )


FORMS = {
    "file": ("campaign.toml", "toy"),
    "directory": (".", "toy"),
    "results": ("results", "toy"),
    "result": ("results/result.nc", "toy"),
    "other file": ("second.toml", "second"),
    "other results": ("results-second", "second"),
    "other result": ("results-second/result.nc", "second"),
}


@pytest.mark.parametrize("command", OF_RESULTS + OF_CAMPAIGNS)
@pytest.mark.parametrize("form", FORMS)
def test_every_command_takes_every_form(said, two, tmp_path, command, form):
    path, name = FORMS[form]
    directory = "results" if name == "toy" else "results-second"
    status, out, err = said(command, two / path, *options_of(command, tmp_path))
    assert (status, err) == (0, "")
    if command == "run":
        assert f"{two / directory / 'result.nc'}: 1050 histories" in out
        assert "nothing left to do" in out
    if command == "status":
        assert json.loads(said("status", two / path, "--json")[1])["directory"] == str(two / directory)
    if command == "check":
        assert f"{name if name == 'second' else 'campaign'}.toml: in order" in out
    if command == "show":
        assert json.loads(said("show", two / path, "--json")[1])["name"] == name
    if command == "report":
        assert (tmp_path / "page.html").read_text() == name
    if command == "plot":
        assert out.splitlines()[0] == str(tmp_path / name)


@pytest.mark.parametrize("command", OF_RESULTS)
@pytest.mark.parametrize("path", ["campaign.toml", ".", "results", "results/L=1.3", "results/L=1.3/result.nc"])
def test_forms_of_a_scan(said, scan, tmp_path, command, path):
    status, _, err = said(command, scan / path, *options_of(command, tmp_path))
    assert (status, err) == (0, "")
    if command == "report":
        assert (tmp_path / "page.html").read_text() == ("L=1.3" if "L=1.3" in path else "L=1.2 L=1.3")


@pytest.mark.parametrize("command", OF_CAMPAIGNS)
def test_one_case_of_a_scan_is_no_campaign(said, scan, command):
    for path in ("results/L=1.3", "results/L=1.3/result.nc"):
        status, out, err = said(command, scan / path)
        assert (status, out) == (2, "")
        assert err.endswith(f"is one case of a scan; give the campaign file, or the whole of it, {scan / 'results'}.\n")
    assert said(command, scan / "results")[0] == 0


@pytest.mark.parametrize(
    ("path", "commands", "words"),
    [
        ("alone.toml", OF_RESULTS, "has no results yet"),
        ("nothing", OF_CAMPAIGNS, "cannot be read"),
        ("nothing.nc", OF_RESULTS, "cannot be read"),
        ("empty", OF_CAMPAIGNS, "cannot be read"),
        ("empty", OF_RESULTS, "holds no"),
        ("named", OF_CAMPAIGNS, "holds no campaign.toml, but one.toml and two.toml; name the file"),
        ("named", OF_RESULTS, "holds results of one.toml and two.toml; name one of these files"),
        ("text.txt", OF_RESULTS, "is not a result of mcbelt, it does not begin as one"),
        ("cut.nc", OF_RESULTS, "is cut short, or was not written by mcbelt"),
        ("away.nc", OF_CAMPAIGNS, "is a result, and not in the directory of its campaign"),
    ],
)
def test_what_names_nothing_is_refused_in_a_sentence(said, two, tmp_path, path, commands, words):
    (tmp_path / "alone.toml").write_text(toy.CAMPAIGN)
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.txt").write_text(toy.CAMPAIGN)
    image = (two / "results" / "result.nc").read_bytes()
    (tmp_path / "away.nc").write_bytes(image)
    (tmp_path / "cut.nc").write_bytes(image[: len(image) // 2])
    for name in ("one", "two"):
        (tmp_path / "named" / f"results-{name}").mkdir(parents=True)
        (tmp_path / "named" / f"{name}.toml").write_text(toy.CAMPAIGN)
    before = sorted(tmp_path.rglob("*"))
    for command in commands:
        status, out, err = said(command, tmp_path / path)
        assert (status, out, err.count("\n")) == (2, "", 1)
        assert words in err, command
    assert sorted(tmp_path.rglob("*")) == before  # nothing made, nothing lost


def test_results_elsewhere_are_found_by_their_directory(said, tmp_path):
    (tmp_path / "campaign.toml").write_text(toy.CAMPAIGN)
    output = tmp_path / "elsewhere" / "run1"
    assert said("run", tmp_path, "--output", output, "--workers", 1)[0] == 0
    for command in ("run", "status", "check", "show"):
        assert said(command, output)[0] == 0
    assert not (output / "results").exists()
    assert "nothing left to do" in said("run", output)[1]


def test_one_case_after_a_scan_and_a_scan_after_one_case(said, tmp_path):
    """Refused, as another campaign; --fresh sets aside what is there, and no figure mixes the two."""
    path = tmp_path / "campaign.toml"
    for texts in ((toy.CAMPAIGN, SCAN), (SCAN, toy.CAMPAIGN)):
        output = tmp_path / f"out{len(texts[0])}"
        path.write_text(texts[0])
        assert said("run", path, "--output", output, "--workers", 1)[0] == 0
        path.write_text(texts[1])
        status, _, err = said("run", path, "--output", output, "--workers", 1)
        assert (status, "holds a run of another campaign" in err) == (2, True)
        assert said("show", output)[0] == 0
        assert said("run", path, "--output", output, "--workers", 1, "--fresh")[0] == 0
        cases = {line.split(",")[0] for line in said("export", output)[1].splitlines()[1:]}
        assert cases == ({"L=1.2", "L=1.3"} if texts[1] is SCAN else {"toy"})


def test_check_says_what_is_left_from_the_blocks_that_are_there(said, tmp_path):
    path = tmp_path / "campaign.toml"
    path.write_text(toy.CAMPAIGN)  # 1050 histories in blocks of 100
    out = said("check", path)[1]
    assert "11 blocks; about " in out
    assert "by trapped-protons-L1.20 on one core" in out
    assert "another shell, other energies and another processor change it up to 3 times" in out
    assert said("run", path, "--workers", 1)[0] == 0
    assert "11 blocks, 11 done." in said("check", path)[1]
    path.write_text(toy.CAMPAIGN.replace("histories = 1050", "histories = 100050"))
    status, out, _ = said("check", path)
    assert (status, "another shell" in out) == (0, False)
    assert re.search(r"1001 blocks, 11 done; the others take about \d+ (s|min .*) on \d+ core", out)
    assert "(by 11 blocks of this campaign)." in out
    told = json.loads(said("check", path, "--json")[1])["estimate"]
    noted = json.loads((tmp_path / "results" / "status.json").read_text())
    left = noted["preparation_seconds"] + 990 * 100 * noted["history_seconds"] / told["workers"]
    assert told["seconds"] == pytest.approx(left, rel=1e-9)
    size = sum(block.stat().st_size for block in (tmp_path / "results" / "blocks").glob("*.nc"))
    assert told["disk_MB"] == pytest.approx(990 * size / 11 / 1e6, rel=0.2)
    assert told["process_MB"] == noted["megabytes"] > 50.0
    path.write_text(toy.CAMPAIGN.replace("histories = 1050", "histories = 0"))
    assert "blocks;" not in said("check", path)[1]


def test_a_grown_scan_without_histories_is_computed_and_its_page_is_new(said, tmp_path):
    """What was just computed was "nothing left to do", and the page of before stayed."""
    path, page = tmp_path / "campaign.toml", tmp_path / "results" / "report.html"
    of_averages = SCAN.replace("histories = 1050", "histories = 0")
    path.write_text(of_averages)
    assert said("run", path, "--workers", 1)[1].count("0 blocks computed now") == 2
    before = page.read_text()
    path.write_text(of_averages.replace("[1.2, 1.3]", "[1.2, 1.3, 1.4]"))
    out = said("run", path, "--workers", 1)[1]
    assert (out.count("0 blocks computed now"), out.count("nothing left to do")) == (1, 2)
    assert "L=1.4" in page.read_text()
    assert "L=1.4" not in before


def test_a_case_that_the_scan_no_longer_has_is_left_out_with_a_word(said, tmp_path, caplog):
    path = tmp_path / "campaign.toml"
    path.write_text(SCAN)
    assert said("run", path, "--workers", 1)[0] == 0
    path.write_text(SCAN.replace("[1.2, 1.3]", "[1.2, 1.4]"))
    assert said("run", path, "--workers", 1)[0] == 0
    for command in ("export", "show", "plot", "report"):
        caplog.clear()
        status, out, _ = said(command, path)
        assert (status, "L=1.3" in out) == (0, False)
        assert "left out L=1.3: not of the campaign file" in caplog.text
