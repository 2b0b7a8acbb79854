"""What `check` says of the cost of a campaign before and after there are blocks, and what it is known from."""

import json
from pathlib import Path

import pytest

from kernelcache import threads
from mcbelt.campaign import costs, file
from mcbelt.cli import costs as told

TRAPPED = """kind = "belt"
name = "test"
shell = {{ L = 1.2, date = 1998-06-05 }}
air = {{ f107 = 112.0, f107a = 108.0, ap = 10.0{air} }}
source = {{ kind = "{kind}"{source} }}
run = {{ histories = {histories}, block_size = 100 }}
"""
ROOT = Path(__file__).parents[2]
KNOWN = costs.Cost(20.0, 0.5, 800.0, 4e4, 2e5, "a campaign on a machine")


def asked(tmp_path, kind="trapped_protons", air="", source="", histories=1000, more=""):
    text = TRAPPED.format(kind=kind, air=air, source=source, histories=histories)
    return file.parse(text + more, tmp_path / "campaign.toml")


@pytest.fixture
def one_row(monkeypatch):
    """One campaign was measured; two workers."""
    monkeypatch.setattr(costs, "measured", lambda: {"trapped_protons": KNOWN})
    monkeypatch.setattr(threads, "usable_cores", lambda: 2)


@pytest.mark.parametrize(
    ("given", "like"),
    [
        ({}, "trapped_protons"),
        ({"air": ', sun = "day"'}, "trapped_protons"),
        ({"kind": "cosmic_rays"}, "cosmic_rays/shell/adjoint"),
        ({"kind": "cosmic_rays", "source": ', transmission = "traced"'}, "cosmic_rays/shell/adjoint/traced"),
        ({"kind": "cosmic_rays", "more": '[place]\nkind = "orbit"\n'}, "cosmic_rays/orbit/adjoint"),
    ],
)
def test_costs_go_by_source_place_and_estimator(tmp_path, given, like):
    assert costs.like(asked(tmp_path, **given).cases[0].config) == (like,)


def test_of_several_sources_each_costs(tmp_path):
    text = TRAPPED.format(kind="trapped_protons", air="", source="", histories=10)
    several = '[[source]]\nkind = "trapped_protons"\n[[source]]\nkind = "cosmic_rays"\n'
    lines = [line for line in text.splitlines() if not line.startswith("source")]
    found = file.parse("\n".join([*lines, several]), tmp_path / "campaign.toml")
    assert costs.like(found.cases[0].config) == ("trapped_protons", "cosmic_rays/shell/adjoint")


def test_before_there_is_a_block_a_measured_campaign_says_it(tmp_path, one_row):
    found = costs.estimate(asked(tmp_path), tmp_path / "results")
    assert found == costs.Estimate(
        basis="a campaign on a machine",
        blocks_planned=10,
        blocks_done=0,
        workers=2,
        preparation_seconds=20.0,
        seconds=pytest.approx(20.0 + 1000 * 0.5 / 2),
        process_MB=800.0,
        disk_MB=pytest.approx((10 * 4e4 + 2e5) / 1e6),
    )
    assert told.words(found) == (
        "10 blocks; about 4 min 30 s on 2 cores, of it 20 s of preparation a case, less what is kept from before, 800 "
        "MB of memory in each process, 0.6 MB on the disk (by a campaign on a machine; another shell, other energies "
        "and another processor change it up to 3 times)."
    )


def test_a_scan_prepares_side_by_side(tmp_path, one_row):
    more = '[scan]\n"shell.L" = [1.2, 1.22, 1.24]\n'
    found = costs.estimate(asked(tmp_path, histories=0, more=more), tmp_path / "results")
    assert (found.blocks_planned, found.seconds) == (0, pytest.approx(40.0))
    assert told.words(found).startswith("about 40 s on 2 cores, of it 20 s of preparation a case")


def test_blocks_of_the_campaign_say_it_better(tmp_path, one_row):
    blocks = tmp_path / "results" / "blocks"
    blocks.mkdir(parents=True)
    for number in range(4):
        (blocks / f"{number:06d}.nc").write_bytes(bytes(1000))
    note = {"preparation_seconds": 7.0, "history_seconds": 0.01, "megabytes": 640.0}
    (tmp_path / "results" / "status.json").write_text(json.dumps(note))
    found = costs.estimate(asked(tmp_path), tmp_path / "results")
    assert (found.basis, found.blocks_done, found.process_MB) == ("4 blocks of this campaign", 4, 640.0)
    assert found.seconds == pytest.approx(7.0 + 600 * 0.01 / 2)
    assert found.disk_MB == pytest.approx(6 * 1000 / 1e6)
    assert "another shell" not in told.words(found)


def test_nothing_is_invented_where_nothing_like_it_was_measured(tmp_path, one_row):
    found = costs.estimate(asked(tmp_path, kind="cosmic_rays"), tmp_path / "results")
    assert (found.basis, found.seconds, found.process_MB, found.disk_MB) == ("", None, None, None)
    assert told.words(found).startswith("10 blocks; run the first of them (fewer histories, which are kept)")


def test_measured_campaigns_are_those_that_ship():
    for like, cost in costs.measured().items():
        name = cost.basis.partition(" on ")[0]
        shipped = [costs.like(case.config) for case in file.read(ROOT / "runs" / name).cases]
        assert (like,) in shipped
        assert min(cost[:5]) > 0.0
