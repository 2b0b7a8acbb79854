"""Each switch of a campaign of trapped protons, turned off, changes the belt in the direction that physics demands.

The model is that of `prepare`, on a centred dipole, in helium of one moment, with few energies and no variants; shells
and air, which no switch changes, are made once. The numbers are the drift-averaged fluxes at 90 degrees.
"""

import numpy as np
import pytest

from mcbelt.papers.gusev2003.trapped_spectra import belt_case
from mcbelt.sources.trapped import drift_averaged, prepare, primaries
from mcbelt.sources.trapped.model import ELECTRON, POSITRON

FALLS, RISES, STAYS = "falls", "rises", "stays"
HELIUM = {"shell.field": "dipole", "air.times": "instant", "air.composition": "helium"}
ENERGIES = {"at 15 MeV": 0.015, "at 100 MeV": 0.1, "at 250 MeV": 0.25}


@pytest.fixture(scope="module")
def flux():
    """Flux [m-2 s-1 sr-1 GeV-1] by charge and energy, with a dotted key changed; the diffusion by scattering too."""
    kept = {}

    def once(name, made):
        return lambda *given: kept[name] if name in kept else kept.setdefault(name, made(*given))

    def of(**change):
        case = belt_case("full", **HELIUM, **change)
        shell = prepare.model_of(case, primaries.protons, ()).shell
        spectra = drift_averaged.flux(shell)[:, :, -1].sum(axis=1)
        found = {"diffusion": shell.diffusion[:-1].max()}
        for name, charge in (("positron", POSITRON), ("electron", ELECTRON)):
            for words, energy in ENERGIES.items():
                found[f"{name} {words}"] = np.interp(energy, shell.energy, spectra[charge])
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prepare, "ENERGY_NODES", 40)
        for name in ("mirror_shells", "mean_air"):
            patch.setattr(prepare, name, once(name, getattr(prepare, name)))
        yield of


@pytest.fixture(scope="module")
def default(flux):
    return flux()


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        # Protons above 400 MeV make what is above 200 MeV.
        ("source.tail", "none", {"positron at 250 MeV": FALLS, "electron at 250 MeV": FALLS}),
        # A denser air at solar maximum leaves fewer protons on this shell.
        ("source.solar", "max", {"positron at 100 MeV": FALLS}),
        # e+ knock electrons on: they are e-, mostly below 30 MeV.
        ("physics.knock_on", False, {"positron at 15 MeV": STAYS, "electron at 15 MeV": FALLS}),
        ("physics.annihilation", False, {"positron at 15 MeV": RISES}),
        ("physics.scattering", False, {"diffusion": "vanishes"}),
        # Measured yields at 0.7-1 GeV, to which the factors bring ours, are lower.
        ("physics.yield_factors", False, {"positron at 100 MeV": RISES, "electron at 100 MeV": RISES}),
    ],
)
def test_a_switch_turned_off(flux, default, key, value, expected):
    found = flux(**{key: value})
    for name, way in expected.items():
        if way == STAYS:
            assert found[name] == pytest.approx(default[name], rel=1e-12), name
        elif way == "vanishes":
            assert found[name] == 0.0 < default[name], name
        else:
            change = found[name] / default[name] - 1.0
            assert (change < -0.01) if way == FALLS else (change > 0.001), (name, change)
