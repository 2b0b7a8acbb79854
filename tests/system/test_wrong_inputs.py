"""Wrong files, keys, flags, types, units and dates: each is one sentence, status 2, and nothing is lost."""

import pytest
import toy_simulation as toy

from mcbelt.campaign import kinds

GOOD = """kind = "belt"
name = "good"
[shell]
L = 1.2
date = 1998-06-05
[air]
f107 = 112.0
f107a = 108.0
ap = 10.0
"""
COSMIC = GOOD.replace("1.2", "1.09") + '[source]\nkind = "cosmic_rays"\n'


def with_(old, new, text=GOOD):
    assert old in text
    return text.replace(old, new)


CAMPAIGNS = {
    "text for a number": (with_("L = 1.2", 'L = "1.2"'), "[shell] L = '1.2'"),
    "truth for a number": (with_("L = 1.2", "L = true"), "[shell] L = True"),
    "a list for a number": (with_("L = 1.2", "L = [1.2]"), "[shell] L"),
    "no number": (with_("112.0", "nan"), "[air] f107 = nan"),
    "an infinite number": (with_("112.0", "inf"), "[air] f107 = inf"),
    "a decimal comma": (with_("L = 1.2", "L = 1,2"), "is not valid TOML"),
    "a unit behind a number": (with_("112.0", "112.0 sfu"), "is not valid TOML"),
    "a unit in a text": (with_("112.0", '"112 sfu"'), "[air] f107 = '112 sfu'"),
    "watts for solar flux units": (with_("112.0", "1.12e-20"), "[air] f107 = 1.12e-20"),
    "a date of another order": (with_("1998-06-05", '"05/06/1998"'), "is not a date such as 1998-06-05"),
    "a year": (with_("1998-06-05", "1998"), "[shell] date = 1998"),
    "a day that is not": (with_("1998-06-05", "1998-02-30"), "is not valid TOML"),
    "a time of day": (with_("1998-06-05", "1998-06-05T12:00:00"), "is a time of day, and a date"),
    "a date of the last century but one": (with_("1998-06-05", "1898-06-05"), "is outside 1900-01-01 to 2030-01-01"),
    "a key of another case": (
        with_("ap = 10.0", 'ap = 10.0\nTimes = "mean"'),
        "[air] 'Times' is not a key; did you mean times?",
    ),
    "a key of another section": (with_("L = 1.2", "L = 1.2\nf107 = 100.0"), "[shell] 'f107' is not a key"),
    "a section that is not": (GOOD + "[solar]\nphi = 1\n", "solar"),
    "a key twice": (with_("L = 1.2", "L = 1.2\nL = 1.3"), "is not valid TOML"),
    "two of three indices": (with_("ap = 10.0\n", ""), "ap"),
    "another convention": (with_("L = 1.2", 'L = 1.2\nconvention = "McIlwain"'), "convention"),
    "another field": (with_("L = 1.2", 'L = 1.2\nfield = "IGRF"'), "field"),
    "a kind that is not": (with_('"belt"', '"shell"'), "kind"),
    "no kind": (with_('kind = "belt"\n', ""), "kind is missing"),
    "a name with a path": (with_('"good"', '"../good"'), "cannot name a file"),
    "a preset that is not": (with_('name = "good"', 'name = "good"\npreset = "fast"'), "preset"),
    "one species as text": (with_('name = "good"', 'name = "good"\nspecies = "positron"'), "species"),
    "a species twice": (with_('name = "good"', 'name = "good"\nspecies = ["positron", "positron"]'), "twice"),
    "a species of nothing": (with_('name = "good"', 'name = "good"\nspecies = ["neutrino"]'), "neutrino"),
    "no species": (with_('name = "good"', 'name = "good"\nspecies = []'), "names no species"),
    "energies upside down": (GOOD + "[energy]\nmin_MeV = 300.0\nmax_MeV = 30.0\n", "is not below max_MeV"),
    "energies in eV": (GOOD + "[energy]\nmax_MeV = 5e8\n", "max_MeV = 500000000.0 is outside"),
    "half a bin": (GOOD + "[energy]\nbins = 2.5\n", "bins"),
    "no bins": (GOOD + "[energy]\nbins = 0\n", "bins"),
    "histories as a float": (GOOD + "[run]\nhistories = 1e6\n", "histories"),
    "fewer than no histories": (GOOD + "[run]\nhistories = -5\n", "histories"),
    "a seed below zero": (GOOD + "[run]\nseed = -1\n", "seed"),
    "half of a stop rule": (GOOD + "[run]\nmax_histories = 10\n", "belong together"),
    "an estimator that is not": (GOOD + '[run]\nestimator = "analog"\n', "estimator"),
    "a scan of nothing": (GOOD + '[scan]\n"shell.L" = []\n', "[scan]"),
    "a scan that never arrives": (
        GOOD + '[scan]\n"shell.L" = { start = 1.2, stop = 1.4, step = -0.1 }\n',
        "give a step of the right sign",
    ),
    "a scan without end": (GOOD + '[scan]\n"shell.L" = { start = 1.2, stop = 1.4, step = 1e-9 }\n', "has more than"),
    "a case twice": (GOOD + '[scan]\n"shell.L" = [1.2, 1.2]\n', "twice"),
    "a scan of a key that is not": (
        GOOD + '[scan]\n"shell.l" = [1.2, 1.3]\n',
        "[shell] 'l' is not a key; did you mean L?",
    ),
    "a scan of a section": (GOOD + '[scan]\n"shell" = [1, 2]\n', "shell = 1 is not a table"),
    "lists of two lengths in step": (
        GOOD + '[scan]\nmode = "zip"\n"shell.L" = [1.2, 1.3]\n"air.ap" = [1.0, 2.0, 3.0]\n',
        "lists of one length",
    ),
    "a spectrum that is not there": (
        GOOD + '[source]\nkind = "table"\nspectrum_csv = "nothing.csv"\n',
        "is not a readable file",
    ),
    "a directory as spectrum": (GOOD + '[source]\nkind = "table"\nspectrum_csv = "."\n', "is not a readable file"),
    "a place of a source without one": (GOOD + '[place]\nkind = "orbit"\n', "[place]"),
    "a potential below none": (COSMIC + "phi_MV = -500.0\n", "phi_MV"),
    "a potential of another age": (with_("1998-06-05", "1940-06-05", COSMIC), "table of modulation potentials"),
}


@pytest.fixture
def said(monkeypatch, command_line):
    monkeypatch.setitem(kinds._SIMULATIONS, "belt", lambda asked: toy.TOY)
    monkeypatch.setattr(kinds, "_reached", lambda asked: ())
    return command_line


def test_what_they_differ_from_is_in_order(said, tmp_path):
    for text in (GOOD, COSMIC):
        (tmp_path / "campaign.toml").write_text(text)
        assert said("check", tmp_path)[0] == 0


@pytest.mark.parametrize("case", CAMPAIGNS)
def test_campaigns(said, tmp_path, case):
    text, words = CAMPAIGNS[case]
    (tmp_path / "campaign.toml").write_text(text)
    for command in (("check",), ("run", "--output", tmp_path / "results")):
        status, out, err = said(command[0], tmp_path, *command[1:])
        assert (status, out) == (2, "")
        assert words in err
        assert err.count("\n") == 1, err
        assert "campaign.toml" in err
    assert [path.name for path in tmp_path.iterdir()] == ["campaign.toml"]


FILES = {
    "no bytes": (b"", "kind is missing"),
    "another alphabet": ('kind = "belt" # Größe'.encode("latin-1"), "is not UTF-8 text"),
    "two bytes a letter": (GOOD.encode("utf-16"), "is not UTF-8 text"),
    "zeros": (b"\x00" * 100, "is not valid TOML"),
    "JSON": (b'{"kind": "belt"}', "is not valid TOML"),
    "a page of the web": (b"<!DOCTYPE html><html></html>", "is not valid TOML"),
}


@pytest.mark.parametrize("case", FILES)
def test_files_that_are_no_campaign(said, tmp_path, case):
    image, words = FILES[case]
    (tmp_path / "campaign.toml").write_bytes(image)
    status, out, err = said("check", tmp_path)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert words in err


def test_a_mark_before_a_campaign_is_no_fault(said, tmp_path):
    """Editors of another system write a byte order mark and their own ends of lines: the same campaign and hash."""
    found = []
    for image in (GOOD.encode(), b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()):
        (tmp_path / "campaign.toml").write_bytes(image)
        status, out, err = said("check", tmp_path)
        assert (status, err) == (0, "")
        found.append(out)
    assert found[0] == found[1]


COMMANDS = {
    "shell by two labels": ("shell --date 1998-06-05 --L 1.2 --B0 17000", "give --L or --B0"),
    "shell by none": ("shell --date 1998-06-05", "give --L or --B0"),
    "a pitch angle of nothing": ("shell --date 1998-06-05 --L 1.2 --pitch-angle 0", "--pitch-angle 0 is outside"),
    "a muon": ("shell --date 1998-06-05 --L 1.2 --particle mu", "--particle"),
    "half of the Sun": ("shell --date 1998-06-05 --L 1.2 --f107 112", "is missing beside --f107 112"),
    "a year of the shell": ("shell --date June --L 1.2", "is not a date"),
    "no step": ("cutoff --lat 0 --lon 0 --date 1998-06-05 --step-GV 0", "--step-GV 0 is outside"),
    "a field of another name": ("cutoff --lat 0 --lon 0 --date 1998-06-05 --field igrf13", "--field 'igrf13'"),
    "beyond the pole": ("cutoff --lat 91 --lon 0 --date 1998-06-05", "latitude 91.0 deg is outside"),
    "a longitude of nothing": ("cutoff --lat 0 --lon nan --date 1998-06-05", "is not finite"),
    "below the ground": ("cutoff --lat 0 --lon 0 --alt-km 5 --date 1998-06-05", "altitude 5.0 km is outside"),
    "a date to come": ("cutoff --lat 0 --lon 0 --date 2050-01-01", "outside the range of IGRF-14"),
    "trace from nowhere": (
        "trace --lat 0 --lon nan --alt-km 800 --energy-MeV 100 --date 1998-06-05",
        "--lon nan is outside",
    ),
    "trace from beyond the pole": (
        "trace --lat 95 --lon 0 --alt-km 800 --energy-MeV 100 --date 1998-06-05",
        "--lat 95 is outside",
    ),
    "trace from below": (
        "trace --lat 0 --lon 0 --alt-km 800 --zenith 200 --energy-MeV 100 --date 1998-06-05",
        "--zenith 200 is outside",
    ),
    "trace without energy": (
        "trace --lat 0 --lon 0 --alt-km 800 --energy-MeV 0 --date 1998-06-05",
        "--energy-MeV 0 is outside",
    ),
    "trace in half an air": (
        "trace --lat 0 --lon 0 --alt-km 800 --energy-MeV 100 --date 1998-06-05 --ap 10",
        "give --f107, --f107a and --ap together",
    ),
    "a path as a text": (
        "trace --lat 0 --lon 0 --alt-km 800 --energy-MeV 100 --date 1998-06-05 --out path.txt",
        "must end in one of .nc, .csv",
    ),
    "a preset of nothing": ("init {tmp} --preset fast", "fast"),
    "measurements that are not there": ("compare {tmp} --data nothing.csv", "neither ams01 nor a file"),
    "one part": ("merge {tmp}/a --output {tmp}/b", "is a single result"),
    "a merge into nowhere": ("merge {tmp}/a {tmp}/c --output {tmp}/no/b.nc", "there is no directory"),
    "workers below none": ("run {tmp} --workers -3", "is not a number of workers"),
    "a paper of nobody": ("reproduce nobody2050", "nobody2050"),
}


@pytest.mark.parametrize("case", COMMANDS)
def test_commands(said, tmp_path, monkeypatch, case):
    monkeypatch.chdir(tmp_path)
    command, words = COMMANDS[case]
    status, out, err = said(*command.format(tmp=tmp_path).split())
    assert (status, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1, err
    assert list(tmp_path.iterdir()) == []
