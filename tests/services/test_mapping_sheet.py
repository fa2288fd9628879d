"""The spreadsheet of links is read whatever program wrote it."""

import pytest

from services.rules.mapping_sheet import Row, SheetError, cell_text, neutralise, read_csv, read_rows, restore

ENGLISH = "SKU;Product Reference\r\nÉT-1;LAMP\r\n"


def rows(content):
    return list(read_rows(read_csv(content)))


@pytest.mark.parametrize(
    "content",
    [
        ENGLISH.encode(),
        ENGLISH.encode("utf-8-sig"),
        ENGLISH.encode("cp1252"),
        ENGLISH.encode("utf-16"),
        ENGLISH.replace(";", ",").encode(),
        ENGLISH.replace(";", "\t").encode(),
        "Référence vendeur;Référence interne\nÉT-1;LAMP\n".encode(),
        "reference vendeur,REFERENCE PRODUIT\nÉT-1,LAMP".encode(),
        '\n"SKU";Titre;"Product Reference"\n"ÉT-1";"Une lampe; noire";"LAMP"\n;;\n'.encode(),
    ],
)
def test_every_usual_file_says_the_same(content):
    assert [(row.sku, row.reference) for row in rows(content)] == [("ÉT-1", "LAMP")]


def test_rows_are_counted_as_the_program_shows_them():
    found = rows(b"SKU;Product Barcode;Odoo ID\nA;1;\n;;\nB;;7\n")
    assert found == [Row(2, "A", barcode="1"), Row(4, "B", product_id="7")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"Article;Product Reference\nA;B\n", "no_sku"),
        (b"SKU;Colour\nA;B\n", "no_product"),
        (b"SKU;SKU;Product Reference\nA;B;C\n", "twice"),
    ],
)
def test_a_file_that_is_no_such_table_says_what_it_lacks(content, code):
    with pytest.raises(SheetError) as caught:
        rows(content)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "text", ["=1+1", "+33", "-12", "@x", "'", "'=x", "''", "\tx", "O'Neill", "plain", "", "'quoted'"]
)
def test_a_formula_is_made_harmless_and_comes_back_as_it_was(text):
    written = neutralise(text)
    assert not written.startswith(("=", "+", "-", "@", "\t"))
    assert restore(written) == text


def test_an_apostrophe_that_protects_nothing_stays():
    assert restore("'quoted'") == "'quoted'"


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (12.0, "12"), (3760123450010, "3760123450010"), (" A ", "A"), (1.5, "1.5")]
)
def test_numbers_of_a_workbook_are_the_texts_they_were(value, text):
    assert cell_text(value) == text
