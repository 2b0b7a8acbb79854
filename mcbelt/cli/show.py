"""`mcbelt show`: the flux and the ratio of a result as a table or as JSON."""

import json
import math
from pathlib import Path
from typing import Annotated

import typer

KEYS = (
    "energy_MeV",
    "flux_positron",
    "flux_positron_sigma",
    "flux_electron",
    "flux_electron_sigma",
    "ratio",
    "ratio_sigma",
)


def show(
    result: Annotated[Path, typer.Argument(help="Result file, or a directory that holds one.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Print energies, fluxes of e+ and e-, and their ratio."""
    from mcbelt.errors import ResultsError
    from mcbelt.files import result as results

    path = results.located(result)
    dataset = results.open_result(path)
    missing = [key for key in KEYS if key not in dataset.variables]
    if missing:
        raise ResultsError(
            f"{path}: has no variable {missing[0]} (kind = {dataset.attrs['kind']}); open it with "
            "mcbelt.open_result to see what it holds."
        )
    columns = {key: dataset[key].values.tolist() for key in KEYS}
    unit = dataset["flux_positron"].attrs["units"]
    if as_json:
        finite = {key: [x if math.isfinite(x) else None for x in values] for key, values in columns.items()}
        about = {name: dataset.attrs[name] for name in ("name", "case", "physics_hash", "stopped_because")}
        histories = int(dataset.attrs["histories"])
        typer.echo(json.dumps({**finite, "flux_unit": unit, "histories": histories, **about}))
        return
    from rich.console import Console
    from rich.table import Table

    from mcbelt.figures.tables import with_error

    title = f"{dataset.attrs['name']} {dataset.attrs['case']}: {dataset.attrs['histories']} histories, flux in {unit}"
    table = Table(title=title)
    for heading in ("E [MeV]", "e+", "e-", "e+/e-"):
        table.add_column(heading, justify="right")
    for energy, positron, positron_sigma, electron, electron_sigma, ratio, ratio_sigma in zip(
        *columns.values(), strict=True
    ):
        table.add_row(
            f"{energy:.1f}",
            with_error(positron, positron_sigma),
            with_error(electron, electron_sigma),
            with_error(ratio, ratio_sigma),
        )
    Console().print(table)
