"""UrQMD's yields in the place of our own: W/E of the production, and fluxes of e+ and e- at L = 1.09.

An independent calculation with UrQMD gave the numbers that ours are compared with. This prints both generators beside
them: UrQMD replaces the multiplicities and distributions of pions and kaons of p + N, O, Ar from 3 GeV on; cross
sections, yields below 3 GeV, decays, angles and transport stay the program's.

    python tools/bake_urqmd.py --work build/urqmd && python tools/bake_urqmd.py --work build/urqmd --assemble
    python tools/compare_urqmd.py build/urqmd/yields_urqmd_N.npz          # a minute or two

The table of UrQMD is made by whoever runs this: its licence does not let us pass it on.
"""

import argparse
import pathlib

import numpy as np

from mcbelt.papers.gusev2003.innermost_shell import Sampling, Shell, case, cutoff
from mcbelt.physics import angular_leptons, lepton_flux, lepton_production
from mcbelt.physics.pion_production import SPECIES
from mcbelt.physics.yield_factors import data_factor
from mcbelt.physics.yield_grids import in_thirtieths
from mcbelt.physics.yield_tables import YieldTable, YieldTables
from mcbelt.spectra import cosmic_rays

AIR = {"N": 0.7555, "O": 0.2315, "Ar": 0.013}
SAMPLING = Sampling(np.array([0.1, 0.2, 0.5, 1.0]), (16, 32, 96, 192))
INDEPENDENT = {
    "W/E of e+ at 0.09 / 0.28 / 1.1 GeV": (13.5, 10.4, 5.9),
    "e+ at 0.1 / 0.2 / 0.5 / 1 GeV [m-2 s-1 sr-1 GeV-1]": (240.0, 107.0, 23.9, 5.4),
    "e+/e- at the same": (3.68, 4.22, 4.29, 3.92),
}


class UrqmdTables(YieldTables):
    """Shipped yields with UrQMD's multiplicities and distributions for protons on N, O, Ar from 3 GeV on."""

    def __init__(self, path: str | pathlib.Path) -> None:
        super().__init__()
        self.path = path

    def table(self, target: str, projectile: str = "proton") -> YieldTable:
        """Table of an element: ours and, where this class says so, UrQMD's."""
        if projectile != "proton" or target not in ("N", "O", "Ar"):
            return super().table(target, projectile)
        if ("urqmd", target) not in self._read:
            ours = YieldTables(factors=False).table(target)
            with np.load(self.path) as data:
                urqmd = dict(data)
            E, model = urqmd["E_GeV"], ours.model
            low = ours.energies_GeV < E[0] * (1.0 - 1e-9)
            merged = {
                "E_GeV": np.concatenate([ours.energies_GeV[low], E]),
                "sigma_inel_mb": np.concatenate([model.sigma_inel[low], ours.sigma_inel(E)]),
                "mult": np.concatenate([model.multiplicity[low, : len(SPECIES)], urqmd["mult"]]),
                "mult_err": np.concatenate([ours.multiplicity_error[low, : len(SPECIES)], urqmd["mult_err"]]),
                "pdf": np.concatenate(
                    [in_thirtieths(ours, model.mass[low, : len(SPECIES)]), urqmd["pdf"].astype(float)]
                ),
                **{key: urqmd[key] for key in ("species", "nucleons", "provenance")},
            }
            # the factors of the data end at 3 GeV, with 1: they act on our rows only
            self._read["urqmd", target] = YieldTable(merged, lambda name, T: data_factor("proton", target, name, T))
        return self._read["urqmd", target]


def west_over_east() -> np.ndarray:
    """P(e+) of parents from the horizontal west over those from the east, all angles."""
    T, made = np.geomspace(5.0, 500.0, 300), []
    rays = cosmic_rays.modulated("proton", "burger2000", 0.5)
    for c in (1.0, -1.0):
        flux = rays.transmitted(T, cutoff(1.09, c))
        E, production = lepton_flux.production_spectrum(T, flux, AIR, "e+")
        chosen = production > 0
        made.append(np.exp(np.interp(np.log([0.09, 0.28, 1.1]), np.log(E[chosen]), np.log(production[chosen]))))
    return made[0] / made[1]


def rows() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The three rows of numbers with the yields that are in place."""
    flux, _ = Shell(case()).adjoint(SAMPLING)
    return west_over_east(), flux[0], flux[0] / flux[1]


def main() -> None:
    """Print ours, UrQMD's and the independent numbers."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("table", help="yields of UrQMD, from tools/bake_urqmd.py --assemble")
    path = parser.parse_args().table
    ours = rows()
    tables = UrqmdTables(path)
    lepton_production.yield_tables.cache_clear()
    lepton_production.yield_tables = angular_leptons.yield_tables = lambda factors, shift: tables
    for cache in (lepton_production._lepton_table, angular_leptons._angular_lepton_table):
        cache.cache_clear()
    for name, a, b in zip(INDEPENDENT, ours, rows(), strict=True):
        print(name)
        for label, values in (("ours", a), ("with UrQMD", b), ("independent", INDEPENDENT[name])):
            print(f"  {label:12s}", " / ".join(f"{value:.3g}" for value in values))


if __name__ == "__main__":
    main()
