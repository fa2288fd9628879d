"""Who may see and do what; every model is guarded."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import CdiscountCase

SHARED_BY_ALL_COMPANIES = {"cdiscount.sales.channel", "cdiscount.refusal", "cdiscount.picture.size"}


@tagged("post_install", "-at_install")
class TestAccess(CdiscountCase):
    def own_models(self):
        return [
            name
            for name in self.env
            if name.startswith("cdiscount.") and not self.env[name]._abstract and self.env[name]._auto
        ]

    def test_every_model_has_access_rules(self):
        guarded = set(self.env["ir.model.access"].search([]).mapped("model_id.model"))
        self.assertTrue(self.own_models())
        self.assertFalse([name for name in self.own_models() if name not in guarded])

    def test_every_model_keeps_companies_apart(self):
        ruled = set(self.env["ir.rule"].search([("domain_force", "ilike", "company_id")]).mapped("model_id.model"))
        missing = [name for name in self.own_models() if name not in ruled | SHARED_BY_ALL_COMPANIES]
        self.assertFalse(missing)

    def test_a_user_discusses_an_order_and_changes_nothing_of_it(self):
        user = new_test_user(self.env, "care", "cdiscount_store_management.group_user")
        order = self.place_order(lines=[{"sku": "NOT-THERE", "gtin": None}])
        self.pull()
        held = self.mapping(order).with_user(user)
        for values in (
            {"amount_total": 1.0},
            {"accepted_key": "forged"},
            {"state": "ignored"},
            {"sale_order_id": False},
        ):
            with self.assertRaises(AccessError):
                held.write(values)
        held.message_post(body="The customer has called.")
        held.activity_schedule("mail.mail_activity_data_todo", user_id=user.id, summary="Call back")
        self.assertEqual(held.activity_ids.summary, "Call back")

    def test_orders_of_another_company_are_not_seen(self):
        other = self.env["res.company"].create({"name": "Other company"})
        stranger = new_test_user(
            self.env,
            "stranger",
            "cdiscount_store_management.group_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.place_order(lines=[{"sku": "CSM-0001"}])
        self.pull()
        for model in ("cdiscount.config", "cdiscount.order.mapping", "cdiscount.queue", "cdiscount.sync.log"):
            self.assertTrue(self.env[model].search([("company_id", "=", self.company.id)]), model)
            self.assertFalse(self.env[model].with_user(stranger).search([]), model)

    def test_the_password_is_read_back_by_nobody(self):
        for user in (self.manager, new_test_user(self.env, "boss", "base.group_system")):
            config = self.config.with_user(user)
            self.assertTrue(config.has_password)
            self.assertNotIn("sandbox-pass1", str(config.read()))
            with self.assertRaises(AccessError):
                self.env["cdiscount.credential"].with_user(user).search_read([])
            with self.assertRaises(AccessError):
                self.env["cdiscount.token"].with_user(user).search_read([])

    def test_a_user_reads_orders_and_changes_no_settings(self):
        user = new_test_user(self.env, "reader", "cdiscount_store_management.group_user")
        self.place_order(lines=[{"sku": "CSM-0001"}])
        self.pull()
        orders = self.env["cdiscount.order.mapping"].with_user(user).search([])
        self.assertTrue(orders.read(["reference", "amount_total", "partner_id"]))
        with self.assertRaises(AccessError):
            orders[:1].read(["payload"])
        with self.assertRaises(AccessError):
            self.config.with_user(user).name = "Mine"
        with self.assertRaises(AccessError):
            self.config.with_user(user).action_run_queue()
