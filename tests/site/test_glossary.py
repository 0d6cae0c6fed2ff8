"""Terms are explained once, where they are first used, and never inside what data may replace."""

from __future__ import annotations

from docutils import nodes

from brief.site import bound, glossary


def explained(found: list[nodes.Node]) -> list[tuple[str, str]]:
    return [(n.astext(), n["explanation"]) for n in found if isinstance(n, nodes.abbreviation)]


def test_first_mention_is_explained_and_the_second_is_not():
    terms = {"refoulement": "Sending people back.", "co-sponsor": "A state that signs."}
    found = glossary.with_terms("No refoulement: two Co-sponsors named refoulement.", terms)
    assert explained(found) == [
        ("refoulement", "Sending people back."),
        ("Co-sponsors", "A state that signs."),
    ]
    assert (
        "".join(n.astext() for n in found) == "No refoulement: two Co-sponsors named refoulement."
        and not terms
    )


def test_part_of_a_word_is_no_term():
    assert explained(glossary.with_terms("nonrefoulementish", {"refoulement": "x"})) == []


def test_claims_titles_and_tables_are_left_alone():
    paragraph = nodes.paragraph(
        "",
        "",
        claim := bound.brief_claim("", "refoulement", key="a.b", case="holds"),
        text := nodes.Text(" refoulement"),
    )
    nodes.section("", nodes.title("", title := nodes.Text("refoulement")), paragraph)
    assert (
        not glossary.is_prose(claim.children[0])
        and not glossary.is_prose(title)
        and glossary.is_prose(text)
    )


def test_terms_are_used_by_the_chapters(opened):
    from tests.prose import notebook_prose, wordings

    said = " ".join([*notebook_prose().values(), *wordings(opened.wordings).values()]).casefold()
    used = [term for term in opened.wordings["glossary"] if term.casefold() in said]
    assert len(used) >= 6, used  # the others stand in the chapter on methods alone
