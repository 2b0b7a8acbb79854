"""The second model of production: the pion and kaon yields that the radiation belt's sources use, on hydrogen and
helium.

The tables of `mcbelt.physics.pion_production` come from cascade generators and end at 500 GeV. Above, the scaling fits
carry on with the ratio that both have at 500 GeV, at the same share of the proton's energy. Helium among the cosmic
rays enters by the nuclear factor, as in `production`. Against the fits
the source of e+ is 5 to 10 % lower at 0.2 to 1 GeV and 23 % at 10 GeV (fewer leading pi+), that of e- within 12 %.
"""

import numpy as np
from numpy.typing import ArrayLike

from mcbelt.errors import PhysicsError
from mcbelt.interstellar import production
from mcbelt.interstellar.gas import HELIUM_TO_HYDROGEN
from mcbelt.interstellar.production import LeptonTable
from mcbelt.physics import lepton_production

END_GEV = 500.0  # where the tables end


def _on_gas(T_p, energy, charge, option, kaons):
    """d sigma/dE [mb/GeV] per hydrogen atom of the gas, over the effect of helium in `production.emissivity`."""
    total = np.zeros((len(T_p), len(energy)))
    for target, share in (("H", 1.0), ("He", HELIUM_TO_HYDROGEN)):
        table = lepton_production.lepton_table(target, charge, option, kaons=kaons)
        rows = lepton_production.rows_at(table, T_p)
        for k, row in enumerate(rows):
            logarithm = np.interp(np.log(energy), np.log(table.E_GeV), np.log(np.maximum(row, 1.0e-300)))
            inside = (energy <= table.E_GeV[-1]) & (logarithm > -600.0)
            total[k] += share * np.where(inside, np.exp(logarithm), 0.0)
    return total / (1.0 + HELIUM_TO_HYDROGEN * production.nuclear_factor(1, 4))


def lepton_table(
    T_p: ArrayLike, energy: ArrayLike, charge: int = 1, decay_option: str = "exact", kaons: str = "all"
) -> LeptonTable:
    """Inclusive production of e+ or e- from the baked yields, in the form of `production.lepton_table`.

    Parameters
    ----------
    T_p, energy : array_like
        Proton and lepton energies [GeV], rising, shapes (nT,) and (nE,); T_p from 0.2 GeV.
    charge : {1, -1}
        e+ or e-.
    decay_option : {"exact", "isotropic", "ms98"}
        Treatment of the muon's spin.
    kaons : {"all", "none"}
        With kaons (both channels of K+-, and K0S), or without.

    Returns
    -------
    LeptonTable
        dsigma/dE [mb/GeV] over the effect of helium in `production.emissivity`.

    Raises
    ------
    PhysicsError
        T_p below the tables, or kaons = "muonic", which the tables do not single out.
    """
    T_p, energy = np.asarray(T_p, float), np.asarray(energy, float)
    if kaons not in ("all", "none"):
        raise PhysicsError(f'baked_production: kaons = {kaons!r}; the baked yields know "all" or "none".')
    if T_p[0] < lepton_production.PROJECTILE_ENERGIES[0]:
        raise PhysicsError(f"baked_production: T_p from {T_p[0]:g} GeV; the yields begin at 0.2 GeV.")
    below = T_p <= END_GEV
    result = np.zeros((len(T_p), len(energy)))
    result[below] = _on_gas(T_p[below], energy, charge, decay_option, kaons == "all")
    if not np.all(below):
        scaling = production.lepton_table(T_p[~below], energy, charge, decay_option, kaons).dsigma_dE
        share = np.geomspace(1.0e-6, 0.99, 120)
        ends = production.lepton_table(np.array([END_GEV]), share * END_GEV, charge, decay_option, kaons).dsigma_dE[0]
        baked = _on_gas(np.array([END_GEV]), share * END_GEV, charge, decay_option, kaons == "all")[0]
        good = (ends > 1.0e-12 * ends.max()) & (baked > 0.0) & (share * END_GEV >= 1.0e-3)
        ratio = np.interp(
            np.log(energy / T_p[~below][:, None]), np.log(share[good]), (baked / np.where(good, ends, 1.0))[good]
        )
        result[~below] = scaling * ratio
    return LeptonTable(T_p, energy, result, charge, decay_option, kaons)
