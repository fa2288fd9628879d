"""Why something was refused, and who can do something about it."""

from __future__ import annotations

import pytest

from services.payloads.package_result import OfferResult, Said
from services.rules.catalogue_codes import CAUSES, FIELDS
from services.rules.refusals import OFFER_ERRORS, explain_line, explain_offer, explain_product, worst


@pytest.mark.parametrize(
    ("code", "message", "cause", "field", "who", "wait"),
    [
        ("1008", "EcoTax : champ obligatoire", "required", "eco_tax", "manager", False),
        ("1324", "", "product_unknown", "product", "manager", True),
        ("2906", "", "price_below_taxes", "price", "manager", False),
        ("4012", "", "delivery_mode_not_set_up", "delivery_modes", "administrator", False),
        ("2128", "", "integration_error", "offer", "marketplace", True),
        ("3628", "", "offer_missing", "offer", "manager", False),
        ("1109", "", "format", "preparation_time", "integrator", False),
        ("2803", "", "duplicated", "sku", "integrator", True),
        ("", "The offer does not exist.", "offer_missing", "offer", "manager", False),
        ("", "Product non-existent", "product_unknown", "product", "manager", True),
        ("9Z", "Le produit n'existe pas", "product_unknown", "product", "manager", True),
        ("", "PreparationTime : wrong format", "format", "preparation_time", "integrator", False),
        ("", "Delivery fee error on tracked mode", "delivery_cost", "delivery_cost", "manager", False),
        ("9999", "Whatever", "unknown", "", "marketplace", False),
        ("1029", "", "unknown", "", "marketplace", False),
        ("", "", "unknown", "", "marketplace", False),
    ],
)
def test_a_code_tells_what_is_wrong_with_what_and_who_corrects_it(code, message, cause, field, who, wait):
    found = explain_offer(Said(code, message))
    assert (found.cause, found.field, found.who, found.wait) == (cause, field, who, wait)
    assert found.message == message
    assert cause in CAUSES and field in FIELDS | {""}


def test_a_line_that_was_refused_always_has_a_reason():
    assert explain_line(OfferResult("A", "Integrated", (Said("8000"),))) == ()
    assert [one.cause for one in explain_line(OfferResult("A", "Rejected"))] == ["unknown"]
    assert [one.cause for one in explain_line(OfferResult("A", "Rejected", (Said("8000"),)))] == ["unknown"]
    assert [one.cause for one in explain_line(OfferResult("A", "Duplicated"))] == ["duplicated"]
    assert [one.cause for one in explain_line(OfferResult("A", "Duplicated", (Said("2803"),)))] == ["duplicated"]


@pytest.mark.parametrize(
    ("code", "name", "cause", "field"),
    [
        ("ER400-6067", "37002", "attribute_missing", "attribute:37002"),
        ("ER400-7480", "variantGroupReference", "variant_group_missing", "variant_group"),
        ("ER400-7480", "", "variant_group_missing", "variant_group"),
        ("CategorizationError", "CategoryCode", "category_not_fitting", "category"),
        ("MissingField", "SellerPicture_1", "required", "picture:1"),
        ("IncorrectValue", "Brand", "value_refused", "brand"),
        ("IncorrectValue", "37010", "value_refused", "attribute:37010"),
        ("QuotaExceeded", "", "quota_exceeded", ""),
        ("ER400-9999", "Title", "unknown", "title"),
    ],
)
def test_a_refused_sheet_tells_the_field(code, name, cause, field):
    found = explain_product(Said(code, "…", name))
    assert (found.cause, found.field) == (cause, field)
    assert cause in CAUSES and field.split(":")[0] in FIELDS | {""}


def test_what_a_person_must_correct_is_shown_first():
    refusals = [explain_offer(Said(code)) for code in ("9999", "2128", "4012", "1008")]
    assert worst(refusals).code == "1008"
    assert worst(refusals[:3]).code == "4012"
    assert worst([explain_offer(Said("1324")), explain_offer(Said("4012"))]).code == "4012"
    assert worst([]) is None


def test_every_code_has_somebody_who_can_do_something():
    assert {who for _, who, _ in OFFER_ERRORS.values()} <= {
        "manager",
        "administrator",
        "integrator",
        "marketplace",
        "nobody",
    }
    for error, (cause, who, wait) in OFFER_ERRORS.items():
        assert cause and (who != "nobody" or wait or cause in ("created", "updated")), error
