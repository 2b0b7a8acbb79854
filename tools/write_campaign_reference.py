"""Write the tables of docs/campaign-format.md anew from the classes that check a campaign file.

    python tools/write_campaign_reference.py

A test fails when the page and the classes differ; this mends the page.
"""

from pathlib import Path

from mcbelt.campaign import template

PAGE = Path(__file__).parents[1] / "docs" / "campaign-format.md"


def with_table(text: str, name: str, table: str) -> str:
    """The page with what stands between the marks of that name replaced.

    Parameters
    ----------
    text : str
        The page, with a line `<!-- begin: NAME -->` and a line `<!-- end -->` after it.
    name : str
        Of the marks.
    table : str
        What shall stand between them.

    Returns
    -------
    str
    """
    begin = f"<!-- begin: {name} -->\n"
    before, _, rest = text.partition(begin)
    return before + begin + table + "<!-- end -->" + rest.partition("<!-- end -->")[2]


def main() -> None:
    """Write the page."""
    text = with_table(PAGE.read_text(), "made from mcbelt/settings/belt.py", template.reference())
    PAGE.write_text(with_table(text, "presets", template.presets()))


if __name__ == "__main__":
    main()
