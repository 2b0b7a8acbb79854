"""`mcbelt compare`: a result laid over measurements."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mcbelt.errors import ConfigError

if TYPE_CHECKING:
    import xarray
    from matplotlib.figure import Figure

    from mcbelt.figures.measured import Laid
    from mcbelt.figures.measured_table import Measured

_AMS01 = "{:>8} {:>21} {:>10} {:>7} {:>21} {:>10} {:>7} {:>15} {:>6} {:>6}"
_TABLE = "{:>9} {:>17} {:>21} {:>27} {:>10} {:>10}"


def compare(
    result: Annotated[Path, typer.Argument(help="Result file, or the directory of a campaign.")],
    data: Annotated[str, typer.Option(help="What to compare with: ams01, or the path of a table (CSV).")] = "ams01",
    output: Annotated[Path | None, typer.Option(help="Directory for figure and table [beside the result].")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Lay flux and ratio over measurements: a table, a figure, ours over measured at each energy.

    With ams01 these are analytic fits to AMS-01's data, of cosmic rays seen from its orbit in 1998. A table of your own
    has the columns energy_MeV, species, a flux whose name has its unit (flux_m2_s_sr_MeV, flux_m2_s_sr_GeV,
    flux_cm2_s_sr_MeV), error_low, error_high; or energy_MeV, ratio, error_low, error_high. A comment line
    "# reference: ..." says where it is from; "# source: ...", "# place: ..." and "# L: LOWEST HIGHEST" say what it is
    of. What does not match the result is refused.

    \b
    mcbelt compare my-campaign
    mcbelt compare my-campaign --data my-points.csv
    """
    from mcbelt.campaign import collected
    from mcbelt.figures import ams01
    from mcbelt.files import sealed

    if data != "ams01" and not Path(data).is_file():
        raise ConfigError(f"compare: --data {data!r} is neither ams01 nor a file; give one of them.")
    cases = collected.results_in(result)
    directory, say = output or cases.directory, _unsaid if as_json else typer.echo
    if data == "ams01":
        told, matching = _matching(cases.datasets, ams01.check, say)
        sealed.make_directory(directory)
        alone = len(cases.datasets) == 1
        told |= {case: _with_ams01(case, each, directory, alone, say) for case, each in matching.items()}
    else:
        told = _with_table(Path(data), cases.datasets, directory, say)
    if as_json:
        typer.echo(json.dumps({"data": data, "cases": told}))


def _unsaid(text: str) -> None:
    """In place of what is printed for people."""


def _matching(
    datasets: dict[str, "xarray.Dataset"], check: Callable[["xarray.Dataset"], Any], say: Callable[[str], None]
) -> tuple[dict[str, Any], dict[str, "xarray.Dataset"]]:
    """What --json prints of the cases that a check refuses, and the others; where none passes its refusal is raised."""
    refusals, found = {}, {}
    for case, dataset in datasets.items():
        try:
            check(dataset)
            found[case] = dataset
        except ConfigError as refusal:
            refusals[case] = refusal
    if not found:
        raise next(iter(refusals.values()))
    for case, refusal in refusals.items():
        say(f"{case}: left out. {refusal}")
    return {case: {"left_out": str(refusal)} for case, refusal in refusals.items()}, found


def _with_ams01(
    case: str, dataset: "xarray.Dataset", directory: Path, alone: bool, say: Callable[[str], None]
) -> dict[str, Any]:
    """One case over the fits to AMS-01, where these hold; what --json prints of it."""
    from mcbelt.figures import ams01, tables

    columns, bins = ams01.comparison(dataset), ams01.bins(dataset)
    say(f"{case}: {ams01.LABEL}. Flux in m-2 s-1 sr-1 MeV-1; deviations over an assumed error are no chi-square.")
    heads = ("E [GeV]", "e+", "fit", "e+/fit", "e-", "fit", "e-/fit", "ratio", "fit", "r/fit")
    say(_AMS01.format(*heads))
    for row, energy, bin_ in zip(range(len(bins)), columns["energy_GeV"], bins, strict=True):
        cells = [f"{energy:.3f}"]
        for name in ("flux_positron", "flux_electron"):
            cells += [tables.cell(dataset, name, bin_), f"{columns[f'{name}_fit'][row]:.3e}".replace("nan", "–")]
            cells.append(_two_digits(columns[f"{name}_over_fit"][row]))
        cells.append(tables.cell(dataset, "ratio", bin_))
        cells += [_two_digits(columns[name][row]) for name in ("ratio_fit", "ratio_over_fit")]
        say(_AMS01.format(*cells))
    if words := tables.footnote(dataset):
        say(words)
    lines = [f"# {ams01.LABEL}; flux in m-2 s-1 sr-1 MeV-1", ",".join(columns)]
    lines += [",".join(f"{value:.6g}" for value in row) for row in zip(*columns.values(), strict=True)]
    stem = "compare_ams01" if alone else f"compare_ams01_{case}"
    files = _written(directory / stem, lines, ams01.figure(dataset, columns), say)
    return {"reference": ams01.LABEL, **{name: list(map(_finite, values)) for name, values in columns.items()}, **files}


def _two_digits(value: float) -> str:
    return f"{value:.2f}" if math.isfinite(value) else "–"


def _with_table(
    path: Path, datasets: dict[str, "xarray.Dataset"], directory: Path, say: Callable[[str], None]
) -> dict[str, Any]:
    """The cases that a table of measured values is of; refused where there is none. What --json prints of them."""
    from mcbelt.figures import measured, measured_table
    from mcbelt.files import sealed

    table = measured_table.read(path)

    def check(dataset: "xarray.Dataset") -> None:
        measured.check(table, dataset)
        measured.laid(table, dataset)  # raises where there is no energy of both

    told, matching = _matching(datasets, check, say)
    found = {case: measured.laid(table, dataset) for case, dataset in matching.items()}
    sealed.make_directory(directory)
    for case, rows in found.items():
        say(f"{case}: {table.stated['reference']}")
        _table_of(table, rows, say)
        stem = f"compare_{path.stem}" if len(datasets) == 1 else f"compare_{path.stem}_{case}"
        columns = measured.columns(rows)
        lines = [f"# {table.stated['reference']}; fluxes in {measured.UNIT}", ",".join(columns)]
        lines += [",".join(map(_cell, row)) for row in zip(*columns.values(), strict=True)]
        files = _written(directory / stem, lines, measured.figure(table, datasets[case]), say)
        named = {name: list(map(_finite, values)) for name, values in columns.items()}
        told[case] = {"reference": table.stated["reference"], **named, **files}
    return told


def _table_of(table: "Measured", rows: list["Laid"], say: Callable[[str], None]) -> None:
    """What is printed of the comparison of a case."""
    from mcbelt.figures import measured, tables

    unit = "e+/e-" if table.column == "ratio" else measured.UNIT
    say(f"Values in {unit}; a deviation is over both errors in quadrature.")
    say(_TABLE.format("E [MeV]", "species", "ours", "measured", "ours/meas.", "deviation"))
    for row in rows:
        point = row.point
        value = f"{point.value:.4g} -{point.low:.2g} +{point.high:.2g}"
        ours = tables.with_error(row.ours, row.sigma)
        deviation = f"{row.deviation:+.2f}" if math.isfinite(row.deviation) else "–"
        cells = (f"{point.energy:.4g}", point.species or "e+/e-", ours, value, f"{row.over:.3g}", deviation)
        say(_TABLE.format(*cells))
    if left := len(table.points) - len(rows):
        say(f"{left} of {len(table.points)} measured values are at energies where this result has none.")
    if missing := measured.unchecked(table):
        say(f"The table does not say its {', '.join(missing)}: whether it is of the same was not checked.")


def _cell(value: float | str) -> str:
    """Of the table on disk; empty where there is no number."""
    if isinstance(value, str):
        return value
    return f"{value:.6g}" if math.isfinite(value) else ""


def _finite(value: Any) -> Any:
    """A number of a column, or None where it is none; a text as it is."""
    return value if isinstance(value, str) else float(value) if math.isfinite(value) else None


def _written(stem: Path, lines: list[str], figure: "Figure", say: Callable[[str], None]) -> dict[str, str]:
    """Write the table and the picture, and say where."""
    from mcbelt.files import sealed

    table, picture = stem.with_name(f"{stem.name}.csv"), stem.with_name(f"{stem.name}.png")
    sealed.write(table, ("\n".join(lines) + "\n").encode())
    with sealed.whole(picture) as temporary:
        figure.savefig(temporary, dpi=150, format="png")
    say(f"{table}\n{picture}")
    return {"table": str(table), "figure": str(picture)}
