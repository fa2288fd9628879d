"""When the catalogue is synchronised, and in which order."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import CdiscountCase
from .sync_case import SyncCase


@tagged("post_install", "-at_install")
class TestAskingForIt(CdiscountCase):
    def jobs(self, operation):
        return self.env["cdiscount.queue"].search([("config_id", "=", self.config.id), ("operation", "=", operation)])

    def asked(self, now=None):
        """What the clock asks for at this moment."""
        self.env["cdiscount.queue"].search([("config_id", "=", self.config.id)]).unlink()
        self.config._schedule_due_jobs(now or fields.Datetime.now())
        return len(self.jobs("offer_pull"))

    def test_the_clock_asks_at_the_interval_of_the_account(self):
        now = fields.Datetime.now()
        self.assertEqual(self.asked(), 0, "not before somebody has switched it on")
        self.config.product_auto_sync = True
        for minutes in ("5", "15", "60"):
            self.config.write({"product_sync_interval": minutes, "last_product_sync_at": now})
            self.assertEqual(self.asked(now + timedelta(minutes=int(minutes) - 1)), 0, minutes)
            self.assertEqual(self.asked(now + timedelta(minutes=int(minutes))), 1, minutes)

    def test_an_account_that_only_sends_is_not_read(self):
        self.config.product_sync_direction = "export"
        self.config.action_sync_products()
        self.assertFalse(self.jobs("offer_pull"))

    def test_the_button_tells_what_happens_and_needs_a_connection(self):
        told = self.config.action_sync_products()
        self.assertEqual(told["tag"], "display_notification")
        self.assertIn("Cdiscount", told["params"]["message"])
        self.assertEqual(len(self.jobs("offer_pull")), 1)
        self.config.state = "error"
        with self.assertRaises(UserError):
            self.config.action_sync_products()

    def test_a_user_cannot_start_it(self):
        user = new_test_user(self.env, "reader", "cdiscount_store_management.group_user")
        with self.assertRaises(AccessError):
            self.config.with_user(user).action_sync_products()


@tagged("post_install", "-at_install")
class TestOrder(SyncCase):
    OFFERS = 2

    def test_the_push_waits_for_the_pull(self):
        self.env["cdiscount.queue"].search([("config_id", "=", self.config.id)]).unlink()
        self.config.action_sync_products()
        jobs = self.env["cdiscount.queue"].search([("config_id", "=", self.config.id), ("state", "=", "pending")])
        self.assertEqual(jobs.mapped("operation"), ["offer_pull"])
        self.assertFalse(any(self.offers.mapped("push_needed")))
        self.set_price_here(self.offer, 20.0)
        self.change_there(self.offers[1], price=40.0)
        self.send(2)
        self.assert_prices(self.offer, 20.0, 20.0)
        self.assert_prices(self.offers[1], 40.0, 40.0)
        self.assertFalse(self.config.compare_after_pull)

    def test_what_could_not_be_read_is_not_overwritten(self):
        self.set_price_here(self.offer, 20.0)
        self.change_there(self.offer, price=40.0)
        self.fault("server_error", path="/offers", times=None)
        self.config.action_sync_products()
        self.send(2)
        self.assert_prices(self.offer, 20.0, 40.0)
