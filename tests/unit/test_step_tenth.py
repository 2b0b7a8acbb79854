"""The tool that runs a campaign at a tenth of the step: its means, ratios and errors, on fluxes that are known."""

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import pytest

from mcbelt.orbits.lanes import Stepping
from tools import step_tenth


class Lanes(NamedTuple):
    stepping: Stepping = Stepping()


class Model(NamedTuple):
    lanes: Lanes = Lanes()
    energy_edges: np.ndarray = np.array([1.0, 4.0])  # [GeV]
    species: tuple = ("positron",)
    place: SimpleNamespace = SimpleNamespace(looks=("down",))


def test_ratio_and_error_of_pairs(monkeypatch):
    """Two blocks of ten histories: 10 and 14 at the step, 8 and 8 at a tenth of it."""

    def run_block(model, seed, first, last):
        fine = model.lanes.stepping.steps_per_gyration > Stepping().steps_per_gyration
        flux = 80.0 if fine else 100.0 + 4.0 * first
        return SimpleNamespace(sums={"flux": np.full((1, 1, 1), flux)})

    monkeypatch.setattr(step_tenth.adjoint, "run_block", run_block)
    ((species, look, energy, usual, tenth, ratio, error),) = step_tenth.compared(Model(), 1, 2, 10)
    assert (species, look, energy) == ("positron", "down", pytest.approx(2000.0))
    assert (usual, tenth, ratio) == (pytest.approx(12.0), pytest.approx(8.0), pytest.approx(1.5))
    assert error == pytest.approx(np.std([-2.0, 2.0], ddof=1) / np.sqrt(2.0) / 8.0)
