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
        form = Form(self.env[action["res_model"]].with_context(**action["context"]), view=action["views"][0][0])
        form.name, form.api_login, form.seller_id = "My shop", "login", "98981"
        with self.assertRaises(AssertionError, msg="the password is not optional"):
            form.save()

    def confirm(self, action):
        """Save the dialog of a step with what it proposes and press its first button; return what opens then."""
        form = Form(self.config.with_context(**action["context"]), view=action["views"][0][0])
        return form.save().with_context(**action["context"]).action_onboarding_save()

    def test_one_step_leads_to_the_next_until_the_first_import_is_done(self):
        self.assertEqual(self.next_step(), "test")
        action = self.do("test")
        self.assertEqual(self.config.state, "connected")
        for step in ("test", "company", "taxes", "carriers", "sync"):
            self.assertEqual(action["context"]["onboarding_step"], step)
            action = self.confirm(action)
        self.assertEqual(self.next_step(), "import")
        self.place_order(lines=[{"sku": "CSM-0001"}])
        wizard = self.env[action["res_model"]].with_context(**action["context"]).create({})
        self.assertEqual((wizard.config_id, wizard.import_products, wizard.import_orders), (self.config, True, True))
        self.assertEqual(self.do("import")["res_id"], wizard.id, "a second click does not begin another import")
        wizard.action_start_import()
        self.run_queue()
        self.assertIsNone(self.steps(), "everything is done: it is not shown any more")
        self.config.write({"state": "error", "state_message": "The password has changed."})
        self.assertIsNone(self.steps(), "an account that breaks later does not begin anew")

    def test_it_goes_on_where_it_was_left(self):
        action = self.confirm(self.confirm(self.do("test")))
        self.assertEqual(action["context"]["onboarding_step"], "taxes")
        self.assertEqual(self.next_step(), "taxes", "the dialog was closed: the step is still to do")
        action = self.confirm(self.do("sync"))
        self.assertEqual(action["context"]["onboarding_step"], "taxes", "what was passed over comes back")

    def test_a_wrong_password_leads_back_to_the_credentials_and_the_right_one_on(self):
        self.config.api_password = "wrong-word1"
        action = self.do("credentials")
        action = self.confirm(action)
        self.assertEqual((self.config.state, action["context"]["onboarding_step"]), ("draft", "test"))
        self.assertEqual(self.next_step(), "test")
        action = self.config.with_context(**action["context"]).action_onboarding_credentials()
        self.assertEqual(action["context"]["onboarding_step"], "credentials")
        form = Form(self.config.with_context(**action["context"]), view=action["views"][0][0])
        form.api_password = "sandbox-pass1"
        form.save().with_context(**action["context"]).action_onboarding_save()
        self.assertEqual((self.config.state, self.next_step()), ("connected", "company"))

    def test_where_the_euro_sleeps_the_company_step_wakes_it_and_held_orders_go_on(self):
        euro = self.env.ref("base.EUR")
        if self.company.currency_id == euro:
            self.skipTest("the company keeps its books in euros")
        self.do("test")
        euro.active = False
        self.place_order(lines=[{"sku": "CSM-0001"}])
        self.config.action_pull_orders()
        self.run_queue()
        order = self.env["cdiscount.order.mapping"].search([("config_id", "=", self.config.id)])
        self.assertEqual((order.state, order.hold_code), ("held", "currency_unknown"))
        self.assertTrue(self.config.onboarding_euro)
        self.confirm(self.do("company"))
        self.run_queue()
        self.assertTrue(euro.active)
        self.assertEqual(order.state, "imported")

    def test_the_taxes_step_names_the_tax_of_each_rate_and_the_rates_without(self):
        self.assertIn(self.taxes[5.5].name, self.config.onboarding_taxes)
        self.assertFalse(self.config.onboarding_taxes_missing)
        self.taxes[2.1].active = False
        self.config.invalidate_recordset()
        self.assertTrue(self.config.onboarding_taxes_missing)

    def test_a_second_account_has_steps_of_its_own(self):
        self.dashboard.close_onboarding(self.config.id)
        self.assertIsNone(self.steps())
        other = self.make_account(name="Second shop", seller_id="98980", state="draft")
        found = self.dashboard.get_data()["onboarding"]
        self.assertEqual((found["config_id"], found["account"]), (other.id, "Second shop"))

    def test_it_is_opened_again_from_the_account(self):
        self.dashboard.close_onboarding(self.config.id)
        action = self.config.action_onboarding_open()
        self.assertEqual(action["context"]["onboarding_step"], "test")
        self.assertEqual(self.next_step(), "company")
        self.env["cdiscount.initial.import"].create({"config_id": self.config.id}).state = "done"
        action = self.config.action_onboarding_open()
        for step in ("credentials", "test", "company", "taxes", "carriers", "sync"):
            self.assertEqual(action["context"]["onboarding_step"], step, "all is done: one looks at all of it")
            action = self.confirm(action)
        self.assertEqual(action["res_model"], "cdiscount.initial.import")

    def test_the_account_of_another_company_is_not_shown(self):
        stranger = self.manager_elsewhere()
        found = self.dashboard.with_user(stranger).get_data()["onboarding"]
        self.assertFalse(found["config_id"], "the other company begins with its own credentials")

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
