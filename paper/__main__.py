"""`python -m paper`: run every command of the paper, fill its numbers in, and write it to build/paper.

The text is paper/paper.md. A number stands in it as `{name}` or `{name:.1f}` and comes from NUMBERS below, a function
of what the commands printed or wrote; nothing is typed in. paper.md and paper.html are written, and paper.pdf where
Chromium is installed.
"""

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from paper import page

ROOT = Path(__file__).resolve().parents[1]
JUNE = ("--date", "1998-06-05", "--f107", "112", "--f107a", "108", "--ap", "10")
CAMPAIGN = ROOT / "runs" / "trapped-protons-L1.20" / "campaign.toml"


def run(*command: str) -> str:
    """Standard output of a command; it is shown before it begins."""
    print("  " + " ".join(command), flush=True)
    environment = {**os.environ, "MPLBACKEND": "agg"}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment, cwd=ROOT).stdout


def mcbelt(*words: str) -> str:
    """Standard output of a command of the program."""
    return run(sys.executable, "-m", "mcbelt", *words)


def computed(out: Path, histories: int | None) -> dict[str, Any]:
    """What the commands print, by a name for each; figures lie in `out` afterwards."""
    campaign = out / "campaign"
    campaign.mkdir(parents=True, exist_ok=True)
    text = CAMPAIGN.read_text(encoding="utf-8")
    if histories is not None:
        text = text.replace("histories = 200000", f"histories = {histories}")
        text = text.replace("block_size = 10000", f"block_size = {max(histories // 4, 1)}")
    (campaign / "campaign.toml").write_text(text, encoding="utf-8")
    shells = {L: json.loads(mcbelt("shell", "--L", f"{L}", *JUNE, "--json")) for L in (1.2, 1.3)}
    mcbelt("run", str(campaign))
    mcbelt("plot", str(campaign))
    shutil.copy(campaign / "results" / "flux_and_ratio.png", out / "flux_and_ratio.png")
    return {
        "shells": shells,
        "result": json.loads(mcbelt("show", str(campaign), "--json")),
        "references": mcbelt("cite", str(campaign)),
        "version": mcbelt("--version").split()[1],
        "tests": run(sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", "slow or not slow"),
    }


def _at(found: dict[str, Any], name: str, energy_MeV: float) -> float:
    """A column of the result at the bin nearest to an energy; NaN where it has no value."""
    result = found["result"]
    distance = [abs(math.log(energy / energy_MeV)) for energy in result["energy_MeV"]]
    value = result[name][distance.index(min(distance))]
    return math.nan if value is None else value


def _tests(found: dict[str, Any]) -> int:
    return sum(line.startswith("tests/") and "::" in line for line in found["tests"].splitlines())


NUMBERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "version": lambda found: found["version"],
    "histories": lambda found: found["result"]["histories"],
    "lowest_12": lambda found: found["shells"][1.2]["H_min_km"],
    "lowest_13": lambda found: found["shells"][1.3]["H_min_km"],
    "field_12": lambda found: found["shells"][1.2]["B0_nT"],
    "density_12": lambda found: found["shells"][1.2]["mean_density_g_cm3"],
    "density_13": lambda found: found["shells"][1.3]["mean_density_g_cm3"],
    "hydrogen_12": lambda found: 100.0 * found["shells"][1.2]["mass_fractions"]["H"],
    "positron_20": lambda found: _at(found, "flux_positron", 20.0),
    "positron_100": lambda found: _at(found, "flux_positron", 100.0),
    "ratio_20": lambda found: _at(found, "ratio", 20.0),
    "ratio_100": lambda found: _at(found, "ratio", 100.0),
    "ratio_low": lambda found: _at(found, "ratio", 100.0) * _at(found, "systematic_low_ratio", 100.0),
    "ratio_high": lambda found: _at(found, "ratio", 100.0) * _at(found, "systematic_high_ratio", 100.0),
    "tests": _tests,
    "references": lambda found: found["references"].split("@", 1)[0].strip(),
}


def main() -> None:
    """Make the paper."""
    parser = argparse.ArgumentParser(prog="python -m paper", description=__doc__.partition("\n")[0])
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "paper", help="directory [build/paper]")
    parser.add_argument("--histories", type=int, help="of the campaign, for a quick look [those of the file]")
    asked = parser.parse_args()
    asked.output.mkdir(parents=True, exist_ok=True)
    found = computed(asked.output.resolve(), asked.histories)
    text = (ROOT / "paper" / "paper.md").read_text(encoding="utf-8")
    text = text.format(**{name: number(found) for name, number in NUMBERS.items()})
    for path in page.write(text, asked.output.resolve()):
        print(path)


if __name__ == "__main__":
    main()
