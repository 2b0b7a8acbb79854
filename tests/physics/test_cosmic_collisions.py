"""What one collision sends where, knock-ons of alphas, and the field and the air that parents have passed."""

import math

import numpy as np
import pytest

from mcbelt.cascade import collisions, parent_depth
from mcbelt.cascade import production as cosmic_production
from mcbelt.constants import GV_TO_TESLA_METRE
from mcbelt.physics.angular_leptons import ANGULAR_ELECTRON_ENERGIES

NITROGEN = {"N": 1.0}
EARTH = 6371.2e3
SCALE = 7.0e3  # [m]
ALTITUDE = np.arange(0.0, 400e3, 1e3)


@pytest.fixture(scope="module")
def proton():
    """Products of protons on nitrogen; e+- and photons at one energy near 0.5 GeV."""
    wanted = np.zeros(ANGULAR_ELECTRON_ENERGIES.size, bool)
    wanted[np.abs(ANGULAR_ELECTRON_ENERGIES - 0.5).argmin()] = True
    return collisions.products(NITROGEN, "proton", collisions.Emission(cascade=True, neutral_pions=True), wanted)


@pytest.mark.parametrize("product", ["positron", "electron", "photon", "proton", "neutron"])
def test_products_of_fast_protons_go_forward(proton, product):
    """Mean cosine above 0.8: pions of 10 GeV protons have 0.35 GeV/c across the beam and some 2 GeV/c along it.

    Of nucleons those of more than 3 GeV are looked at. Rings counted from the other end would give less than -0.3.
    """
    i = int(np.searchsorted(proton.T, 10.0))
    if product in ("proton", "neutron"):
        fast = proton.T > 3.0
        kernel = proton.nucleon[i, ("proton", "neutron").index(product), fast].sum(axis=0)
    else:
        kernel = getattr(proton, product)[i, 0]
    number = kernel * proton.solid_angle
    cosine = 0.5 * (proton.cos_edges[1:] + proton.cos_edges[:-1])
    assert (number * cosine).sum() / number.sum() > 0.8


def test_alphas_make_four_times_the_knock_ons_of_protons():
    """At one energy per nucleon the cross section goes by the charge squared; the mass is in the largest transfer.

    10 GeV per nucleon: 0.136 GeV for protons, 0.139 GeV for alphas, so 1.3 % in the bracket 1 - beta^2 W / W_max at
    50 MeV and less below. The electrons leave at the angle of their energy, in the same ring.
    """
    grid = collisions.Yields(np.array([10.0]), np.linspace(-1.0, 1.0, 41), np.zeros((1, 3, 40)))
    energy = np.array([0.01, 0.02, 0.05])
    proton, alpha = (collisions.knock_ons(NITROGEN, name, grid, energy)[0] for name in ("proton", "alpha"))
    assert alpha.sum(axis=1) == pytest.approx(4.0 * proton.sum(axis=1), rel=0.02)
    assert np.array_equal(alpha > 0.0, proton > 0.0)


def place(curvature):
    """A place in round air of one scale height, with a field across the vertical."""
    return cosmic_production.Place(10.0, ALTITUDE, 1.2 * np.exp(-ALTITUDE / SCALE), NITROGEN, curvature)


def test_field_of_a_dipole_goes_by_its_cutoff():
    """Cutoff M / 4 r^2 and field M / r^3: the field is proportional to the cutoff to the power 3/2."""
    near, far = 1.1 * EARTH, 1.5 * EARTH
    found = cosmic_production.at_scale(place(2.0), 2.0 * math.log(near / far)).curvature
    assert found == pytest.approx(2.0 * (near / far) ** 3, rel=1e-12)


def test_protons_that_go_east_have_passed_less_air():
    """Along the horizon at 60 km, 9 GV in 0.24 G: Chapman's depth with the curvature of the path added or taken away.

    exp(-X / Lambda), X = rho sqrt(pi H / (2 kappa)), kappa = 1/r + 1/r_L eastward; 5 % of the depth for the steps of
    path and the nodes of curvature. Westward the path comes up from the ground and is shut.
    """
    curvature = 0.24e-4 / GV_TO_TESLA_METRE
    across = np.array([[1.0, 0.0, 0.0], [-1.0, 0.0, 0.0]])
    east, west = parent_depth.survival(place(curvature), 60e3, across, np.array([9.0]), 85.0)[:, 0]
    kappa = 1.0 / (EARTH + 60e3) + curvature / 9.0
    depth = 0.1 * 1.2 * math.exp(-60e3 / SCALE) * math.sqrt(0.5 * math.pi * SCALE / kappa)
    assert -85.0 * math.log(east) == pytest.approx(depth, rel=0.05)
    assert west < 1e-20
