"""The preview shows what publishing sends, to the letter, and sends nothing itself."""

import json

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .offers_case import OffersCase
from .services.wsgi_adapter import WSGIAdapter


@tagged("post_install", "-at_install")
class TestPreview(OffersCase):
    def setUp(self):
        super().setUp()
        self.posted = []
        original = WSGIAdapter.send

        def send(adapter, request, **options):
            if request.method != "GET":
                self.posted.append((request.path_url, request.body))
            return original(adapter, request, **options)

        self.patch(WSGIAdapter, "send", send)

    def preview(self, offers):
        action = offers.action_preview()
        shown = self.env[action["res_model"]].browse(action["res_id"])
        return shown if "line_ids" in shown._fields else shown.preview_id

    def uploaded(self):
        """Every offer request that was posted, in the order of its upload."""
        bodies = [body for path, body in self.posted if path.endswith("/offer-requests")]
        return [request for body in bodies for request in json.loads(body)]

    def shown(self, preview):
        return [
            request for text in preview.line_ids.filtered("request").mapped("request") for request in json.loads(text)
        ]

    def test_the_preview_of_new_offers_is_what_is_sent_then(self):
        offers = self.make_offers(3)
        preview = self.preview(offers)
        self.assertEqual(preview.line_ids.mapped("kind"), ["new"] * 3, preview.line_ids.mapped("problem_text"))
        self.assertEqual((preview.new_count, preview.update_count, preview.left_out), (3, 0, 0))
        self.assertEqual(self.posted, [], "nothing is sent")
        self.assertFalse(self.env["cdiscount.offer.package"].search([]))
        self.assertEqual(set(offers.mapped("state")), {"draft"})
        preview.action_publish()
        self.send()
        self.assertEqual(self.uploaded(), self.shown(preview))
        self.assertEqual(set(offers.mapped("state")), {"live"})

    def test_only_what_changes_is_shown_and_sent(self):
        offers = self.publish(self.make_offers(2))
        self.posted.clear()
        offers[0].product_id.list_price = 31.0
        preview = self.preview(offers)
        changed, same = preview.line_ids
        self.assertEqual((changed.kind, same.kind), ("update", "nothing"))
        self.assertEqual(changed.summary, "Price")
        self.assertFalse(same.request)
        table = str(changed.offer_table)
        self.assertRegex(table, r'class="table-warning"><td>Price</td><td>[^<]*24[.,]99[^<]*</td><td>[^<]*31[.,]00')
        self.assertRegex(table, r'class="text-muted"><td>Quantity</td>')
        preview.action_publish()
        self.send()
        self.assertEqual(self.uploaded(), self.shown(preview))
        self.assertEqual(self.there(offers[0].seller_reference)["price"], "31.00")

    def test_what_keeps_an_offer_back_is_told_and_that_offer_is_not_sent(self):
        offers = self.make_offers(2)
        offers[0].product_id.list_price = 0.0
        preview = self.preview(offers)
        self.assertEqual(preview.line_ids.mapped("kind"), ["blocked", "new"])
        self.assertIn("not above zero", preview.line_ids[0].problem_text)
        self.assertEqual(preview.blocked_count, 1)
        preview.action_publish()
        self.send()
        self.assertEqual([request["sellerExternalReference"] for request in self.uploaded()], ["NEW-1"])

    def test_a_product_that_cdiscount_does_not_know_shows_its_sheet(self):
        offer = self.make_offers(1)
        offer.product_reference = False
        line = self.preview(offer).line_ids
        sheet = json.loads(line.sheet_request)[0]
        self.assertEqual(sheet["sellerProductReference"], "NEW-0")
        self.assertIn("NEW-0", str(line.sheet_table))
        self.assertEqual(line.kind, "blocked")
        self.assertIn("category", line.problem_text.lower())
        self.assertEqual(self.posted, [])

    def test_the_preview_of_many_offers_asks_no_more_than_that_of_few(self):
        costs, offers = [], self.make_offers(40)
        self.preview(offers[:1])
        for count in (5, 40):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.preview(offers[:count])
            costs.append(self.env.cr.sql_log_count - before)
        # Lines are inserted in one statement per some dozens.
        self.assertLessEqual(costs[1], costs[0] + 2)

    def test_values_are_shown_as_text_and_not_as_markup(self):
        offer = self.make_offers(1)
        line = self.config._ensure_field_mappings().filtered(lambda line: line.name == "comments")
        line.write({"source_type": "constant", "constant": "1 < 2 & 3"})
        self.assertIn("1 &lt; 2 &amp; 3", str(self.preview(offer).line_ids.offer_table))

    def test_a_user_may_look_and_not_publish(self):
        user = new_test_user(self.env, "looker", "cdiscount_store_management.group_user")
        offers = self.make_offers(1)
        preview = self.preview(offers.with_user(user)).with_user(user)
        self.assertEqual(preview.line_ids.kind, "new")
        with self.assertRaises(AccessError):
            preview.action_publish()

    def test_further_channels_are_published_with_the_account_s_own(self):
        channel = self.env["cdiscount.sales.channel"].create({"name": "Elsewhere", "code": "ELSEFR"})
        self.env["cdiscount.channel.setting"].create({"config_id": self.config.id, "sales_channel_id": channel.id})
        offer = self.make_offers(1)
        offer.action_publish()
        offer.action_publish()
        further = offer.channel_offer_ids
        self.assertEqual((further.sales_channel_id, further.publish, further.push_needed), (channel, True, True))
        self.assertEqual(self.preview(offer).line_ids.sales_channel_id, offer.sales_channel_id | channel)

    def test_delivery_costs_are_proposed_from_the_shop_and_wait_for_a_person(self):
        lines = self.env["cdiscount.delivery.cost"]
        lines.search([]).unlink()
        self.config.action_propose_delivery_costs()
        found = lines.search([("config_id", "=", self.config.id)])
        self.assertIn("THD", found.mapped("mode"))
        self.assertFalse(any(found.mapped("in_use")))
        self.assertTrue(found.filtered(lambda line: line.mode == "THD").cost)
        self.assertIn("THD", self.config.enabled_mode_codes)
        self.config.action_propose_delivery_costs()
        self.assertEqual(lines.search([("config_id", "=", self.config.id)]), found)
