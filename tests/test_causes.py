"""Failures put together by what would solve them: one line, one button, gone when nothing waits any more."""

from unittest.mock import patch

import psycopg2.errors

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.queue import cause_note
from ..services.errors import CredentialsRefused, RateLimited, ServerError
from .common import CdiscountCase

RUNNER = "odoo.addons.cdiscount_store_management.models.queue.queue_runner"


@tagged("post_install", "-at_install")
class TestCauses(CdiscountCase):
    def setUp(self):
        super().setUp()
        self.causes = self.env["cdiscount.failure.cause"]
        self.queue = self.env["cdiscount.queue"]

    def sweep(self):
        self.env.flush_all()
        self.causes._sweep()
        self.env.invalidate_all()

    def open_causes(self):
        return self.causes.search([("config_id", "=", self.config.id), ("state", "=", "open")])

    def hold(self, *skus):
        """One held order per SKU, each of a product that Odoo does not know."""
        orders = [self.place_order(lines=[{"sku": sku}]) for sku in skus]
        self.pull()
        return [self.mapping(order) for order in orders]

    def fail(self, error, *keys, config=None):
        """Have jobs fail with ``error``."""
        config = config or self.config
        self.patch(type(self.env["cdiscount.order.mapping"]), "_job_pull", self.raiser(error))
        self.queue._enqueue(config, "order_pull", list(keys) or ["orders"])
        with mute_logger(RUNNER):
            self.run_queue(config)
        return self.queue.search([("operation", "=", "order_pull"), ("config_id", "=", config.id)])

    def raiser(self, error):
        def fail(records, jobs):
            raise error

        return fail

    # ------------------------------------------------------------------ one cause, many failures
    def test_orders_that_wait_for_the_same_thing_are_one_cause_and_others_another(self):
        first, second, third = self.hold("NOT-1", "NOT-1", "NOT-2")
        self.assertEqual(first.cause_id, second.cause_id)
        self.assertNotEqual(first.cause_id, third.cause_id)
        cause = first.cause_id
        self.assertEqual((cause.order_count, cause.job_count, cause.state), (2, 0, "open"))
        self.assertIn("NOT-1", cause.name)
        self.assertTrue(cause.remedy)
        self.assertEqual((cause.who, cause.code), ("manager", "held:unknown_product"))

    def test_two_vat_rates_are_two_causes(self):
        mapping = self.hold("NOT-1")[0]
        for rate in ("5.5 % (FR)", "5.5 % (FR)", "10 % (FR)"):
            copy = mapping.copy({"external_id": f"copy {rate} {len(self.causes.search([]))}{rate}{id(object())}"})
            copy.write({"state": "held", "hold_code": "tax_not_mapped", "hold_reason": "x", "hold_detail": rate})
        causes = self.causes.search([("code", "=", "held:tax_not_mapped")])
        self.assertEqual(
            sorted(causes.mapped("name")), [f"No tax is chosen for VAT {rate}" for rate in ("10 % (FR)", "5.5 % (FR)")]
        )
        self.assertEqual({cause.who for cause in causes}, {"accountant"})
        self.assertEqual(sorted(causes.mapped("order_count")), [1, 2])

    def test_jobs_that_wait_for_cdiscount_share_one_cause_whatever_it_answered(self):
        jobs = self.fail(ServerError(params={"host": "api", "status": 503, "detail": "trace 81b"}), "A")
        jobs |= self.fail(ServerError(params={"host": "api", "status": 500, "detail": "upstream gone"}), "B")
        self.assertEqual(len(jobs), 2)
        self.assertEqual(len(jobs.cause_id), 1)
        self.assertEqual((jobs.cause_id.job_count, jobs.cause_id.who), (2, "nobody"))

    def test_a_cause_is_told_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        cause = self.hold("NOT-1")[0].cause_id
        self.assertEqual(cause.name, "No product has the SKU NOT-1")
        jobs = self.fail(RateLimited(code="rate_limited", params={"host": "h"}, retry_after=600))
        french = jobs.cause_id.with_context(lang="fr_FR")
        self.assertIn("Cdiscount demande", french.name)

    def test_an_order_odoo_refuses_is_told_once_by_its_order(self):
        build = type(self.env["cdiscount.order.mapping"])
        self.patch(build, "_job_build", self.raiser(UserError("The journal 4711 is missing")))
        order = self.place_order(lines=[{"sku": "CSM-0001"}])
        self.pull()
        cause = self.mapping(order).cause_id
        self.assertEqual((cause.order_count, cause.job_count), (1, 0))
        self.assertEqual(cause.name, "The journal 4711 is missing")

    def test_a_failure_only_an_extension_knows_is_told_in_its_own_words(self):
        self.queue._enqueue(self.config, "order_pull", "orders")
        job = self.queue.search([("operation", "=", "order_pull")])
        job.write({"state": "failed", "error": "Ask the moon.", "error_kind": "stop", "cause_code": "moon_phase"})
        self.sweep()
        self.assertEqual((job.cause_id.name, job.cause_id.who), ("Ask the moon.", "administrator"))

    # ------------------------------------------------------------------ one button
    def test_retry_all_creates_every_order_of_a_cause_and_leaves_the_others(self):
        held = self.hold("NOT-1", "NOT-1", "NOT-2")
        self.make_product("NOT-1")
        held[0].cause_id.action_retry_all()
        self.run_queue()
        self.assertEqual([order.state for order in held], ["imported", "imported", "held"])
        self.assertEqual([bool(order.cause_id) for order in held], [False, False, True])

    def test_retry_all_of_several_causes_takes_jobs_and_orders_together(self):
        held = self.hold("NOT-1")
        jobs = self.fail(UserError("The journal is missing"))
        self.patch(type(self.env["cdiscount.order.mapping"]), "_job_pull", lambda records, jobs: None)
        self.make_product("NOT-1")
        (held[0].cause_id | jobs.cause_id).action_retry_all()
        self.run_queue()
        self.assertEqual((held[0].state, jobs.mapped("state")[-1]), ("imported", "done"))
        self.assertFalse(jobs.cause_id)

    def test_credentials_that_were_wrong_are_tested_before_anything_is_retried(self):
        self.fail(CredentialsRefused(params={"host": "h"}))
        self.assertEqual(self.config.state, "error")
        cause = self.queue.search([("operation", "=", "order_pull")]).cause_id
        self.assertEqual((cause.job_count, cause.who), (1, "manager"))
        cause.action_retry_all()
        self.assertEqual(self.config.state, "connected")
        self.config.sudo().api_password = "wrong-pass-1"
        self.config.state = "error"
        with self.assertRaises(UserError):
            cause.action_retry_all()

    # ------------------------------------------------------------------ by itself
    def test_a_cause_closes_when_nothing_waits_for_it_and_opens_when_it_comes_back(self):
        held = self.hold("NOT-1")[0]
        cause = held.cause_id
        self.sweep()
        self.assertEqual((cause.state, cause.waiting_count), ("open", 1))
        product = self.make_product("NOT-1")
        cause.action_retry_all()
        self.run_queue()
        self.sweep()
        self.assertEqual((cause.state, cause.waiting_count), ("solved", 0))
        self.assertTrue(cause.solved_at)
        product.default_code = "RENAMED"
        again = self.hold("NOT-1")[0]
        self.assertEqual(again.cause_id, cause)
        self.assertEqual((cause.state, cause.comeback_count, bool(cause.solved_at)), ("open", 1, False))

    def test_a_cancelled_job_waits_for_nothing(self):
        jobs = self.fail(UserError("The journal is missing"))
        cause = jobs.cause_id
        jobs.action_cancel()
        self.sweep()
        self.assertEqual((cause.state, cause.job_count), ("solved", 0))

    def test_a_failure_that_a_later_job_made_good_is_no_failure_any_more(self):
        failed = self.fail(UserError("The journal is missing"))
        cause = failed.cause_id
        failed.finished_at = "2026-01-01 10:00:00"
        self.patch(type(self.env["cdiscount.order.mapping"]), "_job_pull", lambda records, jobs: None)
        self.queue._enqueue(self.config, "order_pull", "orders")
        self.run_queue()
        self.sweep()
        self.assertEqual((failed.state, cause.state), ("cancelled", "solved"))

    def test_a_failure_without_a_cause_gets_one_with_the_next_sweep(self):
        held = self.hold("NOT-1")[0]
        job = self.fail(UserError("The journal is missing"))
        cause, job_cause = held.cause_id, job.cause_id
        held.cause_id = job.cause_id = False
        self.sweep()
        self.assertEqual((held.cause_id, job.cause_id), (cause, job_cause))

    def test_solved_causes_are_forgotten_after_a_while_and_open_ones_are_not(self):
        held = self.hold("NOT-1", "NOT-2")
        old, living = held[0].cause_id, held[1].cause_id
        held[0].write({"state": "cancelled", "hold_code": False})
        self.sweep()
        self.env.cr.execute("UPDATE cdiscount_failure_cause SET last_seen = last_seen - interval '1 year'")
        self.causes._gc_solved()
        self.assertFalse(old.exists())
        self.assertTrue(living.exists())

    # ------------------------------------------------------------------ many, and at once
    def test_ten_thousand_unknown_products_stay_a_list_a_person_can_read(self):
        self.patch(cause_note, "MOST_OF_A_CODE", 3)
        held = self.hold(*[f"NOT-{number}" for number in range(8)], "NOT-1")
        causes = self.open_causes()
        self.assertEqual(len(causes), 4)
        shared = causes.filtered(lambda cause: not cause.detail)
        self.assertIn(shared.order_count, (5, 6))
        self.assertIn("many other", shared.name)
        self.assertEqual(held[1].cause_id, held[8].cause_id)
        self.assertEqual(sum(causes.mapped("order_count")), 9)

    def test_a_cause_seen_a_moment_ago_is_not_written_again(self):
        cause = self.hold("NOT-1")[0].cause_id
        with patch.object(type(self.causes), "_write_cause", side_effect=AssertionError("written again")):
            again = self.hold("NOT-1")[0]
        self.assertEqual(again.cause_id, cause)

    def test_counting_takes_as_many_queries_for_many_causes_as_for_one(self):
        self.hold("NOT-1", "NOT-2", "NOT-3", "NOT-4")
        causes = self.open_causes()

        def queries(records):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.mapped("order_count"), records.mapped("job_count"), records.mapped("name")
            return self.env.cr.sql_log_count - before

        queries(causes)
        self.assertEqual(queries(causes[:1]), queries(causes))

    def test_two_workers_that_note_the_same_cause_at_once_share_it(self):
        met = [
            psycopg2.errors.SerializationFailure("another worker"),
            psycopg2.errors.UniqueViolation("another worker"),
        ]
        write = type(self.causes)._write_cause

        def meet_others(causes, cr, values):
            if met:
                raise met.pop()
            return write(causes, cr, values)

        self.patch(type(self.causes), "_write_cause", meet_others)
        held = self.hold("NOT-1", "NOT-1")
        self.assertFalse(met)
        self.assertEqual(len(held[0].cause_id | held[1].cause_id), 1)

    def test_a_cause_that_cannot_be_written_does_not_hide_the_failure(self):
        error = psycopg2.errors.SerializationFailure("another worker")
        with patch.object(type(self.causes), "_write_cause", side_effect=error):
            jobs = self.fail(UserError("The journal is missing"))
        self.assertEqual((jobs.state, jobs.error), ("failed", "The journal is missing"))
        self.assertFalse(jobs.cause_id)

    # ------------------------------------------------------------------ who may
    def test_a_user_reads_causes_and_a_manager_retries_them(self):
        cause = self.hold("NOT-1")[0].cause_id
        user = new_test_user(self.env, "reader", "cdiscount_store_management.group_user")
        self.assertTrue(cause.with_user(user).read(["name", "remedy", "order_count", "job_count"]))
        with self.assertRaises(AccessError):
            cause.with_user(user).action_retry_all()
        manager = new_test_user(self.env, "boss", "cdiscount_store_management.group_manager")
        self.assertTrue(cause.with_user(manager).action_retry_all())
        with self.assertRaises(AccessError):
            cause.with_user(manager).unlink()

    def test_causes_of_another_company_are_not_seen(self):
        self.hold("NOT-1")
        other = self.env["res.company"].create({"name": "Other company"})
        stranger = new_test_user(
            self.env,
            "stranger",
            "cdiscount_store_management.group_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(self.causes.with_user(stranger).search([]))
