"""A tiny deterministic stand-in for the physics: random numbers belong to histories, as in the real one."""

import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import xarray

from mcbelt.campaign.case import Simulation
from mcbelt.tally import Axis, BlockResult, TallyAxes

ROOT = Path(__file__).parents[2]


def same_bits(left: xarray.Dataset, right: xarray.Dataset) -> bool:
    """Whether two results hold the same numbers; attributes tell of time and machine and may differ."""
    return left.drop_attrs().identical(right.drop_attrs())


class ToyModel(NamedTuple):
    """Bins of ln E, the slope of the spectrum, and how long a block takes."""

    edges_MeV: np.ndarray
    slope: float
    block_seconds: float
    lost_from: int


class Settings(NamedTuple):
    """What tests vary; module state because workers import this module anew only for its functions."""

    block_seconds: float = 0.0
    lost_from: int = 2**62


DEFAULT = Settings()


def prepare(config: Any, settings: Settings = DEFAULT) -> ToyModel:
    edges = np.geomspace(config.energy.min_MeV, config.energy.max_MeV, config.energy.bins + 1)
    return ToyModel(edges, config.shell.L + config.air.f107 / 1000.0, settings.block_seconds, settings.lost_from)


def slow_prepare(config: Any) -> ToyModel:
    return prepare(config, Settings(block_seconds=0.1))


def losing_prepare(config: Any) -> ToyModel:
    return prepare(config, Settings(lost_from=70))


def uniform(seed: int, history: np.ndarray, draw: int) -> np.ndarray:
    """Uniform numbers in [0, 1) from a hash of seed, history and draw (splitmix64)."""
    with np.errstate(over="ignore"):
        z = history.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(
            (seed * 7919 + draw * 104729 + 1) % 2**64
        )
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            z = (z ^ (z >> np.uint64(shift))) * np.uint64(factor)
        z ^= z >> np.uint64(31)
    return (z >> np.uint64(11)) / 2.0**53


def run_block(model: ToyModel, seed: int, first: int, last: int) -> BlockResult:
    time.sleep(model.block_seconds)
    history = np.arange(first, last)
    bins = len(model.edges_MeV) - 1
    index = (uniform(seed, history, 0) ** model.slope * bins).astype(int)
    species = (uniform(seed, history, 1) < 0.2).astype(int)
    score = 0.5 + uniform(seed, history, 2)
    sums, squares = np.zeros((2, bins)), np.zeros((2, bins))
    np.add.at(sums, (species, index), score)
    np.add.at(squares, (species, index), score**2)
    lost = int((history >= model.lost_from).sum())
    fates = {"ABSORBED": len(history) - lost, "LOST": lost}
    return BlockResult(len(history), fates, {"births": sums}, {"births": squares})


def tally_axes(model: ToyModel) -> dict[str, TallyAxes]:
    species = Axis("species", "1", None, ("positron", "electron"))
    return {"births": TallyAxes((species, Axis("energy", "MeV", model.edges_MeV)), "1", "births")}


def flux_dataset(config: Any, model: ToyModel, merged: BlockResult) -> xarray.Dataset:
    width = np.diff(model.edges_MeV)
    flux = merged.sums["births"] / merged.histories / width
    sigma = np.sqrt(merged.sums_of_squares["births"]) / merged.histories / width
    energy = np.sqrt(model.edges_MeV[1:] * model.edges_MeV[:-1])
    about = {"units": "m-2 s-1 sr-1 MeV-1"}
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = flux[0] / flux[1]
        ratio_sigma = ratio * np.hypot(sigma[0] / flux[0], sigma[1] / flux[1])
    return xarray.Dataset(
        {
            "flux_positron": ("energy_MeV", flux[0], about),
            "flux_positron_sigma": ("energy_MeV", sigma[0], about),
            "flux_electron": ("energy_MeV", flux[1], about),
            "flux_electron_sigma": ("energy_MeV", sigma[1], about),
            "ratio": ("energy_MeV", ratio, {"units": "1"}),
            "ratio_sigma": ("energy_MeV", ratio_sigma, {"units": "1"}),
        },
        coords={"energy_MeV": ("energy_MeV", energy, {"units": "MeV"})},
    )


TOY = Simulation(prepare, run_block, tally_axes, flux_dataset, "toy-1")
SLOW_TOY = TOY._replace(prepare=slow_prepare)
LOSING_TOY = TOY._replace(prepare=losing_prepare)

CAMPAIGN = """\
kind = "belt"
name = "toy"
[shell]
L = 1.2
date = 1998-06-05
[air]
f107 = 112.0
f107a = 108.0
ap = 10.0
[energy]
bins = 6
[run]
histories = 1050
block_size = 100
seed = 5
"""


def broken_block(model: ToyModel, seed: int, first: int, last: int) -> BlockResult:
    """A block with a bug in it."""
    raise ZeroDivisionError(f"history {first}")
