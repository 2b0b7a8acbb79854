"""The published works that the models stand on, as text and as BibTeX."""

from typing import NamedTuple


class Reference(NamedTuple):
    """A published work."""

    text: str
    bibtex: str


def _article(
    key: str, author: str, title: str, journal: str, volume: str, pages: str, year: int, doi: str = ""
) -> Reference:
    fields = {
        "author": author,
        "title": f"{{{title}}}",
        "journal": journal,
        "volume": volume,
        "pages": pages,
        "year": str(year),
        "doi": doi,
    }
    link = f" doi:{doi}" if doi else ""
    where = " ".join(filter(None, (journal, volume)))
    return Reference(f"{people(author)} ({year}). {title}. {where}, {pages}.{link}", _bibtex("article", key, fields))


def _other(key: str, author: str, title: str, publisher: str, year: int, doi: str = "") -> Reference:
    fields = {"author": author, "title": f"{{{title}}}", "howpublished": publisher, "year": str(year), "doi": doi}
    link = f" doi:{doi}" if doi else ""
    return Reference(f"{people(author)} ({year}). {title}. {publisher}.{link}", _bibtex("misc", key, fields))


def people(author: str) -> str:
    """Authors of BibTeX as they are printed: names with commas between them, et al. for others.

    Parameters
    ----------
    author : str
        Names with "and" between them; a name in braces is that of a body, and whole.

    Returns
    -------
    str
    """
    if author.startswith("{"):
        return author.strip("{}")
    names = author.split(" and ")
    return ", ".join("et al." if name == "others" else name for name in names)


def _bibtex(kind: str, key: str, fields: dict[str, str]) -> str:
    """An entry of BibTeX; an ampersand is escaped for TeX."""
    shown = {name: value.replace("&", r"\&") for name, value in fields.items() if value}
    body = ",\n".join(f"  {name} = {{{value}}}" for name, value in shown.items())
    return f"@{kind}{{{key},\n{body}\n}}"


MCBELT = _other(
    "mcbelt",
    "{The mcbelt developers}",
    "mcbelt: electrons and positrons of the inner magnetosphere from proton interactions in thin air",
    "Computer program; see CITATION.cff",
    2026,
)
GUSEV2003 = _other(
    "gusev2003",
    "Gusev, A. A. and Jayanthi, U. B. and Choque, K. T. and Pugacheva, G. I. and Schuch, N. and Spjeldvik, W. N.",
    "Trapped positron flux formation in the innermost magnetosphere of the Earth",
    "Journal article",
    2003,
)
IGRF = _article(
    "alken2021",
    "Alken, P. and Thébault, E. and Beggan, C. D. and others",
    "International Geomagnetic Reference Field: the thirteenth generation",
    "Earth, Planets and Space",
    "73",
    "49",
    2021,
    "10.1186/s40623-020-01288-x",
)
IGRF14 = _other(
    "igrf14",
    "{IAGA Division V-MOD}",
    "International Geomagnetic Reference Field, 14th generation: coefficients",
    "Zenodo",
    2024,
    "10.5281/zenodo.14012302",
)
MSIS21 = _article(
    "emmert2022",
    "Emmert, J. T. and Jones, M. and Siskind, D. E. and others",
    "NRLMSIS 2.1: an empirical model of nitric oxide incorporated into MSIS",
    "Journal of Geophysical Research: Space Physics",
    "127",
    "e2022JA030896",
    2022,
    "10.1029/2022JA030896",
)
MSIS20 = _article(
    "emmert2021",
    "Emmert, J. T. and Drob, D. P. and Picone, J. M. and others",
    "NRLMSIS 2.0: a whole-atmosphere empirical model of temperature and neutral species densities",
    "Earth and Space Science",
    "8",
    "e2020EA001321",
    2021,
    "10.1029/2020EA001321",
)
MSIS00 = _article(
    "picone2002",
    "Picone, J. M. and Hedin, A. E. and Drob, D. P. and Aikin, A. C.",
    "NRLMSISE-00 empirical model of the atmosphere: statistical comparisons and scientific issues",
    "Journal of Geophysical Research: Space Physics",
    "107",
    "1468",
    2002,
    "10.1029/2002JA009430",
)
AP8 = _other(
    "sawyer1976",
    "Sawyer, D. M. and Vette, J. I.",
    "AP-8 trapped proton environment for solar maximum and solar minimum",
    "NSSDC/WDC-A-R&S 76-06, NASA",
    1976,
)
GEANT4 = _article(
    "allison2016",
    "Allison, J. and Amako, K. and Apostolakis, J. and others",
    "Recent developments in Geant4",
    "Nuclear Instruments and Methods in Physics Research A",
    "835",
    "186-225",
    2016,
    "10.1016/j.nima.2016.06.125",
)
INCL = _article(
    "mancusi2014",
    "Mancusi, D. and Boudard, A. and Cugnon, J. and David, J.-C. and Kaitaniemi, P. and Leray, S.",
    "Extension of the Liège intranuclear-cascade model to reactions induced by light nuclei",
    "Physical Review C",
    "90",
    "054602",
    2014,
    "10.1103/PhysRevC.90.054602",
)
BERTINI = _article(
    "wright2015",
    "Wright, D. H. and Kelsey, M. H.",
    "The Geant4 Bertini Cascade",
    "Nuclear Instruments and Methods in Physics Research A",
    "804",
    "175-188",
    2015,
    "10.1016/j.nima.2015.09.058",
)
MS98 = _article(
    "moskalenko1998",
    "Moskalenko, I. V. and Strong, A. W.",
    "Production and propagation of cosmic-ray positrons and electrons",
    "The Astrophysical Journal",
    "493",
    "694-707",
    1998,
    "10.1086/305152",
)
COLLISIONS = _other(
    "icru37",
    "{International Commission on Radiation Units and Measurements}",
    "Stopping powers for electrons and positrons",
    "ICRU Report 37",
    1984,
)
TSAI = _article(
    "tsai1974",
    "Tsai, Y.-S.",
    "Pair production and bremsstrahlung of charged leptons",
    "Reviews of Modern Physics",
    "46",
    "815-851",
    1974,
    "10.1103/RevModPhys.46.815",
)
HEITLER = _other("heitler1954", "Heitler, W.", "The quantum theory of radiation, 3rd edition", "Clarendon Press", 1954)
ROSSI = _other("rossi1952", "Rossi, B.", "High-energy particles", "Prentice-Hall", 1952)
SCATTERING = _other(
    "icru35",
    "{International Commission on Radiation Units and Measurements}",
    "Radiation dosimetry: electron beams with energies between 1 and 50 MeV",
    "ICRU Report 35",
    1984,
)

VOS = _article(
    "vos2015",
    "Vos, E. E. and Potgieter, M. S.",
    "New modeling of Galactic proton modulation during the minimum of solar cycle 23/24",
    "The Astrophysical Journal",
    "815",
    "119",
    2015,
    "10.1088/0004-637X/815/2/119",
)
CORTI = _article(
    "corti2016",
    "Corti, C. and Bindi, V. and Consolandi, C. and Whitman, K.",
    "Solar modulation of the local interstellar spectrum with Voyager 1, AMS-02, PAMELA, and BESS",
    "The Astrophysical Journal",
    "829",
    "8",
    2016,
    "10.3847/0004-637X/829/1/8",
)
BURGER = _article(
    "burger2000",
    "Burger, R. A. and Potgieter, M. S. and Heber, B.",
    "Rigidity dependence of cosmic ray proton latitudinal gradients measured by the Ulysses spacecraft: implications "
    "for the diffusion tensor",
    "Journal of Geophysical Research",
    "105",
    "27447-27455",
    2000,
    "10.1029/2000JA000153",
)
BOSCHINI = _article(
    "boschini2018",
    "Boschini, M. J. and Della Torre, S. and Gervasi, M. and others",
    "Deciphering the local interstellar spectra of primary cosmic-ray species with HelMod",
    "The Astrophysical Journal",
    "858",
    "61",
    2018,
    "10.3847/1538-4357/aabc54",
)
GLEESON = _article(
    "gleeson1968",
    "Gleeson, L. J. and Axford, W. I.",
    "Solar modulation of Galactic cosmic rays",
    "The Astrophysical Journal",
    "154",
    "1011-1026",
    1968,
    "10.1086/149822",
)
USOSKIN = _article(
    "usoskin2011",
    "Usoskin, I. G. and Bazilevskaya, G. A. and Kovaltsov, G. A.",
    "Solar modulation parameter for cosmic rays since 1936 reconstructed from ground-based neutron monitors and "
    "ionization chambers",
    "Journal of Geophysical Research",
    "116",
    "A02104",
    2011,
    "10.1029/2010JA016105",
)
STORMER = _other("stormer1955", "Störmer, C.", "The polar aurora", "Clarendon Press", 1955)
AMS_PROTONS = _article(
    "ams2000",
    "Alcaraz, J. and Alpat, B. and Ambrosi, G. and others",
    "Protons in near earth orbit",
    "Physics Letters B",
    "472",
    "215-226",
    2000,
    "10.1016/S0370-2693(99)01427-6",
)
PYIRI = _article(
    "forsythe2023",
    "Forsythe, V. V. and others",
    "PyIRI: Whole-Globe Approach to the International Reference Ionosphere Modeling Implemented in Python",
    "Space Weather",
    "",
    "version 0.1.7",
    2023,
    "10.5281/zenodo.8235172",
)
OZHOGIN = _article(
    "ozhogin2012",
    "Ozhogin, P. and Tu, J. and Song, P. and Reinisch, B. W.",
    "Field-aligned distribution of the plasmaspheric electron density: An empirical model derived from the IMAGE RPI"
    " measurements",
    "Journal of Geophysical Research",
    "117",
    "A06225",
    2012,
    "10.1029/2011JA017330",
)
