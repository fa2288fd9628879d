"""The dashboard tells the truth: its figures are those of the orders, its links open the records that make them."""

import itertools
from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import CdiscountCase

DASHBOARD = "cdiscount.dashboard"


@tagged("post_install", "-at_install")
class TestDashboard(CdiscountCase):
    def setUp(self):
        super().setUp()
        self.env.user.tz = "Europe/Paris"
        self.dashboard = self.env[DASHBOARD]
        self.noon = fields.Datetime.now().replace(hour=11, minute=0, second=0, microsecond=0)

    def make_order(self, number, days=0, amount=10.0, status="Shipped", state="imported", **values):
        """An order as the import stores it; only what the dashboard reads."""
        moment = self.noon - timedelta(days=days)
        order = self.env["cdiscount.order.mapping"].create(
            {
                "config_id": self.config.id,
                "external_id": f"D{number}",
                "reference": f"D{number}",
                "status": status,
                "state": state,
                "currency_id": self.company.currency_id.id,
                "amount_total": amount,
                "purchased_at": moment,
                **values,
            }
        )
        line = {"mapping_id": order.id, "sku": f"SKU-{number}", "live": state != "cancelled", "amount_total": amount}
        self.env["cdiscount.order.mapping.line"].create(line)
        return order

    def look(self, period="30d", **options):
        return self.dashboard.get_data(period, **options)

    def kpi(self, data, key):
        return next(kpi for kpi in data["kpis"] if kpi["key"] == key)

    def opened(self, what, value=None, **selection):
        action = self.dashboard.get_action(what, value, **selection)
        return self.env[action["res_model"]].search(action["domain"])

    def test_the_cards_are_the_sums_of_the_orders_and_meet_the_period_before(self):
        buyers = self.env["res.partner"].create([{"name": "One"}, {"name": "Two"}])
        self.make_order(1, 1, 100.10, partner_id=buyers[0].id)
        self.make_order(2, 2, 50.05, partner_id=buyers[0].id)
        self.make_order(3, 3, 70.0, status="Cancelled", state="cancelled")
        self.make_order(4, 4, 999.0, state="ignored")
        self.make_order(5, 40, 75.0, partner_id=buyers[1].id)
        data = self.look()
        revenue = self.kpi(data, "revenue")
        self.assertEqual((revenue["value"], revenue["before"], revenue["change"]), (150.15, 75.0, 100.2))
        self.assertEqual(self.kpi(data, "orders")["value"], 2)
        self.assertEqual(self.kpi(data, "customers")["value"], 1)
        self.assertEqual(self.kpi(data, "products")["value"], 2)
        self.assertEqual(self.kpi(data, "average")["value"], 75.08)
        self.assertAlmostEqual(sum(data["trend"]["revenue"]), 150.15)
        self.assertEqual({entry["key"]: entry["count"] for entry in data["statuses"]}, {"Shipped": 2, "Cancelled": 1})
        self.assertFalse(data["empty"])

    def test_every_number_opens_the_records_that_make_it(self):
        for number, (days, status, state) in enumerate(
            [
                (0, "WaitingAcceptance", "new"),
                (1, "Shipped", "imported"),
                (1, "Refused", "cancelled"),
                (35, "Shipped", "imported"),
            ]
        ):
            self.make_order(number, days, status=status, state=state, ship_by=self.noon)
        data = self.look()
        for key in ("revenue", "orders", "average"):
            found = self.opened(key)
            self.assertEqual(len(found), self.kpi(data, "orders")["value"])
            self.assertAlmostEqual(sum(found.mapped("amount_total")), self.kpi(data, "revenue")["value"])
        for entry in data["statuses"]:
            self.assertEqual(len(self.opened("status", entry["key"])), entry["count"], entry["key"])
        for position, count in enumerate(data["trend"]["orders"]):
            self.assertEqual(len(self.opened("slot", position)), count)
        self.assertEqual(len(self.opened("products").mapped("sku")), self.kpi(data, "products")["value"])
        for entry in data["deadlines"]:
            self.assertEqual(len(self.opened("deadline", entry["kind"])), entry["total"])
            self.assertEqual(len(self.opened("late", entry["kind"])), entry["late"])
            self.assertEqual(len(self.opened("soon", entry["kind"])), entry["soon"])
        self.assertEqual(len(self.opened("statuses")), sum(entry["count"] for entry in data["statuses"]))
        self.assertEqual(len(self.opened("before", "orders")), self.kpi(data, "orders")["before"])
        before = sum(self.opened("before", "revenue").mapped("amount_total"))
        self.assertAlmostEqual(before, self.kpi(data, "revenue")["before"])
        self.assertEqual(len(self.opened("online")), self.kpi(data, "products")["online"])
        for key in ("jobs", "errors", "out_of_stock", "rate"):
            self.assertEqual(len(self.opened(key)), data["footer"][key])

    def test_a_status_that_nobody_knows_is_a_slice_of_its_own(self):
        self.make_order(1, status="Teleported")
        [entry] = self.look()["statuses"]
        self.assertEqual((entry["key"], entry["count"]), ("other", 1))
        self.assertEqual(self.opened("status", "other").status, "Teleported")

    def test_late_orders_are_counted_as_late(self):
        late = self.make_order(1, 5, status="InPreparation", ship_by=fields.Datetime.now() - timedelta(hours=1))
        self.make_order(2, 1, status="InPreparation", ship_by=fields.Datetime.now() + timedelta(hours=3))
        self.make_order(3, 9, status="Shipped", ship_by=fields.Datetime.now() - timedelta(days=4))
        entry = next(entry for entry in self.look()["deadlines"] if entry["kind"] == "ship")
        self.assertEqual((entry["total"], entry["late"], entry["soon"]), (2, 1, 1))
        self.assertEqual(self.opened("late", "ship"), late)

    def test_amounts_of_other_currencies_are_shown_in_the_companys(self):
        dollar = self.env.ref("base.USD")
        other = dollar if self.company.currency_id != dollar else self.env.ref("base.EUR")
        other.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", other.id)]).unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": other.id, "rate": 2.0, "name": "2020-01-01", "company_id": self.company.id}
        )
        self.make_order(1, 1, 10.0)
        self.make_order(2, 1, 10.0, currency_id=other.id)
        data = self.look()
        self.assertEqual(data["currency_id"], self.company.currency_id.id)
        self.assertEqual(self.kpi(data, "revenue")["value"], 15.0)

    def test_days_are_those_of_the_reader(self):
        order = self.make_order(1)
        order.purchased_at = datetime(2026, 3, 31, 22, 30)  # 00:30 on the first of April in Paris
        april = {"date_from": "2026-04-01", "date_to": "2026-04-01"}
        self.assertEqual(self.kpi(self.look("custom", **april), "orders")["value"], 1)
        self.env.user.tz = "UTC"
        self.assertEqual(self.kpi(self.look("custom", **april), "orders")["value"], 0)

    def test_accounts_of_other_companies_are_not_counted_even_when_they_are_named(self):
        self.make_order(1)
        stranger = self.manager_elsewhere()
        data = self.dashboard.with_user(stranger).get_data("30d", config_ids=[self.config.id])
        self.assertEqual(self.kpi(data, "orders")["value"], 0)
        self.assertEqual(data["accounts"], [])

    def test_one_account_and_one_channel_can_be_looked_at_alone(self):
        other = self.make_account(name="Second shop", seller_id="4711")
        channel = self.env["cdiscount.sales.channel"].create({"name": "Elsewhere", "code": "ELSE01"})
        self.make_order(1)
        self.make_order(2, config_id=other.id, sales_channel_id=channel.id)
        self.assertEqual(self.kpi(self.look(), "orders")["value"], 2)
        self.assertEqual(self.kpi(self.look(config_ids=[other.id]), "orders")["value"], 1)
        only = self.look(channel_ids=[channel.id])
        self.assertEqual((self.kpi(only, "orders")["value"], self.kpi(only, "products")["value"]), (1, 1))
        self.assertEqual(len(self.opened("products", channel_ids=[channel.id])), 1)

    def test_sync_health_is_the_share_of_jobs_that_succeeded(self):
        queue = self.env["cdiscount.queue"]
        jobs = queue.create(
            [{"config_id": self.config.id, "operation": "order_pull", "key": str(number)} for number in range(4)]
        )
        jobs.write({"state": "done", "finished_at": fields.Datetime.now() - timedelta(minutes=5)})
        jobs[0].state = "failed"
        data = self.look()
        self.assertEqual(self.kpi(data, "health")["value"], 75.0)
        self.assertEqual((data["footer"]["errors"], data["footer"]["rate"]), (1, 3))
        self.assertEqual(self.opened("errors"), jobs[0])

    def test_nonsense_is_answered_with_words(self):
        for period, options in (
            ("fortnight", {}),
            ("custom", {}),
            ("custom", {"date_from": "2026-02-01", "date_to": "2026-01-01"}),
            ("custom", {"date_from": "yesterday", "date_to": "today"}),
        ):
            with self.assertRaises(UserError):
                self.look(period, **options)
        with self.assertRaises(UserError):
            self.dashboard.get_action("everything")
        with self.assertRaises(UserError):
            self.dashboard.get_action("slot", 999)
        with self.assertRaises(UserError):
            self.dashboard.get_action("before", "everything")

    def test_it_is_for_users_of_cdiscount(self):
        outsider = new_test_user(self.env, "outsider", "base.group_user")
        with self.assertRaises(AccessError):
            self.dashboard.with_user(outsider).get_data()
        user = new_test_user(self.env, "insider", "cdiscount_store_management.group_user")
        self.assertEqual(len(self.dashboard.with_user(user).get_data()["kpis"]), 6)

    def test_preferences_are_the_users_own_and_nonsense_does_not_break_them(self):
        kept = self.dashboard.keep_preferences({"period": "90d", "theme": "dark", "config_ids": [self.config.id]})
        self.assertEqual((kept["period"], kept["theme"], kept["config_ids"]), ("90d", "dark", [self.config.id]))
        self.assertEqual(self.dashboard.keep_preferences({})["period"], "90d")
        bad = {"period": "soon", "theme": 7, "config_ids": "all", "date_from": "x"}
        kept = self.dashboard.keep_preferences(bad)
        self.assertEqual((kept["period"], kept["theme"], kept["config_ids"]), ("30d", "auto", []))
        other = new_test_user(self.env, "insider", "cdiscount_store_management.group_user")
        self.assertEqual(self.dashboard.with_user(other).keep_preferences({})["period"], "30d")

    def test_without_a_period_it_shows_what_the_user_looked_at_last(self):
        self.make_order(1)
        other = self.make_account(name="Second shop", seller_id="4711")
        self.dashboard.keep_preferences({"period": "90d", "theme": "dark", "config_ids": [other.id]})
        data = self.dashboard.get_data()
        self.assertEqual((data["period"]["name"], data["preferences"]["theme"]), ("90d", "dark"))
        self.assertEqual(self.kpi(data, "orders")["value"], 0)
        self.assertEqual(self.opened("orders", config_ids=[other.id]), self.env["cdiscount.order.mapping"])
        # What has gone meanwhile, or cannot be shown, is no reason to show nothing for ever.
        other.active = False if "active" in other._fields else other.unlink()
        broken = {"period": "custom", "date_from": "2026-02-01", "date_to": "2026-01-01"}
        self.dashboard.keep_preferences(broken)
        data = self.dashboard.get_data()
        self.assertEqual((data["period"]["name"], data["preferences"]["period"]), ("30d", "30d"))
        self.assertEqual((data["preferences"]["config_ids"], self.kpi(data, "orders")["value"]), ([], 1))

    def test_periods_go_by_their_names_on_the_screen_too(self):
        for name, known in (("Today", "today"), ("7 days", "7d"), ("Year", "year"), (None, "30d")):
            self.assertEqual(self.dashboard.get_data(name)["period"]["name"], known)
        days = {"date_from": "2026-01-05", "date_to": "2026-01-06"}
        self.assertEqual(self.dashboard.get_data("Custom range", **days)["period"]["date_to"], "2026-01-06")

    def test_companies_that_are_switched_off_are_not_counted(self):
        self.make_order(1)
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.manager.company_ids = [(4, elsewhere.id)]
        other = self.make_account(name="Second shop", seller_id="4711", company_id=elsewhere.id)
        self.make_order(2, config_id=other.id)
        reader = new_test_user(
            self.env,
            "reader",
            "cdiscount_store_management.group_user",
            company_id=self.company.id,
            company_ids=[(6, 0, [self.company.id, elsewhere.id])],
        )
        for companies, count in ((self.company + elsewhere, 2), (elsewhere, 1)):
            dashboard = self.dashboard.with_user(reader).with_context(allowed_company_ids=companies.ids)
            data = dashboard.get_data("30d")
            self.assertEqual((self.kpi(data, "orders")["value"], len(data["accounts"])), (count, count))
            self.assertEqual(data["currency_id"], companies[0].currency_id.id)

    def test_the_waterfall_ends_where_the_margins_do(self):
        self.assertFalse(self.look()["waterfall"])
        order = self.make_order(1, 2, 120.0)
        self.make_order(2, 50, 999.0)
        self.env.flush_all()
        self.env["cdiscount.margin"].create(
            {
                "order_line_id": order.line_ids.id,
                "mapping_id": order.id,
                "config_id": self.config.id,
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                "date": fields.Date.today() - timedelta(days=2),
                "goods": 100.0,
                "shipping": 5.0,
                "commission": 15.25,
                "cost": 60.0,
                "margin": 29.75,
            }
        )
        steps = self.look()["waterfall"]["steps"]
        self.assertEqual([step["key"] for step in steps], ["goods", "shipping", "commission", "cost", "profit"])
        self.assertEqual((steps[-1]["amount"], steps[-1]["kind"]), (29.75, "profit"))
        # The bars hang together: each begins where the one before ended, and the last but one ends at the profit.
        for one, other in itertools.pairwise(steps[:-1]):
            self.assertEqual(other["from"], one["to"])
        self.assertEqual(steps[-2]["to"], 29.75)
        self.assertEqual(self.opened("margin").mapping_id, order)

    def test_a_shop_without_orders_says_so(self):
        self.assertTrue(self.look()["empty"])
        self.make_order(1, 400)
        self.assertFalse(self.look()["empty"])

    def test_what_stands_in_the_way_is_said_above_the_figures(self):
        self.config.write({"state": "error", "state_message": "The password is wrong."})
        self.assertIn("The password is wrong.", [notice["text"] for notice in self.look()["notices"]])

    def test_the_missing_licence_key_is_the_last_thing_said_and_only_once_a_shop_is_connected(self):
        self.env["ir.config_parameter"].set_param("cdiscount_store_management.licence_key", "")
        administrator = self.dashboard.with_user(self.env.ref("base.user_admin"))

        def models():
            return [notice["model"] for notice in administrator.get_data()["notices"]]

        self.config.state = "draft"
        self.assertNotIn("res.config.settings", models())
        self.config.write({"state": "error", "state_message": "The password is wrong."})
        self.assertEqual((models()[0], models()[-1]), ("cdiscount.config", "res.config.settings"))
