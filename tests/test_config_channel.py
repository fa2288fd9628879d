"""The account's channel and shop do not change under offers that are published there."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .offers_case import OffersCase


@tagged("post_install", "-at_install")
class TestConfigChannel(OffersCase):
    def setUp(self):
        super().setUp()
        self.other = self.env["cdiscount.sales.channel"].create({"code": "DARTY", "name": "Darty"})

    def test_published_offers_keep_the_account_on_their_channel(self):
        offer = self.publish(self.make_offers(1))
        for values in ({"sales_channel_id": self.other.id}, {"seller_id": "12345"}):
            with self.assertRaisesRegex(UserError, "Take Off Sale"):
                self.config.write(values)
        self.config.write({"sales_channel_id": self.config.sales_channel_id.id, "seller_id": self.config.seller_id})
        self.assertTrue(offer.sent)

    def test_what_the_channel_of_before_said_is_forgotten(self):
        offer = self.publish(self.make_offers(1))
        offer.action_unpublish()
        self.send()
        self.config.sales_channel_id = self.other
        self.assertEqual((offer.state, offer.offer_state, offer.sent), ("draft", False, False))
        self.assertFalse(offer._is_there())
        self.assertEqual(offer.sales_channel_id, self.other)
