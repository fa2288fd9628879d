"""A queue that stands still is told to whoever looks, once, with what to check; and taken back when it runs again."""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import config as odoo_config

from ..models.monitoring.config_watch import HEALTH_PATH, TOKEN
from .common import CdiscountCase, account_values


class StalledMixin:
    def cron(self):
        return self.env.ref("cdiscount_store_management.cron_run_queue")

    def crons_run(self, late=timedelta(0), active=True):
        """Have the scheduled action look as if it had last been due ``late`` ago."""
        self.cron().active = active
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_cron SET nextcall = %s, lastcall = %s WHERE id = %s",
            (fields.Datetime.now() - late, fields.Datetime.now() - late, self.cron().id),
        )
        self.env.invalidate_all()

    def wait(self, hours, operation="order_build", started=None):
        """A job that has been due for some hours, in an account nobody has touched since."""
        self.env["cdiscount.queue"]._enqueue(self.config, operation, "A")
        self.env.flush_all()
        then = fields.Datetime.now() - timedelta(hours=hours)
        self.env.cr.execute(
            "UPDATE cdiscount_queue SET create_date = %s, write_date = %s, started_at = %s", (then, then, started)
        )
        self.env.cr.execute("UPDATE cdiscount_config SET write_date = %s", (then,))
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestStalled(StalledMixin, CdiscountCase):
    def setUp(self):
        super().setUp()
        self.queue = self.env["cdiscount.queue"]
        self.crons_run()

    def look(self, user=None):
        found = self.queue.with_user(user or self.manager).get_watch()
        self.env.invalidate_all()
        return found

    def activities(self, config=None):
        kind = self.env.ref("cdiscount_store_management.activity_stalled")
        return (config or self.config).activity_ids.filtered(lambda activity: activity.activity_type_id == kind)

    def test_while_jobs_run_nobody_is_bothered(self):
        self.wait(hours=0)
        self.assertFalse(self.look())
        self.assertFalse(self.config.stall_title)
        self.assertFalse(self.activities())

    def test_crons_that_do_not_run_are_told_by_the_first_person_who_looks(self):
        self.crons_run(late=timedelta(hours=3))
        found = self.look()
        self.assertIn("do not run", found["title"])
        self.assertIn("max_cron_threads", " ".join(found["checks"]))
        self.assertEqual(found["accounts"], [self.config.name])
        activity = self.activities()
        self.assertEqual(activity.user_id, self.config.responsible_id)
        self.assertIn("max_cron_threads", activity.note)

    def test_a_hundred_looks_make_one_activity_and_running_again_takes_it_back(self):
        self.crons_run(late=timedelta(hours=3))
        for _look in range(3):
            self.look()
        self.assertEqual(len(self.activities()), 1)
        self.crons_run()
        self.assertFalse(self.look())
        self.assertFalse(self.activities())
        self.assertFalse(self.config.stalled_since)
        self.crons_run(late=timedelta(hours=3))
        self.look()
        self.assertEqual(len(self.activities()), 1, "it is told again when it happens again")

    def test_the_form_shows_it_without_writing_anything(self):
        self.crons_run(late=timedelta(hours=3))
        config = self.config.with_user(self.manager)
        self.assertIn("do not run", config.stall_title)
        self.assertTrue(config.stall_checks)
        self.assertFalse(self.activities())
        self.assertFalse(config.stalled_since)

    def test_this_server_says_that_it_was_started_without_cron_threads(self):
        self.crons_run(late=timedelta(hours=3))
        self.addCleanup(odoo_config.__setitem__, "max_cron_threads", odoo_config["max_cron_threads"])
        odoo_config["max_cron_threads"] = 2
        self.assertNotIn("max_cron_threads = 0", self.config.stall_checks)
        odoo_config["max_cron_threads"] = 0
        self.env.invalidate_all()
        self.assertIn("max_cron_threads = 0", self.config.stall_checks)

    def test_a_cron_that_is_switched_off_is_switched_on_with_one_click(self):
        self.crons_run(active=False)
        self.assertIn("switched off", self.look()["title"])
        self.env.invalidate_all()
        self.assertTrue(self.config.can_start_again)
        self.config.with_user(self.manager).action_start_again()
        self.assertTrue(self.cron().active)
        self.assertFalse(self.look())

    def test_a_neutralized_copy_says_so_and_tells_nobody_to_repair_it(self):
        self.crons_run(active=False)
        self.env["ir.config_parameter"].sudo().set_param("database.is_neutralized", "True")
        self.assertIn("copy for tests", self.look()["title"])
        self.assertFalse(self.activities())

    def test_a_lane_that_stands_still_is_told_by_the_runner_itself(self):
        self.wait(hours=2)
        self.queue._after_run()
        self.env.invalidate_all()
        self.assertEqual(len(self.activities()), 1)
        self.assertIn("Orders", self.config.stall_title)
        self.env.cr.execute("UPDATE cdiscount_queue SET state = 'done', finished_at = now() AT TIME ZONE 'UTC'")
        self.queue._after_run()
        self.env.invalidate_all()
        self.assertFalse(self.activities())

    def test_a_lane_that_is_busy_does_not_stand_still(self):
        self.wait(hours=2, started=fields.Datetime.now())
        self.assertFalse(self.look())

    def test_what_waits_rightly_does_not_stand_still(self):
        self.wait(hours=2)
        self.queue.search([]).eta = fields.Datetime.now() + timedelta(hours=1)
        self.assertFalse(self.look(), "a job whose time has not come")
        self.queue.search([]).eta = False
        self.config.state = "paused"
        self.assertFalse(self.look(), "an account that is paused")

    def test_the_runner_is_not_late_while_it_works(self):
        self.crons_run(late=timedelta(hours=3))
        self.queue._after_run()
        self.env.invalidate_all()
        self.assertFalse(self.activities(), "the first run after the server was down")

    def test_a_stranger_learns_nothing_and_another_company_neither(self):
        self.crons_run(late=timedelta(hours=3))
        self.assertFalse(self.look(new_test_user(self.env, "stranger", "base.group_user")))
        other = self.env["res.company"].create({"name": "Other company"})
        manager = new_test_user(
            self.env,
            "elsewhere",
            "cdiscount_store_management.group_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(self.look(manager))

    def test_looking_takes_as_many_queries_for_many_accounts_as_for_one(self):
        self.make_account(name="Second shop", seller_id="55555")
        self.make_account(name="Third shop", seller_id="66666")
        configs = self.env["cdiscount.config"].search([])
        self.queue._gather_facts(configs)

        def queries(records):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.queue._gather_facts(records)
            return self.env.cr.sql_log_count - before

        self.assertEqual(queries(configs), queries(configs[:1]))


@tagged("post_install", "-at_install")
class TestHealth(StalledMixin, HttpCase):
    def setUp(self):
        super().setUp()
        self.config = self.env["cdiscount.config"].create(account_values(self.env, state="connected"))
        self.secret = self.env["ir.config_parameter"].sudo().get_param(TOKEN)
        self.crons_run()

    def ask(self, token, **options):
        self.env.flush_all()
        return self.url_open(f"{HEALTH_PATH}?token={token}", **options)

    def test_a_monitor_is_told_whether_the_queue_runs(self):
        self.assertTrue(self.secret)
        answer = self.ask(self.secret)
        self.assertEqual((answer.status_code, answer.json()["status"]), (200, "ok"))
        self.crons_run(late=timedelta(hours=3))
        answer = self.ask(self.secret)
        self.assertEqual((answer.status_code, answer.json()["status"]), (503, "stalled"))
        self.assertEqual(answer.json()["problems"], ["cron_late"])
        self.env.invalidate_all()
        self.assertFalse(self.config.stalled_since, "a monitor changes nothing")

    def test_nothing_about_the_shop_is_told(self):
        self.wait(hours=2)
        text = self.ask(self.secret).text
        for word in (self.config.name, self.config.seller_id, self.config.api_login, self.secret):
            self.assertNotIn(word, text)

    def test_who_does_not_know_the_secret_is_refused(self):
        for token in ("", "wrong", self.secret[:-1], "é"):
            answer = self.ask(token)
            self.assertEqual((answer.status_code, answer.json()), (403, {"status": "forbidden"}))

    def test_the_secret_may_come_in_a_header_and_be_renewed(self):
        answer = self.ask("", headers={"Authorization": f"Bearer {self.secret}"})
        self.assertEqual(answer.status_code, 200)
        manager = new_test_user(self.env, "boss", "cdiscount_store_management.group_manager")
        self.config.with_user(manager).action_renew_health_url()
        self.assertEqual(self.ask(self.secret).status_code, 403)
        self.assertNotIn(self.secret, self.config.with_user(manager).health_url)

    def test_a_database_without_a_secret_opens_to_nobody(self):
        self.env["ir.config_parameter"].sudo().set_param(TOKEN, "")
        self.assertEqual(self.ask("").status_code, 403)
