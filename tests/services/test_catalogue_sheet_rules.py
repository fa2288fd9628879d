"""What would be refused in a product sheet is known before it is sent."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_catalogue_offer_rules import assert_told

from services.payloads.category import Category, Property
from services.rules.catalogue_codes import PRODUCT_PROBLEMS
from services.rules.product_preflight import check_product, markup_in, names_article
from services.rules.product_sheet import Picture, Sheet, choice_for, sheet_request

LAMPS = Category("0Z0102", "Lampes de bureau", 3, "0Z01", is_brand_mandatory=True, is_variant=True, detailed=True)
COLOUR = Property("37002", "Couleur", "Mandatory", ("Noir", "Doré"), is_variation=True)
SIZE = Property("37003", "Taille", "Optional", (), is_variation=True)
STYLE = Property("37019", "Style", "Recommended", ("Classique",))
SHEET = Sheet(
    sku="SKU-1",
    gtin="3700000000013",
    title="Lampe de bureau Acme",
    description="Une lampe de moins de 3 kg (<3 kg), R&D française.",
    brand="Acme",
    category="0Z0102",
    variant_group="LAMPE-1",
    pictures=(Picture("https://img.example/1.jpg", 800, 800, 100_000, "jpg"),),
    attributes=(("37002", ("dore",)), ("37003", ("L",)), ("37019", ("Classique",))),
)


def found_in(changes, category=LAMPS, known=lambda brand: True):
    sheet = Sheet(**{**{name: getattr(SHEET, name) for name in Sheet.__slots__}, **changes})
    return check_product(sheet, category, (COLOUR, SIZE, STYLE), known)


def test_a_right_sheet_has_a_full_score_and_is_sent_as_the_marketplace_spells_it():
    assert found_in({}).problems == ()
    body = sheet_request(SHEET, (COLOUR, SIZE, STYLE))
    assert body["attributes"][0] == {"propertyReference": "37002", "values": ["Doré"]}
    assert body["sellerPictureUrls"] == [{"index": 1, "url": "https://img.example/1.jpg"}]
    assert "richMarketingDescription" not in body
    assert list(sheet_request(Sheet("A", gtin="036000291452"), gtin_as="number").values()) == [36000291452, "A"]


PICTURE = "https://img.example/1.jpg"


@pytest.mark.parametrize(
    ("changes", "code", "blocking"),
    [
        ({"sku": ""}, "sku_missing", True),
        ({"title": ""}, "title_missing", True),
        ({"title": "Lampe " + "x" * 127}, "title_too_long", True),
        ({"title": "Lampe " + "😀" * 64}, "title_too_long", True),
        ({"title": "Lampe &eacute;lectrique"}, "title_markup", True),
        ({"title": "Acme 3000"}, "title_without_article", False),
        ({"description": "x" * 2001}, "description_too_long", True),
        ({"description": "Belle<br/>lampe"}, "description_markup", True),
        ({"rich_description": "x" * 5001}, "rich_description_too_long", True),
        ({"rich_description": "<p onclick='x'>a</p>"}, "rich_description_active", True),
        ({"rich_description": "<script>1</script>"}, "rich_description_active", True),
        ({"brand": ""}, "brand_missing", True),
        ({"category": ""}, "category_missing", True),
        ({"category": "0Z0103"}, "category_unknown", True),
        ({"pictures": ()}, "picture_missing", True),
        ({"pictures": (Picture("ftp://img.example/1.jpg"),)}, "picture_address", True),
        ({"pictures": (Picture("http://[/1.jpg"),)}, "picture_address", True),
        ({"pictures": (Picture("http://192.168.1.4/web/image/1"),)}, "picture_unreachable_address", True),
        ({"pictures": (Picture("http://localhost:8069/web/image/1"),)}, "picture_unreachable_address", True),
        ({"pictures": (Picture(PICTURE, 499, 800),)}, "picture_too_small", True),
        ({"pictures": (Picture(PICTURE, 800, 3001),)}, "picture_too_large", True),
        ({"pictures": (Picture(PICTURE, size=6_000_000),)}, "picture_too_heavy", True),
        ({"pictures": (Picture(PICTURE, format="tiff"),)}, "picture_format", True),
        ({"pictures": (Picture(PICTURE), Picture(PICTURE))}, "picture_twice", False),
        ({"variant_group": ""}, "variant_group_missing", True),
        ({"attributes": (("37002", ("Noir",)),)}, "variant_value_missing", False),
        ({"attributes": (("37003", ("L",)),)}, "attribute_missing", True),
        ({"attributes": (("37002", (" ",)),)}, "attribute_missing", True),
        ({"attributes": (("37002", ("Noir",)),)}, "attribute_recommended", False),
        ({"attributes": (("37002", ("Noir", "Mauve")),)}, "attribute_value", True),
        ({"attributes": (("37002", ("Noir",)), ("99999", ("x",)))}, "attribute_unknown", False),
    ],
)
def test_each_defect_of_a_sheet_has_a_line_of_its_own(changes, code, blocking):
    found = found_in(changes)
    assert_told(found, PRODUCT_PROBLEMS)
    problems = [problem for problem in found.problems if problem.code == code]
    assert problems and all(problem.blocking is blocking for problem in problems)
    assert found.score < 100


def test_a_category_that_takes_no_product_blocks():
    for category, code in (
        (Category("0Z0102", "Lampes", 2, detailed=True), "category_level"),
        (Category("0Z0102", "Lampes", 3, is_active=False, detailed=True), "category_inactive"),
        (None, "category_unknown"),
    ):
        assert code in [problem.code for problem in found_in({}, category).blocking]
        assert_told(found_in({}, category), PRODUCT_PROBLEMS)


def test_a_brand_is_asked_for_only_where_it_must_be():
    free = Category("0Z0102", "Lampes", 3, detailed=True)
    assert found_in({"brand": "", "variant_group": ""}, free).ready
    assert not found_in({}, known=lambda brand: brand != "Acme").ready


@pytest.mark.parametrize(
    ("value", "choice"),
    [("Doré", "Doré"), ("DORE", "Doré"), ("doré ", "Doré"), ("Mauve", None), ("", None), ("a-b", None)],
)
def test_a_value_is_taken_for_the_allowed_one_only_when_it_is_sure(value, choice):
    assert choice_for(value, ("Noir", "Doré", "A B", "A.B")) == choice


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("<3 kg & plus", ""),
        ("R&D; M&Ms;", ""),
        ("a <br> b", "<br>"),
        ("</p>", "</p>"),
        ("&eacute;t&eacute;", "&eacute;"),
        ("a < b > c", ""),
        ("&#39;", "&#39;"),
    ],
)
def test_markup_is_told_from_signs(text, markup):
    assert markup_in(text) == markup


def test_a_title_names_its_article_in_singular_or_plural():
    assert names_article("Lampe LED Acme", "Lampes de bureau")
    assert names_article("Bureaux en chêne", "Bureau")
    assert not names_article("Acme 3000", "Lampes")
    assert names_article("Acme", "")


@settings(max_examples=60, deadline=None)
@given(
    title=st.text(max_size=200),
    description=st.text(max_size=100),
    urls=st.lists(st.text(max_size=30), max_size=3),
    attributes=st.lists(
        st.tuples(st.sampled_from(["37002", "9"]), st.lists(st.text(max_size=5)).map(tuple)), max_size=3
    ),
)
def test_the_preflight_of_a_sheet_never_fails(title, description, urls, attributes):
    changes = {
        "title": title,
        "description": description,
        "pictures": tuple(map(Picture, urls)),
        "attributes": tuple(attributes),
    }
    found = found_in(changes)
    assert_told(found, PRODUCT_PROBLEMS)
    assert 0 <= found.score <= 100 and (found.score == 100) is (not found.problems)
    body = sheet_request(Sheet("A", **changes), (COLOUR,))
    assert all(value not in ("", [], None) for value in body.values())
