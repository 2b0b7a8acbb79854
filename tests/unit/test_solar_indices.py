"""F10.7, F10.7a and Ap of a date: of the table of months, and of a file as pymsis reads it."""

import datetime

import numpy as np
import pytest
from pymsis import utils

from mcbelt.cli import indices as option
from mcbelt.errors import ConfigError
from mcbelt.spectra import indices, solar_activity

HEAD = (
    "DATE,BSRN,ND,KP1,KP2,KP3,KP4,KP5,KP6,KP7,KP8,KP_SUM,AP1,AP2,AP3,AP4,AP5,AP6,AP7,AP8,AP_AVG,CP,C9,ISN,"
    "F10.7_OBS,F10.7_ADJ,F10.7_DATA_TYPE,F10.7_OBS_CENTER81,F10.7_OBS_LAST81,F10.7_ADJ_CENTER81,F10.7_ADJ_LAST81"
)
DAY = datetime.date(1998, 6, 5)


def row(day, f107, f107a, ap, kind="OBS"):
    """A day of CelesTrak's table, its three-hourly values all alike."""
    threes = ",".join([str(ap)] * 8)
    return f"{day},2250,1,{','.join(['20'] * 8)},160,{threes},{ap},0.4,2,60,{f107},{f107 - 2},{kind},{f107a},100,99,98"


def write(path, rows):
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def days(tmp_path):
    """Eight days about the date; those that cannot be used come after it."""
    dates = [DAY + datetime.timedelta(days=step) for step in range(-3, 2)]
    rows = [row(day, 110.0 + 2.0 * n, 108.0 + n, 5 + n) for n, day in enumerate(dates)]
    rows += [
        row("1998-06-07", 550.0, 108.0, 9),
        row("1998-06-08", 112.0, 108.0, 9),
        row("1998-06-09", 112.0, 108.0, 9, "PRD"),
    ]
    return write(tmp_path / "SW-All.csv", [*rows, row("1998-06-10", 112.0, 108.0, 9)])


def test_as_pymsis_reads_the_file(days, monkeypatch):
    found = indices.of(str(days), DAY)
    assert found == (114.0, 111.0, 8.0, "1998-06-05 in SW-All.csv")  # F10.7 of the day before
    monkeypatch.setattr(utils, "_SPACE_WEATHER", utils._SpaceWeatherState(days))
    f107, f107a, ap = utils.get_f107_ap(np.datetime64("1998-06-05T12:00"))
    assert (f107[0], f107a[0], ap[0, 0]) == found[:3]


def test_builtin_is_the_mean_of_the_month():
    month = solar_activity.of_month(DAY)
    assert indices.of("builtin", DAY)[:3] == month[:3]
    assert indices.of("builtin", DAY).origin == "1998-06, means of the month as observed"
    assert "mean solar cycle" in indices.of("builtin", datetime.date(1930, 1, 1)).origin
    with pytest.raises(ConfigError, match="is outside the table of solar indices"):
        indices.of("builtin", datetime.date(2029, 1, 1))


@pytest.mark.parametrize(
    ("date", "told"),
    [
        ("1998-06-08", "F10.7 of 1998-06-07 is 550 sfu, no flux of the quiet Sun"),
        ("1998-06-10", r"F10.7 of 1998-06-09 is no measured value \(PRD\)"),
        ("1998-06-02", "has no row of 1998-06-01"),
        ("2003-06-02", "has no row of 2003-06-01"),
    ],
)
def test_days_without_a_measured_value_are_refused(days, date, told):
    with pytest.raises(ConfigError, match=told):
        indices.of(str(days), datetime.date.fromisoformat(date))


def test_files_that_are_none(tmp_path):
    with pytest.raises(ConfigError, match=r"none.csv: cannot be read \(No such file or directory\)"):
        indices.of(str(tmp_path / "none.csv"), DAY)
    (tmp_path / "SW-All.txt").write_text("DATATYPE CssiSpaceWeather\n")
    with pytest.raises(ConfigError, match=r"has no column DATE; give a file as SW-All\.csv"):
        indices.of(str(tmp_path / "SW-All.txt"), DAY)
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00DATE")
    with pytest.raises(ConfigError, match="cannot be read"):
        indices.of(str(tmp_path / "binary"), DAY)
    missing = write(tmp_path / "a.csv", [row("1998-06-04", 112.0, 108.0, 9), row(DAY, 112.0, 108.0, -1)])
    with pytest.raises(ConfigError, match="AP_AVG of 1998-06-05 is '-1', no measured value"):
        indices.of(str(missing), DAY)


def test_the_option_gives_all_three_or_none():
    given = {"f107": None, "f107a": None, "ap": 4.0}
    assert option.filled("shell", given, None, "1998-06-05") == (given, "")
    with pytest.raises(ConfigError, match="--indices gives all three; leave --ap out"):
        option.filled("shell", given, "builtin", "1998-06-05")
    with pytest.raises(ConfigError, match="--date 'June' is not a date"):
        option.filled("shell", {}, "builtin", "June")
