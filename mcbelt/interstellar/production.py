"""Source functions of secondary e+ and e-: cosmic protons and helium on the hydrogen and helium between the stars.

The chain is p + p -> pi, K -> mu -> e. The inclusive spectra of the mesons (isobar and scaling pictures,
`meson_spectra`) are folded with the decay spectra of `mcbelt.physics.decay`, the same closed forms that serve the
radiation belt. Nuclei enter by the factor (A1^(3/8) + A2^(3/8) - 1)^2 at the same energy per nucleon (Orth & Buffington
1976), 2.83 for p + He and 5.59 for He + He.

Decay options: "exact" (default); "isotropic"; "ms98", the form printed by Moskalenko & Strong 1998, whose muon
asymmetry has the wrong sign for e+ and whose muon stays polarised along its laboratory direction: kept to reproduce
their figures.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from mcbelt.constants import CHARGED_KAON_MASS, CHARGED_PION_MASS, MB_TO_CM2, PROTON_MASS
from mcbelt.errors import PhysicsError
from mcbelt.interstellar.gas import HELIUM_TO_HYDROGEN
from mcbelt.interstellar.inclusive import KAON_MINUS, KAON_PLUS, PION_MINUS, PION_PLUS
from mcbelt.interstellar.meson_spectra import meson_spectrum
from mcbelt.physics import decay
from mcbelt.spectra.local_interstellar import rigidity

KAON_CHANNELS = ("muonic", "all", "none")
DECAYS = ("exact", "isotropic", "ms98")
_BINS_PER_DECADE = 48


class LeptonTable(NamedTuple):
    """Inclusive production of e+ or e- in p + p.

    Dsigma/dE [mb/GeV], shape (nT, nE), on proton kinetic energies and lepton energies [GeV].
    """

    T_p: np.ndarray
    energy: np.ndarray
    dsigma_dE: np.ndarray
    charge: int
    decay: str
    kaons: str


def nuclear_factor(first: float, second: float) -> float:
    """(A1^(3/8) + A2^(3/8) - 1)^2: cross section of two nuclei over that of p + p at the same energy per nucleon.

    Orth & Buffington 1976.
    """
    return (first**0.375 + second**0.375 - 1.0) ** 2


@njit(cache=True, error_model="numpy", nogil=True)
def decay_matrix(meson_energy: np.ndarray, energy: np.ndarray, option: int, kaon_channel: int) -> np.ndarray:
    """Spectra of the leptons of mesons in flight.

    Parameters
    ----------
    meson_energy, energy : ndarray
        Total energies of mesons and leptons [GeV].
    option : int
        Treatment of the muon's spin and charge, from `decay.option_code`.
    kaon_channel : int
        -1: pion, 0: K -> mu nu, 1: K -> mu nu and pi pi0.

    Returns
    -------
    ndarray
        dN/dE of the lepton [1/GeV], shape (mesons, leptons).
    """
    matrix = np.zeros((len(meson_energy), len(energy)))
    for i in range(len(meson_energy)):
        for j in range(len(energy)):
            if kaon_channel < 0:
                matrix[i, j] = decay.electron_spectrum(energy[j], meson_energy[i], option)
            elif kaon_channel == 1 or option == decay.MS98 or option == decay.MS98_ELECTRON:
                matrix[i, j] = decay.kaon_spectrum(energy[j], meson_energy[i], option)
            else:
                xi = decay.ASYMMETRY if option == decay.EXACT else 0.0
                matrix[i, j] = decay.KAON_TO_MUON * decay.two_body_spectrum(
                    energy[j], meson_energy[i], CHARGED_KAON_MASS, decay.KAON_MUON_ENERGY, xi
                )
    return matrix


def _check(T_p, energy, charge, option, kaons):
    if charge not in (1, -1):
        raise PhysicsError(f"lepton_table: charge = {charge} is neither 1 (e+) nor -1 (e-).")
    if option not in DECAYS:
        raise PhysicsError(f"lepton_table: decay = {option!r} is not one of {', '.join(DECAYS)}.")
    if kaons not in KAON_CHANNELS:
        raise PhysicsError(f"lepton_table: kaons = {kaons!r} is not one of {', '.join(KAON_CHANNELS)}.")
    for name, grid in (("T_p", T_p), ("energy", energy)):
        if grid.ndim != 1 or np.any(grid <= 0.0) or np.any(np.diff(grid) <= 0.0):
            raise PhysicsError(
                f"lepton_table: {name} must be a rising one-dimensional grid of positive energies [GeV]."
            )


def meson_bins(mass: float, greatest: float) -> np.ndarray:
    """Bins of total meson energy, even in ln(kinetic energy), from 10 keV up to `greatest` [GeV]."""
    decades = math.log10(max(greatest, 1.0) / 1.0e-5)
    return mass + np.concatenate(
        [[0.0], np.geomspace(1.0e-5, max(greatest, 1.0), math.ceil(decades * _BINS_PER_DECADE))]
    )


def lepton_table(
    T_p: ArrayLike, energy: ArrayLike, charge: int = 1, decay_option: str = "exact", kaons: str = "muonic"
) -> LeptonTable:
    """Inclusive production cross section of e+ or e- in p + p.

    Parameters
    ----------
    T_p : array_like
        Kinetic energies of the proton [GeV], rising, shape (nT,). Below 0.28 GeV the result is zero.
    energy : array_like
        Lepton energies [GeV], rising, shape (nE,).
    charge : {1, -1}
        e+ or e-.
    decay_option : {"exact", "isotropic", "ms98"}
        Treatment of the muon's spin.
    kaons : {"muonic", "all", "none"}
        K -> mu nu alone (Moskalenko & Strong 1998), also K -> pi pi0, or no kaons. With "ms98" always K -> mu nu alone
        or none.

    Returns
    -------
    LeptonTable

    Raises
    ------
    PhysicsError
        Unknown option or a grid that does not rise.

    Notes
    -----
    Pion and kaon spectra are kept in 48 bins per decade; the numbers of leptons agree with the inclusive cross sections
    to 0.1 %.
    """
    T_p, energy = np.asarray(T_p, float), np.asarray(energy, float)
    _check(T_p, energy, charge, decay_option, kaons)
    code = decay.option_code(decay_option, charge)
    pion, kaon = (PION_PLUS, KAON_PLUS) if charge > 0 else (PION_MINUS, KAON_MINUS)
    table = _fold(T_p, energy, CHARGED_PION_MASS, pion, (code, -1))
    if kaons != "none":
        table += _fold(T_p, energy, CHARGED_KAON_MASS, kaon, (code, 1 if kaons == "all" else 0))
    return LeptonTable(T_p, energy, table, charge, decay_option, kaons)


def _fold(T_p, energy, mass, meson, channel):
    edges = meson_bins(mass, T_p[-1])
    spectra = np.array([meson_spectrum(t, edges, meson) for t in T_p])
    return spectra @ decay_matrix(0.5 * (edges[1:] + edges[:-1]), energy, *channel)


def emissivity(
    table: LeptonTable,
    proton_intensity: ArrayLike,
    helium_intensity: ArrayLike | None = None,
    target_helium: float = HELIUM_TO_HYDROGEN,
) -> np.ndarray:
    """Production rate of leptons per hydrogen atom of the gas.

    Parameters
    ----------
    table : LeptonTable
        Cross sections.
    proton_intensity : array_like
        Proton intensity at table.T_p [m-2 s-1 sr-1 GeV-1], shape (..., nT).
    helium_intensity : array_like or None
        Helium intensity per energy per nucleon at the same energies per nucleon; None: no helium among the cosmic rays.
    target_helium : float
        Helium atoms per hydrogen atom in the gas.

    Returns
    -------
    ndarray
        q(E) [s-1 GeV-1 per H atom], shape (..., nE): 4 pi times the integral of intensity times dsigma/dE, trapezoidal
        in ln T.
    """
    on_gas = 1.0 + target_helium * nuclear_factor(1, 4)
    intensity = np.asarray(proton_intensity, float) * on_gas
    if helium_intensity is not None:
        from_helium = nuclear_factor(4, 1) + target_helium * nuclear_factor(4, 4)
        intensity = intensity + np.asarray(helium_intensity, float) * from_helium
    return intensity @ (folding_weights(table.T_p)[:, None] * table.dsigma_dE)


def folding_weights(T_p: np.ndarray) -> np.ndarray:
    """Weights w of 4 pi * integral(J sigma dT) = sum w J sigma, trapezoidal in ln T; they turn m-2 and mb into s-1."""
    logarithm = np.log(T_p)
    step = np.zeros_like(T_p)
    step[1:] += 0.5 * np.diff(logarithm)
    step[:-1] += 0.5 * np.diff(logarithm)
    return 4.0 * math.pi * step * T_p * MB_TO_CM2 * 1.0e-4


def mori_protons(T_p: ArrayLike) -> np.ndarray:
    """Median demodulated proton spectrum of Mori 1997 as used by Moskalenko & Strong 1998, Fig. 4 [m-2 s-1 sr-1 GeV-1],
    T_p kinetic [GeV].

    1.67 p^-2.7 [1 + (2.5/p)^2]^-1/2 below 100 GeV total energy, 6.65e-6 (E/100 GeV)^-2.75 above, cm-2 s-1 sr-1 GeV-1;
    the paper leaves out the sr, and the minus signs were lost in print.
    """
    T_p = np.asarray(T_p, float)
    energy = T_p + PROTON_MASS
    p, _ = rigidity(T_p, "proton")
    low = 1.67 * p**-2.7 / np.sqrt(1.0 + (2.5 / p) ** 2)
    return 1.0e4 * np.where(energy < 100.0, low, 6.65e-6 * (energy / 100.0) ** -2.75)
