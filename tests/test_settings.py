"""Settings > Cdiscount: each account with what can be done with it, and what is kept for how long."""

from datetime import datetime, timedelta

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .common import CdiscountCase

PAYLOAD = '{"billingAddress":{"countryCode":"FR","lastName":"Courtès"},"orderId":"%s"}'


@tagged("post_install", "-at_install")
class TestSettings(CdiscountCase):
    def settings(self, **values):
        form = Form(self.env["res.config.settings"])
        for name, value in values.items():
            setattr(form, name, value)
        return form.save()

    def order(self, number, state, months):
        return self.env["cdiscount.order.mapping"].create(
            {
                "config_id": self.config.id,
                "external_id": number,
                "state": state,
                "purchased_at": datetime.now() - timedelta(days=31 * months),
                "payload": PAYLOAD % number,
            }
        )

    def test_every_account_is_there_with_a_way_to_its_form_and_health(self):
        settings = self.settings()
        self.assertIn(self.config, settings.cdiscount_account_ids)
        self.assertIn(self.config, settings.cdiscount_told_ids)
        self.assertEqual(self.config.action_open_form()["res_id"], self.config.id)
        health = self.config.action_open_health()
        self.assertEqual(self.env["cdiscount.health"].browse(health["res_id"]).config_id, self.config)

    def test_another_secret_makes_another_address(self):
        before = self.settings().cdiscount_health_url
        self.settings().action_cdiscount_renew_health_url()
        self.assertTrue(before)
        self.assertNotEqual(self.settings().cdiscount_health_url, before)

    def test_log_lines_and_jobs_go_after_the_days_that_were_set(self):
        log, queue = self.env["cdiscount.sync.log"], self.env["cdiscount.queue"]
        log._add(self.config, "account", "old line")
        line = log.search([("message", "=", "old line")])
        job = queue.create({"config_id": self.config.id, "operation": "order_pull", "key": "old", "state": "done"})
        queue.flush_model()
        for table, record, column in (("sync_log", line, "create_date"), ("queue", job, "finished_at")):
            self.env.cr.execute(
                f"UPDATE cdiscount_{table} SET {column} = now() - interval '20 days' WHERE id = %s",
                (record.id,),
            )
        log._gc_old()
        queue._gc_finished()
        self.assertTrue(line.exists() and job.exists(), "kept for the days that hold without a setting")
        self.settings(cdiscount_log_days=10, cdiscount_job_days=10).execute()
        log._gc_old()
        queue._gc_finished()
        self.assertFalse(line.exists() or job.exists())

    def test_days_below_one_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "at least one day"):
            self.settings(cdiscount_log_days=0)

    def test_persons_are_forgotten_in_finished_old_orders_only(self):
        old, held, young = self.order("1", "imported", 30), self.order("2", "held", 30), self.order("3", "imported", 2)
        orders = self.env["cdiscount.order.mapping"]
        orders._gc_personal_data()
        self.assertIn("Courtès", old.payload, "nothing is removed until somebody asks for it")
        self.settings(cdiscount_personal_months=24).execute()
        orders._gc_personal_data()
        self.assertNotIn("Courtès", old.payload)
        self.assertIn('"FR"', old.payload)
        self.assertTrue(old.personal_data_removed_at)
        self.assertIn("Courtès", held.payload)
        self.assertIn("Courtès", young.payload)

    def test_an_order_that_changed_later_is_cleaned_again(self):
        old = self.order("1", "imported", 30)
        self.settings(cdiscount_personal_months=24).execute()
        self.env["cdiscount.order.mapping"]._gc_personal_data()
        old.write({"payload": PAYLOAD % "1", "marketplace_updated_at": datetime.now() + timedelta(hours=1)})
        self.env["cdiscount.order.mapping"].flush_model()
        self.env["cdiscount.order.mapping"]._gc_personal_data()
        self.assertNotIn("Courtès", old.payload)
