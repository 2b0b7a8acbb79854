"""A result is cited by the models that it used, and by no others."""

from mcbelt.figures import citations, works


def purposes(**source):
    physics = {"source": {"kind": "cosmic_rays", **source}}
    return {what: reference.bibtex.split("{")[1].split(",")[0] for reference, what in citations.used(physics)}


def test_cosmic_rays_name_their_spectra():
    found = purposes(interstellar="vos2015", species="proton+helium", second_spectrum=True, neutral_pions=True)
    assert found["interstellar protons"] == "vos2015"
    assert found["interstellar helium"] == "boschini2018"
    assert found["protons under the cutoff"] == "ams2000"
    assert found["pair production"] == "tsai1974"
    assert found["geomagnetic cutoff"] == "stormer1955"


def test_the_potential_of_a_month_names_its_table():
    for phi, cited in ((228.2, True), (500.0, False), (None, False)):
        source = {"kind": "cosmic_rays", "interstellar": "vos2015", **({} if phi is None else {"phi_MV": phi})}
        physics = {"source": source, "shell": {"date": "2009-12-05"}}
        purposes_of = {what for _, what in citations.used(physics)}
        assert ("modulation potential by month" in purposes_of) == cited


def test_free_electrons_name_both_models_where_they_are_on():
    keys = {
        on: {reference.bibtex.split("{")[1].split(",")[0] for reference, _ in citations.used({"physics": switches})}
        for on, switches in ((True, {"free_electrons": True}), (False, {"losses": "full"}))
    }
    assert keys[True] >= {"forsythe2023", "ozhogin2012"}
    assert not keys[False] & {"forsythe2023", "ozhogin2012"}


def test_what_is_off_is_not_cited():
    found = purposes(interstellar="gusev2003", species="proton", second_spectrum=False)
    assert found["cosmic-ray protons"] == "gusev2003"
    assert not {"interstellar protons", "solar modulation", "interstellar helium", "pair production"} & set(found)


def test_entries_are_bibtex_and_bodies_are_no_persons():
    entries = [each for each in vars(works).values() if isinstance(each, works.Reference)]
    for entry in entries:
        assert entry.bibtex.count("{") == entry.bibtex.count("}")
        assert "&" not in entry.bibtex.replace(r"\&", "")
        assert "others" not in entry.text
        assert "{" not in entry.text
    assert works.COLLISIONS.text.startswith("International Commission on Radiation Units and Measurements (1984)")
    assert "author = {{International Commission on Radiation Units and Measurements}}" in works.COLLISIONS.bibtex
    assert works.IGRF.text.startswith("Alken, P., Thébault, E., Beggan, C. D., et al. (2021).")
    assert "NSSDC/WDC-A-R\\&S" in works.AP8.bibtex
