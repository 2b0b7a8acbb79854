"""Results as netCDF after the CF Conventions, for any program that reads these."""

import io
from collections.abc import Mapping

import numpy as np
import xarray

from mcbelt.files.provenance import attributes

EDGES, ENERGY = "energy_edge_MeV", "energy_MeV"
_BOUNDS = "energy_bounds_MeV"
_ERRORS = ("sigma", "low", "high", "effective_histories")  # what stands beside a mean


def dataset(results: xarray.Dataset) -> xarray.Dataset:
    """The dataset of `open_results` with what the CF Conventions ask for beyond units and long names.

    Parameters
    ----------
    results : Dataset

    Returns
    -------
    Dataset
        Edges of the energy bins are bounds, truth is 0 and 1 with its meaning, a mean names its errors, and the title
        and the program are attributes.
    """
    made = results.copy()
    if EDGES in made.coords and ENERGY in made.coords:
        edges = made[EDGES].values
        about = {"units": "MeV", "long_name": "kinetic energy, lower and upper edge of the bin"}
        made[_BOUNDS] = ((ENERGY, "bound"), np.stack([edges[:-1], edges[1:]], axis=-1), about)
        made[ENERGY].attrs["bounds"] = _BOUNDS
    for name in map(str, made.data_vars):
        beside = [f"{name}_{part}" for part in _ERRORS if f"{name}_{part}" in made]
        if beside:
            made[name].attrs["ancillary_variables"] = " ".join(beside)
        if made[name].dtype == bool:
            flags = {"flag_values": np.array([0, 1], dtype="i1"), "flag_meanings": "false true"}
            made[name] = made[name].astype("i1").assign_attrs({**made[name].attrs, **flags})
    made.attrs = {**results.attrs, **_about(results.attrs)}
    return made


def _about(attrs: Mapping) -> dict[str, str]:
    now = attributes()
    return {
        "title": f"{attrs.get('name', '')}: fluxes of secondary particles by mcbelt",
        "source": f"mcbelt {attrs.get('mcbelt_version', now['mcbelt_version'])}",
        "history": f"{now['created_utc']} mcbelt export (mcbelt {now['mcbelt_version']})",
        "Conventions": str(attrs.get("Conventions", "CF-1.11")),
    }


def image(results: xarray.Dataset) -> bytes:
    """The content of a netCDF-4 file of the dataset of `open_results`.

    Parameters
    ----------
    results : Dataset

    Returns
    -------
    bytes
        NaN where there is no number.
    """
    made, buffer = dataset(results), io.BytesIO()
    encoding = {
        name: {"_FillValue": np.nan if each.dtype.kind == "f" else None} for name, each in made.variables.items()
    }
    encoding |= {name: {"_FillValue": None} for name in made.coords}
    encoding |= {_BOUNDS: {"_FillValue": None}} if _BOUNDS in made else {}
    made.to_netcdf(buffer, engine="h5netcdf", encoding=encoding)
    return buffer.getvalue()
