"""Blocks of one run never enter another: seed, block size, physics, code and histories are all asked for.

And a history that is lost fails the run, whichever source lost it.
"""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "system"))
import toy_simulation as toy

from mcbelt.campaign import driver, file
from mcbelt.campaign.case import CaseRun
from mcbelt.errors import ConfigError, ExecutionError, ResultsError
from mcbelt.files import block as block_file
from mcbelt.files import result as results
from mcbelt.files.block import Stamp


def finished(directory, text=toy.CAMPAIGN, **options):
    """Run the toy campaign in a directory to its end; the result."""
    (directory / "campaign.toml").write_text(text)
    (done,) = driver.run(file.read(directory), directory / "results", toy.TOY, **options)
    return done.blocks_computed, results.open_result(done.result)


OTHERS = {"seed": ("seed = 5", "seed = 6"), "block_size": ("block_size = 100", "block_size = 50")}


@pytest.mark.parametrize("key", OTHERS)
def test_directory_of_another_seed_or_block_size_is_refused(tmp_path, key):
    """With the key named, nothing changed; --fresh is the way out and gives the bits of a directory of its own."""
    _, before = finished(tmp_path)
    names = {path.name: path.read_bytes() for path in (tmp_path / "results" / "blocks").iterdir()}
    changed = toy.CAMPAIGN.replace(*OTHERS[key])
    with pytest.raises(ConfigError, match=rf"holds a run of another campaign \({key} differ .*--fresh"):
        finished(tmp_path, changed)
    assert {path.name: path.read_bytes() for path in (tmp_path / "results" / "blocks").iterdir()} == names
    assert toy.same_bits(results.open_result(tmp_path / "results"), before)
    _, fresh = finished(tmp_path, changed, fresh=True)
    other = tmp_path / "other"
    other.mkdir()
    _, alone = finished(other, changed)
    assert toy.same_bits(fresh, alone)
    assert not toy.same_bits(fresh, before) or key == "block_size"
    assert fresh.attrs["histories"] == 1050


@pytest.mark.parametrize("key", OTHERS)
def test_blocks_of_another_seed_or_block_size_are_not_taken(tmp_path, key):
    """Even where the card of the directory is gone: each block says what it is of, and is computed anew."""
    finished(tmp_path)
    for name in ("case.json", "result.nc"):
        (tmp_path / "results" / name).unlink()
    changed = toy.CAMPAIGN.replace(*OTHERS[key])
    computed, found = finished(tmp_path, changed)
    assert computed == (21 if key == "block_size" else 11)
    other = tmp_path / "other"
    other.mkdir()
    assert toy.same_bits(found, finished(other, changed)[1])


def test_result_of_another_run_is_not_taken_for_this_one(tmp_path):
    """A whole result of another seed, put in the place of this run's, is made again from this run's blocks."""
    _, mine = finished(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    finished(other, toy.CAMPAIGN.replace("seed = 5", "seed = 6"))
    (tmp_path / "results" / "result.nc").write_bytes((other / "results" / "result.nc").read_bytes())
    computed, found = finished(tmp_path)
    assert computed == 0
    assert toy.same_bits(found, mine)


STAMP = Stamp("physics", "code", 5, 100, 200)


@pytest.mark.parametrize(
    "other", [{"physics_hash": "other"}, {"code_hash": "other"}, {"seed": 6}, {"first": 0}, {"last": 199}]
)
def test_each_part_of_the_stamp_is_asked_for(tmp_path, other):
    model = toy.prepare(file.parse(toy.CAMPAIGN, Path("campaign.toml")).cases[0].config)
    path = tmp_path / "block.nc"
    path.write_bytes(block_file.image(toy.run_block(model, 5, 100, 200), STAMP))
    assert block_file.read(path, STAMP).histories == 100
    (name,) = other
    with pytest.raises(ResultsError, match=rf"is a block of another run \({name} differ\)"):
        block_file.read(path, STAMP._replace(**other))


def test_a_lost_history_on_the_disk_fails_the_run_too(tmp_path):
    """A stored block with a lost history is not added: it is computed again, and the run ends with its sentence."""
    finished(tmp_path)
    run = CaseRun(file.read(tmp_path).cases[0], toy.CAMPAIGN, toy.TOY, tmp_path / "results")
    stamp = run.stamp(300, 400)
    spoilt = toy.run_block(run.model, 5, 300, 400)._replace(fates={"ABSORBED": 99, "LOST": 1})
    path = tmp_path / "results" / "blocks" / "000003.nc"
    path.write_bytes(block_file.image(spoilt, stamp))
    assert stamp in list(run.wanted())
    with pytest.raises(ExecutionError, match=r"histories 300 to 400: 1 were lost because a formula gave no number"):
        run.accept(stamp, spoilt, path.read_bytes())


def shell(**changes):
    """A shell on which nothing happens but a loss; tables over pitch angle and energy can be changed."""
    from mcbelt.sources.trapped.model import ShellModel, TrappedModel

    alpha, energy = np.linspace(1.2, 0.5 * np.pi, 5), np.geomspace(0.01, 1.0, 30)
    nodes, both = np.ones((5, 30)), np.ones((2, 5, 30))
    tables = {"density": 1e-15 * nodes, "loss": 1e-3 * both, "annihilation": 0.0 * both, "diffusion": 0.0 * nodes}
    tables |= {"source": np.ones((2, 3, 5, 30)), "field_squared": np.zeros(5)}
    tables |= {name: np.where(energy < 0.1, np.nan, tables[name]) for name in changes}
    bins = {"energy_edges": np.geomspace(0.01, 1.0, 4), "pitch_angle_edges": np.array([1.2, 0.5 * np.pi])}
    volume = np.sin(alpha) * np.cos(alpha)
    one = ShellModel(pitch_angle=alpha, energy=energy, phase_volume=volume, stream=np.arange(2), **tables, **bins)
    return TrappedModel(("positron", "electron"), one, (), {}, {})


@pytest.mark.parametrize("table", ["density", "loss", "diffusion", "annihilation", "source"])
def test_a_source_that_makes_no_number_loses_its_histories(table):
    """Trapped protons: a history that meets an energy without a number is LOST, never COOLED, and fails the run."""
    from mcbelt.sources.trapped import block

    assert block.run_block(shell(), 3, 0, 50).fates == {"COOLED": 50}
    found = block.run_block(shell(**{table: None}), 3, 0, 50)
    assert found.fates["LOST"] > 20
    assert table == "source" or found.fates == {"LOST": 50}  # those born above 0.1 GeV have a source
    run = CaseRun(file.parse(toy.CAMPAIGN, Path("campaign.toml")).cases[0], toy.CAMPAIGN, toy.TOY, None)
    with pytest.raises(ExecutionError, match="were lost because a formula gave no number"):
        run.accept(run.stamp(0, 50), found, b"")


@pytest.mark.parametrize("energy", [0.1, 1.0])
def test_an_orbit_that_meets_no_number_is_lost(energy):
    """Full orbits: air without a composition; the charge does not reach the floor as if it were empty."""
    from atmosphere.isothermal import ExponentialAir
    from geomag.dipole import DipoleModel
    from mcbelt.orbits import lanes
    from mcbelt.orbits import rows as row
    from mcbelt.orbits.matter import MixtureLosses
    from mcbelt.particles import counted
    from mcbelt.physics.loss_table import element_losses

    nothing = ExponentialAir(1.2, 7e3, 0.0, 4e6, (np.nan,) * 5)
    model = lanes.LaneModel(DipoleModel(0.0, 0.0, 1e-30, 0.0, 0.0, 0.0), nothing, MixtureLosses(element_losses(), 0.0))
    down = lanes.charge_table(np.full((3, 3), [6.5e6, 0.0, 0.0]), [-1.0, 0.0, 0.0], energy, 0.51099895e-3, 1.0)
    lanes.advance(model, down)
    assert counted(down[row.FATE][:, None]) == {"LOST": 3}
