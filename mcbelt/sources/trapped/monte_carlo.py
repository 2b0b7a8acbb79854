"""Forward Monte Carlo of stably trapped e+- in shell-averaged coordinates: kinetic energy and equatorial pitch angle.

A life at L = 1.2 is a million drifts, so an orbit cannot be followed; what a drift does on average can. Each history
is born once as e+ and once as e- from the same random numbers (so that the error of their ratio is that of the ratio,
not of two fluxes), loses energy continuously and scatters in pitch angle, until it has cooled below the grid or its
mirror point reaches the dense air.

Scattering. The Fokker-Planck operator per grammage is (1/(W rho)) d/da (W rho D df/da) with W = sin a cos a T_b(a).
Near 90 degrees W is proportional to c = pi/2 - a: there it is the radial part of a two-dimensional diffusion (the two
dimensions are the latitude and its velocity, whose phase is averaged out). So the kick is drawn in that plane, c ->
|(c + k1, k2)|, which holds the 1/c drift exactly and never steps past 90 degrees; what is left of the drift, D d ln(W
D / c)/dc, is smooth and added explicitly.

Score. In steady state the directional flux is j = sum of w v dt / (W da dE): time spent, per phase space of the bin.

Sinking. Friction acts at the bottom of a gyration, so as the gyroradius shrinks the bottom stays and the guiding
centre comes down by d r_gc = r_L I_1/I_0 dlnE (air of scale height H, Bessel functions of r_L/H). The mean density
rho I_0(r_L/H) then stays the same: its change with E at a fixed guiding centre and that with the guiding centre
cancel exactly. A particle seen at an energy has met, all its life, the density that it meets now. (Synchrotron loss
does not move the guiding centre; docs/methods/trapped_belt.md says what that leaves out.)
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from mcbelt import constants, rng
from mcbelt.grid import bin_refuse, position_extend
from mcbelt.particles import GRAVITY, N_FATES, Fate
from mcbelt.rng import Purpose

ENERGY_FRACTION_PER_STEP = 0.02  # of the kinetic energy; the flux of the unscattered limit moves by < 0.1 % when halved
KICK_LIMIT = 0.02  # [rad] rms kick per step, small against the loss cone distance
_MOST_STEPS = 1_000_000
# Plain integers: compiled code neither converts nor indexes with enums.
_BIRTH, _KICK, _EDGE = int(Purpose.TRAPPED_BIRTH), int(Purpose.TRAPPED_KICK), int(Purpose.TRAPPED_EDGE)
_GRAVITY = tuple(map(int, GRAVITY))
_LOST, _STEP_LIMIT_REACHED, _ABSORBED, _COOLED = (
    int(fate) for fate in (Fate.LOST, Fate.STEP_LIMIT, Fate.ABSORBED, Fate.COOLED)
)


@njit(cache=True, error_model="numpy")
def interpolated(table, fa, fe):
    """Bilinear value of a table [na, ne] at fractional node numbers (fa, fe), which the caller keeps inside."""
    ia, ta = position_extend(fa, table.shape[0])
    ie, te = position_extend(fe, table.shape[1])
    low = table[ia, ie] * (1.0 - te) + table[ia, ie + 1] * te
    high = table[ia + 1, ie] * (1.0 - te) + table[ia + 1, ie + 1] * te
    return low * (1.0 - ta) + high * ta


@njit(cache=True, error_model="numpy")
def interpolated_angle(table, fa):
    """Linear value of a table [na] at a fractional node number."""
    ia, ta = position_extend(fa, table.shape[0])
    return table[ia] * (1.0 - ta) + table[ia + 1] * ta


@njit(cache=True, error_model="numpy")
def drift_table(model):
    """D d ln(W rho D / c) / dc per grammage [rad m2 kg-1], shape (na, ne): the smooth part of the drift in c = pi/2 -
    alpha.

    The density belongs into the derivative because D is per grammage: per time it is rho D that varies along alpha.
    """
    na, ne = model.diffusion.shape
    step = model.pitch_angle[1] - model.pitch_angle[0]
    result = np.zeros((na, ne))
    for ie in range(ne):
        for ia in range(na):
            below, above = max(ia - 1, 0), min(ia + 1, na - 1)
            ln_ratio = math.log(_regular_volume(model, above) / _regular_volume(model, below))
            ln_ratio += math.log(model.density[above, ie] / model.density[below, ie])
            if model.diffusion[below, ie] > 0.0:
                ln_ratio += math.log(model.diffusion[above, ie] / model.diffusion[below, ie])
            result[ia, ie] = -model.diffusion[ia, ie] * ln_ratio / ((above - below) * step)
    return result


@njit(cache=True, error_model="numpy")
def _regular_volume(model, ia):
    na = len(model.pitch_angle)
    if ia == na - 1:
        return _regular_volume(model, na - 2) ** (4.0 / 3.0) / _regular_volume(model, na - 3) ** (1.0 / 3.0)
    return model.phase_volume[ia] / (0.5 * math.pi - model.pitch_angle[ia])


@njit(cache=True, error_model="numpy")
def follow(model, tables, charge, seed, history, sums, ages):
    """Follow one e+- from birth to its fate, adding to sums and ages [n_angles, n_bins].

    `tables` holds the source per charge, ln of the density, and `drift_table`.

    Returns
    -------
    int
        Fate of the history.
    """
    source, ln_density, drift = tables[0][charge], tables[1], tables[2]
    na, ne = model.diffusion.shape
    alpha_low, alpha_step = model.pitch_angle[0], model.pitch_angle[1] - model.pitch_angle[0]
    lnE_low, lnE_step = math.log(model.energy[0]), math.log(model.energy[1] / model.energy[0])
    alpha_span, lnE_span = alpha_step * (na - 1), lnE_step * (ne - 1)
    u_alpha, u_energy = rng.uniform_pair(seed, history, 0, _BIRTH)
    alpha = alpha_low + u_alpha * alpha_span
    fe = u_energy * (ne - 1)
    E = math.exp(lnE_low + fe * lnE_step)
    fa = (alpha - alpha_low) / alpha_step
    fa_birth = fa
    # Birth is uniform in alpha and ln E; the weight is the production of that cell of phase space, per density.
    weight = interpolated(source, fa, fe) * interpolated_angle(model.phase_volume, fa) * E * alpha_span * lnE_span
    age = 0.0
    E_floor = max(model.energy[0], model.energy_edges[0])
    for event in range(_MOST_STEPS):
        if E <= E_floor:
            return _COOLED
        if not (E > E_floor):
            return _LOST
        ie_bin = bin_refuse(model.energy_edges, E * (1.0 - 1e-12))
        top = model.energy_edges[-1]  # a step from above the bins ends at their edge, or the last bin lacks its rest
        next_edge = model.energy_edges[ie_bin] if ie_bin >= 0 else (top if E > top else E_floor)
        E_next = max(E * (1.0 - ENERGY_FRACTION_PER_STEP), next_edge)
        E_mid = 0.5 * (E + E_next)
        fe = (math.log(E_mid) - lnE_low) / lnE_step
        fa = (alpha - alpha_low) / alpha_step
        rho = math.exp(interpolated(ln_density, fa, fe))
        total = E_mid + constants.ELECTRON_MASS
        loss = interpolated(model.loss[charge], fa, fe) + (
            constants.SYNCHROTRON_COEFFICIENT
            * total**2
            * interpolated_angle(model.field_squared, fa)
            / (rho * constants.SPEED_OF_LIGHT)
        )
        grammage = (E - E_next) / loss
        diffusion = interpolated(model.diffusion, fa, fe)
        if not (grammage > 0.0 and diffusion >= 0.0 and weight >= 0.0):  # one of the tables holds no number
            return _LOST
        pull = interpolated(drift, fa, fe)
        limit = grammage
        if diffusion > 0.0:
            limit = min(KICK_LIMIT**2 / (2.0 * diffusion), 0.5 * KICK_LIMIT / (abs(pull) + 1e-300))
        if grammage > limit:
            grammage = limit
            E_next = E - grammage * loss
        time = grammage / (rho * constants.SPEED_OF_LIGHT)
        survival = math.exp(-interpolated(model.annihilation[charge], fa, fe) * grammage)
        ia_bin = bin_refuse(model.pitch_angle_edges, min(alpha, 0.5 * math.pi * (1.0 - 1e-15)))
        if ie_bin >= 0 and ia_bin >= 0:
            # Births are proportional to the density where they happen, the time spent inversely to the density met:
            # what is left of the two is their ratio at one energy, because sinking keeps the density met (see above).
            ratio = math.exp(interpolated(ln_density, fa_birth, fe) - math.log(rho))
            spent = weight * 0.5 * (1.0 + survival) * grammage * ratio
            sums[ia_bin, ie_bin] += spent
            ages[ia_bin, ie_bin] += spent * (age + 0.5 * time)
        weight *= survival
        age += time
        E = E_next
        if diffusion > 0.0:
            n1, n2 = rng.normal_pair(seed, history, event, rng.species_stream(_KICK, model.stream[charge]))
            sigma = math.sqrt(2.0 * diffusion * grammage)
            c = 0.5 * math.pi - alpha + pull * grammage + sigma * n1
            before = alpha - alpha_low
            alpha = 0.5 * math.pi - math.hypot(c, sigma * n2)
            after = alpha - alpha_low
            # A path between two points inside may have touched the edge on its way: the probability of a Brownian
            # bridge.
            u, _ = rng.uniform_pair(seed, history, event, rng.species_stream(_EDGE, model.stream[charge]))
            if after < 0.0 or u < math.exp(-2.0 * before * after / sigma**2):
                return _ABSORBED
            if not (alpha <= 0.5 * math.pi):
                return _LOST
    return _STEP_LIMIT_REACHED


@njit(cache=True, error_model="numpy")
def graver(first, second):
    """Fate of a pair: the graver of the two, as `mcbelt.particles.GRAVITY` has it; LOST when neither is a fate."""
    for fate in _GRAVITY:
        if first == fate or second == fate:
            return fate
    return _LOST


class Moments(NamedTuple):
    """Sums over histories that the errors of ages and of fluxes over all directions take."""

    age_squares: np.ndarray  # of path length times age, shape (ns, n_angles, n_bins)
    age_products: np.ndarray  # of path length times age, by path length
    omnidirectional: np.ndarray  # of the score of the omnidirectional flux, squared, shape (ns, n_bins)
    integral: np.ndarray  # of the score of that flux above each lower edge, squared


@njit(cache=True, error_model="numpy")
def _add_moments(score, aged, omnidirectional, width, moments):
    """Add what one history scored in each bin, shapes (ns, n_angles, n_bins)."""
    ns, n_angles, n_bins = score.shape
    for charge in range(ns):
        above = 0.0
        for b in range(n_bins - 1, -1, -1):
            flux = 0.0
            for a in range(n_angles):
                flux += omnidirectional[a, b] * score[charge, a, b]
                moments.age_squares[charge, a, b] += aged[charge, a, b] ** 2
                moments.age_products[charge, a, b] += aged[charge, a, b] * score[charge, a, b]
            above += flux * width[b]
            moments.omnidirectional[charge, b] += flux**2
            moments.integral[charge, b] += above**2


@njit(cache=True, error_model="numpy", nogil=True)
def histories(model, seed, first, last, omnidirectional):
    """Tallies of histories [first, last); `omnidirectional` is the flux over all directions that a path length of 1 in
    a bin makes, shape (n_angles, n_bins).

    Returns
    -------
    sums, squares : ndarray, shape (ns, n_angles, n_bins)
        Sum over histories of the weighted path length per charge, and of its square.
    products : ndarray, shape (n_angles, n_bins)
        Sum of the product of the two charges (their scores are correlated by design).
    ages : ndarray, shape (ns, n_angles, n_bins)
        Sum of path length times age [.. s].
    moments : Moments
    fates : ndarray, shape (n_fates,)
    """
    n_angles, n_bins = len(model.pitch_angle_edges) - 1, len(model.energy_edges) - 1
    ns = model.source.shape[0]
    sums = np.zeros((ns, n_angles, n_bins))
    squares = np.zeros((ns, n_angles, n_bins))
    products = np.zeros((n_angles, n_bins))
    ages = np.zeros((ns, n_angles, n_bins))
    moments = Moments(np.zeros(ages.shape), np.zeros(ages.shape), np.zeros((ns, n_bins)), np.zeros((ns, n_bins)))
    fates = np.zeros(N_FATES, dtype=np.int64)
    source = np.zeros((ns, *model.diffusion.shape))
    for charge in range(ns):
        for channel in range(model.source.shape[1]):
            source[charge] += model.source[charge, channel]
    tables = (source, np.log(model.density), drift_table(model))
    score = np.zeros((ns, n_angles, n_bins))
    width = np.diff(model.energy_edges)
    for history in range(first, last):
        score[:] = 0.0
        before = ages.copy()
        gravest = _COOLED
        for charge in range(ns):
            gravest = graver(gravest, follow(model, tables, charge, seed, history, score[charge], ages[charge]))
        fates[gravest] += 1
        sums += score
        squares += score * score
        if ns > 1:
            products += score[0] * score[1]
        # The ages of one history as a difference: what is lost to rounding is no part of any sum that counts.
        _add_moments(score, ages - before, omnidirectional, width, moments)
    return sums, squares, products, ages, moments, fates
