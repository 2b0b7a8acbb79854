"""`mcbelt compare`: a result laid over measurements."""

from pathlib import Path
from typing import Annotated

import typer

from mcbelt.errors import ConfigError

_FORMAT = "{:>8} {:>21} {:>10} {:>7} {:>21} {:>10} {:>7} {:>15} {:>6} {:>6}"


def compare(
    result: Annotated[Path, typer.Argument(help="Result file, or the directory of a campaign.")],
    data: Annotated[str, typer.Option(help="What to compare with: ams01.")] = "ams01",
    output: Annotated[Path | None, typer.Option(help="Directory for figure and table [beside the result].")] = None,
) -> None:
    """Lay flux and ratio over AMS-01 (analytic fits to its data): a table, a figure, model/data per energy."""
    if data != "ams01":
        raise ConfigError(f"compare: --data {data!r} is not known; give ams01.")
    from mcbelt.campaign import collected
    from mcbelt.figures import ams01, tables
    from mcbelt.files import sealed

    cases = collected.results_in(result)
    directory = output or cases.directory
    sealed.make_directory(directory)
    for case, dataset in cases.datasets.items():
        columns = ams01.comparison(dataset)
        typer.echo(
            f"{case}: {ams01.LABEL}. Flux in m-2 s-1 sr-1 MeV-1; deviations over an assumed error are no chi-square."
        )
        heads = ("E [GeV]", "e+", "fit", "e+/fit", "e-", "fit", "e-/fit", "ratio", "fit", "r/fit")
        typer.echo(_FORMAT.format(*heads))
        for i, energy in enumerate(columns["energy_GeV"]):
            row = [f"{energy:.3f}"]
            for name in ("flux_positron", "flux_electron"):
                row += [tables.cell(dataset, name, i), f"{columns[f'{name}_fit'][i]:.3e}"]
                row.append(f"{columns[f'{name}_over_fit'][i]:.2f}")
            row.append(tables.cell(dataset, "ratio", i))
            row += [f"{columns[name][i]:.2f}" for name in ("ratio_fit", "ratio_over_fit")]
            typer.echo(_FORMAT.format(*row))
        if words := tables.footnote(dataset):
            typer.echo(words)
        stem = "compare_ams01" if len(cases.datasets) == 1 else f"compare_ams01_{case}"
        table = directory / f"{stem}.csv"
        lines = [f"# {ams01.LABEL}; flux in m-2 s-1 sr-1 MeV-1", ",".join(columns)]
        lines += [",".join(f"{value:.6g}" for value in row) for row in zip(*columns.values(), strict=True)]
        sealed.write(table, ("\n".join(lines) + "\n").encode())
        picture = directory / f"{stem}.png"
        with sealed.whole(picture) as temporary:
            ams01.figure(dataset, columns).savefig(temporary, dpi=150, format="png")
        typer.echo(f"{table}\n{picture}")
