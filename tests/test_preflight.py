"""What the preflight says to a person: a sentence for each defect, with its values."""

import re
from decimal import Decimal

from odoo.tests import tagged

from ..services.rules.catalogue_codes import OFFER_PROBLEMS, PRODUCT_PROBLEMS
from ..services.rules.preflight import Preflight, Problem
from .common import CdiscountCase

PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@tagged("post_install", "-at_install")
class TestPreflight(CdiscountCase):
    def setUp(self):
        super().setUp()
        self.mappings = self.env["cdiscount.product.mapping"]

    def test_every_defect_has_a_sentence_made_of_its_own_values(self):
        known = {**OFFER_PROBLEMS, **PRODUCT_PROBLEMS}
        sentences = self.mappings._preflight_sentences()
        self.assertEqual(set(sentences), set(known))
        for code, text in sentences.items():
            self.assertLessEqual(set(PLACEHOLDER.findall(text)), set(known[code]), code)
            self.assertNotIn("?", self.say(code, **dict.fromkeys(known[code], "9")), code)

    def test_channels_say_the_same(self):
        self.assertEqual(
            self.env["cdiscount.channel.offer"]._problem_texts([Problem("price_missing")]),
            self.mappings._problem_texts([Problem("price_missing")]),
        )

    def test_a_line_names_the_value_and_what_is_allowed(self):
        self.assertIn("140", self.say("title_too_long", length=140, limit=132))
        self.assertIn(
            "Noir, Blanc", self.say("attribute_missing", property="37002", label="Couleur", choices=["Noir", "Blanc"])
        )
        self.assertTrue(self.say("attribute_missing", property="1", label="Type", choices=[]).endswith("value."))
        self.assertIn("6.0 MB, 5.0", self.say("picture_too_heavy", number=1, bytes=6 * 1024**2, limit=5 * 1024**2))

    def test_what_is_stored_reads_as_what_was_found(self):
        found = Preflight(
            (Problem("price_below_floor", {"price": Decimal("9.90"), "floor": Decimal("1E+1")}, "price"),)
        )
        stored = self.mappings._problems_json(found)
        self.assertEqual(self.mappings._problem_texts(stored), self.mappings._problem_texts(found))
        self.assertIn("9.90", self.mappings._problem_texts(stored)[0])
        self.assertIn("10.00 ", self.mappings._problem_texts(stored)[0])
        self.assertIs(self.mappings._problems_json(Preflight(())), False)

    def test_each_reader_sees_amounts_in_his_own_way_of_writing(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        french = self.mappings.with_context(lang="fr_FR")
        stored = self.mappings._problems_json(
            Preflight((Problem("price_below_floor", {"price": Decimal("9.90"), "floor": Decimal("1234.5")}, "price"),))
        )
        self.assertIn("9,90", french._problem_texts(stored)[0])
        self.assertIn("234,50", french._problem_texts(stored)[0])
        # What a sentence is about is not rounded away, and what is no number is left alone.
        self.assertIn("12.345", self.say("price_decimals", price="12.345"))
        self.assertIn("NaN", self.say("eco_tax_negative", amount="NaN"))
        promotions = self.env["cdiscount.promotion"]
        budget = promotions._problems_json([Problem("budget_small", {"exposure": Decimal("26156.22"), "budget": 500})])
        self.assertIn("156,22", promotions.with_context(lang="fr_FR")._problem_texts(budget)[0])
        self.assertIn("€26,156.22", promotions._problem_texts(budget)[0].replace("26,156.22\u00a0€", "€26,156.22"))

    def test_a_code_nobody_knows_is_shown_as_it_is(self):
        self.assertEqual(self.say("code_of_tomorrow"), "code_of_tomorrow")

    def say(self, code, /, **params):
        return self.mappings._problem_texts([{"code": code, "params": params}])[0]
