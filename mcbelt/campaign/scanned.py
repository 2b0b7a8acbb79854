"""All cases of a scan as one dataset over the scanned keys, and which of them have no result yet."""

import datetime
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import xarray

from mcbelt import sentences
from mcbelt.campaign import collected, scan
from mcbelt.campaign import file as campaign_file
from mcbelt.campaign.collected import Collected
from mcbelt.campaign.scan import Scalar
from mcbelt.errors import ConfigError, ResultsError
from mcbelt.files.result import LARGEST_RESULT
from mcbelt.settings import reading
from mcbelt.settings.several import Named

FILETYPE = "mcbelt-results"
GRID = "energy_MeV"  # the dimension that all cases must have alike
_CF_UNITS = {"sfu": "1e-22 W m-2 Hz-1", "deg": "degree", "G": "1e-4 T"}  # what udunits and astropy read
_OF_A_CASE = {  # attributes of results that become variables over the scanned keys, and what they are
    "histories": ("1", "number of histories"),
    "shell_H_min_km": ("km", "lowest altitude of the drift shell"),
    "shell": ("1", "whether the drift shell is closed or open"),
    "estimator": ("1", "estimator of the fluxes"),
    "stopped_because": ("1", "how the number of histories came about"),
    "physics_hash": ("1", "hash of what decides the physics"),
    "remarks": ("1", "what a source has to say of the result"),
}
_NOT_SHARED = {"case", "case_overrides", "tallies", "filetype", "schema_version", "wall_seconds", "blocks_computed"}


class Wanted(NamedTuple):
    """What a campaign scans, and which of its cases have no result."""

    axes: tuple[dict[str, list[Scalar]], ...] = ()  # as `scan.Scan` has them; none without a scan
    cases: Mapping[str, dict[str, Scalar]] = {}  # name -> dotted key -> value, the last axis fastest
    missing: tuple[str, ...] = ()  # cases that have no result
    failed: tuple[str, ...] = ()  # those of them that failed

    @property
    def words(self) -> str:
        """How many cases are there, if not all: 9 of 12 cases (1 failed, 2 not computed yet); else empty."""
        if not self.missing:
            return ""
        waiting = len(self.missing) - len(self.failed)
        why = [f"{len(self.failed)} failed"] * bool(self.failed) + [f"{waiting} not computed yet"] * bool(waiting)
        return f"{len(self.cases) - len(self.missing)} of {len(self.cases)} cases ({', '.join(why)})"


NOTHING = Wanted()  # of what is no scan


def wanted(path: Path, found: Collected) -> Wanted:
    """What the campaign under a path scans, by the copy of its file beside the results, or by the text in these.

    Parameters
    ----------
    path : Path
        As `collected.results_in` took it.
    found : Collected
        What it found there.

    Returns
    -------
    Wanted
        Without axes where the path is one result or one case, or of a campaign without a scan.
    """
    if Path(path).is_file() and Path(path).suffix != ".toml":
        return NOTHING
    if (found.directory / "case.json").is_file():  # of one case, of a scan or not
        return NOTHING
    copy = found.directory / "campaign.toml"
    texts = [copy.read_text(encoding="utf-8", errors="replace")] if copy.is_file() else []
    for text in dict.fromkeys([*texts, *(str(dataset.attrs["config_toml"]) for dataset in found.datasets.values())]):
        try:
            spanned = campaign_file.scan_of(text, str(copy))
            cases = dict(scan.cases(spanned, str(copy))) if spanned.axes else {}
        except ConfigError:
            continue  # edited since; the texts inside the results are whole
        if cases.keys() & {*found.datasets, *found.failed}:
            missing = tuple(name for name in cases if name not in found.datasets)
            return Wanted(spanned.axes, cases, missing, tuple(name for name in missing if name in found.failed))
    return NOTHING


def collect(path: Path) -> tuple[Collected, Wanted]:
    """The finished results under a path, those of a scan in its order, and what it wanted. Raises ResultsError."""
    found = collected.results_in(Path(path))
    asked = wanted(Path(path), found)
    order = [*(name for name in asked.cases if name in found.datasets), *found.datasets]
    return found._replace(datasets={name: found.datasets[name] for name in dict.fromkeys(order)}), asked


def open_results(path: str | Path) -> xarray.Dataset:
    """All results of a scan as one dataset over the scanned keys, checked and loaded.

    Parameters
    ----------
    path : str or Path
        The directory of a campaign, or of its results.

    Returns
    -------
    Dataset
        Each variable of the results over the scanned keys and its own dimensions. A scanned key is a coordinate called
        as in the names of cases (L, f107); linked keys share the dimension of the first. `missing` says where there is
        no result: there numbers are NaN, counts 0 and texts empty. Beside it stand `case`, `histories`, `physics_hash`
        and the like. A coordinate whose values depend on the case (the pitch angles of a shell) is one over the scanned
        keys and a dimension `<name>_bin`. Tallies are left out: `open_result` of a case has them. Without a scan, the
        variables of the only result.

    Raises
    ------
    ResultsError
        No finished result, a damaged one, or bins of energy that differ from case to case.

    Examples
    --------
    >>> import mcbelt
    >>> belt = mcbelt.open_results("runs/belt-over-L")  # doctest: +SKIP
    >>> belt.flux_positron.sel(energy_MeV=100, method="nearest").plot()  # doctest: +SKIP
    """
    found, asked = collect(Path(path))
    return together(found.datasets, asked, str(path))


def together(datasets: Mapping[str, xarray.Dataset], asked: Wanted, where: str) -> xarray.Dataset:
    """The dataset of `open_results`.

    Parameters
    ----------
    datasets : mapping
        Name of a case -> result; others than those of the scan are left out.
    asked : Wanted
        Without axes there is one dataset.
    where : str
        For messages.

    Returns
    -------
    Dataset

    Raises
    ------
    ResultsError
        Bins of energy that differ, several results that no scan spans, or too much to hold in memory.
    """
    if not asked.axes and len(datasets) > 1:
        raise ResultsError(f"{where}: holds {len(datasets)} results that no [scan] spans; give one of them.")
    shape = tuple(len(next(iter(axis.values()))) for axis in asked.axes)
    places = dict(zip(asked.cases or datasets, np.ndindex(*shape), strict=True))
    chosen = {name: _without_tallies(datasets[name]) for name in places if name in datasets}
    _require_one_grid(chosen, where)
    chosen = _of_equal_coordinates(chosen)
    if len(places) * max(each.nbytes for each in chosen.values()) > LARGEST_RESULT:
        raise ResultsError(f"{where}: its {len(places)} cases are more than 4 GiB together; open them singly.")
    taken = {str(name) for each in chosen.values() for name in (*each.variables, *each.dims)}
    called = names_of(asked.axes, taken)
    dims = tuple(called[next(iter(axis))] for axis in asked.axes)
    stacked, coordinates = _stacked(chosen, places, dims, shape)
    first = next(iter(chosen.values()))
    of_keys = _keys(asked.axes, called, str(first.attrs["kind"]))
    result = xarray.Dataset({**stacked, **_of_cases(chosen, places, dims, shape)}, {**coordinates, **of_keys})
    texts = [each.attrs for each in chosen.values()]
    shared = {name: value for name, value in first.attrs.items() if all(name in a and a[name] == value for a in texts)}
    result.attrs = {name: value for name, value in shared.items() if name not in {*_NOT_SHARED, *_OF_A_CASE}}
    result.attrs |= {"filetype": FILETYPE, "scanned_keys": ",".join(called)}
    days = {json.loads(str(each.attrs["physics_json"])).get("shell", {}).get("date") for each in chosen.values()}
    result.attrs |= {"date": days.pop()} if len(days) == 1 and None not in days else {}
    if left_out := sorted(taken - {*map(str, result.variables), *map(str, result.dims)}):
        result.attrs["left_out"] = ",".join(left_out)  # their numbers of bins depend on the case
    return result


def names_of(axes: Iterable[Mapping[str, Any]], taken: Iterable[str] = ()) -> dict[str, str]:
    """What scanned keys are called as coordinates and columns: L of shell.L, where nothing else is called so.

    Parameters
    ----------
    axes : iterable of mappings
        With dotted keys.
    taken : iterable of str
        Names that are used otherwise.

    Returns
    -------
    dict
        Dotted key -> name.
    """
    labels, used = scan.labels(key for axis in axes for key in axis), set(taken)
    return {key: (key if label in used else label).replace(".", "_") for key, label in labels.items()}


def meaning(kind: str, key: str) -> tuple[str, str]:
    """What a scanned key is, and its unit as the campaign file has it ("1" of a pure number or a text).

    Parameters
    ----------
    kind : str
        Of the campaign.
    key : str
        Dotted.

    Returns
    -------
    description, unit : str
    """
    model = reading.KINDS[kind]()
    section, _, name = key.rpartition(".")
    options: list[Any] = sentences.sections(model, section.partition(".")[0]) if section else [model]
    for option in (*options, Named):
        if name in option.model_fields:
            field = option.model_fields[name]
            return str(field.description), str((field.json_schema_extra or {}).get("unit") or "1")
    return key, "1"


def _without_tallies(dataset: xarray.Dataset) -> xarray.Dataset:
    """What analysis made of the tallies, and the fates."""
    names = [name for name in str(dataset.attrs["tallies"]).split(",") if name]
    dims = {dim for name in names for dim in dataset[f"{name}_sum"].dims}
    dims |= {f"{dim}_edge" for dim in dims} | {"run"}
    sums = {f"{name}_{part}" for name in names for part in ("sum", "sum_of_squares")}
    return dataset.drop_vars(
        [name for name, each in dataset.variables.items() if name in sums or dims & {*each.dims}], errors="ignore"
    )


def _require_one_grid(datasets: Mapping[str, xarray.Dataset], where: str) -> None:
    grids = {name: each[GRID].values for name, each in datasets.items() if GRID in each.coords}
    for name, grid in grids.items():
        first = next(iter(grids))
        if not np.array_equal(grid, grids[first]):
            raise ResultsError(
                f"{where}: the cases {first} and {name} have different energies; open them singly by open_result."
            )


def _of_equal_coordinates(datasets: Mapping[str, xarray.Dataset]) -> dict[str, xarray.Dataset]:
    """The same with coordinates that all share: texts of all cases together, and bins by their number where their
    values depend on the case.
    """
    result = dict(datasets)
    for dim in dict.fromkeys(str(dim) for each in datasets.values() for dim in each.dims):
        held = {name: each[dim].values for name, each in result.items() if dim in each.coords}
        values = [*held.values()]
        if all(np.array_equal(each, values[0]) for each in values):
            continue
        if any(each.dtype.kind in "OUT" for each in values):
            union = list(dict.fromkeys(str(label) for each in values for label in each))
            filled = {"fate_count": 0}  # NaN for others
            for name in held:
                attrs = result[name][dim].attrs
                own = result[name].assign_coords({dim: [str(label) for label in held[name]]})
                result[name] = own.reindex({dim: union}, fill_value=filled).assign_coords({dim: (dim, union, attrs)})
        else:
            for name in held:
                result[name] = _by_number(result[name], dim)
    return result


def _by_number(dataset: xarray.Dataset, dim: str) -> xarray.Dataset:
    """The same with a dimension `<dim>_bin` without an index, and the coordinate that was it over that."""
    return dataset.drop_indexes(dim).rename_dims({dim: f"{dim}_bin"})


def _stacked(
    datasets: Mapping[str, xarray.Dataset], places: Mapping[str, tuple], dims: tuple[str, ...], shape: tuple[int, ...]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Variables and coordinates over the scanned keys and their own dimensions."""
    variables: dict[str, Any] = {}
    coordinates: dict[str, Any] = {}
    for name in dict.fromkeys(str(name) for each in datasets.values() for name in each.variables):
        held = {case: each[name].variable for case, each in datasets.items() if name in each.variables}
        first = next(iter(held.values()))
        if first.dims == (name,):  # an index, the same for all
            coordinates[name] = first
            continue
        if any(each.shape != first.shape for each in held.values()):
            continue  # numbers of bins that depend on the case have no common dimension
        values = _empty(first.values, name, shape + first.shape)
        for case, each in held.items():
            values[places[case]] = each.values
        into = coordinates if any(name in each.coords for each in datasets.values()) else variables
        into[name] = (dims + first.dims, values, first.attrs)
    return variables, coordinates


def _empty(like: np.ndarray, name: str, shape: tuple[int, ...]) -> np.ndarray:
    """What stands where there is no result: NaN, for counts of fates 0, for texts nothing."""
    if like.dtype.kind in "OUT":
        return np.full(shape, "", dtype=object)
    return np.zeros(shape, dtype="i8") if name == "fate_count" else np.full(shape, np.nan)


def _of_cases(
    datasets: Mapping[str, xarray.Dataset], places: Mapping[str, tuple], dims: tuple[str, ...], shape: tuple[int, ...]
) -> dict[str, Any]:
    """What there is to say of each case: its name, whether it is missing, and attributes of its result."""
    named, missing = np.full(shape, "", dtype=object), np.ones(shape, dtype=bool)
    for case, place in places.items():
        named[place], missing[place] = case, case not in datasets
    result: dict[str, Any] = {
        "case": (dims, named, {"units": "1", "long_name": "name of the case"}),
        "missing": (dims, missing, {"units": "1", "long_name": "whether the case has no result"}),
    }
    for name, (unit, about) in _OF_A_CASE.items():
        held = {case: each.attrs[name] for case, each in datasets.items() if name in each.attrs}
        if not held:
            continue
        kind = (
            "histories" if name == "histories" else "text" if isinstance(next(iter(held.values())), str) else "number"
        )
        values: np.ndarray = {
            "histories": np.zeros(shape, dtype="i8"),
            "text": np.full(shape, "", dtype=object),
            "number": np.full(shape, np.nan),
        }[kind]
        for case, value in held.items():
            values[places[case]] = value
        result[name] = (dims, values, {"units": unit, "long_name": about})
    return result


def _keys(axes: tuple[dict[str, list[Scalar]], ...], called: Mapping[str, str], kind: str) -> dict[str, Any]:
    """The scanned keys as coordinates."""
    result: dict[str, Any] = {}
    for axis in axes:
        dim = called[next(iter(axis))]
        for key, values in axis.items():
            about, unit = meaning(kind, key)
            array = column(values)
            attrs = {"long_name": about, "campaign_key": key}
            if array.dtype.kind != "M":  # xarray gives dates their unit when it writes them
                attrs["units"] = _CF_UNITS.get(unit, unit)
            result[called[key]] = (dim, array, attrs)
    return result


def column(values: Iterable[Scalar]) -> np.ndarray:
    """Values of a key as an array: numbers, dates, or text.

    Parameters
    ----------
    values : iterable of scalars
        As TOML gives them.

    Returns
    -------
    ndarray
    """
    found = list(values)
    if all(isinstance(value, bool) for value in found):
        return np.array(found)
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in found):
        return np.array(found)
    if all(isinstance(value, datetime.date) for value in found):
        return np.array(found, dtype="datetime64[ns]")
    return np.array([str(value) for value in found], dtype=object)
