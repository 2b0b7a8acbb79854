"""Cosmic rays against Voyager 1, AMS-02 and the instruments of 1998; the second spectrum; integral fluxes."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from mcbelt.errors import PhysicsError
from mcbelt.spectra import cosmic_rays, local_interstellar, measurements, second_spectrum
from mcbelt.spectra.force_field import force_field
from mcbelt.spectra.tabulated import TabulatedSpectrum

WEST_VERTICAL_EAST = np.array([8.61, 12.54, 50.2])  # [GV], Störmer, L = 1.09
OF_1998 = ("ams01_protons", "bess98_protons", "caprice98_protons")


def chi_squared(phi, interstellar, names=OF_1998):
    """Sum over the data below 20 GeV, with stat, syst and 5 % of the model (force field) added in quadrature."""
    total, points = 0.0, 0
    protons = cosmic_rays.modulated("proton", interstellar, phi)
    for name in names:
        data = measurements.table(name)
        below = data["T_GeV"] < 20.0
        variance = data["stat_plus"] ** 2 + data["sys_plus"] ** 2 + (0.05 * data["flux"]) ** 2
        total += np.sum(((protons.flux(data["T_GeV"]) - data["flux"]) ** 2 / variance)[below])
        points += below.sum()
    return total, points


class TestInterstellar:
    @pytest.mark.parametrize(("name", "lowest", "highest"), [("vos2015", 0.8, 1.3), ("corti2016", 0.8, 1.05)])
    def test_protons_against_voyager(self, name, lowest, highest):
        """Ratio to Voyager 1 at 4-310 MeV: the printed formulas hold 5 % (Corti) and 20-30 % (Vos & Potgieter)."""
        data = measurements.table("voyager1_protons")
        ratio = local_interstellar.interstellar_flux(data["T_GeV"], "proton", name) / data["flux"]
        assert lowest < ratio.min() < ratio.max() < highest

    def test_burger2000_is_too_high_below_the_reach_of_its_data(self):
        data = measurements.table("voyager1_protons")
        ratio = local_interstellar.interstellar_flux(data["T_GeV"], "proton", "burger2000") / data["flux"]
        assert 1.5 < ratio.min() < ratio.max() < 4.0

    def test_helium_against_voyager(self):
        data = measurements.table("voyager1_helium")
        ratio = local_interstellar.interstellar_flux(data["T_GeV"], "helium") / data["flux"]
        assert 0.75 < ratio.min() < ratio.max() < 1.25

    @pytest.mark.parametrize(
        ("species", "name", "phi", "tolerance"),
        [
            ("proton", "vos2015", 0.61, 0.08),
            ("proton", "corti2016", 0.53, 0.05),
            ("helium", "boschini2018", 0.55, 0.04),
        ],
    )
    def test_against_ams02(self, species, name, phi, tolerance):
        """2.3-300 GV behind the force field with one potential for 2011-2018, fitted once, written down here."""
        data = measurements.table(f"ams02_{species}" + ("s" if species == "proton" else ""))
        rays = cosmic_rays.modulated(species, name, phi)
        R = data["R_GV"]
        here = (R > 2.3) & (R < 300.0)
        T = rays.kinetic_energy(R)
        per_GV = rays.flux(T) * np.gradient(T, R)  # dT/dR by differences: 0.1 %
        np.testing.assert_allclose((per_GV / data["flux"])[here], 1.0, atol=tolerance)

    def test_helium_pieces_join(self):
        """Both pieces at 1.9 GV: 0.5 % apart, the rounding of the printed coefficients."""
        edge = cosmic_rays.modulated("helium").kinetic_energy(1.9)
        below, above = local_interstellar.helium_boschini2018(np.array([edge * (1 - 1e-9), edge * (1 + 1e-9)]))
        assert 0.002 < above / below - 1.0 < 0.006

    def test_bad_arguments_are_errors(self):
        with pytest.raises(PhysicsError, match="species"):
            local_interstellar.interstellar_flux(1.0, "iron")
        with pytest.raises(PhysicsError, match="vos2015"):
            local_interstellar.interstellar_flux(1.0, "proton", "webber")
        with pytest.raises(PhysicsError, match="outside"):
            local_interstellar.interstellar_flux(1e-4, "proton")


class TestModulation:
    def test_force_field_conserves_the_density_in_phase_space(self):
        T, phi, mass = np.array([0.2, 1.0, 8.0]), 0.6, 0.938
        flux = force_field(local_interstellar.protons_corti2016, T, phi, 1.0, mass)
        outside = T + phi
        density = local_interstellar.protons_corti2016(outside) / (outside * (outside + 2 * mass))
        np.testing.assert_allclose(flux / (T * (T + 2 * mass)), density, rtol=1e-13)

    def test_no_potential_is_the_interstellar_flux(self):
        rays = cosmic_rays.modulated("helium", phi_GV=0.0)
        assert rays.flux(2.0) == pytest.approx(local_interstellar.interstellar_flux(2.0, "helium"), rel=1e-14)

    @pytest.mark.parametrize("name", list(local_interstellar.PROTONS))
    def test_potential_of_june_1998_is_the_fitted_one(self, name):
        """0.01 GV: the printed digits."""
        best = minimize_scalar(lambda phi: chi_squared(phi, name)[0], bounds=(0.1, 1.5), method="bounded")
        assert cosmic_rays.PHI_JUNE_1998[name] == pytest.approx(best.x, abs=0.01)

    def test_default_describes_the_instruments_of_1998(self):
        """chi2 41 for 61 points below 20 GeV; 1e-6 odds of a fair fit would be 120."""
        total, points = chi_squared(None, "vos2015")
        assert points == 61
        assert total < 60.0

    @pytest.mark.parametrize("name", ["ams01_protons", "bess98_protons"])
    def test_default_protons_point_by_point(self, name):
        """0.3-100 GeV: every point within 12 %, the mean within 4 %; stat. and syst. errors are 5 to 7 %."""
        data = measurements.table(name)
        here = (data["T_GeV"] > 0.3) & (data["T_GeV"] < 100.0)
        ratio = (cosmic_rays.modulated("proton").flux(data["T_GeV"]) / data["flux"])[here]
        np.testing.assert_allclose(ratio, 1.0, atol=0.12)
        assert abs(ratio.mean() - 1.0) < 0.04

    def test_default_helium_against_bess98(self):
        """0.2-50 GeV per nucleon within 14 % (errors 6-8 %), on average within 4 %."""
        data = measurements.table("bess98_helium")
        here = data["T_GeV"] < 50.0
        ratio = (cosmic_rays.modulated("helium").flux(data["T_GeV"]) / data["flux"])[here]
        np.testing.assert_allclose(ratio, 1.0, atol=0.14)
        assert abs(ratio.mean() - 1.0) < 0.04


class TestIntegralFlux:
    def test_published_fluxes_at_the_cutoffs_of_l_1_09(self):
        """194 / 105 / 9.7 m-2 s-1 sr-1 for protons at 500 MV: those of Burger et al. 2000, to the printed digits."""
        flux = cosmic_rays.modulated("proton", "burger2000", 0.5).integral_flux(WEST_VERTICAL_EAST)
        np.testing.assert_allclose(flux, [194.0, 105.0, 9.7], rtol=0.004)

    @pytest.mark.parametrize("name", ["vos2015", "corti2016"])
    def test_newer_spectra_agree_within_their_spread(self, name):
        """3 % at 9 and 13 GV; 11 % at 50 GV, where AMS-02 lies below the old spectrum."""
        flux = cosmic_rays.modulated("proton", name, 0.5).integral_flux(WEST_VERTICAL_EAST)
        np.testing.assert_allclose(flux[:2] / [194.0, 105.0], 1.0, atol=0.035)
        assert 0.88 < flux[2] / 9.7 < 0.95

    def test_quadrature(self):
        """Against trapezoids on 200 000 points: 1e-5."""
        rays = cosmic_rays.modulated()
        T = np.geomspace(rays.kinetic_energy(8.61), rays.highest, 200001)
        y = rays.flux(T) * T
        expected = np.sum(0.5 * (y[1:] + y[:-1]) * np.diff(np.log(T)))
        assert rays.integral_flux(8.61) == pytest.approx(expected, rel=1e-5)

    def test_gusev_power_law(self):
        """7000 R^-1.5 by construction; up to 1 PV instead of infinity: 1e-5."""
        R = np.array([3.0, 8.61, 12.54, 50.2])
        np.testing.assert_allclose(cosmic_rays.gusev2003().integral_flux(R), 7000.0 * R**-1.5, rtol=2e-5)

    def test_gusev_flux_is_higher_than_that_of_june_1998(self):
        """By 1.4 / 1.5 / 2.0-2.3 from the west, the vertical and the east."""
        ratio = cosmic_rays.gusev2003().integral_flux(WEST_VERTICAL_EAST)
        ratio = ratio / cosmic_rays.modulated("proton", phi_GV=0.5).integral_flux(WEST_VERTICAL_EAST)
        np.testing.assert_allclose(ratio, [1.46, 1.55, 2.17], rtol=0.01)

    def test_west_over_east_with_a_real_spectrum(self):
        """20 for the integral flux at 500 MV, not (1 + sqrt 2)^3 = 14: real protons fall faster than R^-1.5."""
        flux = cosmic_rays.modulated("proton", "burger2000", 0.5).integral_flux(WEST_VERTICAL_EAST)
        assert flux[0] / flux[2] == pytest.approx(20.0, rel=0.01)

    def test_transmission_is_sharp(self):
        rays = cosmic_rays.modulated("helium")
        T = rays.kinetic_energy(np.array([9.99, 10.01]))
        np.testing.assert_array_equal(rays.transmitted(T, 10.0) > 0.0, [False, True])
        np.testing.assert_allclose(rays.rigidity(T), [9.99, 10.01], rtol=1e-14)

    def test_measured_table(self):
        rays = cosmic_rays.measured(measurements.cosmic_ray_table("ams01_protons"))
        assert rays.flux(10.0) == pytest.approx(20.4, rel=0.02)
        model = cosmic_rays.modulated().integral_flux([8.61, 12.54]) - cosmic_rays.modulated().integral_flux(
            rays.rigidity(rays.highest * (1.0 - 1e-9))
        )
        np.testing.assert_allclose(rays.integral_flux([8.61, 12.54]), model, rtol=0.06)

    def test_bad_arguments_are_errors(self):
        with pytest.raises(PhysicsError, match=r"\[0, 2\]"):
            cosmic_rays.modulated(phi_GV=530.0)
        with pytest.raises(PhysicsError, match="species"):
            cosmic_rays.modulated("carbon")
        with pytest.raises(PhysicsError, match="outside this proton spectrum"):
            cosmic_rays.modulated().flux([1.0, 1e6])
        with pytest.raises(PhysicsError, match="cutoff"):
            cosmic_rays.modulated().integral_flux(1e6)
        with pytest.raises(PhysicsError, match="per sr"):
            cosmic_rays.measured(TabulatedSpectrum(np.array([1.0, 2.0]), np.array([1.0, 1.0]), False, "mine.csv"))
        with pytest.raises(PhysicsError, match="unknown"):
            measurements.cosmic_ray_table("ams03")


class TestSecondSpectrum:
    @pytest.mark.parametrize(("direction", "expected"), [("down", 68.5), ("up", 65.6), ("mean", 67.0)])
    def test_integral_is_that_of_the_bins(self, direction, expected):
        """Sum of flux times width of AMS-01's bins [m-2 s-1 sr-1]; 2 % is the curvature inside the bins."""
        second = second_spectrum.SecondSpectrum(direction)
        T = np.geomspace(0.07, 6.86, 20001)
        y = second.flux(T) * T
        assert np.sum(0.5 * (y[1:] + y[:-1]) * np.diff(np.log(T))) == pytest.approx(expected, rel=0.02)

    def test_passes_through_the_bins_and_ends_with_them(self):
        second = second_spectrum.SecondSpectrum("down")
        assert second.flux(np.sqrt(0.31 * 0.44)) == pytest.approx(70.1)
        np.testing.assert_array_equal(second.flux([0.0699, 6.87]), 0.0)

    def test_protons_of_a_direction(self):
        """Primaries above the cutoff, the second spectrum below, nothing between 6.86 GeV and a high cutoff."""
        rays, second = cosmic_rays.modulated(), second_spectrum.SecondSpectrum()
        T = np.array([0.5, 5.0, 9.0, 30.0])
        flux = second_spectrum.arriving_protons(T, 12.54, rays, second)
        np.testing.assert_allclose(flux, [*second.flux(T[:2]), 0.0, rays.flux(30.0)])
        np.testing.assert_array_equal(second_spectrum.arriving_protons(T, 12.54, rays, None)[:3], 0.0)

    def test_unknown_direction_is_an_error(self):
        with pytest.raises(PhysicsError, match="direction"):
            second_spectrum.SecondSpectrum("sideways")
