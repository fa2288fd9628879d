"""Texts of product sheets that were read: taken, compared, left alone."""

from decimal import Decimal

from odoo.tests import tagged

from ..services.payloads.product import Product
from . import test_query_budget
from .sync_case import SyncCase


@tagged("post_install", "-at_install")
class TestContentSync(SyncCase):
    def sheet_read(self, mine=True, offer=None, **values):
        """The sheet of the offer's product was read."""
        offer = offer or self.offer
        raw = {
            "gtin": offer.gtin,
            "label": offer.product_id.name,
            "brand": self.company.name,
            "permissions": {"edit": mine},
            **values,
        }
        offer._reconcile_content({offer.id: Product.parse(raw)})
        self.env.flush_all()

    def test_a_title_changed_there_is_taken_and_another_changed_here_stays(self):
        self.sheet_read()
        self.sheet_read(label="Lampe de bureau LED")
        self.assertEqual(self.offer.product_id.name, "Lampe de bureau LED")
        self.offer.product_id.name = "Lampe LED 12 W"
        self.sheet_read(label="Lampe de bureau LED")
        self.assertEqual(self.offer.product_id.name, "Lampe LED 12 W")
        self.assertFalse(self.open_conflicts())

    def test_both_titles_changed_wait_side_by_side(self):
        self.sheet_read()
        self.offer.product_id.name = "Lampe LED 12 W"
        self.sheet_read(label="Lampe de bureau LED")
        conflict = self.open_conflicts(name="title")
        self.assertEqual((conflict.ours_text, conflict.theirs_text), ("Lampe LED 12 W", "Lampe de bureau LED"))
        self.assertEqual(conflict.base_text, "NEW-0")
        conflict.action_keep_cdiscount()
        self.assertEqual(self.offer.product_id.name, "Lampe de bureau LED")

    def test_a_long_text_is_shortened_in_the_list_and_whole_in_the_form(self):
        text = "Une lampe de bureau. " * 40
        self.offer.product_id.description_sale = "Courte"
        self.sheet_read(description=text.strip())
        conflict = self.open_conflicts(name="description")
        self.assertLessEqual(len(conflict.theirs_short), 80)
        self.assertEqual(conflict.theirs_text, text.strip())

    def test_an_empty_description_is_filled(self):
        self.sheet_read(description="12 W\\nE27")
        self.assertEqual(self.offer.product_id.description_sale, "12 W\\nE27")
        self.assertFalse(self.open_conflicts())

    def test_a_sheet_of_another_seller_changes_nothing_that_odoo_says(self):
        self.sheet_read(mine=False, label="Titre du concurrent")
        self.assertEqual(self.offer.product_id.name, "NEW-0")
        self.assertFalse(self.open_conflicts())

    def test_what_odoo_has_no_field_for_is_told(self):
        self.config.product_sync_direction = "import"
        self.line("title").write({"source_type": "text", "source": "{name} {default_code}"})
        self.sheet_read(label="Lampe de bureau LED")
        self.assertEqual(self.open_conflicts(name="title").note, "nowhere")
        self.assertEqual(self.offer.product_id.name, "NEW-0")

    def test_an_account_that_sends_only_takes_no_text(self):
        self.config.product_sync_direction = "export"
        self.sheet_read(label="Lampe de bureau LED", description="12 W")
        self.assertEqual(self.offer.product_id.name, "NEW-0")
        self.assertFalse(self.offer.product_id.description_sale)

    def test_texts_are_written_in_the_language_of_the_account(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.config.content_lang = "fr_FR"
        self.sheet_read()
        self.sheet_read(label="Lampe de bureau")
        self.assertEqual(self.offer.product_id.with_context(lang="fr_FR").name, "Lampe de bureau")
        self.assertEqual(self.offer.product_id.with_context(lang="en_US").name, "NEW-0")


@tagged("post_install", "-at_install")
class TestReconcileMany(SyncCase):
    OFFERS = 40

    def test_a_page_costs_the_same_whatever_its_size(self):
        costs = []
        for part in (self.offers[:4], self.offers):
            theirs = {offer.id: {"price": Decimal(str(round(offer.price, 2))), "comments": ""} for offer in part}
            part._reconcile(self.config, theirs)
            self.env.flush_all()
            self.env.invalidate_all()
            with test_query_budget.TestQueryBudget.counted(self) as statements:
                part._reconcile(self.config, theirs)
                self.env.flush_all()
            costs.append(len(statements))
        self.assertLessEqual(costs[1], costs[0])
        self.assertFalse([one for one in statements if str(one).lstrip().startswith("UPDATE")], "nothing has changed")
