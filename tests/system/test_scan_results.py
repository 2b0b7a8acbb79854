"""A scan over two axes, one of them linked, of which a case is missing: opened, exported, shown and drawn."""

import io
import json
import shutil
import sys

import cdflib
import numpy as np
import pandas
import pytest
import toy_simulation as toy
import xarray
from cdflib.xarray import cdf_to_xarray
from matplotlib.figure import Figure

import mcbelt
from mcbelt import cli
from mcbelt.campaign import driver, file, kinds, scanned
from mcbelt.errors import ResultsError
from mcbelt.figures import plots, scan_maps
from mcbelt.files import cf

SCAN = """\
[scan]
"shell.L" = [1.3, 1.2]
"air.f107" = [70, 220]
"air.f107a" = [75, 210]
link = ["air.f107", "air.f107a"]
"""
NAMES = [f"L={L},f107={f107},f107a={mean}" for L in (1.3, 1.2) for f107, mean in ((70, 75), (220, 210))]
GONE = NAMES[1]


@pytest.fixture(scope="module")
def scan(tmp_path_factory):
    """Directory of the campaign; of its four cases three have a result."""
    directory = tmp_path_factory.mktemp("scan")
    (directory / "campaign.toml").write_text(toy.CAMPAIGN + SCAN)
    driver.run(file.read(directory), directory / "results", toy.TOY)
    shutil.rmtree(directory / "results" / GONE)
    return directory


@pytest.fixture
def run_cli(monkeypatch, capfdbinary):
    """Run the command line in this process; exit status, standard output as bytes, standard error as text."""
    monkeypatch.setitem(kinds._SIMULATIONS, "belt", lambda asked: toy.TOY)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["mcbelt", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        sys.stdout.flush()
        told = capfdbinary.readouterr()
        return ended.value.code or 0, told.out, told.err.decode()

    return run


def test_one_dataset_over_the_scanned_keys(scan):
    found = mcbelt.open_results(scan)
    assert found.flux_positron.dims == ("L", "f107", "energy_MeV")
    assert found.L.values.tolist() == [1.3, 1.2]
    assert found.f107a.dims == ("f107",)
    assert found.f107a.values.tolist() == [75, 210]
    assert found.missing.values.tolist() == [[False, True], [False, False]]
    for name in NAMES:
        place = dict(zip(("L", "f107"), divmod(NAMES.index(name), 2), strict=True))
        here = found.isel(place)
        assert (str(here.case.values), bool(here.missing)) == (name, name == GONE)
        if name == GONE:
            assert np.isnan(here.flux_positron.values).all()
            assert (int(here.histories), str(here.physics_hash.values)) == (0, "")
            continue
        alone = mcbelt.open_result(scan / "results" / name)
        for variable in ("flux_positron", "ratio_sigma", "fate_count"):
            np.testing.assert_array_equal(here[variable].values, alone[variable].values)
        assert str(here.physics_hash.values) == alone.attrs["physics_hash"]
        assert int(here.histories) == 1050
    assert found.f107.attrs["units"] == "1e-22 W m-2 Hz-1"
    assert found.attrs["date"] == "1998-06-05"
    assert "births_sum" not in found


def test_without_a_scan_it_is_the_only_result(tmp_path, undisturbed):
    (tmp_path / "campaign.toml").write_text(toy.CAMPAIGN)
    driver.run(file.read(tmp_path), tmp_path / "results", toy.TOY)
    found = mcbelt.open_results(tmp_path)
    assert found.flux_positron.identical(undisturbed.flux_positron)
    assert (bool(found.missing), int(found.histories)) == (False, 1050)


def test_coordinates_that_depend_on_the_case_are_over_the_scanned_keys():
    """Pitch angles of a shell; labels that only some cases have; numbers of bins that differ."""
    attrs = {"tallies": "", "kind": "belt", "physics_json": "{}"}
    cases = {}
    for L, angles, fates in ((1.2, [70.0, 85.0], ["COOLED"]), (1.3, [72.0, 86.0], ["COOLED", "LOST"])):
        cases[f"L={L}"] = xarray.Dataset(
            {
                "j": ("pitch_angle_deg", np.array(angles) * 2.0),
                "fate_count": ("fate", np.arange(len(fates)) + 1),
                "own": ("number", np.zeros(len(fates))),
            },
            coords={"pitch_angle_deg": angles, "edge_deg": [*angles, 90.0], "fate": np.array(fates, dtype=object)},
            attrs=attrs,
        )
    asked = scanned.Wanted(({"shell.L": [1.2, 1.3]},), {name: {} for name in cases})
    found = scanned.together(cases, asked, "here")
    assert found.j.dims == ("L", "pitch_angle_deg_bin")
    np.testing.assert_array_equal(found.pitch_angle_deg.values, [[70.0, 85.0], [72.0, 86.0]])
    np.testing.assert_array_equal(found.j.values, [[140.0, 170.0], [144.0, 172.0]])
    np.testing.assert_array_equal(found.edge_deg.values, [[70.0, 85.0, 90.0], [72.0, 86.0, 90.0]])
    assert found.fate_count.values.tolist() == [[1, 0], [1, 2]]
    assert found.attrs["left_out"] == "number,own"


def test_different_energies_are_refused(scan, tmp_path):
    (tmp_path / "campaign.toml").write_text(toy.CAMPAIGN + '[scan]\n"energy.bins" = [5, 6]\n')
    driver.run(file.read(tmp_path), tmp_path / "results", toy.TOY)
    with pytest.raises(ResultsError, match=r"bins=5 and bins=6 have different energies"):
        mcbelt.open_results(tmp_path)
    assert len(mcbelt.open_table(tmp_path)) == 11  # a table has a row for each


def test_tidy_table_has_numbers_for_the_scanned_keys(scan):
    table = mcbelt.open_table(scan)
    assert [*table.columns[:5]] == ["case", "L", "f107", "f107a", "energy_MeV"]
    assert all(pandas.api.types.is_numeric_dtype(table[name]) for name in table.columns[1:-1])
    assert table.columns[-1] == "estimator"
    assert table.groupby(["L", "f107"]).size().to_dict() == {(1.3, 70): 6, (1.2, 70): 6, (1.2, 220): 6}
    assert table.attrs["units"]["f107"] == "sfu"
    row = table[(table.L == 1.2) & (table.f107 == 220)].iloc[2]
    assert row.ratio == mcbelt.open_result(scan / "results" / NAMES[3])["ratio"].values[2]


def test_dates_and_texts_as_scanned_keys():
    assert scanned.column([True, False]).tolist() == [True, False]
    assert scanned.column(["min", "max"]).tolist() == ["min", "max"]
    assert scanned.names_of([{"shell.L": 0, "air.L": 0}]) == {"shell.L": "shell_L", "air.L": "air_L"}
    assert scanned.names_of([{"energy.bins": 0}], {"bins"}) == {"energy.bins": "energy_bins"}
    assert scanned.meaning("belt", "source.solar") == ("AP8-min or AP8-max", "1")
    assert scanned.meaning("belt", "source.inner.phi_MV")[1] == "MV"


def test_csv_to_standard_output(scan, run_cli):
    status, out, err = run_cli("export", scan, "--output", "-")
    heading, *lines = out.decode().splitlines()
    assert status == 0
    assert heading.startswith("case,L,f107 [sfu],f107a [sfu],energy [MeV],flux_positron [m-2 s-1 sr-1 MeV-1],")
    assert [line.split('",')[1][:10] for line in lines[::6]] == ["1.3,70,75,", "1.2,70,75,", "1.2,220,21"]
    assert err == f"{scan}: 3 of 4 cases (1 not computed yet).\n"
    assert run_cli("export", scan, "--csv")[1] == out
    assert not [path for path in scan.parent.rglob("-")]


def test_netcdf_after_the_cf_conventions(scan, run_cli, tmp_path):
    status, out, _ = run_cli("export", scan, "--format", "netcdf", "--output", "-")
    assert status == 0
    found = xarray.open_dataset(io.BytesIO(out), engine="h5netcdf")
    asked = mcbelt.open_results(scan)
    np.testing.assert_array_equal(found.flux_positron.values, asked.flux_positron.values)
    assert found.missing.attrs["flag_meanings"] == "false true"
    assert found.flux_positron.attrs["ancillary_variables"] == "flux_positron_sigma"
    assert found.attrs["Conventions"].startswith("CF-")
    assert all(found[name].attrs.get("units") for name in ("L", "f107", "f107a", "energy_MeV", "histories"))
    assert run_cli("export", scan, "--output", tmp_path / "results.nc")[0] == 0
    assert (tmp_path / "results.nc").stat().st_size > 5000


def test_energy_bins_have_bounds():
    edges = np.array([10.0, 20.0, 40.0])
    results = xarray.Dataset(coords={"energy_MeV": np.sqrt(edges[1:] * edges[:-1]), "energy_edge_MeV": edges})
    made = cf.dataset(results)
    assert made.energy_MeV.attrs["bounds"] == "energy_bounds_MeV"
    assert made.energy_bounds_MeV.values.tolist() == [[10.0, 20.0], [20.0, 40.0]]


def test_cdf_with_the_attributes_of_istp(scan, run_cli, tmp_path):
    path = tmp_path / "results.cdf"
    assert run_cli("export", scan, "--output", path)[0] == 0
    written = cdflib.CDF(path)
    about = written.globalattsget()
    wanted = (
        "Project Source_name Discipline Data_type Descriptor Data_version Logical_file_id PI_name PI_affiliation TEXT"
    )
    assert not set(f"{wanted} Instrument_type Mission_group Logical_source Logical_source_description".split()) - set(
        about
    )
    for name in written.cdf_info().zVariables:
        attrs = written.varattsget(name)
        asked = {"CATDESC", "FIELDNAM", "FILLVAL", "FORMAT", "LABLAXIS", "UNITS", "VAR_TYPE"}
        if attrs["VAR_TYPE"] == "data":
            asked |= {"DEPEND_0", "DISPLAY_TYPE", "VALIDMIN", "VALIDMAX"}
        assert not asked - set(attrs), name
        for key, other in attrs.items():
            if key.startswith(("DEPEND_", "LABL_PTR_")):
                assert other in written.cdf_info().zVariables
    read = cdf_to_xarray(str(path), to_datetime=True, fillval_to_nan=True)
    assert str(read.Epoch.values[0])[:10] == "1998-06-05"
    asked = mcbelt.open_results(scan)
    np.testing.assert_array_equal(read.flux_positron.values[0], asked.flux_positron.values)
    assert np.isnan(read.flux_positron.values[0, 0, 1]).all()
    np.testing.assert_array_equal(read.missing.values[0], asked.missing.values)


def test_dates_are_the_records_of_a_cdf(tmp_path, run_cli):
    days = ["1998-06-05", "2001-06-05"]
    (tmp_path / "campaign.toml").write_text(toy.CAMPAIGN + f'[scan]\n"shell.L" = [1.2, 1.3]\n"shell.date" = {days}\n')
    driver.run(file.read(tmp_path), tmp_path / "results", toy.TOY)
    asked = mcbelt.open_results(tmp_path)
    assert [str(day)[:10] for day in asked.date.values] == days
    path = tmp_path / "dates.cdf"
    assert run_cli("export", tmp_path, "--output", path)[0] == 0
    read = cdf_to_xarray(str(path), to_datetime=True)
    assert [str(day)[:10] for day in read.Epoch.values] == days
    assert read.flux_positron.dims == ("Epoch", "L", "energy_MeV")
    np.testing.assert_array_equal(read.flux_positron.values[1, 0], asked.flux_positron.values[0, 1])


def test_formats_that_are_refused(scan, run_cli, monkeypatch, tmp_path):
    for arguments, told in (
        (("--format", "xls"), "--format 'xls' is not one of csv, netcdf, cdf"),
        (("--csv", "--format", "cdf"), "are two formats"),
    ):
        status, out, err = run_cli("export", scan, *arguments)
        assert (status, out, err.count("\n")) == (2, b"", 1)
        assert told in err
    monkeypatch.setitem(sys.modules, "cdflib", None)
    status, _, err = run_cli("export", scan, "--output", tmp_path / "results.cdf")
    assert status == 2
    assert "cdflib is not installed; install it by `pip install cdflib`" in err


def test_show_says_what_is_missing(scan, run_cli):
    status, out, _ = run_cli("show", scan, "--json")
    told = json.loads(out)
    assert status == 0
    assert sorted(told["cases"]) == sorted(set(NAMES) - {GONE})
    assert told["missing"] == [GONE]
    assert f"not computed yet: {GONE}\n" in run_cli("show", scan)[1].decode()


def test_two_keys_are_drawn_as_maps_and_each_figure_says_what_is_missing(scan, run_cli, tmp_path):
    status, out, err = run_cli("plot", scan, "--output", tmp_path)
    assert status == 0
    assert {line.rpartition("/")[2] for line in out.decode().splitlines()} == {
        "cases.png",
        "cases.pdf",
        "map_L_f107.png",
        "map_L_f107.pdf",
        "flux.csv",
    }
    assert "3 of 4 cases (1 not computed yet)" in err
    cases, asked = scanned.collect(scan)
    for figure in plots.figures(cases.datasets, asked).values():
        assert "3 of 4 cases" in figure.get_suptitle()
    assert run_cli("report", scan, "--output", tmp_path / "report.html")[0] == 0
    assert "3 cases, 1 not computed yet" in (tmp_path / "report.html").read_text()


def test_map_has_a_cell_for_each_case(scan):
    axes = Figure().subplots()
    results = mcbelt.open_results(scan)
    assert scan_maps.key_map(results, "ratio", "L", "f107", 50.0, ax=axes) is axes
    mesh = axes.collections[0].get_array()
    shown = results.sortby("L").sel(energy_MeV=50.0, method="nearest").ratio.transpose("f107", "L").values
    np.testing.assert_array_equal(np.ma.filled(mesh, np.nan), shown)
    assert len(axes.patches) == 1  # hatched
    assert (axes.patches[0].get_x(), axes.patches[0].get_y()) == (1.0, 1.0)  # L = 1.3, f107 = 220
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1.2", "1.3"]
    assert axes.get_ylabel() == "f107 [sfu], with f107a in step"


def test_lines_over_one_key(tmp_path):
    text = toy.CAMPAIGN + '[scan]\n"air.f107" = [220, 70]\nlink = ["air.f107", "air.f107a"]\n'
    (tmp_path / "campaign.toml").write_text(text)
    driver.run(file.read(tmp_path), tmp_path / "results", toy.TOY)
    cases, asked = scanned.collect(tmp_path)
    assert "flux_over_f107" in plots.figures(cases.datasets, asked)
    axes = Figure().subplots()
    results = mcbelt.open_results(tmp_path)
    assert scan_maps.over_key(results, "flux_positron", "f107", ax=axes) is axes
    (lowest, *_) = [each for each in axes.containers]
    np.testing.assert_array_equal(lowest[0].get_xdata(), [70, 220])
    np.testing.assert_array_equal(lowest[0].get_ydata(), results.flux_positron.values[::-1, 0])


def test_panels_leave_style_and_backend_alone(undisturbed):
    import matplotlib

    before = dict(matplotlib.rcParams)
    for draw in (plots.flux, plots.ratio):
        axes = Figure().subplots()
        assert draw(undisturbed, ax=axes) is axes
        assert draw(undisturbed).figure is not axes.figure
    assert dict(matplotlib.rcParams) == before
    assert "matplotlib.pyplot" not in sys.modules or matplotlib.get_backend() == before["backend"]


def test_check_and_merge_as_json(scan, run_cli, tmp_path):
    status, out, _ = run_cli("check", scan, "--json")
    told = json.loads(out)
    assert status == 0
    assert [case["case"] for case in told["cases"]] == NAMES
    assert told["cases"][0]["overrides"] == {"shell.L": 1.3, "air.f107": 70, "air.f107a": 75}
    assert told["linked"] == [["shell.L"], ["air.f107", "air.f107a"]]
    for seed in (5, 6):
        (tmp_path / "campaign.toml").write_text(toy.CAMPAIGN.replace("seed = 5", f"seed = {seed}"))
        driver.run(file.read(tmp_path), tmp_path / f"seed{seed}", toy.TOY)
    parts = [tmp_path / "seed5", tmp_path / "seed6"]
    status, out, _ = run_cli("merge", *parts, "--output", tmp_path / "merged.nc", "--json")
    assert (status, json.loads(out)["histories"]) == (0, 2100)


def test_cite_as_text_bibtex_and_json(scan, run_cli):
    text, bibtex, listed = (run_cli("cite", scan, *more)[1].decode() for more in ((), ("--bibtex",), ("--json",)))
    assert "@" not in text
    assert "et al. (2021)" in text
    assert "others" not in text
    assert bibtex.startswith("@misc{mcbelt,")
    assert "and others}" in bibtex  # BibTeX's own word
    assert {each["for"] for each in json.loads(listed)["works"]} >= {"program", "trapped protons"}
