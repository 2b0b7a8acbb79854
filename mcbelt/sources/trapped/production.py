"""Cross sections of trapped protons on air, as the moments in production angle that `shell_source` convolves.

The energy spectrum of the e+- is that of `lepton_production.lepton_table`; the distribution of their angle to the
proton that of `angular_leptons.angular_lepton_table`, which is coarser in energy and is used for the shape alone.
"""

import numpy as np

from mcbelt.constants import MB_TO_M2
from mcbelt.errors import PhysicsError
from mcbelt.grid import sorted_cells_extend, sorted_cells_hold
from mcbelt.physics import angular_leptons, lepton_flux, lepton_production
from mcbelt.physics.yield_factors import bertini_over_inclxx
from mcbelt.sources.trapped.moments import emission_moments

SIGNS = (1, -1)


def spectrum(target, charge, T, energy, *, decay, factors, kaons, factor_shift=0.0):
    """dsigma/dE [mb GeV-1] at proton energies T [GeV] and lepton energies [GeV], shape (nt, ne).

    Linear in ln E between the nodes of the table, with the power law of the nodes.
    """
    table = lepton_production.lepton_table(target, charge, decay, factors, kaons=kaons, factor_shift=factor_shift)
    rows = lepton_production.rows_at(table, T)
    position, share = sorted_cells_extend(np.log(table.E_GeV), np.log(energy), upper=True)
    low, high = rows[:, position], rows[:, position + 1]
    both = (low > 0.0) & (high > 0.0)
    ratio = np.where(both, high, 1.0) / np.where(both, low, 1.0)
    return np.where(both, low * ratio**share, low * (1.0 - share) + high * share)


def angle_means(target, charge, T, energy, *, decay, factors):
    """Mean of the Legendre polynomials of the production angle, even orders, shape (n_orders, nt, ne); 1 for order 0.

    Raises
    ------
    PhysicsError
        A decay option without angles.
    """
    if decay not in ("exact", "isotropic"):
        raise PhysicsError(
            f"production_angles = 'table' needs decay = 'exact' or 'isotropic'; decay = {decay!r} has no angles. "
            "Set production_angles to 'isotropic' or 'collinear'."
        )
    table = angular_leptons.angular_lepton_table(target, charge, decay, factors)
    cos_edges = (1.0 - 2.0 * table.v_edges**2)[::-1]
    per_bin = (table.differential * table.solid_angle_cosine)[..., ::-1]
    moments = emission_moments(cos_edges, per_bin, "table")
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(moments[0] > 0.0, moments / moments[0], 0.0)
    return _bilinear(means, np.log(table.T_GeV), np.log(table.E_GeV), np.log(T), np.log(energy))


def _bilinear(values, x, y, at_x, at_y):
    """Values [..., nx, ny] at all pairs of points; held at the ends of the grid."""

    i, s = sorted_cells_hold(x, at_x, upper=True)
    j, t = sorted_cells_hold(y, at_y, upper=True)
    row = values[..., i, :] * (1.0 - s)[:, None] + values[..., i + 1, :] * s[:, None]
    return row[..., j] * (1.0 - t) + row[..., j + 1] * t


def emission(fractions, charge, T, energy, options):
    """Emission moments of a gas per channel.

    Parameters
    ----------
    fractions : dict of str to float
        Mass fractions by element.
    charge : {1, -1}
    T, energy : ndarray, shape (nt,), (ne,)
        Proton and lepton energies [GeV].
    options : dict
        decay, factors, angles ("table" | "isotropic" | "collinear"), factor_shift, and bertini (True: the
        multiplicity of the other cascade on N and O, for the generator band).

    Returns
    -------
    dict of str to ndarray
        "pion" and "kaon": moments lambda_l per kg of gas [m2 kg-1 GeV-1], shape (n_orders, nt, ne).
    """
    named = {"decay": options["decay"], "factors": options["factors"]}
    shift = options.get("factor_shift", 0.0)
    result = {"pion": 0.0, "kaon": 0.0}
    for target, nuclei in lepton_flux.targets_per_kg(fractions).items():
        if nuclei == 0.0:
            continue
        pion = spectrum(target, charge, T, energy, kaons=False, **named)
        both = spectrum(target, charge, T, energy, kaons=True, **named)
        if options["angles"] == "table":
            means = angle_means(target, charge, T, energy, decay=options["decay"], factors=options["factors"])
        else:
            means = emission_moments(np.array([-1.0, 1.0]), np.ones((len(T), len(energy), 1)), options["angles"])
        scale = nuclei * MB_TO_M2
        kaon = np.maximum(both - pion, 0.0)  # no factor: there are no data for kaons
        if shift != 0.0:
            pion = spectrum(target, charge, T, energy, kaons=False, factor_shift=shift, **named)
        if options.get("bertini", False) and target in ("N", "O"):
            species = "pi+" if charge > 0 else "pi-"
            pion = pion * bertini_over_inclxx(target, species, T)[:, None]
        result["pion"] = result["pion"] + scale * pion * means
        result["kaon"] = result["kaon"] + scale * kaon * means
    return result
