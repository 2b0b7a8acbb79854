"""One of several sources out of a result: the result of the campaign of that source alone, tallies and all."""

import json

import numpy as np
import xarray

from mcbelt.settings import identity
from mcbelt.tally import parts

LIST = "sources_json"  # attribute: name, species, estimator and unit of each source, in the order of the sum
_RUNS = ("run_seed", "run_first", "run_last")


def names(dataset: xarray.Dataset) -> tuple[str, ...]:
    """Names of the sources of a result, in the order of the sum; none where it has one source."""
    return tuple(str(each["name"]) for each in json.loads(str(dataset.attrs.get(LIST, "[]"))))


def all_parts(dataset: xarray.Dataset) -> dict[str, xarray.Dataset]:
    """What each source gave, by its name; empty where a result has one source."""
    return {source: part(dataset, source) for source in names(dataset)}


def part(dataset: xarray.Dataset, source: str) -> xarray.Dataset:
    """What one source gave.

    Parameters
    ----------
    dataset : Dataset
        A result of several sources, as `open_result` gives it.
    source : str
        One of `names`.

    Returns
    -------
    Dataset
        A result as the campaign of that source alone, with the seed that stands in it, would have made it. Text of the
        campaign file, hash of the code and provenance are those of the campaign of several; the attribute `source` says
        which it is of.
    """
    prefix = parts.under(source, "")
    own = [str(name) for name in dataset.variables if str(name).startswith(prefix)]
    shared = [name for name in dataset.coords if parts.SEPARATOR not in str(name) and name != "fate"]
    taken = dataset[[*own, *shared, *_RUNS]]
    here = {str(name): str(name).removeprefix(prefix) for name in (*own, *taken.dims) if str(name).startswith(prefix)}
    result = taken.rename(here).assign(_fates(dataset, prefix))
    told = json.loads(str(dataset.attrs["physics_json"]))
    stream = next(int(each["stream"]) for each in told["sources"] if each["name"] == source)
    seeds = [parts.seed_of(int(seed), stream) for seed in dataset["run_seed"].values]
    result = result.assign(run_seed=("run", np.array(seeds, dtype="i8"), dataset["run_seed"].attrs))
    entries = {each.pop("name"): each for each in json.loads(str(dataset.attrs[LIST]))}
    said = {LIST, "remarks"}.union(*entries.values())  # by the sources, not by the campaign
    tallies = [name for name in str(dataset.attrs["tallies"]).split(",") if name.startswith(prefix)]
    physics = identity.physics_of(source, told)
    text = identity.canonical(physics)
    result.attrs = {name: value for name, value in dataset.attrs.items() if name not in said} | {
        **entries[source],
        "source": source,
        "tallies": ",".join(name.removeprefix(prefix) for name in tallies),
        "species": ",".join(physics["species"]),
        "physics_json": text,
        "physics_hash": identity.hash_of(text),
    }
    return result


def _fates(dataset: xarray.Dataset, prefix: str) -> dict[str, xarray.Variable]:
    names = [str(fate) for fate in dataset["fate"].values]
    mine = [place for place, name in enumerate(names) if name.startswith(prefix)]
    ends = np.array([names[place].removeprefix(prefix) for place in mine], dtype=object)
    return {
        "fate": xarray.Variable("fate", ends, dataset["fate"].attrs),
        "fate_count": dataset["fate_count"].variable[mine],
    }
