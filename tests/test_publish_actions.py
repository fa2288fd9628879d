"""What a person does with a selection: publish, send now, take off sale, delete, undo."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .offers_case import OffersCase


@tagged("post_install", "-at_install")
class TestPublishActions(OffersCase):
    def message(self, action):
        self.assertEqual(action["tag"], "display_notification")
        return action["params"]["message"]

    def test_publishing_tells_how_many_and_what_is_left(self):
        offers = self.make_offers(3)
        offers[2].product_id = False
        text = self.message(offers.action_publish())
        self.assertIn("compared and sent: 2.", text)
        self.assertIn("Not linked with a product: 1.", text)
        self.assertEqual(offers.mapped("publish"), [True, True, False])
        with self.assertRaises(UserError):
            offers[2].action_publish()

    def test_a_user_may_look_and_not_publish(self):
        user = new_test_user(self.env, "looker", "cdiscount_store_management.group_user")
        offers = self.make_offers(1).with_user(user)
        for name in ("publish", "push_now", "resubmit", "unpublish", "retire", "undo_push"):
            with self.assertRaises(AccessError, msg=name):
                getattr(offers, f"action_{name}")()

    def test_taking_off_sale_makes_the_quantity_zero_and_keeps_the_offer(self):
        offers = self.publish(self.make_offers(2))
        offers[0].action_unpublish()
        self.send()
        self.assertEqual(offers.mapped("state"), ["inactive", "live"])
        self.assertEqual((offers[0].publish, offers[0].published_qty, offers[0].push_wish), (False, 0, False))
        self.assertEqual(self.there("NEW-0")["quantity"], 0)
        offers[0].product_id.list_price = 5
        offers[0]._mark_push()
        self.send()
        self.assertEqual(float(self.there("NEW-0")["price"]), 24.99, "Odoo no longer changes it")
        offers[0].action_publish()
        self.send()
        self.assertEqual(offers[0].state, "live")
        self.assertEqual(float(self.there("NEW-0")["price"]), 5)

    def test_deleting_takes_off_sale_first(self):
        offer = self.publish(self.make_offers(1))
        offer.action_retire()
        self.send(12)
        self.assertFalse(self.there("NEW-0"))
        self.assertEqual(
            (offer.state, offer.offer_state, offer.sent, offer.push_wish), ("draft", "absent", False, False)
        )
        kinds = self.packages().mapped("type")
        self.assertEqual(kinds, ["Upsert", "Update", "Delete"])
        offer.action_publish()
        self.send()
        self.assertEqual(offer.state, "live")
        self.assertTrue(self.there("NEW-0"))
        self.assert_nothing_doubled()

    def test_what_was_never_there_cannot_be_withdrawn(self):
        offer = self.make_offers(1)
        with self.assertRaises(UserError):
            offer.action_unpublish()

    def test_what_was_to_be_published_and_is_not_there_yet_is_taken_back(self):
        offer = self.make_offers(1)
        offer.product_id.list_price = 0
        self.publish(offer)
        self.assertEqual((offer.state, offer.publish), ("ready", True), "its price keeps it from being sent")
        self.assertIn("will not be sent: 1.", self.message(offer.action_unpublish()))
        self.assertEqual((offer.state, offer.publish), ("draft", False))
        offer.product_id.list_price = 12
        self.env.cr.precommit.run()
        self.send()
        self.assertFalse(self.there("NEW-0"), "a price that is corrected later publishes nothing")

    def test_a_sheet_that_waits_is_not_sent_for_an_offer_that_was_taken_back(self):
        offer = self.make_offers(1, product_reference=False)
        self.assertIn("sheet goes ahead", self.message(offer.action_publish()))
        self.assertEqual(offer.sheet_state, "waiting")
        offer.action_retire()
        self.assertEqual((offer.sheet_state, offer.state), ("none", "draft"))
        self.send()
        self.assertEqual((offer.sheet_state, offer.state), ("none", "draft"))
        self.assertFalse(self.there("NEW-0"))

    def test_deleting_what_somebody_else_deleted_is_done(self):
        offer = self.publish(self.make_offers(1))
        self.sandbox("offers/NEW-0", method="DELETE")
        offer.action_retire()
        self.send(10)
        self.assertEqual((offer.state, offer.push_wish), ("draft", False))

    def test_undo_brings_the_price_back_and_not_the_quantity(self):
        offer = self.publish(self.make_offers(1))
        with self.assertRaises(UserError):
            offer.action_undo_push()
        offer.product_id.list_price = 9.99
        offer.action_push_now()
        self.send()
        self.assertEqual(float(self.there("NEW-0")["price"]), 9.99)
        offer.action_undo_push()
        self.send()
        self.assertEqual(float(self.there("NEW-0")["price"]), 24.99)
        self.assertEqual((offer.price, offer.push_hold, offer.push_wish), (24.99, True, False))
        offer._mark_push()
        self.send()
        self.assertEqual(float(self.there("NEW-0")["price"]), 24.99, "the next comparison does not push it again")
        offer.action_push_now()
        self.send()
        self.assertEqual(float(self.there("NEW-0")["price"]), 9.99)
        self.assertFalse(offer.push_hold)

    def test_undo_of_an_offer_that_is_off_sale_leaves_it_there(self):
        offer = self.publish(self.make_offers(1))
        offer.product_id.list_price = 9.99
        offer.action_push_now()
        self.send()
        offer.action_unpublish()
        self.send()
        offer.action_undo_push()
        self.send()
        self.assertEqual(float(self.there("NEW-0")["price"]), 24.99)
        self.assertEqual(self.there("NEW-0")["quantity"], 0)
        self.assertEqual((offer.state, offer.publish, offer.push_wish), ("inactive", False, False))

    def test_a_corrected_offer_is_sent_again(self):
        self.sandbox("refusals", sku="NEW-0", code="2318", message="Prix barré trop bas")
        offers = self.publish(self.make_offers(2))
        self.assertEqual(offers.mapped("state"), ["rejected", "live"])
        self.assertIn("offers 1,", self.message(offers.action_resubmit()))
        self.send()
        self.assertEqual(set(offers.mapped("state")), {"live"})
        with self.assertRaises(UserError):
            offers.action_resubmit()

    def test_sending_now_needs_a_published_offer(self):
        with self.assertRaises(UserError):
            self.make_offers(1).action_push_now()

    def test_further_channels_go_along(self):
        channel = self.env["cdiscount.sales.channel"].create({"code": "DARTY", "name": "Darty"})
        self.sandbox("reset", channels={"DARTY": 0.1})
        self.env["cdiscount.channel.setting"].create({"config_id": self.config.id, "sales_channel_id": channel.id})
        offer = self.make_offers(1)
        further = self.env["cdiscount.channel.offer"].create({"mapping_id": offer.id, "sales_channel_id": channel.id})
        offer.action_publish()
        further.action_publish()
        self.send(8)
        self.assertEqual((offer.state, further.state), ("live", "live"), further.rejection or further.problem_text)
        self.assertTrue(self.there("NEW-0", "DARTY"))
        offer.action_retire()
        self.send(14)
        self.assertEqual((offer.state, further.state), ("draft", "draft"))
        self.assertFalse(self.there("NEW-0", "DARTY") or self.there("NEW-0"))
        self.assert_nothing_doubled()

    def test_a_further_channel_that_was_never_reached_is_taken_back_too(self):
        channel = self.env["cdiscount.sales.channel"].create({"code": "DARTY", "name": "Darty"})
        self.sandbox("reset", channels={"DARTY": 0.1})
        offer = self.publish(self.make_offers(1))
        further = self.env["cdiscount.channel.offer"].create({"mapping_id": offer.id, "sales_channel_id": channel.id})
        further.publish = True
        offer.action_unpublish()
        self.assertFalse(further.publish)
        self.send()
        self.assertFalse(self.there("NEW-0", "DARTY"))

    def test_a_channel_that_cdiscount_refuses_stops_nothing_but_itself(self):
        channel = self.env["cdiscount.sales.channel"].create({"code": "GONE", "name": "Gone"})
        self.env["cdiscount.channel.setting"].create({"config_id": self.config.id, "sales_channel_id": channel.id})
        offers = self.publish(self.make_offers(2))
        self.assertEqual(offers.mapped("state"), ["live", "live"])
        self.assertEqual(len(offers.channel_offer_ids.package_id), 1)
        jobs = self.env["cdiscount.queue"].search([("operation", "=", "offer_push"), ("state", "=", "failed")])
        self.assertEqual(jobs.mapped("key"), ["GONE"])
        self.assertIn("GONE", jobs.error)
        offers[1].product_id.list_price = 19.99
        offers[1].action_push_now()
        self.send()
        self.assertEqual(float(self.there("NEW-1")["price"]), 19.99)
        self.push_quantities({offers[0].id: 3})
        self.send()
        self.assertEqual(self.there("NEW-0")["quantity"], 3)
