"""The nominal flux of trapped e+-, that of the equation with scattering: closed forms, convergence, its limits."""

import numpy as np
import pytest
from scipy.special import j0, jn_zeros

from mcbelt.sources.trapped import drift_averaged, fluxes, scattered
from mcbelt.sources.trapped.model import ShellModel

CONE = 0.4  # of the trapped, from the loss cone to 90 degrees [rad]
SLOPE, LOSS = 0.1, 2e-3  # of the source in energy [GeV]; [GeV m2 kg-1]
ZERO = jn_zeros(0, 1)[0] / CONE  # of the lowest mode in the disc of latitude and its velocity [rad-1]


def shell(angles=11, energies=240, diffusion=2e-4, annihilation=1e-3):
    """A disc: phase volume proportional to pi/2 - alpha, one density, production in the lowest mode of diffusion."""
    alpha = np.linspace(0.5 * np.pi - CONE, 0.5 * np.pi, angles)
    energy, at_90 = np.geomspace(0.01, 3.0, energies), 0.5 * np.pi - alpha
    source = j0(ZERO * at_90)[:, None] * np.exp(-energy / SLOPE)
    return ShellModel(
        pitch_angle=alpha,
        energy=energy,
        density=np.full((angles, energies), 1e-15),
        field_squared=np.zeros(angles),
        loss=np.full((1, angles, energies), LOSS),
        annihilation=np.full((1, angles, energies), annihilation),
        source=source[None, None],
        phase_volume=at_90,
        diffusion=np.full((angles, energies), diffusion),
        energy_edges=np.geomspace(0.01, 0.5, 6),
        pitch_angle_edges=np.linspace(alpha[0], 0.5 * np.pi, 6),
        stream=np.arange(1),
    )


def closed_form(model, diffusion=2e-4, annihilation=1e-3):
    """Flux at 90 degrees: each mode decays with the grammage, j = J_0 exp(-E/E0) / (S/E0 + D k^2 + mu)."""
    return np.exp(-model.energy / SLOPE) / (LOSS / SLOPE + diffusion * ZERO**2 + annihilation)


def error(model, **options):
    """Largest relative error at 90 degrees from 10 to 300 MeV; above, the end of the grid at 3 GeV comes near."""
    below = model.energy < 0.3
    found = scattered.flux(model, **options)[0, 0, -1]
    return np.abs(found / closed_form(model) - 1.0)[below].max()


def test_lowest_mode_decays_as_its_eigenvalue_says():
    """2e-3: 0.4 rad in 80 steps, and the source linear between eleven pitch angles (1e-3)."""
    model = shell()
    assert 2e-4 * ZERO**2 > 0.3 * LOSS / SLOPE  # scattering matters
    assert error(model) < 4e-3


def test_cells_hold_all_there_is_from_the_first_face_to_90_degrees():
    """Phase volume c = pi/2 - alpha: the cells, a half one at 90 degrees, sum to c^2/2 at the face below the second."""
    model = shell()
    step = model.pitch_angle[1] - model.pitch_angle[0]
    volume, _ = scattered._cells(model)
    face = CONE - 0.5 * step
    assert volume[1:, 0].sum() * step == pytest.approx(0.5 * face**2 * model.density[0, 0], rel=1e-12, abs=0.0)


def test_second_order_in_energy_and_pitch_angle():
    """The model itself on the finer grid, so that no interpolation of the source is in it."""
    coarse, fine = (error(shell(angles, energies), refinement=1) for angles, energies in ((21, 120), (41, 240)))
    assert fine < 0.35 * coarse


def test_without_scattering_it_is_the_drift_average():
    still = shell(diffusion=0.0)
    expected = drift_averaged.flux(drift_averaged.refined(still, scattered.REFINEMENT))
    np.testing.assert_array_equal(scattered.flux(still), expected)
    nearly = scattered.flux(shell(diffusion=1e-12))[0, 0]
    below = still.energy < 0.3
    assert nearly[8:, below] == pytest.approx(expected[0, 0][8:, below], rel=1e-3)  # two quadratures of the source


def test_channels_add_up():
    model = shell()
    split = model._replace(source=np.concatenate([0.3 * model.source, 0.7 * model.source], axis=1))
    assert scattered.flux(split).sum(axis=1) == pytest.approx(scattered.flux(model)[:, 0], rel=1e-12)
    assert fluxes.nominal_bins(split) == pytest.approx(fluxes.nominal_bins(model), rel=1e-12)
