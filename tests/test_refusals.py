"""The error catalogue: each cause has its sentence; what waits for it is found and sent again."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..services.payloads.package_result import OfferResult, Said
from ..services.rules.catalogue_codes import CAUSES, FIELDS
from ..services.rules.refusals import explain_line
from .offers_case import OffersCase


@tagged("post_install", "-at_install")
class TestRefusals(OffersCase):
    def setUp(self):
        super().setUp()
        self.catalogue = self.env["cdiscount.refusal"]

    def test_every_cause_has_a_sentence_a_remedy_and_somebody(self):
        rows = {row.cause: row for row in self.catalogue.search([])}
        self.assertEqual(set(rows), CAUSES)
        for row in rows.values():
            self.assertTrue(row.name and row.remedy and row.who, row.cause)

    def test_every_field_a_refusal_names_has_a_label(self):
        for name in FIELDS:
            label = self.catalogue._field_label(name)
            self.assertTrue(label and "_" not in label, name)
        self.assertEqual(self.catalogue._field_label("picture:2"), "Picture 2")
        self.assertEqual(self.catalogue._field_label(""), "")

    def test_a_refusal_is_told_with_the_field_and_the_marketplaces_own_words(self):
        line = OfferResult("A", "Rejected", (Said("1008", "Eco part obligatoire"), Said("3224", "Activation en cours")))
        refusal, stored = self.catalogue._explain(explain_line(line))
        self.assertEqual(refusal.cause, "required", "what a person must correct comes before what time heals")
        text = self.catalogue._sentence(stored)
        self.assertEqual(len(text.splitlines()), 2)
        self.assertIn("Eco-tax: A piece of information that Cdiscount requires is missing.", text)
        self.assertIn("[1008 Eco part obligatoire]", text)

    def test_nothing_and_nonsense_are_told_as_nothing(self):
        self.assertEqual(self.catalogue._explain([]), (self.catalogue, False))
        for stored in (False, "", "not json", "[1, 2]"):
            self.assertEqual(self.catalogue._sentence(stored), "")

    def test_a_reason_nobody_knows_is_told_with_its_code(self):
        refusal, stored = self.catalogue._explain(
            explain_line(OfferResult("A", "Rejected", (Said("7777", "Etrange"),)))
        )
        self.assertEqual(refusal.cause, "unknown")
        self.assertIn("[7777 Etrange]", self.catalogue._sentence(stored))

    def test_causes_count_what_waits_for_them_and_send_it_again(self):
        for sku in ("NEW-0", "NEW-1"):
            self.sandbox("refusals", sku=sku, code="2318", message="Prix barré trop bas")
        offers = self.publish(self.make_offers(3))
        cause = self.catalogue.search([("cause", "=", "strike_price_too_low")])
        self.assertEqual(cause.offer_count, 2)
        self.assertIn(cause, self.catalogue.search([("offer_count", ">", 0)]))
        found = self.env["cdiscount.product.mapping"].search(cause.action_open_offers()["domain"])
        self.assertEqual(found, offers[:2])
        cause.action_send_again()
        self.send()
        self.env.invalidate_all()
        self.assertEqual(cause.offer_count, 0)
        self.assertEqual(set(offers.mapped("state")), {"live"})
        self.assertNotIn(cause, self.catalogue.search([("offer_count", ">", 0)]))
        with self.assertRaises(UserError):
            cause.action_send_again()
