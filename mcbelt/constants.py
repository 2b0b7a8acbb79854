"""Physical constants of the simulator: CODATA 2018 / PDG 2022, one edition for all modules.

Units are those of the kernels: GeV, m, s, T, mb; a name with a suffix carries another unit.
"""

import math

SPEED_OF_LIGHT = 299792458.0  # [m/s], exact
ELECTRON_MASS = 0.51099895e-3  # [GeV]
MUON_MASS = 0.1056583755  # [GeV]
CHARGED_PION_MASS = 0.13957039  # [GeV]
NEUTRAL_PION_MASS = 0.1349768  # [GeV]
CHARGED_KAON_MASS = 0.493677  # [GeV]
NEUTRAL_KAON_MASS = 0.497611  # [GeV]
PROTON_MASS = 0.93827208816  # [GeV]
NEUTRON_MASS = 0.93956542052  # [GeV]
ALPHA_MASS = 3.7273794066  # [GeV]
MUON_LIFETIME = 2.1969811e-6  # [s]
CHARGED_PION_LIFETIME = 2.6033e-8  # [s]
CHARGED_KAON_LIFETIME = 1.2380e-8  # [s]
AVOGADRO = 6.02214076e23  # [1/mol], exact
CLASSICAL_ELECTRON_RADIUS = 2.8179403262e-15  # [m]
FINE_STRUCTURE = 7.2973525693e-3
ELEMENTARY_CHARGE = 1.602176634e-19  # [C], exact
GV_TO_TESLA_METRE = 1.0e9 / SPEED_OF_LIGHT  # rigidity [GV] to B times gyroradius [T m]
MB_TO_CM2 = 1.0e-27
MB_TO_M2 = 1.0e-31
MEV_CM2_PER_G = 1.0e-4  # [GeV m2/kg]

# Targets: charge, mass number, molar mass [g/mol] (natural isotopic mix where it matters).
TARGET_CHARGE = {"H": 1, "He": 2, "N": 7, "O": 8, "Ar": 18}
TARGET_MASS_NUMBER = {"H": 1, "He": 4, "N": 14, "O": 16, "Ar": 40}
TARGET_MOLAR_MASS = {"H": 1.00794, "He": 4.002602, "N": 14.0067, "O": 15.9994, "Ar": 39.948}  # [g/mol]

# dE/dt = k E^2 B_perp^2 for an ultra-relativistic electron [GeV/s] with E in GeV and B in T.
# Rybicki & Lightman 1979, eq. (6.5): (2/3) r_e^2 c gamma^2 B_perp^2 in Gaussian units, written in SI through r_e,
# m_e, e.
SYNCHROTRON_COEFFICIENT = (
    (2.0 / 3.0)
    * CLASSICAL_ELECTRON_RADIUS
    * ELEMENTARY_CHARGE**2
    * SPEED_OF_LIGHT
    / (ELECTRON_MASS * 1.0e9 * ELEMENTARY_CHARGE / SPEED_OF_LIGHT**2)
    / ELECTRON_MASS**2
    / (1.0e9 * ELEMENTARY_CHARGE)
)
JULIAN_YEAR = 365.25 * 86400.0  # [s], exact; 1 Myr is a million of them (IAU Style Manual, Wilkins 1989)
FULL_SPHERE = 4.0 * math.pi  # [sr]
