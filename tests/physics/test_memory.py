"""The memory of trapped e+-: nothing where nothing changes, another air where that has been for a life, and what is
done with it in the bins and on the tallies of a result."""

import datetime
from types import SimpleNamespace

import numpy as np
import pytest

from mcbelt.sources.trapped import (
    characteristics,
    drift_averaged,
    lived_scattering,
    memory,
    past_air,
    past_shell,
    remembering,
)
from mcbelt.sources.trapped.knock_ons import with_knock_ons
from mcbelt.sources.trapped.model import CHANNELS, ELECTRON, Memory, ShellModel, TrappedModel
from mcbelt.sources.trapped.nominal import Nominal
from mcbelt.sources.trapped.shell_source import Target
from mcbelt.tally import BlockResult

NA, NE = 5, 240
ENERGY = np.geomspace(0.01, 3.0, NE)
LOSS = np.broadcast_to(0.1 * (0.002 + 0.028 * ENERGY), (2, 5, NE))
FRACTIONS = np.broadcast_to([0.3, 0.7, 0.0, 0.0, 0.0], (NA, 5))
KNOCK_ON = CHANNELS.index("knock_on")


def shell_model(density=1.0):
    """Helium and hydrogen alike, of 5 years for 10 MeV; synchrotron radiation as on L = 1.2."""
    alpha = np.linspace(1.0, 0.5 * np.pi, NA)
    source = np.zeros((2, 3, NA, NE))
    source[0, 0], source[1, 0] = 7.0 * np.exp(-ENERGY / 0.06), np.exp(-ENERGY / 0.05)
    return ShellModel(
        pitch_angle=alpha,
        energy=ENERGY,
        density=density * 1e-15 * np.exp(3.0 * (0.5 * np.pi - alpha))[:, None] * np.ones(NE),
        field_squared=np.full(NA, (0.18e-4) ** 2),
        loss=np.broadcast_to(LOSS[:, :1], (2, NA, NE)).copy(),
        annihilation=np.zeros((2, NA, NE)),
        source=source,
        phase_volume=np.sin(alpha) * np.cos(alpha),
        diffusion=np.zeros((NA, NE)),
        energy_edges=np.geomspace(0.01, 0.5, 7),
        pitch_angle_edges=np.linspace(alpha[0], 0.5 * np.pi, 3),
        stream=np.arange(2),
    )


def kernels():
    """Knock-ons: as many per parent and energy as go as W^-2, below half of the parent."""
    kernel = np.where(ENERGY[None, :] < 0.5 * ENERGY[:, None], 1e-5 / ENERGY[None, :] ** 2, 0.0)
    return [kernel, kernel]


def _found(nominal, made, with_kernels):
    return memory.memory(nominal, made, with_kernels, memory.past_of(nominal, None))[0]


@pytest.fixture
def remembered(monkeypatch):
    """The memory of a shell whose air was all along `air` times that of the day, but in the month of the date."""

    def found(air=1.0, with_kernels=None, density=1.0):
        shell = shell_model(density)
        config = SimpleNamespace(
            shell=SimpleNamespace(date=datetime.date(1998, 6, 5)), physics=SimpleNamespace(scattering=False)
        )
        target = Target(SimpleNamespace(pitch_angle=shell.pitch_angle), FRACTIONS, ENERGY)
        zeros = np.zeros((len(past_air.F107A), len(past_air.OFFSET), len(past_air.AP), NA, 5)) + np.log(air)
        monkeypatch.setattr(
            past_air,
            "response",
            lambda *_: past_air.Response(zeros, np.zeros((len(past_air.ELECTRONS_F107A), NA)), 108.0),
        )
        none = past_shell.PastShell(np.zeros(1), np.zeros(1), np.zeros((1, 5)), np.zeros(1), np.zeros((1, 2, 3, NE)))
        monkeypatch.setattr(past_shell, "past_shell", lambda *_: none)
        monkeypatch.setattr(memory, "losses", lambda *_: (LOSS, np.zeros_like(LOSS)))
        monkeypatch.setattr(memory, "production", lambda *_: shell.source)
        made = shell if with_kernels is None else with_knock_ons(shell, with_kernels)
        given = SimpleNamespace(config=config, shells=[None], made=None, emission=None)
        nothing = Nominal(*[None] * len(Nominal._fields))
        nominal = nothing._replace(given=given, target=target, shell=shell, summary={})
        return made, _found(nominal, made, with_kernels)

    return found


def test_where_nothing_changes_nothing_is_remembered(remembered):
    """The two solutions have the same integrand; that of months has their ends besides: 1e-4. Knock-ons too."""
    _, found = remembered(with_kernels=kernels())
    np.testing.assert_allclose(found.factor, 1.0, rtol=3e-4)
    some = ENERGY < 0.5
    np.testing.assert_allclose(found.age[..., some], found.age_of_day[..., some], rtol=2e-3)
    assert np.all(found.scattering == 1.0)
    assert found.early[0, -1, 0] < 1e-6


def test_air_of_a_life_is_the_air(remembered):
    """Twice the density for all but the last days: the drift average in twice the air, where a life is years."""
    shell, found = remembered(air=2.0)
    lived = drift_averaged.flux(shell)[:, 0, -1] * found.factor[:, 0, -1]
    expected = drift_averaged.flux(shell_model(2.0))[:, 0, -1]
    at_10_MeV, at_50_MeV = 0, int(np.searchsorted(ENERGY, 0.05))
    assert expected[0, at_50_MeV] / drift_averaged.flux(shell)[0, 0, -1, at_50_MeV] > 1.1  # synchrotron losses weigh
    for node in (at_10_MeV, at_50_MeV):
        np.testing.assert_allclose(lived[:, node], expected[:, node], rtol=0.01)  # 4 days of some 4 years
    _, in_it = remembered(density=2.0)
    assert found.age[0, -1, 0] == pytest.approx(in_it.age_of_day[0, -1, 0], rel=0.01)
    assert found.age[0, -1, 0] < 0.8 * found.age_of_day[0, -1, 0]


def test_parents_that_are_more_knock_on_more(remembered):
    """Knock-ons follow the flux of their parents as lived, in twice the air as the parents do."""
    shell, found = remembered(air=2.0, with_kernels=kernels())
    expected = drift_averaged.flux(with_knock_ons(shell_model(2.0), kernels()))[ELECTRON, KNOCK_ON, -1, 0]
    lived = drift_averaged.flux(shell)[ELECTRON, KNOCK_ON, -1, 0] * found.factor[ELECTRON, KNOCK_ON, -1, 0]
    assert lived == pytest.approx(expected, rel=0.01)
    assert np.all(found.factor[0, KNOCK_ON] == 1.0)


def test_mean_of_what_was_met_is_that_of_the_last_paths():
    met = np.zeros((3, 1, characteristics.ELECTRONS + 1))
    met[:, 0, 0], met[:, 0, 5] = [1.0, 3.0, 5.0], [2.0, 0.0, 0.0]
    periods = characteristics.Periods(np.array([0.0, 10.0, 20.0, np.inf]), met, np.ones(3), np.zeros(3), np.ones(1))
    found = lived_scattering.mean_met(periods, np.array([[5.0, 20.0, 40.0]]))
    np.testing.assert_allclose(found[0, :, 0], [1.0, 2.0, (10.0 + 30.0 + 100.0) / 40.0])
    np.testing.assert_allclose(found[0, :, 5], [2.0, 1.0, 0.5])


def test_tallies_take_the_factor_of_their_bin_and_ages_that_of_the_ages():
    """Flux, its relative error, the ratio and the mean age after it."""
    shell = shell_model()
    factor = np.ones((2, 3, NA, NE))
    factor[0], factor[1] = 1.5, 0.8
    age = np.ones((2, NA, NE))
    model = TrappedModel(
        ("positron", "electron"), shell, (), {}, {}, Memory(factor, 3.0 * age, age, 0.0 * age, np.ones((NA, NE)))
    )
    of_day = np.ones((2, 3, 2, 6))
    seen = remembering.binned(model, of_day, of_day * np.array([1.5, 0.8])[:, None, None, None])
    sums = {
        "path_length": np.full((2, 2, 6), 4.0),
        "age": np.full((2, 2, 6), 8.0),
        "path_length_product": np.full((2, 6), 1.0),
        "age_square": np.full((2, 2, 6), 9.0),
        "age_product": np.full((2, 2, 6), 7.0),
        "omnidirectional_square": np.full((2, 6), 2.0),
        "integral_square": np.full((2, 6), 2.0),
    }
    squares = {name: np.zeros_like(each) for name, each in sums.items()} | {"path_length": np.full((2, 2, 6), 5.0)}
    found = remembering.lived_tallies(BlockResult(10, {}, sums, squares), seen, np.ones(2), shell.energy_edges)
    for s, of in enumerate((1.5, 0.8)):
        np.testing.assert_allclose(found.sums["path_length"][s], 4.0 * of)
        np.testing.assert_allclose(found.sums_of_squares["path_length"][s], 5.0 * of**2)
        np.testing.assert_allclose(found.sums["age"][s] / found.sums["path_length"][s], 6.0)  # 2, three times
        np.testing.assert_allclose(found.sums["age_square"][s], 9.0 * (3.0 * of) ** 2)
        np.testing.assert_allclose(found.sums["age_product"][s], 7.0 * 3.0 * of**2)
        np.testing.assert_allclose(found.sums["omnidirectional_square"][s], 2.0 * of**2)
        np.testing.assert_allclose(found.sums["integral_square"][s], 2.0 * of**2)
    np.testing.assert_allclose(found.sums["path_length_product"], 1.2)
    none = BlockResult(0, {}, {}, {})
    assert remembering.lived_tallies(none, seen, np.ones(2), shell.energy_edges) is none


def test_between_the_shells_that_were_traced_it_is_linear_in_pitch_angle():
    """On the nodes themselves to the last bit; of each part, also of the factor by channel."""
    nodes, fine = np.linspace(1.0, 1.5, 6), np.linspace(1.0, 1.5, 26)
    angle = nodes[:, None] * np.ones(4)
    found = Memory(
        2.0 * angle * np.ones((2, 3, 1, 1)), *(n * angle * np.ones((2, 1, 1)) for n in (3.0, 4.0, 5.0)), angle
    )
    on_fine = memory.between(found, nodes, fine)
    assert on_fine.factor.shape == (2, 3, 26, 4)
    for values, times in zip(on_fine, (2.0, 3.0, 4.0, 5.0, 1.0), strict=True):
        np.testing.assert_allclose(values, times * fine[:, None] * np.ones(4) * np.ones_like(values), rtol=1e-14)
    for own, same in zip(found, memory.between(found, nodes, nodes), strict=True):
        np.testing.assert_array_equal(own, same)
