"""The AMS-01 fits as shipped, and the comparison that `mcbelt compare` writes."""

import numpy as np
import pytest
import xarray

from mcbelt.errors import ResultsError
from mcbelt.figures import ams01


def test_fits_are_those_of_the_table():
    """Each formula of the shipped table, read from its text, against the function: to rounding."""
    for line in ams01.fit_rows():
        if line["species"] not in ("e+", "e-") or "extrapolated" in line["status"]:
            continue
        if line["thetaM_lo_rad"] != "0.0":
            continue
        low, high = float(line["E_lo_GeV"]), float(line["E_hi_GeV"])
        low, high = max(low, 0.2), min(high, 3.0 if line["species"] == "e+" else 20.0)
        E = np.geomspace(low * 1.001, high * 0.999, 7)
        expected = eval(
            line["formula_flux_per_m2_s_sr_MeV"].replace("^", "**").replace("exp", "np.exp"), {"E": E, "np": np}
        )
        assert ams01.fit(line["species"], E) == pytest.approx(expected, rel=1e-12)


def test_outside_the_measurement_there_is_no_fit():
    """e+ were measured from 0.2 to 3 GeV."""
    assert np.isnan(ams01.fit("e+", [0.19, 3.1])).all()
    assert np.isfinite(ams01.fit("e+", [0.2, 3.0])).all()


def test_comparison_of_the_fit_with_itself():
    """A result that is the fit has ratio 1 and deviation 0 at every energy."""
    energy = np.array([0.3, 1.0, 2.5])
    plus, minus = ams01.fit("e+", energy), ams01.fit("e-", energy)
    values = {"flux_positron": plus, "flux_electron": minus, "ratio": plus / minus}
    values |= {f"{name}_sigma": 0.1 * value for name, value in list(values.items())}
    dataset = xarray.Dataset({k: ("energy_MeV", v) for k, v in values.items()}, {"energy_MeV": energy * 1e3})
    columns = ams01.comparison(dataset)
    for name in ("flux_positron", "flux_electron", "ratio"):
        assert columns[f"{name}_over_fit"] == pytest.approx(np.ones(3))
        assert columns[f"{name}_deviation"] == pytest.approx(np.zeros(3), abs=1e-12)


def test_a_result_without_fluxes_is_refused():
    with pytest.raises(ResultsError, match="flux_positron"):
        ams01.comparison(xarray.Dataset())
