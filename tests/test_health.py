"""The health page finds what is broken and says what to do; the support bundle tells nothing it must not."""

import io
import json
import zipfile

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import CdiscountCase, account_values


@tagged("post_install", "-at_install")
class TestHealth(CdiscountCase):
    def look(self):
        action = self.env["cdiscount.health"].action_open(self.config)
        return self.env["cdiscount.health"].browse(action["res_id"])

    def found(self, health, topic):
        return {line.name: line.result for line in health.line_ids if line.topic == topic}

    def test_a_connected_account_is_all_right(self):
        # Connected days after the installation: what has not run because it was switched off is no alarm.
        crons = self.env["cdiscount.queue"].sudo()._crons()
        crons.write({"active": False, "nextcall": fields.Datetime.subtract(fields.Datetime.now(), days=2)})
        self.env["cdiscount.queue"].sudo()._start_crons()
        health = self.look()
        self.assertFalse(
            health.broken_count, health.line_ids.filtered(lambda line: line.result == "failed").mapped("message")
        )
        topics = set(health.line_ids.mapped("topic"))
        self.assertLessEqual({"account", "crons", "queue", "rights", "token", "calls", "server", "tables"}, topics)

    def test_what_is_broken_says_what_to_do(self):
        self.config.write({"state": "error", "state_message": "Cdiscount refuses the login."})
        cron = self.env["cdiscount.queue"]._cron("cron_run_queue")
        cron.active = False
        health = self.look()
        broken = health.line_ids.filtered(lambda line: line.result == "failed")
        self.assertIn("account", broken.mapped("topic"))
        self.assertIn(cron.name, broken.mapped("name"))
        self.assertTrue(all(line.remedy for line in broken))

    def test_the_person_whose_rights_jobs_use_must_have_them(self):
        nobody = new_test_user(self.env, "nobody", "base.group_user")
        self.env.cr.execute("UPDATE cdiscount_config SET user_id = %s WHERE id = %s", [nobody.id, self.config.id])
        self.env.invalidate_all()
        self.assertEqual(self.found(self.look(), "rights")["Runs As"], "failed")

    def test_the_self_test_asks_every_endpoint_once_and_changes_nothing(self):
        health = self.look()
        health.action_self_test()
        results = self.found(health, "endpoint")
        self.assertEqual(set(results.values()), {"ok"}, results)
        self.assertEqual(self.calls("/orders/count"), 1)
        calls = self.sandbox("calls?limit=1000", method="GET")["calls"]
        self.assertEqual({call["method"] for call in calls if "token" not in call["route"]}, {"GET"})
        health.action_self_test()
        self.assertEqual(len(self.found(health, "endpoint")), len(results), "asked again, not listed twice")

    def test_a_right_that_is_missing_is_a_warning_and_the_others_are_still_asked(self):
        self.sandbox("settings", discussions_allowed=False)
        health = self.look()
        health.action_self_test()
        results = self.found(health, "endpoint")
        self.assertEqual(results["GET /discussions/count"], "warning")
        self.assertEqual(results["GET /operations"], "ok")

    def test_it_is_for_managers(self):
        user = new_test_user(self.env, "insider", "cdiscount_store_management.group_user")
        with self.assertRaises(AccessError):
            self.env["cdiscount.health"].with_user(user).action_open(self.config.with_user(user))

    def test_the_bundle_has_no_secret_and_nobody_in_it(self):
        order = self.place_order(lines=[{"sku": "UNKNOWN-1"}])
        self.pull()
        mapping = self.mapping(order)
        log = self.env["cdiscount.sync.log"]
        log._add(self.config, "account", "Token eyJhbGciOiJIUzI1NiJ9.abc.def of anne@shop.example, +33612345678")
        own = (self.config.api_login, self.config.seller_id, self.config.name, self.config.company_id.name)
        log._add(self.config, "account", f"Shop of {' and '.join(own)}")
        colleague = new_test_user(self.env, "boss", "cdiscount_store_management.group_manager", name="Zoé Lefèvre")
        self.config.with_user(colleague).action_pause()
        own += (colleague.name,)
        content = self.env["cdiscount.health"]._support_bundle(self.config)
        archive = zipfile.ZipFile(io.BytesIO(content))
        everything = "\n".join(archive.read(name).decode() for name in archive.namelist())
        for secret in ("sandbox-pass1", "eyJhbGci", "anne@", "612345678", *own):
            self.assertNotIn(secret, everything)
        if mapping.customer_name:
            self.assertNotIn(mapping.customer_name, everything)
        for name in ("settings.json", "jobs.json", "log.json", "causes.json", "health.json"):
            json.loads(archive.read(name))  # still readable
        settings = json.loads(archive.read("settings.json"))
        self.assertFalse([value for value in settings.values() if isinstance(value, str) and len(value) > 40])
        self.assertNotIn("api_password", settings)
        self.assertIn("order_sync_interval", settings)
        self.assertTrue(json.loads(archive.read("causes.json")))


@tagged("post_install", "-at_install")
class TestSupportBundleDownload(HttpCase):
    def test_a_manager_downloads_it_and_nobody_else(self):
        config = self.env["cdiscount.config"].create(account_values(self.env))
        address = f"/cdiscount/support_bundle/{config.id}"
        self.authenticate("admin", "admin")
        answer = self.url_open(address)
        self.assertEqual(answer.headers["Content-Type"], "application/zip")
        self.assertIn("health.json", zipfile.ZipFile(io.BytesIO(answer.content)).namelist())
        new_test_user(self.env, "insider", "cdiscount_store_management.group_user", password="insider-1")
        self.authenticate("insider", "insider-1")
        self.assertEqual(self.url_open(address).status_code, 404)
