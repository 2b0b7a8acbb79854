"""A user's spectrum in the shapes that files come in: read as meant, or refused by `check` with line and column."""

import codecs
import time

import pytest
import toy_simulation as toy

from mcbelt import cli
from mcbelt.campaign import file as campaign_file
from mcbelt.campaign import kinds
from mcbelt.errors import PhysicsError
from mcbelt.settings import identity
from mcbelt.sources.table import reach
from mcbelt.spectra import pitch_angles, tabulated

CAMPAIGN = """kind = "belt"
name = "table"
[shell]
L = 1.2
date = 1998-06-05
[air]
f107 = 112.0
f107a = 108.0
ap = 10.0
[source]
kind = "table"
spectrum_csv = "protons.csv"
"""
GOOD = "T_MeV,flux_cm2_s_MeV\n100,3.5\n400,0.5\n1000,0.02\n"


@pytest.fixture
def check(monkeypatch, capsys, tmp_path):
    """Status and errors of `check` of a campaign with a spectrum; what is asked of the shell is asked elsewhere."""
    monkeypatch.setitem(kinds._SIMULATIONS, "belt", lambda asked: toy.TOY)
    monkeypatch.setattr(kinds, "_reached", lambda asked: ())
    (tmp_path / "campaign.toml").write_text(CAMPAIGN)

    def run(spectrum):
        (tmp_path / "protons.csv").write_bytes(spectrum)
        monkeypatch.setattr("sys.argv", ["mcbelt", "check", str(tmp_path)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code or 0, capsys.readouterr().err

    return run


HEAD = "T_MeV,flux_cm2_s_MeV\n"
SHAPES = {
    "0 bytes": ("", "is not a readable file"),
    "blank lines alone": ("\n\n", "no header line was found"),
    "comments alone": ("# protons\n", "no header line was found"),
    "no header": ("100,3.5\n400,0.5\n", "line 1: holds numbers where the names of the columns are due"),
    "another energy": ("T_GeV,flux_cm2_s_MeV\n0.1,3\n1,2\n", "line 1: no column is called T_MeV, found T_GeV"),
    "another case": ("t_mev,flux_cm2_s_MeV\n100,3\n400,2\n", "no column is called T_MeV"),
    "another unit of flux": ("T_MeV,flux_m2_s_keV\n100,3\n400,2\n", "no column of T_MeV, flux_m2_s_keV is a flux"),
    "two units": ("T_MeV,flux_cm2_s_MeV,flux_m2_s_GeV\n100,3,2\n400,2,1\n", "column flux_m2_s_GeV: is a second flux"),
    "two columns of one name": (
        "T_MeV,flux_cm2_s_MeV,flux_cm2_s_MeV\n100,3,2\n400,2,1\n",
        "line 1, column flux_cm2_s_MeV: stands twice",
    ),
    "two energies": ("T_MeV,T_MeV,flux_cm2_s_MeV\n100,1,2\n400,2,1\n", "line 1, column T_MeV: stands twice"),
    "falling energies": (HEAD + "400,1\n100,2\n", "line 3, column T_MeV: 100 does not exceed the row before, 400"),
    "repeated energies": (HEAD + "100,1\n400,2\n400,1\n", "line 4, column T_MeV: 400 does not exceed"),
    "semicolons": ("T_MeV;flux_cm2_s_MeV\n100;3.5\n400;0.5\n", "line 1: columns are separated by semicolons"),
    "tabs": ("T_MeV\tflux_cm2_s_MeV\n100\t3.5\n400\t0.5\n", "line 1: columns are separated by tabs"),
    "blanks": ("T_MeV flux_cm2_s_MeV\n100 3.5\n400 0.5\n", "line 1: columns are separated by blanks"),
    "bars": ("T_MeV|flux_cm2_s_MeV\n100|3.5\n", "line 1: columns are separated by bars"),
    "semicolons below": (HEAD + "100;3.5\n400;0.5\n", "line 2, column T_MeV: 1 cells were found, the header has 2"),
    "decimal commas": (HEAD + "100,3,5\n400,0,5\n", "line 2, column flux_cm2_s_MeV: 3 cells were found"),
    "thousands": (HEAD + "100,3\n1,000,2\n", "line 3, column flux_cm2_s_MeV: 3 cells"),
    "thousands by blanks": (HEAD + "100,3\n1 000,2\n", 'line 3, column T_MeV: "1 000" is not a number'),
    "thousands by apostrophes": (HEAD + "100,3\n1'000,2\n", 'line 3, column T_MeV: "1\'000" is not a number'),
    "underscores": (HEAD + "1_00,3\n400,2\n", 'line 2, column T_MeV: "1_00" is not a number'),
    "quotes": (HEAD + '"100","3"\n400,2\n', "line 2: has quotes"),
    "quoted names": ('"T_MeV","flux_cm2_s_MeV"\n100,3\n400,2\n', "line 1: has quotes"),
    "text after a number": (HEAD + "100 MeV,3\n400,2\n", 'line 2, column T_MeV: "100 MeV" is not a number'),
    "a unit in a row": ("T_MeV,flux_cm2_s_MeV\nMeV,cm-2\n100,3\n", 'line 2, column T_MeV: "MeV" is not a number'),
    "exponents of Fortran": (HEAD + "100,3.5D+00\n400,2\n", 'line 2, column flux_cm2_s_MeV: "3.5D+00" is not'),
    "digits of another script": (HEAD + "１００,3\n400,2\n", "line 2, column T_MeV"),
    "hexadecimal": (HEAD + "0x64,3\n400,2\n", 'line 2, column T_MeV: "0x64" is not a number'),
    "negative flux": (HEAD + "100,3\n400,-2\n", "line 3, column flux_cm2_s_MeV: -2 is negative"),
    "negative energy": (HEAD + "-100,3\n400,2\n", "line 2, column T_MeV: -100 is not above 0"),
    "no energy": (HEAD + "0,3\n400,2\n", "line 2, column T_MeV: 0 is not above 0"),
    "NaN": (HEAD + "100,nan\n400,2\n", "line 2, column flux_cm2_s_MeV: nan is not finite"),
    "infinite": (HEAD + "100,1\n400,Inf\n", "line 3, column flux_cm2_s_MeV: Inf is not finite"),
    "beyond what a number holds": (HEAD + "100,1e999\n400,1\n", "line 2, column flux_cm2_s_MeV: 1e999 is not finite"),
    "an empty cell": (HEAD + "100,\n400,1\n", "line 2, column flux_cm2_s_MeV: the cell is empty"),
    "a missing cell": (HEAD + "100\n400,1\n", "line 2, column T_MeV: 1 cells were found"),
    "one row": (HEAD + "100,1\n", "one row of numbers was found"),
    "no row": (HEAD, "no row of numbers was found"),
    "zeros": (HEAD + "100,0\n400,0\n", "column flux_cm2_s_MeV: all fluxes are zero"),
    "a flux beside pitch angles": (
        "T_MeV,flux_m2_s_sr_MeV,flux_m2_s_sr_MeV_60deg,flux_m2_s_sr_MeV_90deg\n100,1,0,1\n400,1,0,1\n",
        "column flux_m2_s_sr_MeV: stands beside columns by pitch angle",
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_refused_with_line_and_column(check, shape):
    text, words = SHAPES[shape]
    status, err = check(text.encode())
    assert status == 2
    assert words in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (codecs.BOM_UTF16_LE + GOOD.encode("utf-16-le"), "cannot be read as a text file"),
        (GOOD.encode() + b"\xff\xfe\n", "cannot be read as a text file"),
        (GOOD.encode().replace(b"100", b"1\x000"), "line 2, column T_MeV"),
        (b"T_MeV,flux_cm2_s_MeV\n" + b"1,1\n" * 100_001, "has 100001 rows, allowed are 100000"),
        (b"#" * (16 * 2**20 + 1), "is not a readable file of at most 16 MiB"),
    ],
    ids=["UTF-16", "half a character", "a zero byte", "too many rows", "too large"],
)
def test_what_is_no_text_of_a_spectrum(check, image, words):
    status, err = check(image)
    assert (status, words in err, err.count("\n")) == (2, True, 1)


@pytest.mark.parametrize(
    "image",
    [
        codecs.BOM_UTF8 + GOOD.encode(),
        GOOD.replace("\n", "\r\n").encode(),
        codecs.BOM_UTF8 + GOOD.replace("\n", "\r\n").encode(),
    ],
    ids=["mark", "CRLF", "both"],
)
def test_a_mark_and_ends_of_lines_change_nothing(check, tmp_path, image):
    found = []
    for content in (GOOD.encode(), image):
        assert check(content) == (0, "")
        config = campaign_file.read(tmp_path).cases[0].config
        spectrum = tabulated.read_spectrum_csv(config.source.spectrum_csv)
        found.append((identity.physics_hash(config), spectrum.T.tolist(), spectrum.flux.tolist()))
    assert found[0] == found[1]
    check(GOOD.replace("0.02", "0.03").encode())
    assert identity.physics_hash(campaign_file.read(tmp_path).cases[0].config) != found[0][0]


def test_as_many_rows_as_are_allowed_are_read_in_seconds(tmp_path):
    path = tmp_path / "protons.csv"
    path.write_text(HEAD + "".join(f"{10 + 0.01 * i:.2f},{1.0 / (1 + i):.6e}\n" for i in range(100_000)))
    start = time.process_time()
    assert tabulated.read_spectrum_csv(path).T.size == 100_000
    assert time.process_time() - start < 5.0  # 0.3 s where it was written


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD + "1,5\n150,2\n", "its protons, 1-150 MeV, are none at 200-20000 MeV"),
        (HEAD + "30000,5\n90000,2\n", "its protons, 30000-90000 MeV, are none"),
        (HEAD + "100,5\n190,1\n200,0\n900,0\n", "are none at 200-20000 MeV"),
    ],
    ids=["below", "above", "zeros"],
)
def test_energies_that_make_no_pions_are_refused(tmp_path, text, words):
    path = tmp_path / "protons.csv"
    path.write_text(text)
    with pytest.raises(PhysicsError, match=words):
        reach._energies(str(path), pitch_angles.spectra_in(path))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD + "100,5\n30000,2\n", "protons above 20000 MeV are left out"),
        (GOOD, "the table of protons ends at 1000 MeV; there are none above"),
        (HEAD + "100,5\n1000,0\n", None),
        (
            "T_MeV,flux_m2_s_sr_MeV_60deg,flux_m2_s_sr_MeV_90deg\n100,0,5\n900,0,1\n",
            "the table of protons ends at 900 MeV",
        ),
    ],
)
def test_what_a_table_leaves_open_is_said(tmp_path, text, words):
    path = tmp_path / "protons.csv"
    path.write_text(text)
    told = reach._energies(str(path), pitch_angles.spectra_in(path))
    assert told == () if words is None else words in told[0]
