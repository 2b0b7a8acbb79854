"""A user's protons by pitch angle: closed forms, the field line, and one clear sentence for each fault."""

import numpy as np
import pytest

from mcbelt.errors import PhysicsError
from mcbelt.sources.trapped import moments
from mcbelt.spectra import pitch_angles

T = np.array([0.3, 0.5, 0.9])
B = np.array([1.0, 1.1, 1.4])
PER_DIRECTION = "T_MeV,flux_m2_s_sr_GeV\n200,8\n1000,0.064\n"  # T^-3 in GeV, times 0.064
OVER_ALL = PER_DIRECTION.replace("_sr_", "_")


def read(tmp_path, text, power=None):
    path = tmp_path / "protons.csv"
    path.write_text(text)
    return pitch_angles.read(path, power)


def test_a_file_without_pitch_angles_says_nothing_of_them(tmp_path):
    assert read(tmp_path, PER_DIRECTION) is None


@pytest.mark.parametrize("power", [0.0, 2.0, 20.0, 100.0])
def test_a_power_of_the_sine_is_its_closed_form(tmp_path, power):
    """Over all directions sin^n gives 2 pi B(1/2, n/2 + 1): 4 pi, 8 pi / 3 for n = 2; along the line b^(-n/2)."""
    flux = read(tmp_path, PER_DIRECTION, power)
    np.testing.assert_allclose(flux.directional(T, np.pi / 2), 0.064 * T**-3, rtol=1e-12)
    np.testing.assert_allclose(flux.directional(T, np.pi / 6), 0.064 * T**-3 * 0.5**power, rtol=1e-12)
    cosine, weight = np.polynomial.legendre.leggauss(200)
    shape = 2.0 * np.pi * ((1.0 - cosine**2) ** (0.5 * power) @ weight)
    assert pitch_angles.solid_angle_of_power(power) == pytest.approx(shape, rel=1e-9)
    for b in B:
        expected = 0.064 * T**-3 * shape * b ** (-0.5 * power)
        np.testing.assert_allclose(flux.omnidirectional(T, np.full(3, b)), expected, rtol=1e-9)
    assert pitch_angles.solid_angle_of_power(2.0) == pytest.approx(8.0 * np.pi / 3.0, rel=1e-14)


def test_an_omnidirectional_spectrum_is_that_at_the_equator(tmp_path):
    flux = read(tmp_path, OVER_ALL, 20.0)
    np.testing.assert_allclose(flux.omnidirectional(T, np.ones(3)), 0.064 * T**-3, rtol=1e-12)
    whole = flux.directional(T, np.pi / 2) * pitch_angles.solid_angle_of_power(20.0)
    np.testing.assert_allclose(whole, 0.064 * T**-3, rtol=1e-12)


def test_moments_of_power_zero_are_the_isotropic_ones(tmp_path):
    """The convolution with the angles of production sees isotropic protons for n = 0, and a pancake for n = 20."""
    grid = (T, B)
    flat = moments.proton_field(read(tmp_path, OVER_ALL, 0.0).directional, *grid)
    expected = moments.isotropic_field(lambda t, b: 0.064 * t**-3.0, *grid)
    np.testing.assert_allclose(flat, expected, atol=1e-12 * expected.max())
    flux = read(tmp_path, OVER_ALL, 20.0)
    pancake = moments.proton_field(flux.directional, *grid)
    for i, b in enumerate(B):
        np.testing.assert_allclose(pancake[i, 0], flux.omnidirectional(T, np.full(3, b)) / (4.0 * np.pi), rtol=1e-9)
    assert np.all(pancake[0, 1] < 0.0)  # P2 averages below zero where most move across the field


def test_columns_are_linear_in_the_square_of_the_sine(tmp_path):
    text = "T_MeV,flux_m2_s_sr_GeV_90deg,flux_m2_s_sr_GeV_45deg,flux_m2_s_sr_GeV_30deg\n200,8,4,0\n1000,8,4,0\n"
    flux = read(tmp_path, text)
    angles = np.radians([[20.0], [30.0], [45.0], [60.0], [90.0]])
    expected = [0.0, 0.0, 4.0, 6.0, 8.0]  # sin^2 = 0.12, 0.25, 0.5, 0.75, 1
    np.testing.assert_allclose(flux.directional(T[None, :], angles)[:, 1], expected, atol=1e-12)
    # j = 16 (v - 1/4) up to v = 1/2, then 8 v: at the equator, of mu = cos(alpha), from mu = sqrt(3)/2 to 0.
    inner, outer = np.sqrt(0.5), np.sqrt(0.75)
    rise = (lambda m: 12.0 * m - 16.0 * m**3 / 3.0)(outer) - (lambda m: 12.0 * m - 16.0 * m**3 / 3.0)(inner)
    whole = 4.0 * np.pi * (rise + 8.0 * inner - 8.0 * inner**3 / 3.0)
    np.testing.assert_allclose(flux.omnidirectional(T, np.ones(3)), whole, rtol=1e-3)  # corners within a node's step
    assert np.all(flux.omnidirectional(T, np.full(3, 1.4)) < flux.omnidirectional(T, np.ones(3)))


def test_outside_its_energies_there_are_none(tmp_path):
    assert read(tmp_path, PER_DIRECTION, 2.0).directional(np.array([0.19, 1.01]), np.pi / 2).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("header", "power", "words"),
    [
        ("flux_m2_s_sr_GeV_90deg,flux_m2_s_sr_GeV_30deg", 2.0, "a power of its sine has no meaning"),
        ("flux_m2_s_sr_GeV_90deg,flux_cm2_s_sr_MeV_30deg", None, "need one unit"),
        ("flux_km2_s_sr_GeV_90deg,flux_km2_s_sr_GeV_30deg", None, "need one unit"),
        ("flux_m2_s_sr_GeV_80deg,flux_m2_s_sr_GeV_30deg", None, "the largest 90"),
        ("flux_m2_s_sr_GeV_30deg,flux_m2_s_sr_GeV_90deg", None, "the flux at 30 deg is not zero"),
        ("flux_m2_s_GeV_90deg,flux_m2_s_GeV_30deg", None, "Expected columns"),
    ],
)
def test_each_fault_is_a_sentence(tmp_path, header, power, words):
    with pytest.raises(PhysicsError, match=words):
        read(tmp_path, f"T_MeV,{header}\n200,8,0\n1000,8,0\n", power)
