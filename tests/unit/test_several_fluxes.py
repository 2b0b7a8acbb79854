"""Fluxes of several sources and their sum: which variables are added, ages, bands, and results that do not fit."""

import json

import numpy as np
import pytest
import xarray

from mcbelt.errors import ResultsError
from mcbelt.sources.band_variables import band_variables
from mcbelt.sources.several import fluxes
from mcbelt.sources.variables import FLUX_UNIT, mean_variables, variable
from mcbelt.systematics.member import ALTERNATIVE, SHIFT, Member
from mcbelt.tally.means import Mean

N = 1000
YIELDS = Member("yields", SHIFT, "pion yields", "all by one sigma", "a table", ("low", "high"))
TAIL = Member("tail", ALTERNATIVE, "protons", "none above", "a map")


def mean(value, relative):
    value = np.asarray(value, float)
    sigma = relative * value
    return Mean(value, sigma, value - sigma, value + sigma, np.full(value.shape, relative**-2.0))


def source(flux, members=(), moved=None, age=None, angles=2, look=""):
    """A result of one source: flux of e+ at three energies, by pitch angle too, with an age and members."""
    flux = np.asarray(flux, float)
    found = mean_variables(f"flux_positron{look}", "energy_MeV", mean(flux, 0.1), FLUX_UNIT, "flux")
    by_angle = mean(np.tile(flux, (angles, 1)), 0.1)
    found |= mean_variables("directional_flux_positron", ("pitch_angle_deg", "energy_MeV"), by_angle, FLUX_UNIT, "flux")
    if look:
        found |= mean_variables("flux_positron", "energy_MeV", mean(flux, 0.1), FLUX_UNIT, "flux")
    if age is not None:
        ages = np.full((angles, len(flux)), float(age))
        found["age_positron"] = variable(("pitch_angle_deg", "energy_MeV"), ages, "s", "age")
        found["age_positron_sigma"] = variable(("pitch_angle_deg", "energy_MeV"), 0.1 * ages, "s", "error")
    found |= band_variables(("positron",), members, moved or {}) if members else {}
    energy = variable("energy_MeV", [10.0, 100.0, 1000.0], "MeV", "energy")
    angle = variable("pitch_angle_deg", np.linspace(60.0, 90.0, angles), "degree", "angle")
    about = {"flux_unit": FLUX_UNIT, "estimator": "forward", "species": "positron"}
    return xarray.Dataset(found, {"energy_MeV": energy, "pitch_angle_deg": angle}, about)


def summed(**found):
    return fluxes.flux_dataset(("positron",), found, N)


def test_every_flux_on_common_axes_is_added():
    result = summed(a=source([4.0, 2.0, 1.0], look="_upward"), b=source([1.0, 1.0, 1.0], look="_upward"))
    for label in ("flux_positron", "flux_positron_upward", "directional_flux_positron"):
        np.testing.assert_allclose(result[label].values, result[f"a__{label}"].values + result[f"b__{label}"].values)
    np.testing.assert_allclose(result["flux_positron_sigma"], np.hypot([0.4, 0.2, 0.1], 0.1))
    assert result["a__flux_positron"].dims == ("energy_MeV",)
    entries = json.loads(result.attrs["sources_json"])
    assert entries[0] == {"name": "a", "species": "positron", "estimator": "forward", "flux_unit": FLUX_UNIT}
    assert result.attrs["estimator"] == "forward"
    other = source([1.0, 1.0, 1.0]).assign_attrs(estimator="adjoint", remarks="a word", closed="yes")
    mixed = summed(a=source([4.0, 2.0, 1.0]).assign_attrs(closed="yes"), b=other).attrs
    shells = ({"shell": "closed", "shell_H_min_km": 80.1}, {"shell": "open", "shell_H_min_km": 79.9})
    a, b = (source([4.0, 2.0, 1.0]).assign_attrs(about) for about in shells)
    lowest = summed(a=a, b=b).attrs
    assert (lowest["shell"], lowest["shell_H_min_km"]) == ("open", 79.9)
    assert (mixed["estimator"], mixed["remarks"], mixed["closed"]) == ("forward,adjoint", "b: a word", "yes")


def test_axes_that_differ_stay_with_their_source():
    result = summed(a=source([4.0, 2.0, 1.0], age=1.0), b=source([1.0, 1.0, 1.0], age=2.0, angles=3))
    assert result["b__directional_flux_positron"].dims == ("b__pitch_angle_deg", "energy_MeV")
    assert "pitch_angle_deg" not in result.dims
    assert "age_positron" not in result
    moved = source([1.0, 1.0, 1.0], age=2.0).assign_coords(pitch_angle_deg=[50.0, 90.0])
    assert "directional_flux_positron" not in summed(a=source([4.0, 2.0, 1.0]), b=moved)


def test_other_energies_or_units_are_refused():
    other = source([1.0, 1.0, 1.0])
    scaled = other.copy()
    scaled["flux_positron"] = scaled["flux_positron"].assign_attrs(units="m-2 s-1 sr-1 GeV-1")
    with pytest.raises(ResultsError, match="a and b give flux_positron in m-2 s-1 sr-1 GeV-1 and m-2 s-1 sr-1 MeV-1"):
        summed(a=source([4.0, 2.0, 1.0]), b=scaled)
    with pytest.raises(ResultsError, match="on different axes"):
        summed(a=source([4.0, 2.0, 1.0]), b=other.rename(energy_MeV="energy"))


def test_ages_are_weighted_with_the_flux():
    result = summed(a=source([3.0, 1.0, 0.0], age=10.0), b=source([1.0, 1.0, 1.0], age=2.0))
    np.testing.assert_allclose(result["age_positron"].values[-1], [8.0, 6.0, 2.0])
    # a: 3/4 x 1 and |10 - 8| x 0.3 / 4; b: 1/4 x 0.2 and |2 - 8| x 0.1 / 4.
    expected = np.hypot(0.75 + 0.15, 0.05 + 0.15)
    assert result["age_positron_sigma"].values[-1, 0] == pytest.approx(expected)


def test_drift_averaged_ages_near_90_degrees_are_weighted_too():
    """On energy alone, whatever the pitch angles of the sources; they have no statistical error."""
    ages = {"a": [10.0, 20.0, 30.0], "b": [2.0, 2.0, 2.0]}
    aged = {
        name: source(flux, angles=angles).assign(drift_averaged_age_positron=("energy_MeV", ages[name], {"units": "s"}))
        for name, flux, angles in (("a", [3.0, 1.0, 0.0], 2), ("b", [1.0, 1.0, 1.0], 3))
    }
    result = summed(**aged)
    np.testing.assert_allclose(result["drift_averaged_age_positron"], [8.0, 11.0, 2.0])
    assert "drift_averaged_age_positron_sigma" not in result
    assert "drift_averaged_age_positron" not in summed(a=aged["a"], b=source([1.0, 1.0, 1.0]))


def test_a_member_moves_all_sources_that_have_it_together():
    """Shifts of one name add before they are a band; a source without the member stays as it is."""
    moved = {"yields_low": np.full((1, 3), 0.8), "yields_high": np.full((1, 3), 1.3), "tail": np.full((1, 3), 0.5)}
    lone = {name: values for name, values in moved.items() if name != "tail"}
    result = summed(
        a=source([2.0, 2.0, 2.0], (YIELDS, TAIL), moved),
        b=source([1.0, 1.0, 1.0], (YIELDS,), lone),
        c=source([1.0, 1.0, 1.0]),
    )
    np.testing.assert_allclose(result["systematic_yields_high_positron"], 1.0 + 0.3 * 3.0 / 4.0)
    np.testing.assert_allclose(result["systematic_low_positron"], 1.0 - 0.2 * 3.0 / 4.0)
    np.testing.assert_allclose(result["alternatives_low_positron"], 1.0 - 0.5 * 2.0 / 4.0)
    assert result["systematic_tail_positron"].attrs["kind"] == ALTERNATIVE
    assert result["systematic_yields_low_positron"].attrs["side"] == -1
    assert "systematic_low_positron" not in summed(c=source([1.0, 1.0, 1.0]))
