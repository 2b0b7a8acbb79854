"""What campaigns cost, for the estimates of `mcbelt check`: python tools/measure_costs.py [CAMPAIGN ...]

Runs each with few histories on one worker, from an empty cache of preparations (kernels are compiled before, in the
first block), and writes its row of mcbelt/data/costs/measured.csv; the other rows stay. Times are processor times, so
that a machine may be shared meanwhile. By default the campaigns that ship.
"""

import argparse
import csv
import datetime
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import llvmlite.binding as llvm
import numba

from mcbelt.campaign import costs, file

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "mcbelt" / "data" / "costs" / "measured.csv"
SHIPPED = ("trapped-protons-L1.20", "cosmic-rays-L1.09", "ams01-equator")  # one of each kind
COLUMNS = ("like", "preparation_s", "history_s", "process_MB", "block_kB", "result_kB", "campaign", "date")
BLOCKS = 3
HEADER = """\
# What campaigns cost: processor time of a preparation and of a history, memory, and files. Basis of `mcbelt check`
#   before a campaign has blocks of its own; another shell, other energies and another processor change it.
# Source: measured by tools/measure_costs.py, {blocks} blocks a campaign on one worker. Licence: as the program.
# machine: one core ({processor}, numba {numba})
# like: kind / place / estimator of a source; preparation_s, history_s: [s of processor time]; process_MB: [MB];
#   block_kB, result_kB: [kB] of a file
"""


def run_of(path: Path, histories: int, directory: Path) -> dict[str, str]:
    """A row of the table, of a campaign with so many histories a block."""
    text = path.read_text(encoding="utf-8")
    for key, value in (("histories", BLOCKS * histories), ("block_size", histories)):
        text, count = re.subn(rf"(?m)^{key} = .*$", f"{key} = {value}", text)
        text = text if count else re.sub(r"(?m)^\[run\]$", f"[run]\n{key} = {value}", text)
    campaign = directory / "campaign.toml"
    campaign.write_text(text, encoding="utf-8")
    kernels = {"NUMBA_CACHE_DIR": str(numba.config.CACHE_DIR)}
    subprocess.run(
        [sys.executable, "-m", "mcbelt", "run", str(campaign), "--workers", "1"],
        env=os.environ | kernels | {"XDG_CACHE_HOME": str(directory / "cache"), "PYTHONPATH": str(ROOT)},
        check=True,
    )
    results, name = directory / "results", path.parent.name if path.name == "campaign.toml" else path.stem
    told = json.loads((results / "status.json").read_text())
    block = next((results / "blocks").glob("*.nc")).stat().st_size
    (like,) = costs.like(file.read(campaign).cases[0].config)
    numbers = (
        f"{told['preparation_seconds']:.3g}",
        f"{told['history_seconds']:.2g}",
        f"{told['megabytes']:.3g}",
        f"{block / 1e3:.3g}",
        f"{(results / 'result.nc').stat().st_size / 1e3:.3g}",
    )
    return dict(zip(COLUMNS, (like, *numbers, name, str(datetime.date.today())), strict=True))


def rows() -> dict[str, dict[str, str]]:
    """Rows of the table by what they are like."""
    if not TABLE.exists():
        return {}
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {row["like"]: row for row in csv.DictReader(lines)}


def write(found: dict[str, dict[str, str]]) -> None:
    """Write the table."""
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(found[like] for like in sorted(found))
    header = HEADER.format(blocks=BLOCKS, processor=llvm.get_host_cpu_name(), numba=numba.__version__)
    TABLE.write_text(header + text.getvalue(), encoding="utf-8")


def main() -> None:
    """Run the campaigns that are named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    shipped = [ROOT / "runs" / name / "campaign.toml" for name in SHIPPED]
    parser.add_argument("campaigns", nargs="*", type=Path, default=shipped)
    parser.add_argument("--histories", type=int, default=64, help="in each of the blocks")
    asked = parser.parse_args()
    for path in asked.campaigns:
        with tempfile.TemporaryDirectory() as name:
            row = run_of(path, asked.histories, Path(name))
        write(rows() | {row["like"]: row})
        print(row)


if __name__ == "__main__":
    main()
