"""The result file: one sealed netCDF-4 file that carries the physics, the tallies, and everything needed to redo it.

A result is an xarray Dataset. It holds what the physics made of the tallies (fluxes, ratios), the tallies themselves
as sum and sum of squares over histories, the count of every fate, which histories of which seed went in, the exact
text of the campaign file, and the provenance. The schema is written down in docs/result-format.md; its version rises
with every change that a reader could notice, and a version that is not known is refused.
"""

import io
import itertools
import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
import xarray

from mcbelt import tally
from mcbelt.errors import ResultsError
from mcbelt.files import located as places
from mcbelt.files import parts, provenance, sealed
from mcbelt.keys import Campaign
from mcbelt.settings import identity
from mcbelt.tally import BlockResult, TallyAxes

FILETYPE = "mcbelt-result"
SCHEMA_VERSION = 1
CONVENTIONS = "CF-1.11"  # of units and long names
LARGEST_RESULT = 4 * 2**30  # [bytes] unpacked; a tally is a histogram, so more is a mistake or an attack
_OF_THE_ESTIMATOR = ("flux_", "ratio", "directional_flux_", "omnidirectional_flux_", "integral_flux_")
REQUIRED_ATTRIBUTES = (
    "kind",
    "name",
    "case",
    "case_overrides",
    "config_toml",
    "run_json",
    "physics_json",
    "physics_hash",
    "code_hash",
    "histories",
    "tallies",
    "stopped_because",
    "mcbelt_version",
    "versions",
    "git_commit",
    "git_dirty",
    "platform",
    "created_utc",
)


class Histories(NamedTuple):
    """The histories [first, last) of one seed."""

    seed: int
    first: int
    last: int


class Origin(NamedTuple):
    """What a result was asked to be."""

    config_toml: str  # exact text of the campaign file
    case: str  # "" without a scan
    case_overrides: dict  # dotted key -> scanned value
    config: Campaign
    code_hash: str


def assembled(
    origin: Origin,
    merged: BlockResult,
    runs: tuple[Histories, ...],
    axes: dict[str, TallyAxes],
    physics: xarray.Dataset,
    stopped_because: str,
) -> xarray.Dataset:
    """Dataset of a finished run.

    Parameters
    ----------
    origin : Origin
        Campaign file, case and code.
    merged : BlockResult
        All blocks, added in order.
    runs : tuple of Histories
        Which histories of which seeds are in it.
    axes : dict
        Dimensions of each tally.
    physics : Dataset
        What analysis made of the tallies; every variable with units.
    stopped_because : str
        One sentence: how the number of histories came about.

    Returns
    -------
    Dataset
        As docs/result-format.md says; checked.

    Raises
    ------
    ResultsError
        It does not obey the schema, for example a variable without units.
    """
    species = tuple(getattr(origin.config, "species", ()))
    variables = {**_fates(merged), **_runs(runs)}
    for name, tally_axes in axes.items():
        variables.update(_tally(name, tally_axes, merged))
    dataset = physics.assign(variables)
    if len(dataset.variables) != len(physics.variables) + len(variables):
        raise ResultsError("a variable of the physics has the name of a tally; rename it.")
    for key, found in dataset.data_vars.items():
        if "estimator" in physics.attrs and str(key).startswith(_OF_THE_ESTIMATOR):
            found.attrs = {**found.attrs, "estimator": physics.attrs["estimator"]}
    physics_json = identity.canonical(identity.physics_table(origin.config))
    dataset.attrs = {
        **physics.attrs,
        **({"species": ",".join(species)} if species else {}),
        "Conventions": CONVENTIONS,
        "filetype": FILETYPE,
        "schema_version": SCHEMA_VERSION,
        "kind": origin.config.kind,
        "name": origin.config.name,
        "case": origin.case,
        "case_overrides": json.dumps(origin.case_overrides, default=str),
        "config_toml": origin.config_toml,
        "run_json": run_json(origin.config),
        "physics_json": physics_json,
        "physics_hash": identity.physics_hash(origin.config),
        "code_hash": origin.code_hash,
        "histories": merged.histories,
        "tallies": ",".join(axes),
        "stopped_because": stopped_because,
        **provenance.attributes(),
    }
    check(dataset, "the new result")
    return dataset


def run_json(asked: Campaign) -> str:
    """The [run] section of a campaign as canonical JSON."""
    return json.dumps(asked.model_dump(mode="json", include={"run"})["run"], sort_keys=True)


def _fates(merged: BlockResult) -> dict[str, xarray.Variable]:
    about = {"units": "1", "long_name": "histories that ended in each fate"}
    counts = np.array([*merged.fates.values()], dtype="i8")
    names = np.array([*merged.fates], dtype=object)
    return {
        "fate": xarray.Variable("fate", names, {"units": "1", "long_name": "fate of a history"}),
        "fate_count": xarray.Variable("fate", counts, about),
    }


def _runs(runs: tuple[Histories, ...]) -> dict[str, xarray.Variable]:
    about = {"seed": "seed", "first": "first history", "last": "one past the last history"}
    return {
        f"run_{name}": xarray.Variable(
            "run", np.array([getattr(run, name) for run in runs], dtype="i8"), {"units": "1", "long_name": text}
        )
        for name, text in about.items()
    }


def _tally(name: str, axes: TallyAxes, merged: BlockResult) -> dict[str, xarray.Variable]:
    dimensions = tuple(f"{name}_{axis.name}" for axis in axes.axes)
    variables: dict[str, xarray.Variable] = {}
    for dimension, axis in zip(dimensions, axes.axes, strict=True):
        about = {"units": axis.unit, "long_name": axis.description or axis.name}
        if axis.edges is None:
            variables[dimension] = xarray.Variable(dimension, np.array(axis.labels, dtype=object), about)
        else:
            variables[f"{dimension}_edges"] = xarray.Variable(f"{dimension}_edge", np.asarray(axis.edges), about)
    variables[f"{name}_sum"] = xarray.Variable(
        dimensions, merged.sums[name], {"units": axes.unit, "long_name": f"sum over histories of {axes.description}"}
    )
    variables[f"{name}_sum_of_squares"] = xarray.Variable(
        dimensions,
        merged.sums_of_squares[name],
        {"units": tally.squared(axes.unit), "long_name": f"sum over histories of the square of {axes.description}"},
    )
    return variables


def write(dataset: xarray.Dataset, path: Path) -> None:
    """Write a result, whole or not at all. Raises ResultsError."""
    check(dataset, str(path))
    buffer = io.BytesIO()
    encoding = {name: {"_FillValue": None} for name in dataset.variables}
    dataset.to_netcdf(buffer, engine="h5netcdf", encoding=encoding)
    sealed.write(Path(path), sealed.sealed(buffer.getvalue()))


def open_result(path: str | Path) -> xarray.Dataset:
    """Result file, checked and loaded.

    Parameters
    ----------
    path : str or Path
        A result.nc, a campaign file, or the directory of either (`mcbelt.files.located`).

    Returns
    -------
    Dataset
        In memory; the file is closed.

    Raises
    ------
    ResultsError
        Not there, damaged, not a result, of an unknown version, or its shapes do not fit together.

    Examples
    --------
    >>> import mcbelt
    >>> result = mcbelt.open_result("runs/trapped-protons-L1.20")  # doctest: +SKIP
    >>> float(result.ratio[0])  # doctest: +SKIP
    7.9
    """
    path = located(Path(path))
    content = sealed.read(path)
    try:
        with xarray.open_dataset(io.BytesIO(content), engine="h5netcdf") as lazy:
            _check_header(lazy, str(path))
            if lazy.nbytes > LARGEST_RESULT:
                raise ResultsError(f"{path}: unpacks to {lazy.nbytes / 2**30:.0f} GiB, allowed are 4; it is no result.")
            dataset = lazy.load()
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, AttributeError, IndexError) as error:
        about = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ResultsError(f"{path}: is not readable as netCDF ({about}); give a result that mcbelt wrote.") from None
    check(dataset, str(path))
    return dataset


def located(path: Path) -> Path:
    """The result file that a path names: the file itself, or that of a campaign or a directory; raises ResultsError."""
    found = places.results(path)
    if not found.is_dir():
        return found
    if (found / places.RESULT).is_file():
        return found / places.RESULT
    raise ResultsError(
        f"{path}: holds no result.nc (looked in {found}); run the campaign first by `mcbelt run {path}`, or name one "
        "case of a scan."
    )


def _check_header(dataset: xarray.Dataset, where: str) -> None:
    if dataset.attrs.get("filetype") != FILETYPE:
        raise ResultsError(f'{where}: is not a result of mcbelt (its filetype is not "{FILETYPE}"); give a result.nc.')
    version = dataset.attrs.get("schema_version")
    if not isinstance(version, int | np.integer) or version != SCHEMA_VERSION:
        raise ResultsError(
            f"{where}: has schema version {version!s:.20}, this program reads {SCHEMA_VERSION}; use the mcbelt that "
            f"wrote it ({dataset.attrs.get('mcbelt_version', 'unknown')!s:.20})."
        )


def check(dataset: xarray.Dataset, where: str) -> None:
    """Refuse a dataset that does not obey the schema, with one sentence in a ResultsError."""
    _check_header(dataset, where)
    missing = [name for name in REQUIRED_ATTRIBUTES if name not in dataset.attrs]
    if missing:
        raise ResultsError(f"{where}: lacks the attribute {missing[0]}; it is incomplete, run the campaign again.")
    unitless = [str(name) for name, variable in dataset.variables.items() if "units" not in variable.attrs]
    if unitless:
        raise ResultsError(f"{where}: the variable {unitless[0]} has no units; it is not a result of this version.")
    for name in _tally_names(dataset):
        _check_tally(dataset, name, where)
    if "fate_count" not in dataset or dataset["fate_count"].dims != ("fate",):
        raise ResultsError(f"{where}: lacks the counts of fates; it is incomplete, run the campaign again.")
    _check_counts(dataset, where)
    if identity.hash_of(str(dataset.attrs["physics_json"])) != dataset.attrs["physics_hash"]:
        raise ResultsError(f"{where}: its physics_hash is not that of its physics_json; it was changed by hand.")


def _tally_names(dataset: xarray.Dataset) -> list[str]:
    return [name for name in str(dataset.attrs["tallies"]).split(",") if name]


def _check_tally(dataset: xarray.Dataset, name: str, where: str) -> None:
    for part in ("sum", "sum_of_squares"):
        if f"{name}_{part}" not in dataset.variables:
            raise ResultsError(f"{where}: the tally {name} lacks {name}_{part}; it is incomplete.")
    sums, squares = dataset[f"{name}_sum"], dataset[f"{name}_sum_of_squares"]
    if sums.dims != squares.dims or sums.dtype.kind != "f" or squares.dtype.kind != "f":
        raise ResultsError(f"{where}: {name}_sum and {name}_sum_of_squares have different shapes or types.")
    for dimension in sums.dims:
        edges = dataset.variables.get(f"{dimension}_edges")
        if edges is not None and edges.shape != (dataset.sizes[dimension] + 1,):
            raise ResultsError(
                f"{where}: {dimension}_edges has shape {edges.shape}, the tally has {dataset.sizes[dimension]} bins "
                "and needs one edge more; the file is not a result of this version."
            )


def _check_counts(dataset: xarray.Dataset, where: str) -> None:
    names = ("run_seed", "run_first", "run_last")
    if any(name not in dataset or dataset[name].dims != ("run",) or dataset[name].dtype.kind != "i" for name in names):
        raise ResultsError(f"{where}: lacks the list of its histories; it is incomplete, run the campaign again.")
    histories = int(dataset.attrs["histories"])
    counted = int(dataset["fate_count"].sum())
    planned = int((dataset["run_last"] - dataset["run_first"]).sum())
    sources = len(parts.names(dataset)) or 1
    if not histories * sources == counted == planned * sources:
        found = f"{histories} histories{'' if sources == 1 else f' of each of {sources} sources'}"
        found = f"{found}, {counted} fates and {planned} planned"
        raise ResultsError(f"{where}: has {found}, which should be equal; it was not written by mcbelt.")


def runs_of(dataset: xarray.Dataset) -> tuple[Histories, ...]:
    """Which histories of which seeds are in a result."""
    columns = (dataset["run_seed"].values, dataset["run_first"].values, dataset["run_last"].values)
    return tuple(Histories(int(seed), int(first), int(last)) for seed, first, last in zip(*columns, strict=True))


def tallies_of(dataset: xarray.Dataset) -> BlockResult:
    """The tallies of a result as they were merged."""
    names = _tally_names(dataset)
    counted = zip(dataset["fate"].values, dataset["fate_count"].values, strict=True)
    fates = {str(name): int(count) for name, count in counted}
    return BlockResult(
        int(dataset.attrs["histories"]),
        fates,
        {name: dataset[f"{name}_sum"].values for name in names},
        {name: dataset[f"{name}_sum_of_squares"].values for name in names},
    )


def merged(datasets: list[xarray.Dataset], where: list[str]) -> tuple[BlockResult, tuple[Histories, ...]]:
    """Tallies of several results of one physics, added in the order of their seeds and histories.

    Parameters
    ----------
    datasets : list of Dataset
        Results as `open_result` gives them, in any order.
    where : list of str
        Their names, for messages.

    Returns
    -------
    tallies : BlockResult
    runs : tuple of Histories
        Sorted; the same to the last bit for any order of the arguments.

    Raises
    ------
    ResultsError
        Different physics or code, or histories that are in more than one of them.
    """
    order = sorted(range(len(datasets)), key=lambda index: runs_of(datasets[index]))
    first = datasets[order[0]]
    for index in order[1:]:
        for attribute, about in (("physics_hash", "physics"), ("code_hash", "version of the program")):
            if datasets[index].attrs[attribute] != first.attrs[attribute]:
                theirs, ours = datasets[index].attrs[attribute], first.attrs[attribute]
                raise ResultsError(
                    f"{where[index]}: was made with another {about} than {where[order[0]]} ({attribute} {theirs}, not "
                    f"{ours}); merge only runs of one campaign."
                )
    runs = tuple(sorted(run for dataset in datasets for run in runs_of(dataset)))
    for before, after in itertools.pairwise(runs):
        if before.seed == after.seed and after.first < before.last:
            raise ResultsError(
                f"{' and '.join(where)}: the histories from {after.first} of seed {after.seed} are in more than one of "
                "them and would count twice; run with different seeds."
            )
    total = tallies_of(first)
    for index in order[1:]:
        try:
            total = tally.merge(total, tallies_of(datasets[index]))
        except ValueError:
            raise ResultsError(f"{where[index]}: its tallies differ from those of {where[order[0]]}.") from None
    return total, _joined(runs)


def _joined(runs: tuple[Histories, ...]) -> tuple[Histories, ...]:
    joined: list[Histories] = []
    for run in runs:
        if joined and joined[-1].seed == run.seed and joined[-1].last == run.first:
            joined[-1] = Histories(run.seed, joined[-1].first, run.last)
        else:
            joined.append(run)
    return tuple(joined)
