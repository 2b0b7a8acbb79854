"""IGRF-14: published values, ppigrf, dates, coefficients."""

import csv
import datetime
from pathlib import Path

import numpy as np
import ppigrf
import pytest

import geomag
from geomag import constants, igrf

VALUES = Path(__file__).parents[1] / "data" / "geomag_igrf14_values.csv"


def published():
    """Rows of the published test values, as dictionaries of float."""
    lines = [line for line in VALUES.read_text().splitlines() if not line.startswith("#")]
    return [{key: float(value) for key, value in row.items()} for row in csv.DictReader(lines)]


@pytest.mark.parametrize("row", published(), ids=lambda row: str(int(row["year"])))
def test_published_values(row):
    """0.01 nT is the rounding of the published digits; asked for: 0.02 nT."""
    field = geomag.Igrf(datetime.date(int(row["year"]), 1, 1))
    east, north, up = field.geocentric(90.0 - row["colatitude_deg"], row["longitude_deg"], row["radius_km"])
    assert abs(north - row["north_nT"]) < 0.02
    assert abs(east - row["east_nT"]) < 0.02
    assert abs(-up - row["down_nT"]) < 0.02


def test_published_values_cover_1900_to_2030():
    years = {row["year"] for row in published()}
    assert len(years) == 12
    assert min(years) == 1900
    assert max(years) >= 2025


@pytest.mark.parametrize("date", ["1900-01-01", "1998-06-05", "2016-02-29", "2030-01-01"])
def test_equals_ppigrf_at_random_points(date):
    """The same sum in another order: rounding of 1e-10 nT; asked for: 1e-6 nT."""
    rng = np.random.default_rng(14)
    count = 200
    radius = 6371.2 * rng.uniform(0.95, 2.5, count)
    latitude = np.degrees(np.arcsin(rng.uniform(-1.0, 1.0, count)))
    longitude = rng.uniform(-180.0, 180.0, count)
    when = datetime.datetime.fromisoformat(date)
    radial, south, eastward = (c[0] for c in ppigrf.igrf_gc(radius, 90.0 - latitude, longitude, when))
    east, north, up = geomag.Igrf(date).geocentric(latitude, longitude, radius)
    assert np.abs(east - eastward).max() < 1e-6
    assert np.abs(north + south).max() < 1e-6
    assert np.abs(up - radial).max() < 1e-6


@pytest.mark.parametrize("pole", [90.0, -90.0])
@pytest.mark.parametrize("longitude", [0.0, 77.0, -137.0])
def test_equals_ppigrf_at_the_poles(pole, longitude):
    """ppigrf divides by the sine of the colatitude: it is asked 0.1 mm beside the pole, 1e-6 nT from its field."""
    radial, south, eastward = (
        np.ravel(c)[0]
        for c in ppigrf.igrf_gc(6500.0, abs(90.0 - pole - 1e-9), longitude, datetime.datetime(1998, 6, 5))
    )
    east, north, up = geomag.Igrf("1998-06-05").geocentric(pole, longitude, 6500.0)
    assert abs(east - eastward) < 1e-6
    assert abs(north + south) < 1e-6
    assert abs(up - radial) < 1e-6


def test_moment_of_june_1998():
    """30149.6 nT, the moment behind the epoch L of the reference shells."""
    assert geomag.Igrf("1998-06-05").moment_nT == pytest.approx(30149.6, abs=0.05)


def test_coefficients_at_an_epoch_and_between():
    days, g, _ = igrf.igrf_epochs()
    assert days[0] == 0
    assert len(days) == 27
    assert igrf.igrf_coefficients("1995-01-01")[0] == pytest.approx(g[19], abs=1e-12)
    assert igrf.igrf_coefficients("2030-01-01")[0] == pytest.approx(g[-1], abs=1e-12)
    # 1995-2000 has 1826 days: 1997-07-02 is the middle one, 913 days after the first
    middle = igrf.igrf_coefficients(datetime.date(1997, 7, 2))[0]
    assert middle == pytest.approx(0.5 * (g[19] + g[20]), abs=1e-9)


def test_kinds_of_date_agree():
    models = [
        geomag.Igrf(date).g
        for date in ("1998-06-05", datetime.date(1998, 6, 5), datetime.datetime(1998, 6, 5), "1998-06-05T00:00")
    ]
    for g in models[1:]:
        assert np.array_equal(g, models[0])
    noon = geomag.Igrf(datetime.datetime(1998, 6, 5, 12)).g
    following = geomag.Igrf("1998-06-06").g
    assert noon == pytest.approx(0.5 * (models[0] + following), abs=1e-9)


@pytest.mark.parametrize("date", ["1850-01-01", "1899-12-31", "2030-01-02", "2040-01-01", datetime.date(2031, 1, 1)])
@pytest.mark.parametrize("kind", [geomag.Igrf, geomag.CentredDipole, geomag.EccentricDipole])
def test_date_out_of_range(kind, date):
    with pytest.raises(geomag.OutOfRange, match="Give a date from 1900-01-01 to 2030-01-01"):
        kind(date)


@pytest.mark.parametrize("date", ["June 1998", "1998-06", 199806.0, None])
def test_not_a_date(date):
    with pytest.raises(geomag.OutOfRange, match=r"is not a date\. Give"):
        geomag.Igrf(date)


def test_file_is_read_once(monkeypatch):
    igrf.igrf_epochs()
    monkeypatch.setattr(igrf, "_coefficient_file", lambda: pytest.fail("the coefficients were read again"))
    geomag.Igrf("1977-07-07")


def test_missing_or_wrong_file_is_named(monkeypatch, tmp_path):
    wrong = tmp_path / "IGRF14.shc"
    wrong.write_text("# another model\n1 8 27 2 1\n1900.0 2030.0\n1 0 1 2\n")
    monkeypatch.setattr(igrf, "_coefficient_file", lambda: wrong)
    with pytest.raises(geomag.NoCoefficients, match="not the coefficients of IGRF-14"):
        igrf.igrf_epochs.__wrapped__()
    monkeypatch.undo()
    monkeypatch.setattr(igrf.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(geomag.NoCoefficients, match="Install ppigrf"):
        igrf._coefficient_file()


@pytest.mark.parametrize(
    ("name", "degree", "g10"), [("jensen_cain_1960", 6, -30411.2), ("gsfc_1266_1970", 10, -30267.1)]
)
def test_historical_fields(name, degree, g10):
    field = geomag.HistoricalField(name)
    assert field.g.shape == (degree + 1, degree + 1)
    assert field.g[1, 0] == g10


def test_unknown_historical_field():
    with pytest.raises(geomag.OutOfRange, match="jensen_cain_1960"):
        geomag.HistoricalField("igrf_1945")


def test_bad_gauss_coefficients():
    with pytest.raises(geomag.OutOfRange, match="equal square arrays"):
        geomag.SphericalHarmonic(np.zeros((3, 3)), np.zeros((4, 4)))
    with pytest.raises(geomag.OutOfRange, match="not a finite number"):
        geomag.SphericalHarmonic(np.full((3, 3), np.nan), np.zeros((3, 3)))


def test_constants_are_those_of_the_simulator():
    from mcbelt import constants as simulator

    assert constants.SPEED_OF_LIGHT == simulator.SPEED_OF_LIGHT
    assert constants.GV_TO_TESLA_METRE == simulator.GV_TO_TESLA_METRE
    assert constants.PROTON_MASS == simulator.PROTON_MASS
