"""Results as a CDF file with the attributes of ISTP, as archives of space physics take them (SPDF, ISTP Metadata
Guidelines, https://spdf.gsfc.nasa.gov/istp_guide/istp_guide.html).

Records are the dates of a scan over them, or the one date of the campaign. NaN becomes the fill value of ISTP, -1e31.
Written by cdflib, which is the extra `cdf`.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import xarray

from mcbelt.errors import ConfigError, ResultsError
from mcbelt.files import cf

FILL, FILL_INTEGER = -1.0e31, np.iinfo(np.int64).min
_LARGEST = 1.0e30  # of the numbers that are valid
_DOUBLE, _INTEGER, _TEXT, _TIME = "CDF_DOUBLE", "CDF_INT8", "CDF_CHAR", "CDF_TIME_TT2000"
_CODES = {_DOUBLE: 45, _INTEGER: 8, _TEXT: 51, _TIME: 33}
_RECORDS = "date"  # the scanned key that becomes the records


def image(results: xarray.Dataset) -> bytes:
    """The content of a CDF file of the dataset of `open_results`.

    Parameters
    ----------
    results : Dataset

    Returns
    -------
    bytes

    Raises
    ------
    ConfigError
        The extra `cdf` is not installed.
    ResultsError
        The results have no date to be of.
    """
    try:
        import cdflib
    except ImportError:
        raise ConfigError(
            "--format cdf: the package cdflib is not installed; install it by `pip install cdflib`, or mcbelt with the "
            "extra cdf."
        ) from None
    made = cf.dataset(results)
    times = [cdflib.cdfepoch.compute_tt2000([*map(int, str(day).split("-")), *[0] * 6]) for day in _days(made)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "results.cdf"
        with cdflib.cdfwrite.CDF(path, cdf_spec={"Majority": "row_major", "Compressed": 6}) as file:
            file.write_globalattrs(_globals(made))
            about: dict[str, Any] = {
                "CATDESC": "date of the field model, 0 UT",
                "UNITS": "ns",
                "FIELDNAM": "date",
                "LABLAXIS": "Epoch",
            }
            about |= {"VAR_TYPE": "support_data", "FORMAT": "I22", "MONOTON": "INCREASE", "TIME_BASE": "J2000"}
            about |= {"FILLVAL": [FILL_INTEGER, _TIME], "TIME_SCALE": "Terrestrial Time"}
            about |= {"VALIDMIN": [int(min(times)), _TIME], "VALIDMAX": [int(max(times)), _TIME]}
            file.write_var(_spec("Epoch", _TIME, 1, True, []), about, np.array(times, dtype="i8"))
            for name in made.dims:
                if name != _RECORDS and name not in made.coords:
                    numbers = xarray.Variable(name, np.arange(made.sizes[name]), {"long_name": f"number of the {name}"})
                    _write(file, str(name), numbers, made, len(times))
            for name, each in made.variables.items():
                if name != _RECORDS:
                    _write(file, str(name), each, made, len(times))
        return path.read_bytes()


def _days(results: xarray.Dataset) -> list[str]:
    """The dates of the records, as text."""
    if _RECORDS in results.dims:
        days = [str(day)[:10] for day in results[_RECORDS].values]
        if days != sorted(days):
            raise ResultsError("--format cdf: records go forward in time; scan the dates in that order.")
        return days
    shell = json.loads(str(results.attrs.get("physics_json", "{}"))).get("shell", {})
    day = results.attrs.get("date", shell.get("date"))
    if day is None:
        raise ResultsError("--format cdf: the results are of no date, which records of CDF need; give netcdf.")
    return [str(day)[:10]]


def _spec(name: str, kind: str, elements: int, varies: bool, sizes: list[int]) -> dict[str, Any]:
    return {
        "Variable": name,
        "Data_Type": _CODES[kind],
        "Num_Elements": elements,
        "Rec_Vary": varies,
        "Var_Type": "zVariable",
        "Dim_Sizes": sizes,
    }


def _write(file: Any, name: str, each: xarray.Variable, made: xarray.Dataset, records: int) -> None:
    """A variable with its attributes; what is over the scanned keys or energies is data, of every record."""
    is_data = name in made.data_vars and each.dtype.kind in "fiub"
    values = each.transpose(_RECORDS, ...) if _RECORDS in each.dims else each
    varies = is_data or _RECORDS in each.dims
    dims = [str(dim) for dim in values.dims if dim != _RECORDS]
    array = values.values if _RECORDS in each.dims or not varies else np.repeat(values.values[np.newaxis], records, 0)
    sizes = [made.sizes[dim] for dim in dims]
    attrs = _attributes(name, each, dims, made, is_data, varies)
    if each.dtype.kind in "OUT":
        texts = array.astype(str).tolist()
        length = max([1, *map(len, np.ravel(array).astype(str))])
        attrs = {key: value for key, value in attrs.items() if key not in ("VALIDMIN", "VALIDMAX", "SCALETYP")}
        padded = np.char.ljust(np.array(texts, dtype=f"U{length}"), length)
        about = attrs | {"VAR_TYPE": "metadata", "FORMAT": f"A{length}", "FILLVAL": " "}
        file.write_var(_spec(name, _TEXT, length, varies, sizes), about, padded)
        return
    if each.dtype.kind in "iub":
        file.write_var(_spec(name, _INTEGER, 1, varies, sizes), attrs, array.astype("i8"))
        return
    numbers = np.where(np.isfinite(array), array, FILL).astype("f8")
    file.write_var(_spec(name, _DOUBLE, 1, varies, sizes), attrs, numbers)


def _attributes(
    name: str, each: xarray.Variable, dims: list[str], made: xarray.Dataset, is_data: bool, varies: bool
) -> dict[str, Any]:
    """The variable attributes of ISTP."""
    about = str(each.attrs.get("long_name") or name.replace("_", " "))
    units = str(each.attrs.get("units") or "1")
    whole = each.dtype.kind in "iub"
    kind = _INTEGER if whole else _DOUBLE
    some_below = each.dtype.kind == "f" and bool((each.values < 0.0).any())  # of NaN it is false
    lowest = 0 if whole else -_LARGEST if some_below else 0.0
    found: dict[str, Any] = {
        "CATDESC": about,
        "FIELDNAM": name.replace("_", " "),
        "LABLAXIS": name,
        "UNITS": " " if units == "1" else units,
        "VAR_TYPE": "data" if is_data else "support_data",
        "FORMAT": "I12" if whole else "E14.6",
        "FILLVAL": [FILL_INTEGER if whole else FILL, kind],
        "VALIDMIN": [lowest, kind],
        "VALIDMAX": [10**13 if whole else _LARGEST, kind],
        "SCALETYP": "log" if "energy" in name or name.startswith("flux_") else "linear",
    }
    if varies:
        found["DEPEND_0"] = "Epoch"
    if is_data:
        found["DISPLAY_TYPE"] = "spectrogram" if len(dims) > 1 else "time_series"
    for number, dim in enumerate(dims, start=1):
        if dim != name:
            is_text = dim in made.coords and made[dim].dtype.kind in "OUT"
            found[f"LABL_PTR_{number}" if is_text else f"DEPEND_{number}"] = dim
    return found


def _globals(made: xarray.Dataset) -> dict[str, dict[int, str]]:
    """The global attributes of ISTP, and those of the results that are texts."""
    name, version = str(made.attrs.get("name", "results")), str(made.attrs.get("mcbelt_version", ""))
    logical = f"mcbelt_{name}".replace(" ", "_")
    found = {
        "Project": "mcbelt",
        "Source_name": "mcbelt>Monte Carlo of secondary particles in the inner magnetosphere",
        "Discipline": "Space Physics>Magnetospheric Science",
        "Data_type": "MOD>Model",
        "Descriptor": f"{name}>campaign of mcbelt",
        "Data_version": version,
        "Logical_file_id": logical,
        "Logical_source": logical,
        "Logical_source_description": str(made.attrs.get("title", name)),
        "Mission_group": "Model",
        "Instrument_type": "Particles (space)",
        "PI_name": "see the campaign",
        "PI_affiliation": "see the campaign",
        "TEXT": f"Fluxes computed by mcbelt {version}; `mcbelt cite` names the models.",
        "Generated_by": f"mcbelt {version}",
        "Generation_date": str(made.attrs.get("history", ""))[:10].replace("-", ""),
        "Acknowledgement": "Cite mcbelt and the works that `mcbelt cite` names.",
    }
    found |= {key: str(value) for key, value in made.attrs.items() if isinstance(value, str) and value}
    return {key: {0: value} for key, value in found.items() if value}
