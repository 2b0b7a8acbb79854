"""Run runs/belt-over-L, draw its figures for the gallery, and write the tables of docs/gallery/belt_over_L.md.

    python tools/belt_over_L.py              # what is left of the campaign, then figures, table and page
    python tools/belt_over_L.py --table      # the page alone, from docs/figures/belt_over_L.csv

After it `python tools/paper_numbers.py` brings the belt's position and width into the table of the paper's numbers.
"""

import argparse
import csv
import json
import math
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import xarray
from write_campaign_reference import with_table

from mcbelt.campaign import collected
from mcbelt.figures import scan_plots
from mcbelt.files import parts
from mcbelt.papers import plate
from mcbelt.papers.gusev2003 import belt_over_L as belt

ROOT = Path(__file__).parents[1]
CAMPAIGN = ROOT / "runs" / "belt-over-L"
FIGURES = ROOT / "docs" / "figures"
TABLE, PAGE = FIGURES / "belt_over_L.csv", ROOT / "docs" / "gallery" / "belt_over_L.md"
MARKS = "made by tools/belt_over_L.py"
SHELLS, ENERGIES_MEV = (1.05, 1.09, 1.12, 1.15, 1.2, 1.25, 1.3, 1.4, 1.5), (30.0, 100.0, 300.0)  # of the last table
AFTER = (
    "cascade",
    "neutral_pions",
    "radiated_photons",
    "muon_flight",
)  # of cosmic rays: what the first collision makes
Table = dict[str, np.ndarray]


def read(path: Path = TABLE) -> tuple[str, Table]:
    """What the table is of, and its columns."""
    what, *lines = path.read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(lines))
    return what.removeprefix("# "), {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}


def at(table: Table, energy: float) -> Table:
    """The lines of the bin whose middle is next to an energy [MeV], over L."""
    held = np.unique(table["energy_MeV"])
    chosen = table["energy_MeV"] == held[np.abs(np.log(held / energy)).argmin()]
    return {name: values[chosen] for name, values in table.items()}


def on(own: Table, L: float) -> dict[str, float]:
    """The line of a shell; NaN where it was not computed."""
    return {name: float(values[own["L"] == L][0]) if L in own["L"] else math.nan for name, values in own.items()}


def told(value: float, digits: str = ".2f") -> str:
    """A number for people, a dash where there is none."""
    return format(value, digits) if math.isfinite(value) else "–"


def lines_of(names: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table of the page."""
    heading = f"| {' | '.join(names)} |\n|{'---|' * len(names)}\n"
    return heading + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def over_of(own: Table) -> np.ndarray:
    """e+ of trapped protons over those of cosmic rays."""
    return own["positron_trapped_protons"] / own["positron_cosmic_rays"]


def belts(table: Table) -> str:
    """Where the belt is, how wide, and how high over the cosmic rays, one line an energy."""
    rows = []
    for energy in np.unique(table["energy_MeV"]):
        own = at(table, energy)
        found, over = belt.belt_of(own["L"], own["positron_trapped_protons"]), over_of(own)
        most, (low, high) = int(np.nanargmax(over)), belt.crossings(own["L"], over)
        rows.append(
            (
                f"{energy:.0f}",
                told(found.L),
                f"{told(found.low)} to {told(found.high)}",
                told(found.flux, ".2g"),
                told(float(over[own["L"] == belt.POSITION][0]), ".2g"),
                f"{over[most]:.2g} on {own['L'][most]:g}",
                f"{told(low)} to {told(high)}",
            )
        )
    names = ("energy [MeV]", "e⁺ of trapped protons largest at L", "half of that from L to L")
    names += (
        "e⁺ there [m⁻² s⁻¹ sr⁻¹ MeV⁻¹]",
        "over those of cosmic rays on L = 1.2",
        "the most, on L",
        "above 1 from L to L",
    )
    return lines_of(names, rows)


def words(table: Table) -> str:
    """What the paper says of the belt, what is found, and whether it holds."""
    fine = [at(table, energy) for energy in ENERGIES_MEV]
    found = [belt.belt_of(own["L"], own["positron_trapped_protons"]) for own in fine]
    halves = [
        0.5 * (_end(each.high, math.inf) - _end(each.low, _first(own))) for each, own in zip(found, fine, strict=True)
    ]
    here, inner = ([on(own, L) for own in fine] for L in (belt.POSITION, 1.09))
    over = [row["positron_trapped_protons"] / row["positron_cosmic_rays"] for row in here]
    trapped, cosmic, first = (
        [row[f"positron_{source}"] / row[f"electron_{source}"] for row in rows]
        for source, rows in zip((*belt.SOURCES, belt.SOURCES[1]), (here, here, inner), strict=True)
    )
    low, high = belt.POSITION - belt.HALF_WIDTH, belt.POSITION + belt.HALF_WIDTH
    spans = ", ".join(f"{told(each.low)} to {told(each.high)}" for each in found)
    statements = (
        (
            "the belt lies at L = 1.2 ± 0.1",
            f"largest at L = {_list([each.L for each in found])}",
            (low, high),
            [each.L for each in found],
        ),
        (
            "and is 0.1 wide on either side",
            f"half of that from L = {spans}",
            (0.5 * belt.HALF_WIDTH, 1.5 * belt.HALF_WIDTH),
            halves,
        ),
        (
            "about 100 times the e⁺ of cosmic rays below 100 MeV, on L = 1.2",
            f"{_list(over, '.2g')} times",
            (50.0, 200.0),
            over[:2],
        ),
        ("above 300 MeV cosmic rays lead", f"{told(over[2], '.2g')} times at 300 MeV", (0.0, 1.0), over[2:]),
        ("e⁺/e⁻ of trapped protons 7 to 8", f"{_list(trapped, '.1f')} on L = 1.2", (6.5, 8.5), trapped),
        ("e⁺/e⁻ of cosmic rays 4 to 5 on L = 1.09", _list(first, ".1f"), (4.0, 5.0), first),
        ("and about 2 on L = 1.2", _list(cosmic, ".1f"), (1.6, 2.4), cosmic),
    )
    rows = [(says, ours, verdict(values, *bounds)) for says, ours, bounds, values in statements]
    energies = ", ".join(f"{own['energy_MeV'][0]:.0f}" for own in fine)
    return lines_of(("the paper", f"here, at {energies} MeV", "holds"), rows)


def _end(edge: float, beyond: float) -> float:
    """An edge of the belt, or where it is at least when it is not within the shells."""
    return edge if math.isfinite(edge) else beyond


def _first(own: Table) -> float:
    """The first shell that has trapped protons."""
    return float(own["L"][own["positron_trapped_protons"] > 0.0].min())


def _list(values: list[float], digits: str = ".2f") -> str:
    return ", ".join(told(value, digits) for value in values)


def verdict(values: list[float], low: float, high: float) -> str:
    """Whether all values, some or none lie within bounds; a dash where one is missing."""
    if any(map(math.isnan, values)):
        return "–"
    holds = [low <= value <= high for value in values]
    return "yes" if all(holds) else "in part" if any(holds) else "no"


def shells(table: Table) -> str:
    """e+ by source, the ratio of the sums and mean ages on some shells."""
    rows = []
    for L in SHELLS:
        for energy in ENERGIES_MEV:
            own = at(table, energy)
            if L not in own["L"]:
                continue
            row = on(own, L)
            ratios = [row[f"positron_{part}"] / row[f"electron_{part}"] for part in ("sum", *belt.SOURCES)]
            cells = [f"{L:g}", f"{row['H_min_km']:.0f}", f"{row['energy_MeV']:.0f}"]
            cells += [told(row[f"positron_{source}"], ".2g") for source in belt.SOURCES]
            cells += [told(ratio, ".1f") for ratio in ratios]
            rows.append((*cells, *(told(row[f"age_years_{part}"], ".2g") for part in ("sum", *belt.SOURCES))))
    names = ("L", "H_min [km]", "energy [MeV]", "e⁺ of trapped protons", "of cosmic rays")
    names += ("e⁺/e⁻ of the sum", "of trapped protons", "of cosmic rays")
    return lines_of((*names, "mean age of e⁺ of the sum [years]", "of trapped protons", "of cosmic rays"), rows)


def page(text: str, what: str, table: Table) -> str:
    """The page with its tables made anew."""
    made = (f"{what}.\n", belts(table), words(table), shells(table))
    return with_table(text, MARKS, "\n".join(made))


def asked() -> int:
    """How many shells the campaign has."""
    return len(tomllib.loads((CAMPAIGN / "campaign.toml").read_text(encoding="utf-8"))["scan"]["shell.L"])


def what_of(by_shell: Mapping[float, xarray.Dataset]) -> str:
    """What the table is of: how many shells, and what of cosmic rays is followed."""
    source = json.loads(parts.part(next(reversed(by_shell.values())), "cosmic_rays").attrs["physics_json"])["source"]
    left_out = [name.replace("_", " ") for name in AFTER if not source[name]]
    followed = f"without {', '.join(left_out)}" if left_out else "with all that the first collision makes"
    fluxes = "e+ and e- near 90 degrees [m-2 s-1 sr-1 MeV-1] and mean ages of e+ [years], drift-averaged"
    return f"{len(by_shell)} of {asked()} shells; {fluxes}; cosmic rays {followed}"


def draw(results: Path) -> None:
    """Figures and table of finished results. Raises ResultsError."""
    by_shell = scan_plots.shells_of(collected.results_in(results).datasets)
    plate.write_csv(TABLE, what_of(by_shell), belt.columns(by_shell))
    plate.saved(belt.drawn(by_shell), FIGURES / "belt_over_L.png")
    plate.saved(scan_plots.shell_map(by_shell), FIGURES / "belt_over_L_map.png")


def main() -> None:
    """Run what is left, draw, write the page."""
    parser = argparse.ArgumentParser(description="Run runs/belt-over-L and write its page of the gallery.")
    parser.add_argument("--table", action="store_true", help="the page alone, from the table in docs/figures")
    parser.add_argument("--results", type=Path, help="finished results elsewhere; nothing is run")
    arguments = parser.parse_args()
    if not arguments.table:
        if arguments.results is None:
            subprocess.run([sys.executable, "-m", "mcbelt", "run", str(CAMPAIGN)], check=True)
        draw(arguments.results or CAMPAIGN / "results")
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), *read()), encoding="utf-8")


if __name__ == "__main__":
    main()
