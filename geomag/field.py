"""The field at a point: one seam for kernels, and the fields as people use them.

Kernels call `magnetic_field(model, x, y, z)` and `field_and_gradient(model, x, y, z)`; numba chooses the code by
the type of the model, so there is one tracing loop, not one per field. A new model is a NamedTuple and two scalar
kernels, entered in `FIELD_KERNELS` and `GRADIENT_KERNELS`.

The classes `Igrf`, `CentredDipole`, `EccentricDipole`, `HistoricalField` and `SphericalHarmonic` hold such a model
and give the field in nT for arrays of positions in degrees and kilometres; quantities are converted to these, and
arrays of pandas and xarray keep their labels (`kernelcache.doors`). Only the main field is here: beyond
about 3 Earth radii the ring current adds more than a per cent.

Examples
--------
>>> field = Igrf("1998-06-05")
>>> round(field.moment_nT, 1)
30149.6
>>> east, north, up = field.geodetic(latitude_deg=[-15.0, 0.0], longitude_deg=-60.0, altitude_km=800.0)
>>> east.shape
(2,)
>>> round(float(EccentricDipole("1998-06-05").offset_km), 0)
536.0
"""

from typing import Any

import numpy as np
from numba import njit
from numba.extending import overload
from numpy.typing import ArrayLike

from geomag import dipole, igrf
from geomag.constants import CORE_RADIUS, NANOTESLA, REFERENCE_RADIUS
from geomag.coordinates import check_latitude, geocentric_to_cartesian, geodetic_to_cartesian, spread_radians
from geomag.dipole import DipoleModel
from geomag.errors import DOOR, OutOfRange
from geomag.igrf import IgrfModel
from kernelcache import Kernels

FIELD_KERNELS = Kernels({IgrfModel: igrf.igrf_field, DipoleModel: dipole.dipole_field})
_LOCAL = ("east", "north", "up")
GRADIENT_KERNELS = Kernels({IgrfModel: igrf.igrf_field_and_gradient, DipoleModel: dipole.dipole_field_and_gradient})


def magnetic_field(model: Any, x: float, y: float, z: float) -> tuple[float, float, float]:
    """Magnetic field of any model: the seam.

    Parameters
    ----------
    model : IgrfModel or DipoleModel
        A field as kernels read it, e.g. ``Igrf(date).model``.
    x, y, z : float
        Geocentric Cartesian position [m].

    Returns
    -------
    tuple of 3 float
        Bx, By, Bz [T], geocentric Cartesian. NaN where the model has no value.
    """
    return FIELD_KERNELS[type(model)](model, x, y, z)


@overload(magnetic_field)
def _magnetic_field(model, x, y, z):
    kernel = FIELD_KERNELS.get(getattr(model, "instance_class", None))
    return None if kernel is None else lambda model, x, y, z: kernel(model, x, y, z)


def field_and_gradient(
    model: Any, x: float, y: float, z: float
) -> tuple[float, float, float, float, float, float, float, float]:
    """Magnetic field and its gradient: the seam for guiding centres and shells.

    Parameters
    ----------
    model, x, y, z
        As for `magnetic_field`.

    Returns
    -------
    tuple of 8 float
        Bx, By, Bz [T]; dBx/dx, dBx/dy, dBx/dz, dBy/dy, dBy/dz [T/m]. The gradient is symmetric and without trace.
    """
    return GRADIENT_KERNELS[type(model)](model, x, y, z)


@overload(field_and_gradient)
def _field_and_gradient(model, x, y, z):
    kernel = GRADIENT_KERNELS.get(getattr(model, "instance_class", None))
    return None if kernel is None else lambda model, x, y, z: kernel(model, x, y, z)


@njit(cache=True, error_model="numpy")
def strength_and_gradient(
    model: Any, x: float, y: float, z: float
) -> tuple[float, float, float, float, float, float, float]:
    """Strength of the field, its direction, and the gradient of the strength.

    Parameters
    ----------
    model, x, y, z
        As for `magnetic_field`.

    Returns
    -------
    tuple of 7 float
        B [T]; unit vector along the field; gradient of B [T/m]; all geocentric Cartesian.
    """
    bx, by, bz, bxx, bxy, bxz, byy, byz = field_and_gradient(model, x, y, z)
    strength = np.sqrt(bx * bx + by * by + bz * bz)
    bx, by, bz = bx / strength, by / strength, bz / strength
    bzz = -bxx - byy
    return (
        strength,
        bx,
        by,
        bz,
        bx * bxx + by * bxy + bz * bxz,
        bx * bxy + by * byy + bz * byz,
        bx * bxz + by * byz + bz * bzz,
    )


@njit(cache=True, error_model="numpy")
def field_at_points(model: Any, x: np.ndarray, y: np.ndarray, z: np.ndarray, out: np.ndarray) -> None:
    """Field at many positions.

    Parameters
    ----------
    model : IgrfModel or DipoleModel
        As for `magnetic_field`.
    x, y, z : ndarray, shape (n,)
        Geocentric Cartesian positions [m].
    out : ndarray, shape (3, n)
        Overwritten with Bx, By, Bz [T].
    """
    for i in range(x.size):
        out[0, i], out[1, i], out[2, i] = magnetic_field(model, x[i], y[i], z[i])


# ---------------------------------------------------------------- fields as people use them


class MagneticField:
    """A main field at one epoch: what its subclasses share.

    Attributes
    ----------
    model : IgrfModel or DipoleModel
        What kernels take.
    g, h : ndarray, shape (N + 1, N + 1)
        Gauss coefficients of the epoch [nT], Schmidt semi-normalised, ``g[n, m]``.
    name : str
        For messages and figures.
    """

    def __init__(self, model: Any, g: np.ndarray, h: np.ndarray, name: str) -> None:
        self.model, self.g, self.h, self.name = model, g, h, name

    def __repr__(self) -> str:
        return f"<{self.name}, moment {self.moment_nT:.1f} nT>"

    @property
    def moment_nT(self) -> float:
        """Dipole moment of the epoch over the cube of the reference radius, sqrt(g10^2 + g11^2 + h11^2) [nT]."""
        return float(np.sqrt(self.g[1, 0] ** 2 + self.g[1, 1] ** 2 + self.h[1, 1] ** 2))

    @property
    def dipole_moment(self) -> np.ndarray:
        """Moment vector of the epoch's dipole [T m^3], geocentric Cartesian, shape (3,); it points south."""
        return np.array([self.g[1, 1], self.h[1, 1], self.g[1, 0]]) * NANOTESLA * REFERENCE_RADIUS**3

    @property
    def dipole_centre(self) -> np.ndarray:
        """Centre of the epoch's eccentric dipole [m], geocentric Cartesian, shape (3,); zero for a field without
        degree 2.
        """
        return dipole.eccentric_offset(self.g, self.h) if len(self.g) > 2 else np.zeros(3)

    def cartesian(self, x_m: ArrayLike, y_m: ArrayLike, z_m: ArrayLike) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Field at geocentric Cartesian positions.

        Parameters
        ----------
        x_m, y_m, z_m : array_like
            Position [m]; they broadcast.

        Returns
        -------
        Bx_nT, By_nT, Bz_nT : ndarray
            Components [nT], of the broadcast shape, with the labels of what was given; NaN where a coordinate is NaN.

        Raises
        ------
        OutOfRange
            When a position is infinite or lies within the core (below 3485 km), where the expansion has no meaning.
        """
        (x, y, z), labelled = DOOR.aligned(("x", x_m, "m"), ("y", y_m, "m"), ("z", z_m, "m"))
        return self._named(self._components(x, y, z), "xyz", labelled)

    def _components(self, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Bx, By, Bz [nT] at positions [m] of one shape; NaN where a coordinate is."""
        radius = np.sqrt(x**2 + y**2 + z**2)
        wrong = (radius < CORE_RADIUS) | (radius == np.inf)
        if wrong.any():
            raise OutOfRange(
                f"{self.name}: a position {radius[wrong].flat[0] / 1e3:.6g} km from the centre of the Earth is outside "
                f"[{CORE_RADIUS / 1e3:.0f}, inf) km. Give positions outside the core."
            )
        out = np.empty((3, x.size))
        field_at_points(self.model, x.ravel(), y.ravel(), z.ravel(), out)
        return out.reshape(3, *x.shape) / NANOTESLA

    @staticmethod
    def _named(components: Any, axes: Any, labelled: Any) -> tuple[Any, Any, Any]:
        """Components [nT] with the labels of the positions."""
        return tuple(labelled(found, f"B_{axis}", "nT") for found, axis in zip(components, axes, strict=True))

    def geodetic(
        self, latitude_deg: ArrayLike, longitude_deg: ArrayLike, altitude_km: ArrayLike
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Field at geodetic positions, along the geodetic east, north and up.

        Parameters
        ----------
        latitude_deg, longitude_deg : array_like
            Geodetic latitude and longitude [deg]; they broadcast with the altitude.
        altitude_km : array_like
            Height above the WGS84 ellipsoid [km].

        Returns
        -------
        B_east_nT, B_north_nT, B_up_nT : ndarray
            Components [nT], with the labels of what was given; NaN where a coordinate is NaN. At a pole, east and north
            are those of the meridian `longitude_deg`.

        Raises
        ------
        OutOfRange
            When a latitude is outside [-90, 90] deg or a position is within the core.
        """
        (latitude, longitude, altitude), labelled = DOOR.aligned(
            ("latitude", latitude_deg, "deg"), ("longitude", longitude_deg, "deg"), ("altitude", altitude_km, "km")
        )
        components = self._components(*geodetic_to_cartesian(latitude, longitude, altitude))
        return self._named(_local_components(components, latitude, longitude), _LOCAL, labelled)

    def geocentric(
        self, latitude_deg: ArrayLike, longitude_deg: ArrayLike, radius_km: ArrayLike
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Field at geocentric positions, along the geocentric east, north and radius.

        Parameters
        ----------
        latitude_deg, longitude_deg : array_like
            Geocentric latitude and longitude [deg]; they broadcast with the radius.
        radius_km : array_like
            Distance from the centre of the Earth [km].

        Returns
        -------
        B_east_nT, B_north_nT, B_up_nT : ndarray
            Components [nT].

        Raises
        ------
        OutOfRange
            When a latitude is outside [-90, 90] deg or a position is within the core.
        """
        (latitude, longitude, radius), labelled = DOOR.aligned(
            ("latitude", latitude_deg, "deg"), ("longitude", longitude_deg, "deg"), ("radius", radius_km, "km")
        )
        check_latitude(latitude, self.name)
        components = self._components(*geocentric_to_cartesian(latitude, longitude, radius))
        return self._named(_local_components(components, latitude, longitude), _LOCAL, labelled)


def _local_components(components, latitude_deg, longitude_deg):
    """East, north, up components of geocentric Cartesian ones at a latitude and longitude [deg]."""
    bx, by, bz = components
    latitude, longitude = spread_radians(latitude_deg), spread_radians(longitude_deg)
    outward = bx * np.cos(longitude) + by * np.sin(longitude)
    east = by * np.cos(longitude) - bx * np.sin(longitude)
    north = bz * np.cos(latitude) - outward * np.sin(latitude)
    return east, north, outward * np.cos(latitude) + bz * np.sin(latitude)


class Igrf(MagneticField):
    """IGRF-14 at a date, degree 13.

    Parameters
    ----------
    date : date, datetime, str, numpy.datetime64, astropy Time or float
        1900-01-01 to 2030-01-01, a float in decimal years; coefficients are interpolated linearly in days.

    Raises
    ------
    OutOfRange
        When the date is outside the range.
    """

    def __init__(self, date: Any) -> None:
        g, h = igrf.igrf_coefficients(date)
        super().__init__(igrf.gauss_model(g, h), g, h, f"IGRF-14 at {date}")
        self.date = date


class SphericalHarmonic(MagneticField):
    """A field with any Gauss coefficients, e.g. Jensen & Cain 1960 or GSFC 12/66.

    Parameters
    ----------
    g, h : array_like, shape (N + 1, N + 1)
        Coefficients [nT], Schmidt semi-normalised, reference radius 6371.2 km, ``g[n, m]``.
    name : str
        For messages and figures.
    """

    def __init__(self, g: ArrayLike, h: ArrayLike, name: str = "spherical harmonics") -> None:
        model = igrf.gauss_model(g, h)
        super().__init__(model, np.array(g, dtype=float), np.array(h, dtype=float), name)


class HistoricalField(SphericalHarmonic):
    """A field of the past in which radiation-belt maps were drawn.

    Parameters
    ----------
    name : {"jensen_cain_1960", "gsfc_1266_1970"}
        The fields of AP8-min and AP8-max. L in those maps is (31165.3 nT / B0)^(1/3): convention "mcilwain".

    Raises
    ------
    OutOfRange
        When there is no such field.
    """

    def __init__(self, name: str) -> None:
        super().__init__(*igrf.tabulated_coefficients(name), name=name)


class CentredDipole(MagneticField):
    """The centred dipole of IGRF-14 at a date (parameters and errors as for `Igrf`)."""

    def __init__(self, date: Any) -> None:
        g, h = (c[:2, :2] for c in igrf.igrf_coefficients(date))
        super().__init__(dipole.centred_dipole(g, h), g, h, f"centred dipole of IGRF-14 at {date}")
        self.date = date


class EccentricDipole(MagneticField):
    """The eccentric dipole of IGRF-14 at a date (parameters and errors as for `Igrf`)."""

    def __init__(self, date: Any) -> None:
        g, h = (c[:3, :3] for c in igrf.igrf_coefficients(date))
        super().__init__(dipole.eccentric_dipole(g, h), g, h, f"eccentric dipole of IGRF-14 at {date}")
        self.date = date

    @property
    def offset_km(self) -> float:
        """Distance of the dipole from the centre of the Earth [km]."""
        return float(np.linalg.norm(self.dipole_centre)) / 1e3
