"""Jobs of an account side by side, and a person in its form: nobody begins anew because another one wrote a date."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CdiscountCase
from .services.wsgi_adapter import WSGIAdapter

PULLS = {
    "order_pull": "orders",
    "discussion_pull": "discussions",
    "finance_pull": "accounts",
    "return_pull": "returns",
    "fulfilment_pull": "stock",
    "stock_check": "stock",
    "stock_push": "stock",
}


@tagged("post_install", "-at_install")
class TestAccountRow(CdiscountCase):
    @contextmanager
    def transactions(self):
        """Collect what each transaction of the queue did: the calls it made, the fields of accounts it wrote."""
        found, current = [], []
        with self.env.registry.cursor() as cr:
            cursor = type(cr)
        accounts, send = type(self.env["cdiscount.config"]), WSGIAdapter.send
        write, commit = accounts.write, cursor.commit

        def spy_write(records, values):
            current.append(("account", sorted(values)))
            return write(records, values)

        def spy_send(adapter, request, **options):
            current.append(("call", request.url))
            return send(adapter, request, **options)

        def spy_commit(one):
            answer = commit(one)
            found.append(list(current))
            current.clear()
            return answer

        with (
            patch.object(accounts, "write", spy_write),
            patch.object(WSGIAdapter, "send", spy_send),
            patch.object(cursor, "commit", spy_commit),
        ):
            yield found

    def test_no_job_holds_the_account_while_cdiscount_answers(self):
        self.place_order(lines=[{"sku": "CSM-0001"}])
        for operation, key in PULLS.items():
            self.env["cdiscount.queue"]._enqueue(self.config, operation, key)
        with self.transactions() as found:
            self.run_queue()
        both = [one for one in found if {"account", "call"} <= {kind for kind, _what in one}]
        self.assertFalse(both, "a call takes seconds: whoever else writes the account meanwhile would be refused")
        written = {name for one in found for kind, what in one if kind == "account" for name in what}
        self.assertLessEqual(
            {"last_order_pull_at", "order_watermark", "last_discussion_pull_at", "finance_read_at"}, written
        )
        done = self.env["cdiscount.queue"].search(
            [("config_id", "=", self.config.id), ("operation", "in", list(PULLS))]
        )
        self.assertEqual(set(done.mapped("state")), {"done"})
        self.assertTrue(self.config.order_watermark)

    def test_work_that_is_rolled_back_tells_nothing(self):
        refusal = UserError("no")

        def interrupted(config, jobs):
            config._note_facts(last_early_at="2026-01-01 00:00:00")
            raise refusal

        model = type(self.env["cdiscount.indicator"])
        self.env["cdiscount.queue"]._enqueue(self.config, "early_check", "early")
        with patch.object(model, "_job_early", lambda records, jobs: interrupted(jobs.config_id, jobs)):
            self.run_queue()
        self.assertFalse(self.config.last_early_at)
