"""Several sources in one campaign: each as alone, to the last bit, and their sum, by the driver and the commands."""

import functools
import json
import sys
import tomllib
import types
from typing import Literal

import numpy as np
import pytest
import toy_simulation as toy

from mcbelt import sources
from mcbelt.campaign import composite, driver, file, kinds
from mcbelt.errors import ConfigError, ResultsError
from mcbelt.figures import plots, report, tables
from mcbelt.files import parts
from mcbelt.files import result as results
from mcbelt.keys import Section, key
from mcbelt.tally.parts import seed_of
from mcbelt.workers import in_process

INNER = '[source]\nkind = "trapped_protons"\n'
OUTER = '[source]\nkind = "trapped_protons"\nsolar = "max"\n'
BOTH = toy.CAMPAIGN + INNER.replace("[source]", "[[source]]") + OUTER.replace("[source]", '[[source]]\nname = "outer"')


def outer_prepare(config, settings=toy.DEFAULT):
    """Another spectrum for the second source."""
    model = toy.prepare(config, settings)
    return model._replace(slope=model.slope + 0.7)


OUTER_TOY = toy.TOY._replace(prepare=outer_prepare, code_hash="toy-2")
SUM = composite.composite({"trapped_protons": toy.TOY, "outer": OUTER_TOY})


def parsed(text, path):
    return file.parse(text, path / "campaign.toml")


def alone(text, simulation, seed, path):
    """The campaign of one source, with a seed."""
    of = parsed(toy.CAMPAIGN.replace("seed = 5", f"seed = {seed}") + text, path)
    return driver.run_in_memory(of.cases[0], of.text, simulation)


@pytest.fixture(scope="module")
def summed(tmp_path_factory):
    of = parsed(BOTH, tmp_path_factory.mktemp("sum"))
    return driver.run_in_memory(of.cases[0], of.text, SUM)


def test_each_source_is_what_it_is_alone(summed, tmp_path):
    assert parts.names(summed) == ("trapped_protons", "outer")
    for stream, (text, simulation) in enumerate(((INNER, toy.TOY), (OUTER, OUTER_TOY))):
        own = parts.part(summed, parts.names(summed)[stream])
        expected = alone(text, simulation, seed_of(5, stream), tmp_path)
        assert toy.same_bits(expected, own)
        for name in ("physics_json", "physics_hash", "tallies", "histories"):
            assert own.attrs[name] == expected.attrs[name]
        results.check(own, "the part")
    assert seed_of(5, 0) == 5
    assert seed_of(5, 2) == (5 + 2 * 0x1E3779B97F4A7C15) % 2**63  # as docs/result-format.md says


def test_the_sum_is_that_of_the_parts(summed):
    own = [parts.part(summed, name) for name in parts.names(summed)]
    for label in ("flux_positron", "flux_electron"):
        np.testing.assert_allclose(summed[label], sum(each[label].values for each in own), rtol=1e-15)
        squares = sum(each[f"{label}_sigma"].values ** 2 for each in own)
        np.testing.assert_allclose(summed[f"{label}_sigma"], np.sqrt(squares), rtol=1e-14)
    np.testing.assert_allclose(summed["ratio"], summed["flux_positron"] / summed["flux_electron"], rtol=1e-15)
    assert np.all(summed["ratio_sigma"] < np.max([each["ratio_sigma"] for each in own], axis=0))


def test_workers_and_interruptions_do_not_reach_the_bits(summed, tmp_path):
    of = parsed(BOTH, tmp_path)
    several = SUM._replace(code_hash="sum")
    driver.run(of, tmp_path / "out", several, functools.partial(in_process.opened, 2))
    (tmp_path / "out" / "blocks" / "000004.nc").unlink()
    (tmp_path / "out" / "result.nc").unlink()
    driver.run(of, tmp_path / "out", several)
    assert toy.same_bits(results.open_result(tmp_path / "out"), summed)


def test_a_lost_history_of_any_source_ends_the_run(tmp_path):
    of = parsed(BOTH, tmp_path)
    losing = composite.composite({"trapped_protons": toy.TOY, "outer": toy.LOSING_TOY})
    with pytest.raises(Exception, match="were lost"):
        driver.run_in_memory(of.cases[0], of.text, losing)


def test_the_stop_rule_watches_the_bins_of_every_source(tmp_path):
    rule = "histories = 1000\ntarget_relative_error = 0.2\nmax_histories = 4000"
    of = parsed(BOTH.replace("histories = 1050", rule), tmp_path)
    found = driver.run_in_memory(of.cases[0], of.text, SUM)
    errors = [
        np.sqrt(each["births_sum_of_squares"].values) / each["births_sum"].values
        for each in (parts.part(found, name) for name in parts.names(found))
    ]
    assert found.attrs["histories"] > 1000
    assert max(each.max() for each in errors) < 0.21  # to the mean's own square, a few per cent of the variance
    assert "below the target" in found.attrs["stopped_because"]


def electrons_alone(config, model, merged):
    found = toy.flux_dataset(config, model, merged)
    return found[["flux_electron", "flux_electron_sigma"]]


def test_a_source_counts_only_for_the_species_that_it_has(tmp_path):
    of = parsed(BOTH, tmp_path)
    outer = of.cases[0].config.parts["outer"].model_copy(update={"species": ("electron",)})
    asked = of.cases[0].config.model_copy(update={"parts": of.cases[0].config.parts | {"outer": outer}})
    mixed = composite.composite({"trapped_protons": toy.TOY, "outer": OUTER_TOY._replace(flux_dataset=electrons_alone)})
    found = driver.run_in_memory(of.cases[0]._replace(config=asked), of.text, mixed)
    inner, other = (parts.part(found, name) for name in parts.names(found))
    assert "flux_positron" not in other
    assert (inner.attrs["species"], other.attrs["species"]) == ("positron,electron", "electron")
    np.testing.assert_array_equal(found["flux_positron"], inner["flux_positron"])
    np.testing.assert_allclose(found["flux_electron"], inner["flux_electron"] + other["flux_electron"], rtol=1e-15)
    np.testing.assert_allclose(found["ratio"], found["flux_positron"] / found["flux_electron"], rtol=1e-15)


def test_a_source_that_gives_less_than_it_was_asked_for_is_named(tmp_path):
    of = parsed(BOTH, tmp_path)
    lacking = composite.composite(
        {"trapped_protons": toy.TOY, "outer": OUTER_TOY._replace(flux_dataset=electrons_alone)}
    )
    with pytest.raises(ResultsError, match="its fluxes have no flux_positron"):
        driver.run_in_memory(of.cases[0], of.text, lacking)


class Settings(Section):
    """Source: one that makes antiprotons, for which the program has no other."""

    kind: Literal["lone"] = key("source of the primaries")


@pytest.fixture
def lone(monkeypatch):
    """That source, registered."""
    about = types.ModuleType("lone.settings")
    about.Settings, about.SPECIES, about.PLACES, about.ESTIMATORS = Settings, ("antiproton",), (), ("forward",)
    about.physics_defaults = about.check = lambda asked: {}
    monkeypatch.setitem(sys.modules, "lone", types.ModuleType("lone"))
    monkeypatch.setitem(sys.modules, "lone.settings", about)
    monkeypatch.setitem(sources.SOURCES, "lone", "lone")
    return about


def test_sources_that_share_no_species_are_refused(tmp_path, lone):
    text = BOTH.replace("bins = 6", "bins = 6\nmin_MeV = 150.0").replace(
        'kind = "trapped_protons"\nsolar = "max"', 'kind = "lone"'
    )
    with pytest.raises(ConfigError, match="'trapped_protons' makes positron, electron and shares no species"):
        parsed(text, tmp_path)
    with pytest.raises(
        ConfigError, match=r"\[\[source\]\] 'outer' makes none of the species asked for; ask for one of anti"
    ):
        parsed('species = ["electron"]\n' + text, tmp_path)
    lone.SPECIES = ("electron", "antiproton")
    found = parsed(text, tmp_path).cases[0].config
    assert found.species == ("positron", "electron", "antiproton")
    assert {name: part.species for name, part in found.parts.items()} == {
        "trapped_protons": ("positron", "electron"),
        "outer": ("electron", "antiproton"),
    }
    asked = parsed('species = ["antiproton", "electron"]\n' + text, tmp_path).cases[0].config
    assert asked.species == ("antiproton", "electron")
    assert asked.parts["trapped_protons"].species == ("electron",)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('name = "outer"', ""), "two tables [[source]] are called 'trapped_protons'"),
        (('name = "outer"', 'name = "a__b"'), "[[source]] 2: name = 'a__b' cannot name a source"),
        (('name = "outer"', "L_min = 1.4\nL_max = 1.3"), "L_min = 1.4 is above L_max = 1.3"),
        (('solar = "max"', 'polar = "max"'), "[[source]] 'outer': 'polar' is not a key; did you mean solar?"),
        (("L = 1.2", "L = 1.1"), "L = 1.1 is outside 1.14 to 1.5"),
        (("[[source]]", "L_max = 1.3\n[[source]]"), "L_max"),
        (('kind = "trapped_protons"\nsolar', 'kind = "cosmic_rays"\n#'), ""),
    ],
)
def test_refusals(change, words, tmp_path):
    text = BOTH.replace(*change) if change[0] != "[[source]]" else BOTH.replace(*change, 1)
    if not words:
        assert set(parsed(text, tmp_path).cases[0].config.parts) == {"trapped_protons", "outer"}
        return
    with pytest.raises(ConfigError) as refused:
        parsed(text, tmp_path)
    assert words in str(refused.value)


def test_places_and_species_must_agree(tmp_path):
    cosmic = BOTH.replace('kind = "trapped_protons"\nsolar = "max"', 'kind = "cosmic_rays"')
    assert parsed(cosmic + '[place]\nkind = "shell"\n', tmp_path).cases[0].config.parts["trapped_protons"].place is None
    with pytest.raises(ConfigError, match=r"kind = 'orbit' is where 'outer' is observed, while 'trapped_protons'"):
        parsed(cosmic + '[place]\nkind = "orbit"\n', tmp_path)
    with pytest.raises(ConfigError, match="antiproton"):
        parsed('species = ["antiproton"]\n' + cosmic, tmp_path)


@pytest.fixture
def run_cli(monkeypatch, command_line):
    """Run the command line in this process with toys for the two sources; exit status, output, errors."""
    toys = {"trapped_protons": toy.TOY, "outer": OUTER_TOY}

    def simulation(asked):
        return composite.composite({name: toys[name] for name in asked.parts})

    monkeypatch.setitem(kinds._SIMULATIONS, "belt", simulation)

    def run(*arguments):
        status, out, err = command_line(*arguments)
        assert status in (0, 2), err
        return status, out, err

    return run


def test_a_scan_with_a_shell_out_of_a_sources_range_is_refused_by_check(tmp_path, run_cli):
    path = tmp_path / "campaign.toml"
    path.write_text(BOTH + '[scan]\n"shell.L" = [1.1, 1.2]\n')
    status, _, err = run_cli("check", path)
    assert status == 2
    assert "case L=1.1" in err
    assert "is outside 1.14 to 1.5" in err
    path.write_text(path.read_text().replace("[[source]]\n", "[[source]]\nL_min = 1.14\n", 1))
    status, _, err = run_cli("check", path)
    assert status == 2  # of the second one, which has no L_min
    path.write_text(path.read_text().replace('name = "outer"', 'L_min = 1.14\nname = "outer"'))
    assert "no [[source]] is there at [shell] L = 1.1" in run_cli("check", path)[2]


def test_a_scan_varies_the_keys_of_one_source(tmp_path):
    of = parsed(BOTH + '[scan]\n"source.outer.solar" = ["min", "max"]\n', tmp_path)
    assert [case.config.parts["outer"].source.solar for case in of.cases] == ["min", "max"]
    assert {case.config.parts["trapped_protons"].source.solar for case in of.cases} == {"min"}
    with pytest.raises(ConfigError, match="the sources are called trapped_protons, outer"):
        parsed(BOTH + '[scan]\n"source.solar" = ["min", "max"]\n', tmp_path)


def test_one_table_is_the_section_of_one_source(tmp_path):
    one = parsed(toy.CAMPAIGN + INNER.replace("[source]", "[[source]]"), tmp_path).cases[0].config
    assert one == parsed(toy.CAMPAIGN + INNER, tmp_path).cases[0].config


@pytest.fixture
def campaign(tmp_path):
    """A scan over L with the second source from L = 1.2 on."""
    path = tmp_path / "campaign.toml"
    text = BOTH.replace("[[source]]\nname", "[[source]]\nL_min = 1.2\nname")
    path.write_text(text + '[scan]\n"shell.L" = [1.15, 1.2, 1.3]\n')
    return path


def test_every_command_shows_parts_and_sum(campaign, run_cli):
    status, out, err = run_cli("check", campaign)
    assert (status, err) == (0, "")
    assert "sum of trapped_protons (1 of 3 cases)" in out
    assert "sum of trapped_protons and outer (2 of 3 cases)" in out
    assert run_cli("run", campaign, "--workers", "1")[0] == 0
    output = campaign.parent / "results"
    found = {case: results.open_result(output / case) for case in ("L=1.15", "L=1.2", "L=1.3")}
    assert parts.names(found["L=1.15"]) == ("trapped_protons",)
    assert parts.names(found["L=1.3"]) == ("trapped_protons", "outer")

    shown = json.loads(run_cli("show", output / "L=1.2", "--json")[1])
    assert set(shown["sources"]) == {"trapped_protons", "outer"}
    np.testing.assert_allclose(
        shown["flux_positron"], np.sum([each["flux_positron"] for each in shown["sources"].values()], axis=0)
    )
    table = run_cli("show", output / "L=1.2")[1]
    assert "sum of trapped_protons and outer" in table
    assert table.count("E [MeV]") == 3

    heading, first, *_ = tables.csv_text(found).splitlines()
    columns = heading.split(",")
    assert "outer__flux_positron [m-2 s-1 sr-1 MeV-1]" in columns
    assert first.split(",")[columns.index("outer__ratio")] == ""  # not there at L = 1.15
    assert set(plots.figures(found)) == {"cases", "flux_over_L", "map_L_energy", "sources_over_L"}
    assert "flux_and_ratio_outer" in plots.figures({"L=1.2": found["L=1.2"]})
    page = report.page(found)
    assert "<summary>L=1.2: outer</summary>" in page
    assert run_cli("plot", campaign.parent)[0] == 0
    assert (output / "sources_over_L.png").stat().st_size > 10_000
    assert run_cli("export", campaign.parent, "--csv")[1].splitlines()[0] == heading
    assert "trapped protons: " in run_cli("cite", output / "L=1.2")[1]


def test_a_campaign_of_mappings_and_a_merge_of_two_seeds(tmp_path, run_cli):
    content = tomllib.loads(BOTH)
    assert parsed(kinds._toml(content), tmp_path).cases[0].config == parsed(BOTH, tmp_path).cases[0].config
    for seed in (5, 6):
        path = tmp_path / f"seed{seed}.toml"
        path.write_text(BOTH.replace("seed = 5", f"seed = {seed}"))
        assert run_cli("run", path, "--workers", "1")[0] == 0
    both = [tmp_path / f"results-seed{seed}" for seed in (5, 6)]
    assert run_cli("merge", *both, "--output", tmp_path / "merged.nc")[0] == 0
    merged = results.open_result(tmp_path / "merged.nc")
    assert int(merged["fate_count"].sum()) == 2 * 2 * 1050
    outer = parts.part(merged, "outer")
    assert outer["run_seed"].values.tolist() == [seed_of(5, 1), seed_of(6, 1)]
    alone = [parts.part(results.open_result(each), "outer")["births_sum"].values for each in both]
    np.testing.assert_array_equal(outer["births_sum"], alone[0] + alone[1])
