"""Mean air of drift shells against an earlier direct evaluation, and the gyration against its closed form."""

import csv
import functools
import math
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ive

import geomag
from atmosphere import Exponential, Msis
from atmosphere.averaging import hours_of_day, hours_of_seasons
from atmosphere.table import ELEMENTS
from geomag.drift_shell import drift_shell
from mcbelt.errors import PhysicsError
from mcbelt.places.shell_average import gyration, shell_air, shell_air_table

DATA = Path(__file__).parents[1] / "data"
# The dates of the reference: those whose equatorial means reproduce atmosphere_msis_equator.csv to its five digits.
CASES = {
    "June1998": ("1998-06-05", 112, 108, 10),
    "solmin": ("2008-12-15", 69, 69, 5),
    "solmax": ("2001-11-15", 220, 220, 16),
}


def rows_of(name):
    with open(DATA / name, encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


@pytest.fixture(scope="module")
def field():
    return geomag.Igrf("1998-06-05")


@pytest.fixture(scope="module")
def shells(field):
    kept = {}

    def shell(L, convention="epoch"):
        if (L, convention) not in kept:
            kept[L, convention] = drift_shell(field, L=L, convention=convention)
        return kept[L, convention]

    return shell


@functools.cache
def air_of(case, hours, version=2.1):
    """Air of a case, the mean of so many hours."""
    date, *indices = CASES[case]
    return Msis(hours_of_day(date, hours), *indices, version=version)


@pytest.fixture
def june():
    return air_of("June1998", 12)


@pytest.mark.parametrize("case", list(CASES))
@pytest.mark.parametrize("version", [2.1, 0])
def test_drift_average_of_an_earlier_direct_evaluation(case, version, shells):
    # The reference takes 12 UT; NRLMSISE-00 is slow and 6 already cancel local time to 0.03 %.
    air = air_of(case, 12 if version else 6, version)
    checked = 0
    for row in rows_of("atmosphere_drift_density.csv"):
        L = float(row["L"])
        if row["L_def"] != "epochM" or row["case"] != case or float(row["msis"]) != version or L < 1.09:
            continue
        found = shell_air(shells(L), air)
        # Asked: 5 % from L = 1.12 up, 15 % at 1.09 and 1.10, where 3 km are a factor 1.6. Reached: 0.9 %, of which 0.8
        # is the share of time: the reference counts the way along the field too, which costs no drift time.
        assert found.rho_kg_m3 * 1.0e-3 == pytest.approx(float(row["rho_time_g_cm3"]), rel=0.012)
        shares = dict(zip(ELEMENTS, found.mass_fractions, strict=True))
        assert shares["He"] == pytest.approx(float(row["massfrac_He"]), abs=0.004)
        assert shares["H"] == pytest.approx(float(row["massfrac_H"]), abs=0.001)
        assert found.mass_fractions.sum() == pytest.approx(1.0, abs=1e-6)
        checked += 1
    assert checked == 10


@pytest.mark.parametrize("quick", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_the_mean_over_seasons_against_solar_activity(quick, shells):
    """Longitude means over 4 seasons x 6 UT: the same in the reference, so only the table of air is in between."""
    for f107 in (70.0,) if quick else (130.0, 240.0):
        air = Msis(hours_of_seasons(1998, 6), f107, f107, 10)
        rows = [r for r in rows_of("atmosphere_drift_density_f107.csv") if float(r["F107"]) == f107]
        assert len(rows) == 5
        for row in rows:
            shell = shells(float(row["L"]))
            rho = air.density_kg_m3(shell.latitude_deg, shell.longitude_deg, shell.altitude_km).mean()
            # Table error averages to 0.05 %.
            assert rho * 1.0e-3 == pytest.approx(float(row["rho_g_cm3"]), rel=0.002)


def test_off_equatorial_particles_meet_denser_air(field, shells, june):
    """June 1998, L = 1.2: 2.4e-18 g cm-3 at 75 deg of equatorial pitch angle, 1.3e-17 at 70 deg, read to two digits."""
    B0 = shells(1.2).B0_nT
    for angle, expected in ((75.0, 2.4e-18), (72.0, 5.5e-18), (70.0, 1.3e-17)):
        shell = drift_shell(field, B0_nT=B0, mirror_nT=B0 / math.sin(math.radians(angle)) ** 2, longitudes=72)
        # Two digits of the reference and a bounce average by other means: 10 %.
        assert shell_air(shell, june).rho_kg_m3 * 1.0e-3 == pytest.approx(expected, rel=0.10)


def test_the_gyration_is_a_circle_across_the_field(field, shells):
    shell = drift_shell(
        field, B0_nT=shells(1.2).B0_nT, mirror_nT=1.2 * shells(1.2).B0_nT, longitudes=36, bounce_nodes=8
    )
    radius = 20.0e3
    arms = gyration(shell, radius) - shell.x_m[:, np.newaxis, :]
    assert np.abs(np.einsum("nkc,nc->nk", arms, shell.b)).max() < 1e-3  # [m] of 20 km
    np.testing.assert_allclose(arms.mean(axis=1), 0.0, atol=1e-6)
    expected = radius * np.sqrt(shell.mirror_nT / shell.B_nT)[:, np.newaxis] * np.ones(arms.shape[1])
    np.testing.assert_allclose(np.linalg.norm(arms, axis=2), expected, rtol=1e-12)


@pytest.mark.parametrize("ratio", [0.3, 1.0, 3.0, 8.0])
def test_a_vertical_gyration_in_exponential_air_is_a_bessel_function(ratio):
    """On an equatorial shell of a dipole the gyration is a vertical circle: mean density I_0(r / H) fold."""
    shell = drift_shell(geomag.CentredDipole("1998-06-05"), L=1.3, longitudes=36)
    scale_km = 10.0
    air = Exponential(1.0, scale_km)
    centre, around = shell_air(shell, air), shell_air(shell, air, ratio * scale_km * 1.0e3)
    # The Earth's curvature lifts the sides of the circle by r^2 sin^2 / (2 R): of the lowest arc, where sin^2 is about
    # H / r, that is r / (2 R) scale heights, 0.5 % at r = 80 km; the circle is not quite vertical, which adds as much.
    expected = ive(0, ratio) * math.exp(ratio)
    assert around.rho_kg_m3 / centre.rho_kg_m3 == pytest.approx(expected, rel=0.012)
    np.testing.assert_allclose(around.mass_fractions, centre.mass_fractions, rtol=1e-12)


def test_table_over_rigidity(shells, june):
    table = shell_air_table([shells(1.2), shells(1.12)], june, [0.0, 0.1, 0.5, 5.0])
    assert table.rho.shape == (2, 4)
    assert table.mass_fractions.shape == (2, 4, 5)
    assert table.rho[0, 0] == pytest.approx(shell_air(shells(1.2), june).rho_kg_m3, rel=1e-14)
    radius = 0.5e9 / 299792458.0 / (shells(1.12).B0_nT * 1e-9)
    assert table.rho[1, 2] == pytest.approx(shell_air(shells(1.12), june, radius).rho_kg_m3, rel=1e-12)
    # 5 GV gyrate over 956 km at L = 1.2 and meet the ground.
    assert np.isnan(table.rho[:, 3]).all()
    assert (table.lowest_km[:, 3] < 0.0).all()
    # A wider gyration meets denser air.
    assert (np.diff(table.rho[:, :3], axis=1) > 0.0).all()


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda shells, air: shell_air(shells(1.2), air, 9.0e5), "below the ground"),
        (lambda shells, air: shell_air(shells(1.08), air, 5.0e4), "below the ground"),
        (lambda shells, air: shell_air(shells(2.0), air), "known to 4000 km"),
        (lambda shells, air: shell_air(shells(1.2), air, -1.0), "must be 0 or a positive length"),
        (lambda shells, air: shell_air(shells(1.2), air, math.nan), "must be 0 or a positive length"),
        (lambda shells, air: shell_air_table(shells(1.2), air, [-0.1]), "negative"),
    ],
)
def test_where_no_particle_can_be_the_error_says_so(call, says, shells, june):
    with pytest.raises(PhysicsError, match=says):
        call(shells, june)


def test_six_times_a_day_are_enough(shells):
    """Products of the waves of local time leave 1 % in the mean over 4 times a day at H_min 788 km, 0.03 % over 6."""
    found = {n: shell_air(shells(1.2), air_of("solmax", n)).rho_kg_m3 for n in (4, 6, 12)}
    assert found[6] == pytest.approx(found[12], rel=5e-4)
    assert found[4] == pytest.approx(found[12], rel=0.015)
    assert abs(found[4] / found[12] - 1.0) > 0.005
