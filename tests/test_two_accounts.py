"""Two accounts that sell the same products: what one reads does not change what the other one publishes."""

from decimal import Decimal

from odoo.tests import tagged

from .offers_case import OffersCase


@tagged("post_install", "-at_install")
class TestTwoAccounts(OffersCase):
    def test_a_price_read_by_one_account_is_not_published_by_the_other(self):
        offer = self.publish(self.make_offers(1))
        other = self.config.copy({"name": "Second shop", "seller_id": "22222", "product_sync_direction": "import"})
        twin = self.env["cdiscount.product.mapping"].create(
            {
                "config_id": other.id,
                "product_id": offer.product_id.id,
                "seller_reference": offer.seller_reference,
                "offer_state": "active",
                "price": 9.99,
            }
        )
        twin._reconcile(other, {twin.id: {"price": Decimal("9.99")}})
        self.env.cr.precommit.run()
        self.send()
        self.assertEqual(float(self.there("NEW-0")["price"]), 24.99)
        conflict = self.env["cdiscount.field.conflict"].search([("mapping_id", "=", twin.id)])
        self.assertEqual((conflict.name, conflict.note, conflict.state), ("price", "several", "open"))
