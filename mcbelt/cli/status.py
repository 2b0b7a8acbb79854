"""`mcbelt status`: how far each case of a campaign is."""

import json
import math
import sys
from pathlib import Path
from typing import Annotated

import typer


def status(
    campaign: Annotated[Path, typer.Argument(help="Campaign file, or the directory of a campaign.toml.")],
    output: Annotated[Path | None, typer.Option(help="Directory of the results [results beside the file].")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Table of cases: blocks done, rate, time left, statistical error so far, what is prepared, why a case failed."""
    from mcbelt.campaign import driver as campaigns
    from mcbelt.campaign import file as campaign_file
    from mcbelt.campaign.status import case_status

    file = campaign_file.read(campaign)
    directory = campaigns.output_directory(file, output)
    rows = [case_status(case, campaigns.case_directory(directory, case.name), directory) for case in file.cases]
    if as_json:
        typer.echo(json.dumps({"directory": str(directory), "cases": [row._asdict() for row in rows]}, default=str))
        return
    from rich.console import Console
    from rich.table import Table

    from mcbelt.cli.progress import duration

    table = Table(title=str(directory))
    for column in ("case", "state", "blocks", "histories", "blocks/s", "time left", "worst error"):
        left = column in ("case", "state")
        table.add_column(column, justify="left" if left else "right", no_wrap=left)
    for row in rows:
        table.add_row(
            row.case,
            row.state,
            f"{row.blocks_done} / {row.blocks_planned}",
            str(row.histories),
            "" if row.blocks_per_second is None else f"{row.blocks_per_second:.3g}",
            "" if row.seconds_left is None else duration(row.seconds_left),
            "" if row.relative_error is None or math.isnan(row.relative_error) else f"{row.relative_error:.3g}",
        )
    Console(width=None if sys.stdout.isatty() else 160).print(table)
    for row in rows:
        if row.sentence is not None:
            typer.echo(f"{row.case}: failed: {row.sentence}")
        elif row.phase is not None:
            since = "" if row.seconds_in_phase is None else f", for {duration(row.seconds_in_phase)}"
            typer.echo(f"{row.case}: {row.state}: {row.phase}{since}")
