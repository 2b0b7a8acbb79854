"""`mcbelt show`: the flux and the ratio of a result as a table or as JSON."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:  # the program should start without loading xarray
    import xarray

_WIDTH_WITH_BANDS = 120  # columns of the terminal


def show(
    result: Annotated[Path, typer.Argument(help="Result file, or a directory that holds one.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Print energies, the flux of each species, and e+/e-, with the systematic bands where the result has them.

    Of several sources the sum comes first, then each source; in JSON they are in `sources`, by name.
    """
    from mcbelt.errors import ResultsError
    from mcbelt.figures import species
    from mcbelt.files import parts
    from mcbelt.files import result as results

    path = results.located(result)
    dataset = results.open_result(path)
    names = species.flux_names(dataset)
    if not names:
        raise ResultsError(
            f"{path}: has no flux of a species (kind = {dataset.attrs['kind']}); open it with mcbelt.open_result to "
            "see what it holds."
        )
    of_sources = parts.all_parts(dataset)
    if as_json:
        about = {name: dataset.attrs[name] for name in ("name", "case", "physics_hash", "stopped_because")}
        about |= {name: dataset.attrs[name] for name in ("remarks",) if name in dataset.attrs}
        unit, histories = dataset[names[0]].attrs["units"], int(dataset.attrs["histories"])
        told = {**_columns(dataset), "flux_unit": unit, "histories": histories, **about}
        if of_sources:
            told["sources"] = {source: _columns(part) for source, part in of_sources.items()}
        typer.echo(json.dumps(told))
        return
    _print(dataset, "sum of " + " and ".join(of_sources) if of_sources else "")
    for source, part in of_sources.items():
        _print(part, source)
    if "remarks" in dataset.attrs:
        typer.echo(str(dataset.attrs["remarks"]))


def _columns(dataset: xarray.Dataset) -> dict[str, list[float | None]]:
    """The table of a result with its intervals and bands, what is not finite as None."""
    from mcbelt.figures import bands, species

    names = [*species.flux_names(dataset), *species.interval_names(dataset), *bands.all_names(dataset)]
    values = {name: dataset[name].values.tolist() for name in ("energy_MeV", *names)}
    return {name: [x if math.isfinite(x) else None for x in column] for name, column in values.items()}


def _print(dataset: xarray.Dataset, of: str) -> None:
    """The table of a result; `of` says what it is of where the result has several sources."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from mcbelt.figures import bands, species
    from mcbelt.figures.tables import cell, footnote, interval

    names = species.flux_names(dataset)
    title = f"{dataset.attrs['name']} {dataset.attrs['case']}: {dataset.attrs['histories']} histories"
    table = Table(title=f"{title}{of and f', {of}'}, flux in {dataset[names[0]].attrs['units']}")
    headings = [species.plain(name) for name in species.followed(dataset)] + ["e+/e-"] * species.has_ratio(dataset)
    words = [footnote(dataset)] if footnote(dataset) else []
    console, shown_bands = Console(), bands.of_each(dataset, bands.SHIFTS)
    if shown_bands and console.width < _WIDTH_WITH_BANDS:
        shown_bands = []
        words.append("68 % systematic bands: in a wider terminal, or by --json")
    table.caption = escape("\n".join(words)) if words else None
    for heading in ("E [MeV]", *headings, *(f"{symbol} syst. [%]" for symbol, _ in shown_bands)):
        table.add_column(heading, justify="right")
    for index, energy in enumerate(dataset["energy_MeV"].values):
        cells = [escape(cell(dataset, name, index)) for name in names[::2]]
        table.add_row(f"{energy:.1f}", *cells, *(interval(band, index) for _, band in shown_bands))
    console.print(table)
