"""Every order of a day is in Odoo, or it is shown, fetched and told of."""

from datetime import timedelta
from functools import partial
from unittest.mock import patch

from odoo.tests import tagged

from ..models.monitoring import completeness_check
from ..models.monitoring.completeness_check import CdiscountCompletenessCheck
from ..services.resources.order_walk import walk_oldest_first
from ..services.rules.seller_day import day_of
from .common import SELLER, CdiscountCase

ACTIVITY = "cdiscount_store_management.activity_completeness"


class CompletenessCase(CdiscountCase):
    def hide(self, *orders):
        """Keep orders from every list by updatedAt, as if the marketplace had lost them there."""
        self.fault("orders_hidden", times=None, params={"order_ids": [order["orderId"] for order in orders]})

    def buy(self, **options):
        """Somebody buys what Odoo knows."""
        return self.place_order(sku="CSM-0001", **options)

    def compare(self, repair=False, config=None):
        config = config or self.config
        (config.action_repair_orders if repair else config.action_compare_orders)()
        self.run_queue(config)

    def today(self, config=None):
        return self.day(day_of(self.now()), config)

    def day(self, day, config=None):
        return self.env["cdiscount.completeness.day"].search(
            [("config_id", "=", (config or self.config).id), ("day", "=", day)]
        )

    def known(self, config=None):
        return self.env["cdiscount.order.mapping"].search_count([("config_id", "=", (config or self.config).id)])

    def alerts(self):
        kind = self.env.ref(ACTIVITY)
        return self.config.activity_ids.filtered(lambda activity: activity.activity_type_id == kind)


@tagged("post_install", "-at_install")
class TestCompleteness(CompletenessCase):
    def test_what_is_complete_is_green_to_the_cent(self):
        orders = [self.buy(), self.buy(), self.buy(status="Processing")]
        self.pull()
        self.compare()
        day = self.today()
        total = sum(order["totalPrice"]["offerPrice"] for order in orders)
        self.assertEqual((day.state, day.count_market, day.count_odoo), ("complete", 3, 3))
        self.assertAlmostEqual(day.amount_market, total, places=2)
        self.assertAlmostEqual(day.amount_odoo, total, places=2)
        cells = {cell.status: (cell.count_market, cell.count_odoo, cell.state) for cell in day.cell_ids}
        self.assertEqual(cells, {"InPreparation": (2, 2, "complete"), "Processing": (1, 1, "complete")})

    def test_a_hidden_order_is_red_by_its_number_and_one_click_fetches_it(self):
        hidden, other = self.buy(), self.buy()
        self.hide(hidden)
        self.pull()
        self.assertEqual(self.known(), 1, "the poll cannot see it")
        self.compare()
        day = self.today()
        self.assertEqual((day.state, day.missing_count), ("missing", 1))
        cell = day.cell_ids
        self.assertEqual((cell.state, cell.count_market, cell.count_odoo), ("missing", 2, 1))
        action = cell.action_open()
        gap = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual((gap.external_id, gap.kind), (hidden["orderId"], "missing"))
        self.assertAlmostEqual(gap.amount_market, hidden["totalPrice"]["offerPrice"], places=2)
        gap.action_fetch()
        self.run_queue()
        self.assert_imported_once(hidden)
        self.assert_imported_once(other)
        self.assertFalse(day.gap_ids)
        self.assertEqual((day.state, day.count_odoo, day.fetched_count), ("complete", 2, 1))
        self.assertEqual(day.what, "1 fetched")

    def test_the_night_fetches_what_is_missing_updates_what_is_stale_and_doubles_nothing(self):
        hidden, stale = self.buy(), self.buy()
        self.hide(hidden)
        self.pull()
        self.hide(hidden, stale)
        self.sandbox(f"orders/{stale['orderId']}/move", to="Shipped")
        self.pull()
        self.assertEqual(self.mapping(stale).status, "InPreparation", "the poll cannot see the change")
        self.compare(repair=True)
        self.assertEqual(self.mapping(stale).status, "Shipped")
        self.assert_imported_once(hidden)
        day = self.today()
        self.assertEqual((day.fetched_count, day.updated_count, day.state), (1, 1, "complete"))
        before = self.known()
        self.compare(repair=True)
        self.assertEqual(self.known(), before)
        self.assertEqual((day.fetched_count, day.updated_count), (1, 1))
        warned = self.env["cdiscount.sync.log"].search([("operation", "=", "completeness_check")])
        self.assertEqual(len(warned.filtered(lambda line: line.level == "warning")), 1)

    def test_an_order_with_another_total_is_shown_and_goes_when_it_is_right(self):
        order = self.buy()
        self.pull()
        sale = self.mapping(order).sale_order_id
        line = sale.order_line[0]
        price = line.price_unit
        line.price_unit = price + 1
        self.compare()
        day = self.today()
        self.assertEqual((day.state, day.differing_count), ("differs", 1))
        self.assertEqual((day.gap_ids.kind, day.gap_ids.mapping_id), ("total", self.mapping(order)))
        self.assertNotEqual(round(day.amount_odoo, 2), round(day.amount_market, 2))
        line.price_unit = price
        self.compare()
        self.assertEqual((day.state, len(day.gap_ids)), ("complete", 0))

    def test_counts_are_enough_where_they_agree(self):
        for _place in range(3):
            self.buy()
        self.pull()
        self.sandbox("counters/reset")
        self.config._ask_to_compare("recent", days=1, fresh=True)
        self.run_queue()
        self.assertEqual((self.today().state, self.today().count_market), ("complete", 3))
        self.assertFalse(self.today().amounts_known)
        self.assertEqual(self.calls("/orders"), 0, "no order was read")
        self.assertLessEqual(self.calls("/orders/count"), 10)

    def test_counts_that_differ_have_the_day_read(self):
        hidden = self.buy()
        self.buy()
        self.hide(hidden)
        self.pull()
        self.config._ask_to_compare("recent", days=1, fresh=True)
        self.run_queue()
        self.assertEqual((self.today().state, self.today().gap_ids.external_id), ("missing", hidden["orderId"]))

    def test_what_came_a_moment_ago_is_not_missing_yet(self):
        self.buy(patch={"createdAt": self.now().strftime("%Y-%m-%dT%H:%M:%SZ")})
        self.config._ask_to_compare("recent", days=1, pages=True)
        self.run_queue()
        self.assertFalse(self.today().missing_count)

    def test_what_stays_missing_is_told_once_and_closed_when_it_is_there(self):
        hidden = self.buy()
        self.hide(hidden)
        self.pull()
        model = type(self.env["cdiscount.order.mapping"])
        with patch.object(model, "_store_page", lambda mappings, config, items, asked=False: None):
            self.compare(repair=True)
            self.assertEqual(len(self.alerts()), 1)
            self.compare(repair=True)
            self.assertEqual(len(self.alerts()), 1)
        self.compare(repair=True)
        self.assertFalse(self.alerts())
        self.assert_imported_once(hidden)

    def test_a_run_that_is_interrupted_goes_on_and_counts_each_order_once(self):
        moments = [(self.now() - timedelta(minutes=90 - place)).strftime("%Y-%m-%dT%H:%M:%SZ") for place in range(5)]
        orders = [self.buy(patch={"createdAt": moment}) for moment in moments]
        self.hide(orders[4])
        self.pull()
        original, pages = CdiscountCompletenessCheck._tally, []

        def tally(day, raws, totals, repair):
            pages.append(len(raws))
            if len(pages) == 3:
                raise ZeroDivisionError("the worker dies")
            return original(day, raws, totals, repair)

        with (
            patch.object(CdiscountCompletenessCheck, "_tally", tally),
            patch.object(completeness_check, "walk_oldest_first", partial(walk_oldest_first, page_size=2)),
            self.assertLogs("odoo", "ERROR"),
        ):
            self.compare()
            job = self.env["cdiscount.queue"].search([("operation", "=", "completeness_check")])
            self.assertNotEqual(job.state, "done")
            job.action_retry()
            self.run_queue()
        self.assertEqual(pages, [1, 2, 2, 2], "what was read is not read again")
        days = self.env["cdiscount.completeness.day"].search([("config_id", "=", self.config.id)])
        self.assertEqual(sum(days.mapped("count_market")), 5)
        self.assertEqual(sum(days.mapped("missing_count")), 1)

    def test_two_accounts_are_compared_apart(self):
        self.sandbox("shops", seller_id="55555", login="other", password="other-pass1")
        second = self.make_account(name="Second", seller_id="55555", api_login="other", api_password="other-pass1")
        self.buy()
        self.sandbox("orders?seller=55555", status="InPreparation")
        self.pull()
        self.compare()
        self.compare(config=second)
        self.assertEqual(self.today().state, "complete")
        self.assertEqual((self.today(second).state, self.today(second).missing_count), ("missing", 1))
        self.today(second).action_fetch_missing()
        self.run_queue(second)
        self.assertEqual((self.known(), self.known(second)), (1, 1))
        self.assertEqual(self.config.seller_id, SELLER)

    def test_a_day_costs_a_count_and_a_page_for_each_hundred(self):
        self.sandbox("orders", count=230, status="InPreparation", answer="ids", sku="CSM-0001")
        self.config._ask_to_compare("look", days=[str(day_of(self.now()))], pages=True, fresh=True)
        self.run_queue()
        self.assertEqual(self.today().missing_count, 230)
        self.assertEqual((self.calls("/orders/count"), self.calls("/orders")), (1, 3))

    def test_an_order_cdiscount_has_forgotten_says_so(self):
        hidden = self.buy()
        self.hide(hidden)
        self.compare()
        gap = self.today().gap_ids
        self.fault("answer", path="/orders/{order_id}", times=None, params={"status": 404})
        gap.action_fetch()
        self.run_queue()
        self.assertIn("does not know", gap.note)
        self.assertEqual(gap.tries, 1)

    def test_the_grid_shows_days_by_statuses_in_words(self):
        hidden = self.buy()
        self.buy(status="Processing")
        self.hide(hidden)
        self.pull()
        self.compare()
        days = self.env["cdiscount.completeness.day"]
        grid = days.with_user(self.manager).get_grid(7)
        self.assertEqual([key for key, _label in grid["statuses"]], ["Processing", "InPreparation"])
        row = grid["rows"][0]
        self.assertEqual((row["state"], row["words"], row["missing"]), ("missing", "1 missing in Odoo", True))
        red, green = row["cells"]["InPreparation"], row["cells"]["Processing"]
        self.assertEqual((red["there"], red["here"], red["words"]), (1, 0, "1 missing"))
        self.assertEqual((green["there"], green["here"], green["words"]), (1, 1, ""))
        self.assertFalse(days.with_user(self.manager_elsewhere()).get_grid(7)["rows"])
