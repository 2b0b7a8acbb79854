"""`python -m benchmarks [name ...] [--json FILE]`: measure, print a table, and set us beside our peers in one run.

Names: machine, step, drift, startup, peers; default all. Times are CPU times of one core unless they say wall.
"""

import argparse
import json
import math
import sys

from rich.console import Console
from rich.markup import escape
from rich.table import Table

import benchmarks.drift
import benchmarks.machine
import benchmarks.peers
import benchmarks.startup
import benchmarks.step

MODULES = {
    "machine": benchmarks.machine,
    "step": benchmarks.step,
    "drift": benchmarks.drift,
    "startup": benchmarks.startup,
    "peers": benchmarks.peers,
}


def main():
    """Run the benchmarks that are named."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*MODULES, []], help="default: all")
    parser.add_argument("--json", metavar="FILE", help="write all numbers to this file")
    asked = parser.parse_args()
    console, found = Console(width=120), {}
    for name in asked.names or MODULES:
        console.print(f"[bold]{name}[/bold] ...")
        found[name] = MODULES[name].run()
        show(console, name, found[name])
    if "step" in found and "peers" in found:
        compare(console, found)
    if "step" in found and "machine" in found:
        peak(console, found)
    if asked.json:
        with open(asked.json, "w") as file:
            json.dump(found, file, indent=1)


def show(console, name, numbers):
    """Print one benchmark."""
    if name == "peers":
        return
    table = Table(show_header=False)
    for key, value in numbers.items():
        if isinstance(value, list):
            for entry in value:
                words = ", ".join(f"{k} {v:.4g}" for k, v in entry.items() if isinstance(v, float | int))
                table.add_row(escape(key), words)
        else:
            table.add_row(escape(key), f"{value:.4g}" if isinstance(value, float) else str(value))
    console.print(table)


def compare(console, found):
    """Ratios to the peers at equal field, and error of a drift against time."""
    steps = found["step"]
    ours = {"igrf": steps["vacuum step (igrf)"], "dipole": steps["vacuum step (dipole)"]}
    table = Table(
        "peer",
        "what",
        "ns per step",
        "times ours",
        title=f"ours: IGRF {ours['igrf']:.3g} ns, dipole {ours['dipole']:.3g} ns",
    )
    for report in found["peers"].values():
        if "missing" in report:
            table.add_row(report["name"], f"not measured: {report['missing']}", "", "")
            continue
        for what, ns in report["ns_per_step"].items():
            field = "dipole" if "dipole" in what or "uniform" in what else "igrf"
            mine = steps["physics step, msis (igrf)"] if "nrlmsis" in what else ours[field]
            table.add_row(f"{report['name']} {report['version']}", what, f"{ns:.4g}", f"{ns / mine:.3g}")
    console.print(table)
    gtracr = found["peers"]["gtracr"]
    if "drift_300MeV" in gtracr and "drift" in found:
        drifts(console, gtracr["drift_300MeV"], found["drift"]["error against time, 300 MeV"])


def drifts(console, theirs, ours):
    """Error of the drift of a 300 MeV electron in 1 s against CPU time: ours and gtracr's."""
    import geomag
    from benchmarks.drift import guiding_longitude

    field, momentum = geomag.Igrf("2015-01-01").model, 0.300510782
    reference = None
    rows = []
    for row in theirs:
        unit = [c / math.hypot(*row["u"]) for c in row["u"]]
        rows.append((row, guiding_longitude(field, row["x_m"], unit, momentum), math.hypot(*row["u"])))
    reference = [longitude for row, longitude, _ in rows if row["method"] == "boris"][-1]
    table = Table(
        "code",
        "steps per gyration",
        "CPU ms",
        "error of the drift",
        "|p| / |p0|",
        title="300 MeV, L = 1.3, 1 s of drift in IGRF",
    )
    for row in ours:
        table.add_row(
            "ours", f"{row['steps_per_gyration']}", f"{1e3 * row['seconds']:.3g}", f"{row['error_of_drift']:.1e}", "1"
        )
    for row, longitude, growth in rows:
        error = abs(longitude - reference) / abs(reference)
        words = (
            f"gtracr {row['method']}",
            f"{row['steps_per_gyration']}",
            f"{1e3 * row['seconds']:.3g}",
            f"{error:.1e}",
        )
        table.add_row(*words, f"{growth:.4g}")
    console.print(table)


def peak(console, found):
    """How far the field and the push are from the peak of the machine."""
    from benchmarks.step import FLOPS_FIELD, FLOPS_PUSH, INSTRUCTIONS_FIELD, INSTRUCTIONS_PUSH

    ns, gflops = found["step"]["push (igrf)"], found["machine"]["gflops"]
    rate = (FLOPS_FIELD + FLOPS_PUSH) / ns
    issue = (INSTRUCTIONS_FIELD + INSTRUCTIONS_PUSH) * 2.0 / gflops
    console.print(
        f"field and push: {rate:.3g} GFLOP/s = {rate / gflops:.0%} of the measured {gflops:.3g}; "
        f"issue limit {issue:.3g} ns = {issue / ns:.0%} of the {ns:.3g} ns taken"
    )


if __name__ == "__main__":
    sys.exit(main())
