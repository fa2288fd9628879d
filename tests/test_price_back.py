"""A price that comes from Cdiscount is the same price when it goes back, to the cent, whatever Odoo's tax set-up."""

import random
from decimal import Decimal

from odoo.tests import tagged

from ..compat import price_included_values
from .sync_case import SyncCase


@tagged("post_install", "-at_install")
class TestPriceBack(SyncCase):
    def excluded_tax(self, rate=20.0):
        return self.env["account.tax"].create(
            {
                "name": f"Without {rate}",
                "amount": rate,
                "type_tax_use": "sale",
                "company_id": self.company.id,
                **price_included_values(self.env, False),
            }
        )

    def assert_comes_back(self, price):
        """The price of the portal arrives in Odoo, and Odoo would publish that very price."""
        self.change_there(self.offer, price=price)
        self.sync(1)
        self.assertFalse(self.open_conflicts(), self.open_conflicts().mapped("note"))
        self.assertEqual(self.offer._offer_terms()[self.offer.id].price, Decimal(str(price)))
        before = self.sent_count()
        self.offer._mark_push()
        self.send(2)
        self.assertEqual(self.sent_count(), before, "the price it has is not sent again")

    def test_into_the_pricelist_of_the_account(self):
        list_price = self.offer.product_id.list_price
        for price in (24.49, 31.9):
            self.assert_comes_back(price)
        item = self.prices.item_ids
        self.assertEqual((len(item), item.product_id, item.fixed_price), (1, self.offer.product_id, 31.9))
        self.assertEqual(self.offer.product_id.list_price, list_price)

    def test_into_the_sales_price_without_a_pricelist(self):
        self.config.pricelist_id = False
        self.assert_comes_back(24.49)
        self.assertAlmostEqual(self.offer.product_id.list_price, 24.49, 4)

    def test_prices_without_vat_that_two_decimals_cannot_hold(self):
        self.offer.product_id.taxes_id = self.excluded_tax()
        self.sync()
        for price in (24.99, 25.0, 19.95):
            self.assert_comes_back(price)
        self.assertAlmostEqual(self.prices.item_ids.fixed_price * 1.2, 19.95, delta=0.01)

    def test_an_eco_tax_inside_the_price(self):
        eco = self.env["account.tax"].create(
            {
                "name": "Eco",
                "amount": 0.5,
                "amount_type": "fixed",
                "type_tax_use": "sale",
                "include_base_amount": True,
                "sequence": 0,
                "company_id": self.company.id,
                **price_included_values(self.env, False),
            }
        )
        self.offer.product_id.taxes_id = self.excluded_tax() | eco
        self.sync()
        self.assert_comes_back(29.99)

    def test_a_price_entered_there_goes_before_the_rounding_of_the_account(self):
        self.config.write({"price_rounding": "nearest", "price_ending": 0.99, "price_step": 1.0})
        self.sync()
        self.assert_comes_back(24.5)
        self.set_price_here(self.offer, 28.3)
        self.sync()
        self.assertEqual(self.price_there(self.offer), 27.99, "Odoo's next change is rounded as ever")

    def test_a_rule_that_goes_before_is_told_and_nothing_is_lost(self):
        self.prices.item_ids.create(
            {
                "pricelist_id": self.prices.id,
                "applied_on": "0_product_variant",
                "product_id": self.offer.product_id.id,
                "compute_price": "fixed",
                "fixed_price": 24.99,
                "min_quantity": 1,
                "date_start": "2020-01-01",
            }
        )
        self.change_there(self.offer, price=40.0)
        self.sync()
        self.assertEqual(self.open_conflicts().note, "rule")
        self.assertTrue(self.open_conflicts().note_text)
        self.assertEqual(self.price_there(self.offer), 40.0)

    def test_two_offers_of_one_product_that_differ_are_not_written_over_each_other(self):
        gtin = self.app.marketplace.shop.shelf.products.goods[200].gtin
        self.sandbox("offers", sku="TWIN", gtin=gtin, price=19.9)
        twin = self.offer.create(
            {"config_id": self.config.id, "product_id": self.offer.product_id.id, "seller_reference": "TWIN"}
        )
        self.change_there(self.offer, price=40.0)
        self.sync()
        self.assertEqual(self.open_conflicts(mapping_id=self.offer.id).note, "several")
        self.assertEqual((self.price_here(self.offer), twin.price), (24.99, 19.9))
        self.assert_silent()

    def test_variants_without_a_pricelist_wait_for_a_person(self):
        attribute = self.env["product.attribute"].create(
            {"name": "Size", "value_ids": [(0, 0, {"name": "S"}), (0, 0, {"name": "M"})]}
        )
        template = self.env["product.template"].create(
            {
                "name": "Shirt",
                "list_price": 24.99,
                "taxes_id": [(6, 0, self.taxes[20.0].ids)],
                "attribute_line_ids": [
                    (0, 0, {"attribute_id": attribute.id, "value_ids": [(6, 0, attribute.value_ids.ids)]})
                ],
            }
        )
        self.config.pricelist_id = False
        self.offer.product_id = template.product_variant_ids[0]
        self.sync()
        self.change_there(self.offer, price=30.0)
        self.sync()
        self.assertEqual(self.open_conflicts().note, "variants")
        self.assertEqual(template.list_price, 24.99)
        self.config.pricelist_id = self.prices
        self.open_conflicts().action_keep_cdiscount()
        self.assertEqual(self.price_here(self.offer), 30.0)
        self.assertEqual(self.prices.item_ids.product_id, template.product_variant_ids[0])

    def test_any_changes_on_both_sides_end_in_agreement_and_silence(self):
        drawn = random.Random(20261123)
        self.offer.product_id.taxes_id = self.excluded_tax()
        for owner in ("odoo", "cdiscount"):
            self.line("price").owner = owner
            for _step in range(4):
                for side in drawn.sample(["here", "there"], drawn.randint(1, 2)):
                    price = round(drawn.uniform(15, 60), 2)
                    if side == "here":
                        self.set_price_here(self.offer, price)
                    else:
                        self.change_there(self.offer, price=price)
                if drawn.random() < 0.5:
                    self.sync(1)
            self.sync()
            self.sync()
            published = self.offer._offer_terms()[self.offer.id].price
            self.assertEqual(float(published), self.price_there(self.offer), owner)
            self.assertFalse(self.open_conflicts())
            self.assert_silent()
