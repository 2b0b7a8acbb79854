"""Constants of the geomagnetic field and of the figure of the Earth.

Units are those of the kernels (m, s, T, GV, GeV); a name with a suffix carries another unit. geomag stands alone,
so the few physical constants that it needs are repeated here; a test holds them equal to those of the simulator.
"""

SPEED_OF_LIGHT = 299792458.0  # [m/s], exact
GV_TO_TESLA_METRE = 1.0e9 / SPEED_OF_LIGHT  # rigidity [GV] to field times gyroradius [T m]
PROTON_MASS = 0.93827208816  # [GeV], CODATA 2018

REFERENCE_RADIUS = 6371.2e3  # [m] reference radius of the Gauss coefficients, and the Earth radius of L
CORE_RADIUS = 3485.0e3  # [m] the sources of the main field are inside; the expansion has no meaning below
NANOTESLA = 1.0e-9  # [T]

# WGS84 ellipsoid: NIMA TR8350.2 (2000), table 3.1
WGS84_EQUATORIAL_RADIUS = 6378137.0  # [m]
WGS84_FLATTENING = 1.0 / 298.257223563
WGS84_POLAR_RADIUS = WGS84_EQUATORIAL_RADIUS * (1.0 - WGS84_FLATTENING)  # [m]
WGS84_ECCENTRICITY_SQUARED = WGS84_FLATTENING * (2.0 - WGS84_FLATTENING)

MCILWAIN_MOMENT_NT = 31165.3  # [nT] dipole moment / R_E^3 in the L of McIlwain 1966, Space Sci. Rev. 5, 585
GUSEV_MOMENT_NT = 31200.0  # [nT] B = 0.312 G L^-3, Gusev et al. 2003
L_MIN, L_MAX = 1.0, 2.0  # range of drift shells: nearer the core too deep, farther out external fields count
