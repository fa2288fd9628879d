"""The first run: each step is done where it is done, and can be left and resumed."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import CdiscountCase

STEPS = ["credentials", "test", "company", "taxes", "carriers", "sync", "import"]


@tagged("post_install", "-at_install")
class TestOnboarding(CdiscountCase):
    def setUp(self):
        super().setUp()
        self.config.write({"state": "draft"})
        self.dashboard = self.env["cdiscount.dashboard"]

    def steps(self):
        found = self.dashboard.get_data()["onboarding"]
        return [step["key"] for step in found["steps"] if step["done"]] if found else None

    def next_step(self):
        return next(step["key"] for step in self.dashboard.get_data()["onboarding"]["steps"] if step["next"])

    def do(self, step):
        return self.dashboard.get_onboarding_action(step, self.config.id)

    def test_without_an_account_it_begins_with_the_credentials(self):
        self.config.active = False
        found = self.dashboard.get_data()["onboarding"]
        self.assertEqual([step["key"] for step in found["steps"]], STEPS)
        self.assertFalse(found["config_id"])
        self.assertEqual(self.next_step(), "credentials")
        with self.assertRaises(UserError):
            self.dashboard.get_onboarding_action("test")
        action = self.dashboard.get_onboarding_action("credentials")
        form = Form(self.env[action["res_model"]].with_context(**action["context"]), view=action["views"][0][0])
        form.name, form.api_login, form.api_password, form.seller_id = "My shop", "login", "secret-word1", "98980"
        form.save()
        self.assertEqual(self.steps(), ["credentials"])

    def test_it_goes_on_where_it_was_left_until_the_first_import_is_done(self):
        self.assertEqual(self.next_step(), "test")
        self.do("test")
        self.assertEqual(self.config.state, "connected")
        self.assertEqual(self.next_step(), "company")
        for step in ("company", "carriers", "sync"):
            action = self.do(step)
            form = Form(self.config.with_context(**action["context"]), view=action["views"][0][0])
            form.save().with_context(**action["context"]).action_onboarding_save()
        self.assertEqual(self.next_step(), "taxes")
        self.do("taxes")
        self.assertEqual(self.next_step(), "import")
        self.place_order(lines=[{"sku": "CSM-0001"}])
        action = self.do("import")
        wizard = self.env[action["res_model"]].with_context(**action["context"]).create({})
        self.assertEqual(wizard.config_id, self.config)
        wizard.action_start_import()
        self.run_queue()
        self.assertIsNone(self.steps(), "everything is done: it is not shown any more")

    def test_carriers_are_read_and_proposed_in_the_step_itself(self):
        self.do("test")
        action = self.config.action_onboarding_carriers()
        self.run_queue()
        self.assertEqual((action["res_id"], action["target"]), (self.config.id, "new"))
        self.assertTrue(self.env["cdiscount.carrier"].search_count([("config_id", "=", self.config.id)]))

    def test_whoever_does_not_want_it_sees_it_no_more(self):
        self.dashboard.close_onboarding(self.config.id)
        self.assertIsNone(self.steps())

    def test_it_is_for_managers(self):
        user = new_test_user(self.env, "insider", "cdiscount_store_management.group_user")
        self.assertFalse(self.dashboard.with_user(user).get_data()["onboarding"])
        with self.assertRaises(AccessError):
            self.dashboard.with_user(user).close_onboarding(self.config.id)
