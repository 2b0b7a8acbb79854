"""Protons trapped in the inner belt: AP-8 against energy, B/B0 and equatorial pitch angle on one shell.

AP-8 is the only public map of the trapped protons that reaches the pion threshold (0.29 GeV), and only just: it ends at
0.4 GeV, while most of the positrons of the belt come from protons above. What follows above is an explicit choice:

* ``exponential``: the map code's own e-fold goes on (122 MeV at L = 1.2), without the floor of that code, which returns
  zero where J(>E) < 1 cm-2 s-1;
* ``power_law``: J(>E) falls as E^-n with the slope that it has at 0.4 GeV (n = 3.29 at L = 1.2);
* ``none``: no proton above 0.4 GeV.

The spread between them is a systematic error of every result. The map is read by (L, B/B0) only, where L is AP-8's
own: a shell of another epoch is identified by its lowest altitude (`matched_l`), never by a position in today's field.
"""

import csv
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mcbelt.errors import PhysicsError
from mcbelt.spectra import ap8_map, mirror_points

TAILS = ("exponential", "power_law", "none")
_END = ap8_map.HIGHEST_MAP_ENERGY_MEV
_LN10 = np.log(10.0)
_PER_CM2 = 1.0e4  # cm-2 in m-2
_PER_MEV = 1.0e3  # MeV-1 in GeV-1


class TrappedProtons:
    """Flux of trapped protons on one shell of AP-8.

    Parameters
    ----------
    solar : {"min", "max"}
        The map: solar minimum (1964) or maximum (1970).
    L_ap8 : float
        L in the field of the map, 1.14-1.5 (see `matched_l`).
    tail : {"exponential", "power_law", "none"}
        The spectrum above 0.4 GeV.

    Raises
    ------
    PhysicsError
        If a parameter is outside what is listed; below L = 1.14 AP-8 has no flux.

    Notes
    -----
    All fluxes broadcast their arguments. Kinetic energies below 10 MeV raise PhysicsError. A flux of zero beyond the
    cut-off in B/B0, or at all energies above those that the map has on this shell, is the map's own statement.

    Agreement with the map code at L = 1.14-1.5: 1 % (tests/physics/test_spectra_ap8.py). Between the energies of the
    map log10 J is linear in E, as in the map code, so that dJ/dE has steps there: of 1 % at 0.2 GeV for L = 1.2 and 3
    to 11 % elsewhere, none above. A smoother curve would leave the map by up to 5 % and change nothing above the pion
    threshold.
    """

    def __init__(self, solar: str, L_ap8: float, tail: str = "exponential"):
        if tail not in TAILS:
            raise PhysicsError(f'Trapped protons: tail = "{tail}" is unknown. Give one of {", ".join(TAILS)}.')
        self.solar, self.L_ap8, self.tail = solar, float(L_ap8), tail
        self._section = ap8_map.map_section(solar, self.L_ap8)
        self._profiles: dict[float, tuple[np.ndarray, np.ndarray]] = {}  # by energy [GeV]

    @property
    def b_cutoff(self) -> float:
        """B/B0 beyond which the map has no protons above 10 MeV on this shell."""
        return 1.0 + max(float(x[-1]) for x in self._section.distances)

    def integral_flux(self, T_GeV: ArrayLike, b_over_b0: ArrayLike = 1.0) -> np.ndarray:
        """Omnidirectional flux above an energy.

        Parameters
        ----------
        T_GeV : array_like
            Kinetic energy [GeV], at least 0.01.
        b_over_b0 : array_like
            Field over its equatorial value, at least 1.

        Returns
        -------
        ndarray
            J(>T) [m-2 s-1]. With tail "none" the flux above 0.4 GeV is left out at every T.

        Raises
        ------
        PhysicsError
            Below 0.01 GeV, or for B/B0 below 1.
        """
        T_MeV, b = _checked(T_GeV, b_over_b0)
        if self.tail == "none":
            flux = self._flux(np.minimum(T_MeV, _END), b)[0] - self._flux(np.full_like(T_MeV, _END), b)[0]
        else:
            flux = self._flux(T_MeV, b)[0]
        return _PER_CM2 * flux

    def differential_flux(self, T_GeV: ArrayLike, b_over_b0: ArrayLike = 1.0) -> np.ndarray:
        """Omnidirectional flux per energy.

        Parameters
        ----------
        T_GeV : array_like
            Kinetic energy [GeV], at least 0.01.
        b_over_b0 : array_like
            Field over its equatorial value, at least 1.

        Returns
        -------
        ndarray
            -dJ/dT [m-2 s-1 GeV-1].

        Raises
        ------
        PhysicsError
            Below 0.01 GeV, or for B/B0 below 1.
        """
        T_MeV, b = _checked(T_GeV, b_over_b0)
        flux, steepness = self._flux(T_MeV, b)
        if self.tail == "none":
            steepness = np.where(T_MeV < _END, steepness, 0.0)
        return _PER_CM2 * _PER_MEV * flux * steepness

    def directional_flux(self, T_GeV: ArrayLike, alpha_eq: ArrayLike) -> np.ndarray:
        """Flux per energy and solid angle of protons with an equatorial pitch angle.

        Parameters
        ----------
        T_GeV : array_like
            Kinetic energy [GeV], at least 0.01.
        alpha_eq : array_like
            Equatorial pitch angle [rad], 0 to pi; broadcast against `T_GeV`.

        Returns
        -------
        ndarray
            j [m-2 s-1 sr-1 GeV-1], anywhere on the field line where the particle comes (Liouville); never negative,
            never decreasing towards pi/2. Its omnidirectional flux gives `differential_flux` back within 3 % where
            that is above a tenth of its equatorial value, for L 1.17-1.5 and T 0.25-0.6 GeV (6 % to 1 GeV and down to
            0.1 GeV). On shells and at energies where the map has next to no flux it can only be called a guess.

        Raises
        ------
        PhysicsError
            Below 0.01 GeV, or for a pitch angle outside 0 to pi.
        """
        T, alpha = np.broadcast_arrays(np.asarray(T_GeV, float), np.asarray(alpha_eq, float))
        if not (np.all(alpha >= 0.0) and np.all(alpha <= np.pi)):
            raise PhysicsError("Trapped protons: alpha_eq must lie in [0, pi] rad; convert degrees to radians.")
        energies, which = np.unique(T, return_inverse=True)
        v = np.sin(alpha).ravel() ** 2
        flux = np.empty(v.size)
        for i, energy in enumerate(energies):
            here = which.ravel() == i
            flux[here] = np.interp(v[here], *self._profile(float(energy)), left=0.0)
        return flux.reshape(T.shape)

    def _profile(self, T_GeV: float) -> tuple[np.ndarray, np.ndarray]:
        """Directional flux against sin^2 of the equatorial pitch angle; made once, as every place asks for it."""
        if T_GeV not in self._profiles:
            self._profiles[T_GeV] = mirror_points.directional_profile(
                lambda b: self.differential_flux(T_GeV, b), self.b_cutoff
            )
        return self._profiles[T_GeV]

    def _flux(self, T_MeV, b):
        """J(>E) [cm-2 s-1] with the tail (exponential where the tail is "none"), and -d ln J / dE [MeV-1]."""
        logarithm, slope = ap8_map.segments(self._section, T_MeV, b)
        if self.tail == "power_law":
            at_end, end_slope = ap8_map.segments(self._section, np.full_like(T_MeV, _END), b)
            _, equatorial = ap8_map.segments(self._section, _END, 1.0)
            # at least the index of the equator: a flatter one near the cut-off would outlive the equatorial flux
            index = -_LN10 * _END * np.minimum(end_slope, equatorial)
            beyond = T_MeV > _END
            logarithm = np.where(beyond, at_end - index * np.log10(T_MeV / _END), logarithm)
            slope = np.where(beyond, -index / (_LN10 * T_MeV), slope)
        return 10.0**logarithm, -_LN10 * slope


def matched_l(shell: Any, solar: str) -> float:
    """L of the AP-8 shell that comes down to the same lowest altitude.

    Protons of a belt that the air empties are organised by the lowest altitude H_min of their drift. AP-8's L belongs
    to the field in which the map was drawn (Jensen & Cain 1960 for the minimum, GSFC 12/66 at 1970 for the maximum),
    which was stronger than today's; equal H_min carries a shell from one field to the other.

    Parameters
    ----------
    shell : geomag.drift_shell.DriftShell or float
        A shell with `H_min_km`, or the altitude itself [km].
    solar : {"min", "max"}

    Returns
    -------
    float
        AP-8's L. May lie outside 1.14-1.5, where `TrappedProtons` refuses it.

    Raises
    ------
    PhysicsError
        If H_min is outside the table (156 to 3050 km).
    """
    if solar not in ("min", "max"):
        raise PhysicsError(
            f'AP-8: solar = "{solar}" is not a map. Give "min" (solar minimum) or "max" (solar maximum).'
        )
    altitude = float(getattr(shell, "H_min_km", shell))
    text = (resources.files("mcbelt") / "data" / "ap8" / "shells.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    L = np.array([float(row["L"]) for row in rows])
    H = np.array([float(row[f"H_min_km_{solar}"]) for row in rows])
    if not H[0] <= altitude <= H[-1]:
        raise PhysicsError(
            f"AP-8: a shell with H_min = {altitude:.0f} km is outside the table of AP-8 shells, "
            f"{H[0]:.0f}-{H[-1]:.0f} km (L = {L[0]:g}-{L[-1]:g}). AP-8 has no flux below L = 1.14: "
            "give a shell with H_min above about 420 km, or your own proton spectrum as CSV."
        )
    return float(np.interp(altitude, H, L))


def _checked(T_GeV, b_over_b0):
    """Energies [MeV] and B/B0 as broadcast arrays, inside the map's range."""
    T_MeV, b = np.broadcast_arrays(np.asarray(T_GeV, float) * 1.0e3, np.asarray(b_over_b0, float))
    lowest = ap8_map.LOWEST_ENERGY_MEV
    if not np.all(T_MeV >= lowest * (1.0 - 1e-12)):
        raise PhysicsError(
            f"Trapped protons: T = {np.min(T_MeV) / 1e3:.4g} GeV is below the table, "
            f"which starts at {lowest / 1e3:g} GeV. Ask above it."
        )
    if not np.all(b >= 1.0):
        raise PhysicsError(f"Trapped protons: B/B0 = {np.min(b):.6g} is below 1, the equator. Give B/B0 >= 1.")
    return np.maximum(T_MeV, lowest), b
