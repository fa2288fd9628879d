"""Paths and texts as a person writes them, and plain text out of HTML."""

import pytest

from services.rules.field_path import Field, PathError, fill, parse_paths, parse_text
from services.rules.plain_text import looks_like_html, text_of_html


@pytest.mark.parametrize(
    ("source", "paths"),
    [
        ("name", (("name",),)),
        ("product_tmpl_id.description_sale", (("product_tmpl_id", "description_sale"),)),
        (" description_sale | name ", (("description_sale",), ("name",))),
    ],
)
def test_a_path_is_names_with_points(source, paths):
    assert parse_paths(source) == paths


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("", "empty"),
        ("name | ", "name"),
        ("name..x", "name"),
        ("name()", "name"),
        ("seller_ids[0].price", "name"),
        ("__class__", "name"),
        ("_compute_name", "name"),
        ("name or 1", "name"),
        ("env['res.users']", "name"),
        ("a.b.c.d.e.f", "deep"),
        ("a|b|c|d|e|f", "many"),
        ("a" * 501, "long"),
        ("Name", "name"),
    ],
)
def test_whatever_is_no_path_is_refused(source, code):
    with pytest.raises(PathError) as caught:
        parse_paths(source)
    assert caught.value.code == code


def test_a_text_with_fields_is_filled():
    pieces = parse_text("{name} ({default_code | barcode})")
    name, code = (("name",),), (("default_code",), ("barcode",))
    assert pieces == (Field(name), " (", Field(code), ")")
    assert fill(pieces, {name: "Lampe", code: "L-1"}) == "Lampe (L-1)"


def test_a_text_whose_fields_are_all_empty_is_empty():
    pieces = parse_text("{name} ({default_code})")
    assert fill(pieces, {(("name",),): "", (("default_code",),): ""}) == ""


@pytest.mark.parametrize(
    ("source", "code"),
    [("{name", "brace"), ("name}", "brace"), ("{{name}}", "brace"), ("Lampe", "plain"), ("{name()}", "name"),
     ("{name.__class__}", "name"), ("{0}", "name"), ("{}", "empty"), ("{name!r}", "name")],
)  # fmt: skip
def test_whatever_is_no_text_with_fields_is_refused(source, code):
    with pytest.raises(PathError) as caught:
        parse_text(source)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Lampe&nbsp;LED</p><p>12&nbsp;W</p>", "Lampe LED\n12 W"),
        ("<ul><li>12 W</li>\n<li><b>E27</b></li></ul>", "- 12 W\n- E27"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<style>p{}</style><script>alert(1)</script><p>x</p>", "x"),
        ("<div><div><p>x</p></div></div>", "x"),
        ("5 &lt; 6", "5 < 6"),
        ("<p><br></p>", ""),
        ("", ""),
    ],
)
def test_html_becomes_what_a_reader_sees(html, text):
    assert text_of_html(html) == text


def test_signs_are_not_taken_for_tags():
    assert not looks_like_html("5 < 6 and 7 > 6, R&D")
    assert looks_like_html("<b>x</b>")
    assert looks_like_html("caf&eacute;")
