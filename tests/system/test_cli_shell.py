"""`mcbelt shell`: the numbers it prints, its table, its help, and what it refuses."""

import json

import pytest
import typer
from typer.testing import CliRunner

from atmosphere.errors import OutOfRange as AirOutOfRange
from geomag.errors import OutOfRange as FieldOutOfRange
from mcbelt.cli import shell
from mcbelt.errors import ConfigError, PhysicsError

JUNE = ["--date", "1998-06-05"]
ACTIVITY = ["--f107", "112", "--f107a", "108", "--ap", "10"]

app = typer.Typer(pretty_exceptions_enable=False)
app.command()(shell.shell)


def answered(*arguments):
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def json_of(*arguments):
    return json.loads(answered(*arguments, "--json"))


@pytest.mark.parametrize(("L", "H_min"), [(1.09, 74), (1.12, 271), (1.2, 788)])
def test_labels_and_extremes_of_june_1998(L, H_min):
    found = json_of("--L", str(L), *JUNE)
    assert found["B0_nT"] == pytest.approx(30149.63 / L**3, rel=1e-6)  # moment of the epoch, IGRF-14
    assert found["L_epoch"] == pytest.approx(L, rel=1e-9)
    assert found["L_mcilwain"] == pytest.approx(L * (31165.3 / 30149.63) ** (1 / 3), rel=1e-6)
    assert found["H_min_km"] == pytest.approx(H_min, abs=3.0)  # asked
    assert -62 < found["H_min_longitude_deg"] < -55
    assert found["H_max_km"] > found["H_min_km"] + 1000
    assert "mean_density_g_cm3" not in found


def test_density_of_the_day_when_the_activity_is_given():
    found = json_of("--L", "1.2", *JUNE, *ACTIVITY)
    assert found["mean_density_g_cm3"] == pytest.approx(9.9677e-19, rel=0.01, abs=0.0)  # atmosphere_drift_density.csv
    assert found["mass_fractions"]["He"] == pytest.approx(0.7235, abs=0.004)
    assert sum(found["mass_fractions"].values()) == pytest.approx(1.0, abs=1e-6)
    # 100 MeV e+: r = 19 km in a scale height of 80-250 km: I_0(r / H) is 1.002 to 1.015.
    assert 1.002 < found["mean_density_gyration_g_cm3"] / found["mean_density_g_cm3"] < 1.015


def test_periods_and_gyroradius_of_100_MeV_positrons():
    found = json_of("--L", "1.2", *JUNE)
    # p = 100.51 MeV/c over c B0: 19.2 km.
    assert found["gyroradius_km"] == pytest.approx(0.100510 / 0.299792458 / 17447.7e-9 / 1e3, rel=1e-3)
    # Dipole, equatorial: T_d = 4 pi q B_E R_E^2 / (3 L p v) = 42.5 s; the offset dipole changes it by 1 %.
    assert found["drift_period_s"] == pytest.approx(42.5, rel=0.02)
    # Dipole, small amplitude: T_b = 2 pi sqrt(2) L R_E / (3 v) = 0.0755 s.
    assert found["bounce_period_s"] == pytest.approx(0.0755, rel=0.02)
    proton = json_of("--L", "1.2", *JUNE, "--particle", "p", "--energy-MeV", "300")
    assert proton["gyroradius_km"] == pytest.approx(0.8082 / 0.299792458 / 17447.7e-9 / 1e3, rel=1e-3)


def test_conventions_and_fields():
    paper = json_of("--L", "1.2", *JUNE, "--convention", "paper")
    assert paper["B0_nT"] == pytest.approx(31200.0 / 1.2**3, rel=1e-12)
    assert paper["H_min_km"] == pytest.approx(701, abs=3.0)  # the 0.312 G of the paper in the field of 1998
    assert json_of("--L", "1.2", *JUNE, "--convention", "mcilwain")["H_min_km"] == pytest.approx(704, abs=3.0)
    centred = json_of("--L", "1.2", *JUNE, "--field", "dipole")
    # Sphere of 1.2 R_E: 7645.4 km from the centre, less 6357-6378 km of ellipsoid.
    assert 1267 < centred["H_min_km"] < 1290
    assert json_of("--L", "1.2", *JUNE, "--field", "eccentric")["H_min_km"] == pytest.approx(746, abs=10.0)
    same = json_of("--B0", "17447.7", *JUNE)
    assert same["L_epoch"] == pytest.approx(1.2, rel=1e-5)


def test_a_bouncing_shell_goes_lower():
    bouncing = json_of("--L", "1.2", *JUNE, "--pitch-angle", "75")
    assert bouncing["equatorial_pitch_angle_deg"] == pytest.approx(75.0, abs=1e-6)
    assert bouncing["H_min_km"] < 600.0


def test_a_gyration_into_the_ground_is_null_not_a_number():
    assert json_of("--L", "1.09", *JUNE, *ACTIVITY, "--energy-MeV", "1000")["mean_density_gyration_g_cm3"] is None


def test_a_shell_through_the_ground_says_what_its_numbers_are():
    """L = 1.0 everywhere, and 1.2 at 45 degrees where it mirrors; its air is refused with what helps."""
    for arguments in (("--L", "1.0"), ("--L", "1.2", "--pitch-angle", "45")):
        found = json_of(*arguments, *JUNE)
        assert found["H_min_km"] < -500.0
        words = (
            f"The shell goes {-found['H_min_km']:.0f} km below the ground at its lowest: nothing drifts around on it"
        )
        assert found["note"].startswith(words)
        with pytest.raises(ConfigError, match=r"below the ground at its lowest.*Give a larger L or pitch angle"):
            json_of(*arguments, *JUNE, *ACTIVITY)
    assert "note" not in json_of("--L", "1.2", *JUNE)


def test_the_table_for_people_carries_units():
    text = answered("--L", "1.2", *JUNE, *ACTIVITY)
    for words in ("17447.7 nT", "788.3 km", "g cm-3", "drift period", "mass fraction of He"):
        assert words in text


def test_help_shows_examples():
    assert "mcbelt shell --L 1.2 --date 1998-06-05" in answered("--help")


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        (["--L", "1.2", *JUNE, "--f107", "112", "--ap", "10"], ConfigError, "--f107a is missing beside --f107 112"),
        (["--L", "1.2", *JUNE, "--f107a", "112"], ConfigError, "--f107 is missing"),
        (["--L", "1.2", *JUNE, "--f107", "112", "--f107a", "112"], ConfigError, "--ap is missing"),
        (
            ["--L", "1.2", *JUNE, "--f107", "5", "--f107a", "108", "--ap", "10"],
            AirOutOfRange,
            r"f107 = 5 .*\[60, 400\]",
        ),
        (["--L", "0.9", *JUNE], FieldOutOfRange, "L = 0.9"),
        (["--L", "3", *JUNE], FieldOutOfRange, "L = 3"),
        (["--L", "1.2", "--date", "1850-01-01"], FieldOutOfRange, "1850"),
        (["--L", "1.2", "--date", "2040-01-01"], FieldOutOfRange, "2040"),
        ([*JUNE], ConfigError, "give --L or --B0"),
        (["--L", "1.2", "--B0", "17000", *JUNE], ConfigError, "give --L or --B0"),
        (["--L", "1.2", *JUNE, "--convention", "roederer"], ConfigError, "'roederer' is not one of epoch"),
        (["--L", "1.2", *JUNE, "--field", "mars"], ConfigError, "'mars' is not one of igrf"),
        (["--L", "1.2", *JUNE, "--msis", "90"], ConfigError, "'90' is not one of"),
        (["--L", "1.2", *JUNE, "--particle", "mu"], ConfigError, "'mu' is not one of"),
        (["--L", "1.2", *JUNE, "--pitch-angle", "0"], ConfigError, "outside"),
        (["--L", "1.2", *JUNE, "--energy-MeV", "0"], ConfigError, "outside"),
        (["--L", "1.03", *JUNE, *ACTIVITY], ConfigError, "below the ground"),
        (["--L", "2", *JUNE, *ACTIVITY], PhysicsError, "known to 4000 km"),
    ],
)
def test_what_it_refuses(arguments, error, says):
    with pytest.raises(error, match=says):
        CliRunner().invoke(app, arguments, catch_exceptions=False)
