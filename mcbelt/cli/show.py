"""`mcbelt show`: the flux and the ratio of a result, or of every case of a scan, as a table or as JSON."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:  # the program should start without loading xarray
    import xarray

_WIDTH_WITH_BANDS = 120  # columns of the terminal
_MOST_NAMED = 20  # cases without a result


def show(
    result: Annotated[Path, typer.Argument(help="Result file, or a directory that holds one, or those of a scan.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object; of a scan one a case.")] = False,
) -> None:
    """Print energies, the flux of each species, and e+/e-, with the systematic bands where the result has them.

    Of a scan every case is printed, of a case that failed the reason, and which are not computed yet. Of several
    sources the sum comes first, then each source; in JSON they are in `sources`, by name.
    """
    from mcbelt.campaign import collected, scanned
    from mcbelt.errors import ResultsError
    from mcbelt.files import result as results

    try:
        path = results.located(result)
    except ResultsError:
        cases = collected.cases_in(result)
        if not cases.datasets and not cases.failed:
            raise
        asked = scanned.wanted(result, cases)
        waiting = [name for name in asked.missing if name not in asked.failed]
        _show_scan(cases.datasets, dict(cases.failed), waiting, as_json)
        return
    dataset = results.open_result(path)
    if as_json:
        typer.echo(json.dumps(_json(dataset, str(path))))
    else:
        _print_all(dataset, str(path))


def _show_scan(datasets: dict[str, xarray.Dataset], failed: dict[str, str], waiting: list[str], as_json: bool) -> None:
    """Every case of a scan, and which have no result yet."""
    if as_json:
        shown = {case: _json(dataset, case) for case, dataset in datasets.items()}
        told = {"cases": shown | {case: {"failed": why} for case, why in failed.items()}, "missing": waiting}
        typer.echo(json.dumps(told))
        return
    for case, dataset in datasets.items():
        _print_all(dataset, case)
    for case, why in failed.items():
        typer.echo(f"{case}: failed: {why}")
    if waiting:
        more = f" and {len(waiting) - _MOST_NAMED} more" if len(waiting) > _MOST_NAMED else ""
        typer.echo(f"not computed yet: {' '.join(waiting[:_MOST_NAMED])}{more}")


def _require_flux(dataset: xarray.Dataset, where: str) -> None:
    """Raises ResultsError where there is no flux."""
    from mcbelt.errors import ResultsError
    from mcbelt.figures import species

    if not species.flux_names(dataset):
        raise ResultsError(
            f"{where}: has no flux of a species (kind = {dataset.attrs['kind']}); open it with mcbelt.open_result to "
            "see what it holds."
        )


def _json(dataset: xarray.Dataset, where: str) -> dict[str, Any]:
    """What --json prints of a result."""
    from mcbelt.figures import species
    from mcbelt.files import parts

    _require_flux(dataset, where)
    about = {name: dataset.attrs[name] for name in ("name", "case", "physics_hash", "stopped_because")}
    about |= {name: dataset.attrs[name] for name in ("remarks", "estimator") if name in dataset.attrs}
    unit, histories = dataset[species.flux_names(dataset)[0]].attrs["units"], int(dataset.attrs["histories"])
    told = {**_columns(dataset), "flux_unit": unit, "histories": histories, **about}
    if of_sources := parts.all_parts(dataset):
        told["sources"] = {source: _columns(part) for source, part in of_sources.items()}
    return told


def _columns(dataset: xarray.Dataset) -> dict[str, list[float | None]]:
    """The table of a result with its intervals and bands, what is not finite as None."""
    from mcbelt.figures import bands, species

    names = [*species.flux_names(dataset), *species.interval_names(dataset)]
    names += [*bands.nominal_names(dataset), *bands.all_names(dataset)]
    values = {name: dataset[name].values.tolist() for name in ("energy_MeV", *names)}
    return {name: [x if math.isfinite(x) else None for x in column] for name, column in values.items()}


def _print_all(dataset: xarray.Dataset, where: str) -> None:
    """The tables for people: of the result, and of each of several sources."""
    from mcbelt.files import parts

    _require_flux(dataset, where)
    of_sources = parts.all_parts(dataset)
    _print(dataset, "sum of " + " and ".join(of_sources) if of_sources else "")
    for source, part in of_sources.items():
        _print(part, source)
    if "remarks" in dataset.attrs:
        typer.echo(str(dataset.attrs["remarks"]))


def _print(dataset: xarray.Dataset, of: str) -> None:
    """The table of a result; `of` says what it is of where the result has several sources."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from mcbelt.figures import bands, estimators, species
    from mcbelt.figures.tables import cell, footnote, interval, memory

    names = species.flux_names(dataset)
    title = f"{dataset.attrs['name']} {dataset.attrs['case']}: {estimators.counted(dataset)}{of and f', {of}'}"
    table = Table(title=f"{title}, {estimators.flux(dataset)} in {dataset[names[0]].attrs['units']}")
    headings = [species.plain(name) for name in species.followed(dataset)] + ["e+/e-"] * species.has_ratio(dataset)
    words = [text for text in (footnote(dataset), memory(dataset)) if text]
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
