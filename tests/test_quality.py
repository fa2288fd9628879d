"""The score of offers and their sheets, and the lines that say what to correct."""

from odoo.tests import tagged

from ..models.catalog import sheet_check, sheet_check_job
from .sheets_case import SheetsCase


@tagged("post_install", "-at_install")
class TestQuality(SheetsCase):
    def test_what_blocks_stands_first_with_the_field_to_correct(self):
        offer = self.make_unknown()
        offer.product_id.write({"name": "x" * 140, "list_price": 0})
        offer.action_check()
        rows = offer._quality_rows()
        self.assertEqual([blocking for _field, _text, blocking in rows], sorted((row[2] for row in rows), reverse=True))
        told = {field: text for field, text, blocking in rows if blocking}
        self.assertIn("140", told["Title"])
        self.assertIn("Price", told)
        self.assertIn("Title:", offer.quality_lines)

    def test_the_score_falls_with_each_defect_of_sheet_and_offer(self):
        offer = self.make_unknown()
        offer.action_check()
        whole = offer.score
        self.assertGreater(whole, 50)
        self.assertTrue(offer.checked_at)
        offer.product_id.name = "x" * 140
        offer.action_check()
        self.assertEqual(offer.score, whole - 20)
        offer.product_id.list_price = 0
        offer.action_check()
        self.assertEqual(offer.score, whole - 40)

    def test_a_defect_of_sheet_and_offer_counts_once(self):
        offer = self.make_unknown()
        offer.action_check()
        whole = offer.score
        offer.product_id.barcode = "3609500000008"
        offer.action_check()
        self.assertEqual(offer.score, whole - 20)

    def test_a_large_selection_is_checked_in_the_background(self):
        offers = self.make_unknown(3)
        self.patch(sheet_check, "AT_ONCE", 2)
        self.patch(sheet_check_job, "BATCH", 2)
        offers.action_check()
        self.assertFalse(any(offers.mapped("checked_at")))
        self.run_queue()
        self.assertTrue(all(offers.mapped("checked_at")))
        self.assertFalse(any(offers.mapped("check_wanted")))

    def test_a_product_that_is_there_needs_no_sheet_to_be_good(self):
        offer = self.make_offers()
        offer.action_check()
        self.assertFalse(offer.sheet_problems)
        self.assertEqual(offer.score, 100, offer._problem_texts(offer.problems))
        self.assertIn("Nothing", offer.quality_lines)

    def test_the_text_of_a_product_is_not_taken_for_markup(self):
        offer = self.make_unknown()
        offer.seller_reference = "LAMP<img src=x onerror=alert(1)>"
        offer.action_check()
        self.assertNotIn("<img", offer.quality_lines)
        self.assertIn("&lt;img", offer.quality_lines)

    def test_checking_many_takes_no_more_statements_than_checking_few(self):
        def statements(offers):
            offers.env.flush_all()
            offers.env.invalidate_all()
            before = self.env.cr.sql_log_count
            offers._check_sheets()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        offers = self.make_unknown(16)
        statements(offers)
        few, many = statements(offers[:4]), statements(offers)
        self.assertLessEqual(many, few + 3)
