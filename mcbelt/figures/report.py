"""One self-contained page about a campaign: figures, table, configuration, fates, timing; no network, no script."""

import base64
import html
import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import xarray

from mcbelt.campaign import scanned
from mcbelt.campaign.scanned import NOTHING, Wanted
from mcbelt.figures import bands, citations, plots, species, tables
from mcbelt.files import parts, sealed

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --quiet: #5c5c5c; --page: #fff; --line: #ddd; --well: #f6f6f4; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e4e4; --quiet: #a8a8a8; --page: #16181b; --line: #3a3d42; --well: #22252a; }
}
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); max-width: 68rem;
  margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; margin-bottom: 0; }
h2 { font-size: 1.2rem; margin-top: 2.2rem; border-bottom: 1px solid var(--line); }
p.sub { color: var(--quiet); margin-top: .2rem; }
img { display: block; width: 100%; min-width: 36rem; max-width: 60rem; height: auto; background: #fff; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; overflow-wrap: normal; }
th, td { padding: .2rem .7rem; text-align: right; vertical-align: bottom; border-bottom: 1px solid var(--line); }
td { white-space: nowrap; } td.words { white-space: normal; text-align: left; overflow-wrap: anywhere; }
th:first-child, td:first-child { text-align: left; }
pre { background: var(--well); padding: .8rem; overflow-x: auto; overflow-wrap: normal; }
details { margin: .6rem 0; } summary { cursor: pointer; }
"""


def write(result: Path, path: Path) -> Path:
    """Write the page about a result or a campaign; its path. Raises ResultsError."""
    cases, asked = scanned.collect(result)
    sealed.write(path, page(cases.datasets, cases.failed, asked).encode())
    return path


def page(
    datasets: dict[str, xarray.Dataset],
    failed: Mapping[str, str] = MappingProxyType({}),
    asked: Wanted = NOTHING,
) -> str:
    """The page as HTML.

    Parameters
    ----------
    datasets : dict
        Name of the case -> result; at least one.
    failed : mapping
        Name of a case that has none -> why it failed.
    asked : Wanted
        What the campaign scans, and which cases it lacks.

    Returns
    -------
    str
        Images are inside it; every text from a file is escaped.
    """
    first = next(iter(datasets.values()))
    title = html.escape(str(first.attrs["name"]))
    about = html.escape(plots.subtitle(first)) if len(datasets) == 1 else f"{len(datasets)} cases"
    if failed:
        about += f", {len(failed)} more failed"
    if waiting := len(asked.missing) - len(asked.failed):
        about += f", {waiting} not computed yet"
    parts = [
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">',
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>',
        f"<style>{_STYLE}</style></head><body>",
        f'<h1>{title}</h1><p class="sub">{about}</p>',
        *(_figure(name, plots.image(figure, "svg")) for name, figure in plots.figures(datasets, asked).items()),
        "<h2>Fluxes and ratio</h2>",
        *(table for case, dataset in datasets.items() for table in _flux_tables(case, dataset, len(datasets) == 1)),
        "<h2>Cases, fates and timing</h2>",
        _case_table(datasets, failed),
        "<h2>Configuration</h2>",
        f"<pre>{html.escape(str(first.attrs['config_toml']))}</pre>",
        "<h2>To cite</h2>",
        _references(datasets),
        "<h2>Made by</h2>",
        _provenance(first),
        "</body></html>\n",
    ]
    return "\n".join(parts)


def _figure(name: str, svg: bytes) -> str:
    data = base64.b64encode(svg).decode()
    return f'<p class="wide"><img alt="{html.escape(name)}" src="data:image/svg+xml;base64,{data}"></p>'


def _row(cells: list[str], tag: str = "td") -> str:
    return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"


def _flux_tables(case: str, dataset: xarray.Dataset, shown: bool) -> list[str]:
    """The table of a case, and after that of a sum those of its sources."""
    of_parts = (_flux_table(f"{case}: {source}", part, False) for source, part in parts.all_parts(dataset).items())
    remarks = str(dataset.attrs.get("remarks", ""))
    return [_flux_table(case, dataset, shown), *of_parts, *([f"<p>{html.escape(remarks)}</p>"] if remarks else [])]


def _flux_table(case: str, dataset: xarray.Dataset, shown: bool) -> str:
    followed = species.followed(dataset)
    if not followed:
        return f"<p>{html.escape(case)}: no fluxes.</p>"
    unit = str(dataset[f"flux_{followed[0]}"].attrs["units"])
    headings = [f"{species.plain(name)} [{unit}]" for name in followed] + ["e+/e-"] * species.has_ratio(dataset)
    asked = {bands.SHIFTS: "68 % systematic", bands.ALTERNATIVES: "alternatives"}
    shown_bands = [(about, *each) for which, about in asked.items() for each in bands.of_each(dataset, which)]
    headings += [f"{symbol}, {about} [%]" for about, symbol, _ in shown_bands]
    rows = [_row(["E [MeV]", *headings], "th")]
    for index, energy in enumerate(dataset["energy_MeV"].values):
        cells = [tables.cell(dataset, name, index) for name in species.flux_names(dataset)[::2]]
        cells += [tables.interval(band, index) for _, _, band in shown_bands]
        rows.append(_row([f"{energy:.1f}", *cells]))
    table = _table(rows)
    for words in filter(None, (tables.footnote(dataset), tables.memory(dataset))):
        table += f"<p>{html.escape(words)}</p>"
    if shown:
        return table
    return f"<details><summary>{html.escape(case)}</summary>{table}</details>"


def _case_table(datasets: dict[str, xarray.Dataset], failed: Mapping[str, str]) -> str:
    fates = sorted({str(fate) for dataset in datasets.values() for fate in dataset["fate"].values})
    rows = [_row(["case", "histories", *fates, "seconds", "why it stopped"], "th")]
    for case, dataset in datasets.items():
        counts = dict(zip(map(str, dataset["fate"].values), dataset["fate_count"].values, strict=True))
        seconds = dataset.attrs.get("wall_seconds")
        rows.append(
            _row(
                [
                    case,
                    f"{int(dataset.attrs['histories']):,}",
                    *(f"{int(counts.get(fate, 0)):,}" for fate in fates),
                    "–" if seconds is None else f"{float(seconds):.1f}",
                    str(dataset.attrs["stopped_because"]),
                ]
            )
        )
    rows += [_row([case, *[""] * (len(fates) + 2), f"failed: {why}"]) for case, why in failed.items()]
    return _table(rows)


def _table(rows: list[str]) -> str:
    """A table that scrolls in itself where the page is narrow."""
    return f'<div class="wide"><table>{"".join(rows)}</table></div>'


def _references(datasets: dict[str, xarray.Dataset]) -> str:
    told: dict[str, str] = {}
    for dataset in datasets.values():
        for reference, what in citations.used(json.loads(dataset.attrs["physics_json"])):
            told.setdefault(what, reference.text)
    items = (f"<li>{html.escape(what)}: {html.escape(text)}</li>" for what, text in told.items())
    return f"<ul>{''.join(items)}</ul>"


def _provenance(dataset: xarray.Dataset) -> str:
    names = ("mcbelt_version", "git_commit", "git_dirty", "versions", "platform", "created_utc", "physics_hash")
    cell = '<tr><td>{}</td><td class="words">{}</td></tr>'
    rows = [cell.format(name, html.escape(str(dataset.attrs[name]))) for name in (*names, "code_hash")]
    return _table(rows)
