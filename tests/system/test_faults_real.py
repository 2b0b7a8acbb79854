"""Faults in the real physics, ten of each kind (`faults.py` has the kinds, and `make faults` tries forty)."""

import faults
import pytest
import toy_simulation as toy

TRIES = 10


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """The model, prepared once, and the undisturbed result."""
    return faults.bench(tmp_path_factory.mktemp("bench"))


@pytest.mark.slow
@pytest.mark.parametrize("kind", faults.KINDS)
def test_a_fault_loses_nothing(place, tmp_path, kind):
    lost = {}
    for trial in range(1 if faults.KINDS[kind].long else TRIES):
        directory = tmp_path / str(trial)
        directory.mkdir()
        try:
            lost[trial] = faults.tried(kind, trial, place, directory)
        except PermissionError as error:
            pytest.skip(str(error))
    assert not any(lost.values()), lost


def test_a_try_that_loses_something_is_seen(tmp_path, monkeypatch):
    """With toy physics: another seed, a temporary file that stays, and a fault that raises."""

    def finished(directory, model):
        (directory / "results").mkdir(exist_ok=True)
        return model

    def leave(place, directory, chosen):
        (directory / "results").mkdir()
        (directory / "results" / ".x.1.tmp").write_text("")

    def fail(place, directory, chosen):
        raise AssertionError("too late")

    monkeypatch.setattr(faults, "finished", finished)
    monkeypatch.setattr(toy, "same_bits", lambda one, other: one == other)
    monkeypatch.setattr(
        faults, "KINDS", {name: faults.Kind(fault) for name, fault in (("leave", leave), ("fail", fail))}
    )
    place = faults.Bench("bits", tmp_path, "bits")
    for number, (kind, told) in enumerate(
        (("leave", "left behind: ['.x.1.tmp']"), ("fail", "AssertionError: too late"))
    ):
        directory = tmp_path / str(number)
        directory.mkdir()
        assert faults.tried(kind, 0, place, directory) == told
    monkeypatch.setattr(faults, "KINDS", {"nothing": faults.Kind(lambda place, directory, chosen: None)})
    directory = tmp_path / "other"
    directory.mkdir()
    assert faults.tried("nothing", 0, place._replace(undisturbed="other"), directory) == "other numbers"
    assert faults.tried("nothing", 0, place, directory) == ""


def test_the_table_counts(monkeypatch):
    done = {("kill -9 in the merge", 0): "", ("kill -9 in the merge", 1): "other numbers", ("full disk", 0): ""}
    assert faults.table(done).splitlines()[2:] == ["| kill -9 in the merge | 2 | 1 | 1 |", "| full disk | 1 | 1 | 0 |"]
