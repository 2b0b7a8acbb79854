"""`mcbelt show`: the flux and the ratio of a result as a table or as JSON."""

import json
import math
from pathlib import Path
from typing import Annotated

import typer

_WIDTH_WITH_BANDS = 120  # columns of the terminal


def show(
    result: Annotated[Path, typer.Argument(help="Result file, or a directory that holds one.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Print energies, the flux of each species, and e+/e-, with the systematic bands where the result has them."""
    from mcbelt.errors import ResultsError
    from mcbelt.figures import bands, species
    from mcbelt.files import result as results

    path = results.located(result)
    dataset = results.open_result(path)
    names = species.flux_names(dataset)
    if not names:
        raise ResultsError(
            f"{path}: has no flux of a species (kind = {dataset.attrs['kind']}); open it with mcbelt.open_result to "
            "see what it holds."
        )
    columns = {key: dataset[key].values.tolist() for key in ("energy_MeV", *names)}
    unit = dataset[names[0]].attrs["units"]
    if as_json:
        more = [*species.interval_names(dataset), *bands.all_names(dataset)]
        columns |= {key: dataset[key].values.tolist() for key in more}
        finite = {key: [x if math.isfinite(x) else None for x in values] for key, values in columns.items()}
        about = {name: dataset.attrs[name] for name in ("name", "case", "physics_hash", "stopped_because")}
        histories = int(dataset.attrs["histories"])
        typer.echo(json.dumps({**finite, "flux_unit": unit, "histories": histories, **about}))
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from mcbelt.figures.tables import cell, footnote, interval, memory

    title = f"{dataset.attrs['name']} {dataset.attrs['case']}: {dataset.attrs['histories']} histories, flux in {unit}"
    table = Table(title=title)
    headings = [species.plain(name) for name in species.followed(dataset)] + ["e+/e-"] * species.has_ratio(dataset)
    words = [text for text in (footnote(dataset), memory(dataset)) if text]
    console, shown_bands = Console(), bands.of_each(dataset, bands.SHIFTS)
    if shown_bands and console.width < _WIDTH_WITH_BANDS:
        shown_bands = []
        words.append("68 % systematic bands: in a wider terminal, or by --json")
    table.caption = escape("\n".join(words)) if words else None
    for heading in ("E [MeV]", *headings, *(f"{symbol} syst. [%]" for symbol, _ in shown_bands)):
        table.add_column(heading, justify="right")
    for index, energy in enumerate(columns["energy_MeV"]):
        cells = [escape(cell(dataset, name, index)) for name in names[::2]]
        table.add_row(f"{energy:.1f}", *cells, *(interval(band, index) for _, band in shown_bands))
    console.print(table)
