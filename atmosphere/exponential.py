"""Isothermal air at the door. The physics and the kernels are in `atmosphere.isothermal`."""

import numpy as np

from atmosphere.air import Air
from atmosphere.errors import OutOfRange
from atmosphere.isothermal import ExponentialAir
from atmosphere.table import ELEMENTS, TOP_KM

DRY_AIR = {"N": 0.7553, "O": 0.2318, "Ar": 0.0129}  # mass fractions at the ground, US Standard Atmosphere 1976, table 3


class Exponential(Air):
    """Air of one temperature: rho = density exp(-(altitude - reference) / scale height).

    Parameters
    ----------
    density_kg_m3 : float
        Density at the reference altitude [kg m-3], > 0.
    scale_height_km : float
        e-folding height [km], > 0.
    reference_km : float, optional
        Altitude where `density_kg_m3` holds [km].
    mass_fractions : dict of str to float, optional
        Shares of "H", "He", "N", "O", "Ar", sum 1; dry air when not given.
    top_km : float, optional
        Highest altitude that is answered [km].

    Raises
    ------
    OutOfRange
        For a density or scale height that is not positive, an unknown element, or shares that do not sum to 1.
    """

    def __init__(
        self,
        density_kg_m3: float,
        scale_height_km: float,
        reference_km: float = 0.0,
        mass_fractions: dict[str, float] | None = None,
        top_km: float = TOP_KM,
    ) -> None:
        for name, value in (("density_kg_m3", density_kg_m3), ("scale_height_km", scale_height_km), ("top_km", top_km)):
            if not (value > 0.0 and np.isfinite(value)):
                raise OutOfRange(f"exponential air: {name} = {value} must be positive and finite.")
        shares = DRY_AIR if mass_fractions is None else mass_fractions
        unknown = set(shares) - set(ELEMENTS)
        if unknown:
            raise OutOfRange(f"exponential air: element {sorted(unknown)[0]!r} is not one of {', '.join(ELEMENTS)}.")
        if abs(sum(shares.values()) - 1.0) > 1.0e-9:
            raise OutOfRange(f"exponential air: mass fractions sum to {sum(shares.values()):g}; they must sum to 1.")
        table = ExponentialAir(
            density=float(density_kg_m3),
            scale_height=scale_height_km * 1.0e3,
            reference=reference_km * 1.0e3,
            top=top_km * 1.0e3,
            fractions=tuple(float(shares.get(element, 0.0)) for element in ELEMENTS),
        )
        super().__init__(table, scale_step_km=lambda altitude_km: np.full_like(altitude_km, 0.01 * scale_height_km))
