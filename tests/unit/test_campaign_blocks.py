"""Planning blocks, adding them, and stopping by precision."""

import itertools
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "system"))
import toy_simulation as toy

from mcbelt import tally
from mcbelt.campaign import driver, file
from mcbelt.campaign.case import CaseRun, plan
from mcbelt.errors import ConfigError, ExecutionError
from mcbelt.files import block as block_file
from mcbelt.files import result as results
from mcbelt.tally import BlockResult

patiently = settings(deadline=None)
counts = st.integers(0, 2**40)
arrays = st.lists(st.integers(-(2**40), 2**40), min_size=3, max_size=3).map(
    lambda values: np.array(values, dtype=float)
)
blocks = st.builds(
    lambda fates, sums, squares: BlockResult(sum(fates.values()), fates, {"a": sums}, {"a": squares}),
    st.dictionaries(st.sampled_from(["ABSORBED", "ESCAPED", "STOPPED"]), counts),
    arrays,
    arrays,
)


def same(left, right):
    return (
        left.histories == right.histories
        and {fate: n for fate, n in left.fates.items() if n} == {fate: n for fate, n in right.fates.items() if n}
        and all(left.sums[name].tobytes() == right.sums[name].tobytes() for name in left.sums)
        and all(left.sums_of_squares[name].tobytes() == right.sums_of_squares[name].tobytes() for name in left.sums)
    )


def case_of(text):
    return file.parse(text, Path("campaign.toml")).cases[0]


@patiently
@given(st.integers(0, 10**6), st.integers(0, 10**4), st.integers(1, 5000))
def test_blocks_cover_every_history_once(first, length, size):
    found = plan(first, first + length, size)
    assert [history for begin, end in found for history in (begin, end)] == sorted(
        history for begin, end in found for history in (begin, end)
    )
    assert sum(end - begin for begin, end in found) == length
    assert all(0 < end - begin <= size for begin, end in found)
    assert all(left[1] == right[0] for left, right in itertools.pairwise(found))


@patiently
@given(blocks, blocks, blocks)
def test_merge_is_associative_commutative_and_keeps_counts(a, b, c):
    # Scores are whole numbers below 2^42, so every sum is exact in a double.
    assert same(tally.merge(a, b), tally.merge(b, a))
    assert same(tally.merge(tally.merge(a, b), c), tally.merge(a, tally.merge(b, c)))
    total = tally.merge(tally.merge(a, b), c)
    assert total.histories == a.histories + b.histories + c.histories == sum(total.fates.values())


def test_merge_of_different_tallies_is_an_error():
    one = BlockResult(1, {"A": 1}, {"a": np.zeros(3)}, {"a": np.zeros(3)})
    with pytest.raises(ValueError, match="cannot be merged"):
        tally.merge(one, BlockResult(1, {"A": 1}, {"a": np.zeros(4)}, {"a": np.zeros(4)}))


def test_relative_error_is_that_of_the_mean():
    scores = np.random.default_rng(3).exponential(size=(2000, 4))
    result = BlockResult(2000, {"A": 2000}, {"a": scores.sum(axis=0)}, {"a": (scores**2).sum(axis=0)})
    expected = scores.std(axis=0, ddof=1) / np.sqrt(2000) / scores.mean(axis=0)
    np.testing.assert_allclose(tally.relative_error(result, "a"), expected, rtol=1e-10)


@patiently
@given(st.permutations(range(11)))
def test_order_of_arrival_does_not_change_a_bit(order):
    case = case_of(toy.CAMPAIGN)
    run = CaseRun(case, toy.CAMPAIGN, toy.TOY, None)
    stamps = list(run.wanted())
    for index in order:
        stamp = stamps[index]
        result = toy.run_block(run.model, stamp.seed, stamp.first, stamp.last)
        run.accept(stamp, result, b"")
    assert run.complete
    in_order = CaseRun(case, toy.CAMPAIGN, toy.TOY, None)
    for stamp in in_order.wanted():
        in_order.accept(stamp, toy.run_block(in_order.model, stamp.seed, stamp.first, stamp.last), b"")
    assert same(run.merged, in_order.merged)


def test_blocks_that_wait_long_are_read_back_from_disk(tmp_path, monkeypatch):
    monkeypatch.setattr("mcbelt.campaign.case._MOST_KEPT", 2)
    (tmp_path / "blocks").mkdir()
    run = CaseRun(case_of(toy.CAMPAIGN), toy.CAMPAIGN, toy.TOY, tmp_path)
    for stamp in reversed(list(run.wanted())):
        result = toy.run_block(run.model, stamp.seed, stamp.first, stamp.last)
        run.accept(stamp, result, block_file.image(result, stamp))
    assert run.complete
    whole = driver.run_in_memory(case_of(toy.CAMPAIGN), toy.CAMPAIGN, toy.TOY)
    assert same(run.merged, results.tallies_of(whole))


TARGET = (
    toy.CAMPAIGN.replace("histories = 1050", "histories = 200") + "target_relative_error = {}\nmax_histories = 20000\n"
)


def test_stop_rule_adds_blocks_until_the_target_is_reached():
    text = TARGET.format(0.1)
    found = driver.run_in_memory(case_of(text), text, toy.TOY)
    histories = found.attrs["histories"]
    assert 200 < histories < 20000
    assert histories % 100 == 0
    error = tally.relative_error(results.tallies_of(found), "births")
    assert np.nanmax(error) <= 0.1
    assert found.attrs["stopped_because"].endswith("is below the target 0.1")
    plain = toy.CAMPAIGN.replace("histories = 1050", f"histories = {histories}")
    asked = driver.run_in_memory(case_of(plain), plain, toy.TOY)
    assert same(results.tallies_of(found), results.tallies_of(asked))


def test_stop_rule_gives_up_at_max_histories_and_says_so():
    text = TARGET.format(0.001)
    found = driver.run_in_memory(case_of(text), text, toy.TOY)
    assert found.attrs["histories"] == 20000
    assert found.attrs["stopped_because"].startswith("max_histories = 20000 were reached; the largest relative error")


def test_no_histories_leave_the_deterministic_part(tmp_path):
    text = toy.CAMPAIGN.replace("histories = 1050", "histories = 0")
    quiet = toy.TOY._replace(flux_dataset=no_flux)
    found = driver.run_in_memory(case_of(text), text, quiet)
    assert found.attrs["histories"] == 0
    results.write(found, tmp_path / "result.nc")
    assert results.open_result(tmp_path / "result.nc")["births_sum"].sum() == 0.0


def no_flux(config, model, merged):
    assert merged.histories == 0
    return toy.flux_dataset(config, model, merged._replace(histories=1))


def test_lost_history_fails_the_run_and_is_not_stored(tmp_path):
    (tmp_path / "campaign.toml").write_text(toy.CAMPAIGN)
    with pytest.raises(ExecutionError, match=r"histories 0 to 100: 30 were lost because a formula gave no number"):
        driver.run(file.read(tmp_path), tmp_path / "results", toy.LOSING_TOY)
    assert not list((tmp_path / "results" / "blocks").iterdir())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda block: block._replace(histories=99), "99 histories came back with 100 fates, 100 were asked for"),
        (lambda block: block._replace(sums={"births": block.sums["births"] * np.nan}), "births is not finite"),
    ],
)
def test_wrong_block_is_refused(change, told):
    run = CaseRun(case_of(toy.CAMPAIGN), toy.CAMPAIGN, toy.TOY, None)
    stamp = next(run.wanted())
    with pytest.raises(ExecutionError, match=told):
        run.accept(stamp, change(toy.run_block(run.model, 5, 0, 100)), b"")


def test_directory_of_another_campaign_is_refused_unless_fresh(tmp_path):
    path = tmp_path / "campaign.toml"
    path.write_text(toy.CAMPAIGN)
    driver.run(file.read(path), tmp_path / "results", toy.TOY)
    old = (tmp_path / "results" / "result.nc").read_bytes()
    path.write_text(toy.CAMPAIGN.replace("L = 1.2", "L = 1.3"))
    with pytest.raises(ConfigError, match=r"holds a run of another campaign \(physics_hash differ"):
        driver.run(file.read(path), tmp_path / "results", toy.TOY)
    assert (tmp_path / "results" / "result.nc").read_bytes() == old
    driver.run(file.read(path), tmp_path / "results", toy.TOY, fresh=True)
    (aside,) = (tmp_path / "results").glob("set-aside-*")
    assert (aside / "result.nc").read_bytes() == old


def test_scan_gives_each_case_its_directory(tmp_path):
    path = tmp_path / "campaign.toml"
    path.write_text(toy.CAMPAIGN + '[scan]\n"shell.L" = [1.2, 1.3]\n"air.f107" = [70, 220]\n')
    finished = driver.run(file.read(path), tmp_path / "results", toy.TOY)
    assert [done.case for done in finished] == [
        "L=1.2,f107=70",
        "L=1.2,f107=220",
        "L=1.3,f107=70",
        "L=1.3,f107=220",
    ]
    for done in finished:
        assert done.result.parent == tmp_path / "results" / done.case
        assert done.blocks_computed == 11
    again = driver.run(file.read(path), tmp_path / "results", toy.TOY)
    assert [done.blocks_computed for done in again] == [0, 0, 0, 0]
    alone = case_of(toy.CAMPAIGN.replace("L = 1.2", "L = 1.3").replace("f107 = 112.0", "f107 = 70"))
    expected = driver.run_in_memory(alone, "", toy.TOY)
    found = results.open_result(finished[2].result)
    assert same(results.tallies_of(found), results.tallies_of(expected))


def test_stop_rule_goes_on_where_too_few_histories_scored():
    """A target above 1/sqrt(10): the error of a bin of three scores is not known, so the run goes on to its limit."""
    text = TARGET.format(0.9).replace("max_histories = 20000", "max_histories = 400")
    few = toy.TOY._replace(run_block=lambda *given: of_three_scores(toy.run_block(*given)))
    found = driver.run_in_memory(case_of(text), text, few)
    assert found.attrs["histories"] == 400
    assert found.attrs["stopped_because"].endswith(
        "a bin has too few scoring histories for an error, the target is 0.9"
    )


def of_three_scores(block):
    """A block whose first bin has the mean and the squares of three scores in four hundred histories."""
    sums, squares = block.sums["births"].copy(), block.sums_of_squares["births"].copy()
    sums[0, 0] = squares[0, 0] = 0.75
    return block._replace(sums={"births": sums}, sums_of_squares={"births": squares})
