"""What people hand to the doors of geomag and atmosphere: converted, aligned by name, labels kept, never misread."""

import datetime
import zoneinfo

import astropy.time
import astropy.units as u
import numpy as np
import pandas
import pytest
import xarray

import geomag
from atmosphere import Exponential, Msis
from atmosphere import OutOfRange as OutOfAir
from atmosphere.averaging import days_or_times, universal_times
from atmosphere.depth import path_depth_g_cm2, slant_depth_g_cm2, vertical_depth_g_cm2
from geomag import coordinates, cutoff, dipole, igrf, stormer
from geomag.drift_shell import drift_shell
from geomag.shell_labels import equatorial_field, mcilwain_l

FIELD = geomag.CentredDipole("1998-06-05")
AIR = Exponential(1.2, 60.0)
LATITUDE, LONGITUDE, ALTITUDE = np.array([-20.0, 0.0, 35.0]), np.array([0.0, 10.0]), 400.0
INDICES = {"f107": 112.0, "f107a": 108.0, "ap": 10.0}


def labelled_positions():
    times = pandas.date_range("1998-06-05", periods=3, freq="h")
    latitude = xarray.DataArray(
        LATITUDE, dims="track", coords={"time": ("track", times)}, attrs={"units": "degrees_north"}
    )
    longitude = xarray.DataArray(LONGITUDE, dims="lon", coords={"lon": LONGITUDE})
    return latitude, longitude


# ---------------------------------------------------------------- labels


def test_xarray_is_aligned_by_name_and_keeps_its_labels():
    latitude, longitude = labelled_positions()
    plain = FIELD.geodetic(LATITUDE[:, None], LONGITUDE, ALTITUDE)
    for found, expected, name in zip(
        FIELD.geodetic(latitude, longitude, ALTITUDE), plain, ("east", "north", "up"), strict=True
    ):
        assert (found.dims, found.name, found.attrs) == (("track", "lon"), f"B_{name}", {"units": "nT"})
        np.testing.assert_array_equal(found.values, expected)
        assert found["time"].dims == ("track",)
        np.testing.assert_array_equal(found["lon"], LONGITUDE)
    turned = FIELD.geodetic(latitude, longitude, xarray.zeros_like(longitude) + ALTITUDE)
    np.testing.assert_array_equal(turned[1].transpose("track", "lon").values, plain[1])
    rho = AIR.density_kg_m3(latitude, longitude, ALTITUDE)
    assert (rho.dims, rho.attrs["units"]) == (("track", "lon"), "kg m-3")
    assert AIR.mass_fractions(latitude, longitude, ALTITUDE)["N"].dims == ("track", "lon")
    assert AIR.scale_height_km(latitude, longitude, ALTITUDE).dims == ("track", "lon")
    x, y, z = coordinates.geodetic_to_cartesian(latitude, longitude, ALTITUDE)
    assert x.dims == y.dims == z.dims == ("track", "lon")
    back = coordinates.cartesian_to_geodetic(x, y, z)
    assert [each.attrs["units"] for each in back] == ["deg", "deg", "km"]
    np.testing.assert_allclose(back[0].isel(lon=0), LATITUDE, atol=1e-12)
    np.testing.assert_allclose(FIELD.cartesian(x, y, z)[2].values, FIELD.cartesian(*(v.values for v in (x, y, z)))[2])


def test_one_dimension_in_two_arguments_is_one_dimension():
    """A field along a track has one value a point, not a table of all latitudes and longitudes."""
    track = {"dims": "time", "coords": {"time": np.arange(3)}}
    found = FIELD.geodetic(xarray.DataArray(LATITUDE, **track), xarray.DataArray(LATITUDE, **track), ALTITUDE)
    assert [each.dims for each in found] == [("time",)] * 3
    np.testing.assert_array_equal(found[0], FIELD.geodetic(LATITUDE, LATITUDE, ALTITUDE)[0])


def test_labels_that_differ_are_refused():
    latitude, longitude = labelled_positions()
    other = longitude.assign_coords(lon=LONGITUDE + 1.0)
    with pytest.raises(geomag.OutOfRange, match="coordinates of the arguments differ"):
        FIELD.geodetic(latitude, longitude, xarray.zeros_like(other))
    with pytest.raises(geomag.OutOfRange, match="no names of dimensions"):
        FIELD.geodetic(latitude, 0.0, np.array([400.0, 500.0]))
    with pytest.raises(OutOfAir, match="Give one of its variables"):
        AIR.density_kg_m3(xarray.Dataset({"latitude": latitude}), 0.0, 400.0)
    series = pandas.Series(LATITUDE, index=[1, 2, 3])
    with pytest.raises(geomag.OutOfRange, match="longitude has another index"):
        FIELD.geodetic(series, pandas.Series(LATITUDE), 400.0)
    with pytest.raises(geomag.OutOfRange, match="shapes do not fit together"):
        FIELD.geodetic(LATITUDE, LONGITUDE, 400.0)


def test_pandas_keeps_its_index():
    index = pandas.date_range("1998-06-05", periods=3, freq="h", tz="UTC")
    frame = pandas.DataFrame({"lat": LATITUDE, "lon": [0.0, 10.0, 20.0], "alt": [400, 500, pandas.NA]}, index=index)
    east, north, _ = FIELD.geodetic(frame["lat"], frame["lon"], frame["alt"].astype("Int64"))
    assert east.index.equals(index)
    assert north.name == "B_north_nT"
    assert north.isna().tolist() == [False, False, True]
    rho = AIR.density_kg_m3(frame["lat"], frame["lon"], 400.0)
    assert (rho.index.equals(index), rho.name) == (True, "density_kg m-3")
    depth = path_depth_g_cm2(AIR, frame["lat"], frame["lon"], 400.0, pandas.Series([0.0, 1.0, 2.0], index=index))
    assert depth.index.equals(index)


# ---------------------------------------------------------------- units


def test_quantities_are_converted():
    expected = FIELD.geodetic(LATITUDE, 10.0, 400.0)
    for altitude in (400.0 * u.km, 4e5 * u.m, 0.4 * u.Mm):
        for found, wanted in zip(FIELD.geodetic(LATITUDE * u.deg, 10.0 * u.deg, altitude), expected, strict=True):
            np.testing.assert_allclose(found, wanted, rtol=1e-13)
    turned = FIELD.geodetic(np.radians(LATITUDE) * u.rad, np.radians(10.0) * u.rad, 400.0)
    np.testing.assert_allclose(turned[1], expected[1], rtol=1e-12)
    assert AIR.density_kg_m3(0.0, 0.0, 4e5 * u.m) == AIR.density_kg_m3(0.0, 0.0, 400.0)
    x = coordinates.geodetic_to_cartesian(0.0, 0.0, 400.0)[0]
    np.testing.assert_allclose(coordinates.cartesian_to_geodetic(x * 1e-3 * u.km, 0.0, 0.0)[2], 400.0, rtol=1e-9)
    assert equatorial_field(FIELD, B0_nT=1.7e-5 * u.T) == pytest.approx(17000.0, rel=1e-14)
    assert equatorial_field(FIELD, L=1.2 * u.dimensionless_unscaled) == equatorial_field(FIELD, L=1.2)
    assert mcilwain_l(1e3 * u.km, 2e-5 * u.T, 31165.3) == pytest.approx(mcilwain_l(1e6, 2e4, 31165.3), rel=1e-14)
    np.testing.assert_allclose(
        dipole.speed_and_rigidity(100 * u.MeV, 938.272 * u.MeV), dipole.speed_and_rigidity(0.1, 0.938272)
    )
    assert stormer.cutoff_rigidity_GV(30000.0, 6.8e6 * u.m, 0.0, 0.0) == stormer.cutoff_rigidity_GV(
        30000.0, 6800.0, 0.0, 0.0
    )
    assert vertical_depth_g_cm2(AIR, 0.0, 0.0, 5e4 * u.m) == vertical_depth_g_cm2(AIR, 0.0, 0.0, 50.0)
    assert slant_depth_g_cm2(AIR, 0.0, 0.0, 50.0, np.pi / 3 * u.rad) == pytest.approx(
        slant_depth_g_cm2(AIR, 0.0, 0.0, 50.0, 60.0), rel=1e-12
    )


def test_units_that_a_labelled_array_names_are_converted():
    altitude = xarray.DataArray([4e5, 5e5], dims="point", attrs={"units": "m"})
    np.testing.assert_allclose(FIELD.geodetic(0.0, 0.0, altitude)[1], FIELD.geodetic(0.0, 0.0, [400.0, 500.0])[1])
    latitude = xarray.DataArray(np.radians([10.0, 20.0]), dims="point", attrs={"units": "radians"})
    np.testing.assert_allclose(FIELD.geodetic(latitude, 0.0, 400.0)[1], FIELD.geodetic([10.0, 20.0], 0.0, 400.0)[1])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: FIELD.geodetic(0.0, 0.0, 400.0 * u.s), "altitude is in s, not in km"),
        (lambda: FIELD.geodetic(0.0 * u.km, 0.0, 400.0), "latitude is in km, not in deg"),
        (lambda: FIELD.geodetic(0.0, 0.0, u.Quantity(400.0)), "altitude is in no unit, not in km"),
        (lambda: AIR.density_kg_m3(0.0, 0.0, 1.0 * u.kg), "altitude is in kg"),
        (lambda: FIELD.geodetic(0.0, 0.0, xarray.DataArray([1.0], attrs={"units": "feet"})), "altitude is in 'feet'"),
        (lambda: FIELD.geodetic("10", 0.0, 400.0), "latitude = '10' is not a number"),
        (lambda: FIELD.geodetic(0.0, ["1", "2"], 400.0), "longitude = "),
        (lambda: FIELD.geodetic(0.0, 0.0, np.datetime64("1998-06-05")), "altitude = "),
        (lambda: FIELD.geodetic(0.0, 0.0, None), "altitude = None"),
        (lambda: FIELD.geodetic(0.0, 0.0, True), "altitude = True"),
        (lambda: FIELD.geodetic(pandas.Series(["1", "2"]), 0.0, 400.0), "latitude = "),
        (lambda: drift_shell(FIELD, L=np.array([1.2, 1.3])), "L = array\\(\\[1.2, 1.3\\]\\) is not one number"),
        (lambda: drift_shell(FIELD, L=1.2, mirror_nT=[2e4]), "mirror = \\[20000.0\\] is not one number"),
        (lambda: drift_shell(FIELD, B0_nT=1.0 * u.km), "B0 is in km, not in nT"),
        (lambda: cutoff.cutoff(FIELD, [0.0, 1.0], 0.0, 400.0), "latitude = \\[0.0, 1.0\\] is not one number"),
        (lambda: cutoff.cutoff(FIELD, np.nan, 0.0, 400.0), "latitude nan, .* is not finite"),
        (lambda: Msis("1998-06-05", f107=[112], f107a=108, ap=10), "f107 = \\[112\\] is not one number"),
        (lambda: Msis("1998-06-05", f107="112", f107a=108, ap=10), "f107 = '112' is not a number"),
        (lambda: Msis("1998-06-05", f107=112, f107a=108, ap=[10] * 7), "ap = .* is not one number"),
        (lambda: Msis("1998-06-05", f107=112 * u.m, f107a=108, ap=10), "f107 is in m, not in 1e-22 W"),
    ],
)
def test_what_would_be_misread_is_refused_in_a_sentence(call, words):
    with pytest.raises((geomag.OutOfRange, OutOfAir), match=words) as refused:
        call()
    assert "\n" not in str(refused.value)


# ---------------------------------------------------------------- what is not known


def test_nan_in_gives_nan_out():
    hole = np.array([0.0, np.nan, 10.0])
    known = np.array([True, False, True])
    for position in ((hole, 0.0, 400.0), (0.0, hole, 400.0), (0.0, 0.0, 100.0 + hole)):
        for found in FIELD.geodetic(*position):
            np.testing.assert_array_equal(np.isfinite(found), known)
        for found in (AIR.density_kg_m3(*position), AIR.scale_height_km(*position), AIR.mass_fractions(*position)["O"]):
            np.testing.assert_array_equal(np.isfinite(found), known)
    masked = np.ma.masked_array([0.0, 99.0, 10.0], [False, True, False])
    assert np.isnan(FIELD.geodetic(masked, 0.0, 400.0)[0]).tolist() == [False, True, False]
    with pytest.raises(geomag.OutOfRange, match="altitude is infinite"):
        FIELD.geodetic(0.0, 0.0, np.inf)


def test_air_of_a_table_has_no_density_where_a_coordinate_is_not_known():
    air = Msis("1998-06-05T12:00", **INDICES)
    hole = np.array([0.0, np.nan, 10.0])
    for position in ((hole, 0.0, 400.0), (0.0, hole, 400.0), (0.0, 0.0, 100.0 + hole)):
        for found in (air.density_kg_m3(*position), air.scale_height_km(*position), air.mass_fractions(*position)["O"]):
            assert np.isnan(found).tolist() == [False, True, False]


# ---------------------------------------------------------------- dates

NOON = datetime.datetime(1998, 6, 5, 12)


@pytest.mark.parametrize(
    "date",
    [
        "1998-06-05T12:00",
        "1998-06-05T12:00Z",
        "1998-06-05T14:00+02:00",
        NOON,
        NOON.replace(tzinfo=datetime.UTC),
        NOON.replace(tzinfo=datetime.UTC).astimezone(zoneinfo.ZoneInfo("America/New_York")),
        np.datetime64("1998-06-05T12:00"),
        np.array("1998-06-05T12:00", dtype="datetime64[ns]"),
        pandas.Timestamp("1998-06-05T12:00"),
        pandas.Timestamp("1998-06-05T21:00", tz="Asia/Tokyo"),
        xarray.DataArray(np.datetime64("1998-06-05T12:00", "ns")),
        astropy.time.Time("1998-06-05T12:00"),
        astropy.time.Time("1998-06-05T12:00").tdb,
        1998.0 + 155.5 / 365.0,
    ],
)
def test_an_instant_is_the_same_in_every_form(date):
    expected = igrf.days_of_date(NOON)
    assert igrf.days_of_date(date) == pytest.approx(expected, abs=1e-7)
    assert universal_times(date).tolist() == [NOON] or isinstance(date, float)


def test_a_zone_is_an_offset():
    before = igrf.days_of_date("1998-06-05T01:00+02:00")
    assert before == igrf.days_of_date("1998-06-04T23:00")
    assert universal_times("1998-06-05T01:00+02:00").tolist() == [datetime.datetime(1998, 6, 4, 23)]


def test_times_in_lists_and_columns():
    index = pandas.date_range("1998-06-05T06:00", periods=3, freq="6h", tz="Europe/Rome")
    expected = [datetime.datetime(1998, 6, 5, hour) for hour in (4, 10, 16)]
    for times in (index, pandas.Series(index), list(index), index.tz_convert("UTC").tz_localize(None).to_numpy()):
        assert universal_times(times).tolist() == expected
    assert universal_times(astropy.time.Time(["1998-06-05T04:00", "1998-06-05T10:00"])).tolist() == expected[:2]
    assert days_or_times(index).tolist() == expected


@pytest.mark.parametrize("day", ["1998-06-05", datetime.date(1998, 6, 5), np.datetime64("1998-06-05"), ["1998-06-05"]])
def test_a_day_of_air_is_the_mean_of_the_day(day):
    """At 300 km over the equator midnight UT has 22 % less air than the day; `mcbelt shell` means the day, too."""
    assert days_or_times(day).tolist() == [datetime.datetime(1998, 6, 5, hour) for hour in range(0, 24, 2)]
    assert days_or_times("1998-06-05T00:00").tolist() == [datetime.datetime(1998, 6, 5)]


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ("1998-06", "is not a date"),
        ("5 June 1998", "is not a date"),
        (np.datetime64("1998-06"), "is no day"),
        (np.datetime64("NaT"), "is not a date"),
        (pandas.NaT, "is not a date"),
        (float("nan"), "is not a date"),
        (896_000_000, "is not a date"),  # seconds of Unix
        (None, "is not a date"),
        (np.array(["1998-06-05", "1998-06-06"], dtype="datetime64[D]"), "holds 2 dates"),
        (astropy.time.Time(["1998-06-05", "1998-06-06"]), "holds 2 dates"),
        (pandas.date_range("1998-06-05", periods=3, tz="UTC"), "holds 3 dates"),
        (["1998-06-05", "1998-06-06"], "holds 2 dates"),
        ({"date": "1998-06-05"}, "is not a date"),
        (2031.0, "is outside the range of IGRF-14"),
    ],
)
def test_what_is_no_date_is_refused(date, words):
    with pytest.raises(geomag.OutOfRange, match=words) as refused:
        igrf.days_of_date(date)
    assert "\n" not in str(refused.value)


def test_days_beside_times_are_refused():
    with pytest.raises(OutOfAir, match="days beside times of day"):
        Msis(["1998-06-05", "1998-06-05T12:00"], **INDICES)
