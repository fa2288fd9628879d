"""Which orders are invoiced by themselves, from which day on; once a day what slipped through is asked for again."""

from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models

PLAN_EVERY = timedelta(hours=24)
CHUNK = 500


class CdiscountConfigInvoicePlan(models.Model):
    _inherit = "cdiscount.config"

    invoice_planned_at = fields.Datetime(readonly=True, copy=False)

    def _invoice_moment(self):
        """Return when a single order is invoiced that a person asks for: by the policy, else what was sold."""
        self.ensure_one()
        return self.invoice_policy if self.invoice_policy != "never" else "confirmation"

    def _invoice_since(self):
        """Return the naive UTC moment from which sales are invoiced by themselves, False for never."""
        self.ensure_one()
        if self.invoice_policy == "never" or not self.invoice_from:
            return False
        zone = pytz.timezone(self.user_id.tz or "Europe/Paris")
        start = zone.localize(datetime.combine(self.invoice_from, time()))
        return start.astimezone(pytz.utc).replace(tzinfo=None)

    def _invoice_policy_of(self, date_order):
        """Return the invoice policy a new sale order of this account gets, False for none."""
        since = self._invoice_since()
        return self.invoice_policy if since and date_order and date_order >= since else False

    def write(self, vals):
        result = super().write(vals)
        if "invoice_policy" in vals or "invoice_from" in vals:
            for config in self:
                self.env["cdiscount.queue"].sudo()._enqueue(config, "invoice_plan", "plan")
        return result

    def _schedule_due_jobs(self, now):
        result = super()._schedule_due_jobs(now)
        planned = self.invoice_planned_at and now - self.invoice_planned_at < PLAN_EVERY
        if self.invoice_policy != "never" and not planned:
            self.env["cdiscount.queue"]._enqueue(self, "invoice_plan", "plan", wake=False)
        return result


class CdiscountOrderInvoicePlan(models.Model):
    _inherit = "cdiscount.order.mapping"

    @api.model
    def _prepare_sale_values(self, config, draft, places, lookups):
        values = super()._prepare_sale_values(config, draft, places, lookups)
        date = fields.Datetime.to_datetime(values["date_order"])
        return dict(values, cdiscount_invoice_policy=config._invoice_policy_of(date))

    @api.model
    def _finish_mappings(self, drafts):
        """New sale orders that are to be invoiced at once: confirmed, or gone before they came to Odoo."""
        result = super()._finish_mappings(drafts)
        due = self.browse(
            [
                draft.mapping.id
                for draft in drafts
                if draft.sale_order.cdiscount_invoice_policy == "confirmation"
                or (draft.sale_order.cdiscount_invoice_policy and draft.mapping._has_to_invoice())
            ]
        )
        due._request_invoice()
        return result

    @api.model
    def _job_invoice_plan(self, jobs):
        """Queue operation: give the account's sale orders its present policy, ask for the invoices that are due.

        A generator: a shop that switches invoicing on may have many orders since that day. An order somebody
        cancelled an invoice of is left to that person.
        """
        config = jobs.config_id
        since = config._invoice_since()
        orders = self.env["sale.order"].sudo()
        ours = [("cdiscount_config_id", "=", config.id), ("state", "=", "sale")]
        wanted = config.invoice_policy if since else False
        stale = orders.search(
            [
                *ours,
                ("cdiscount_invoice_policy", "!=", wanted),
                ("invoice_status", "!=", "invoiced"),
                *([("date_order", ">=", since)] if since else []),
            ],
            order="id",
        )
        for start in range(0, len(stale), CHUNK):
            stale[start : start + CHUNK].write({"cdiscount_invoice_policy": wanted})
            yield
        if since:
            due = orders.search(
                [
                    *ours,
                    ("cdiscount_invoice_policy", "!=", False),
                    ("invoice_status", "=", "to invoice"),
                    ("cdiscount_mapping_ids.state", "=", "imported"),
                ],
                order="date_order, id",
            )
            for start in range(0, len(due), CHUNK):
                some = due[start : start + CHUNK]
                some = some.filtered(lambda order: "cancel" not in order.invoice_ids.mapped("state"))
                some.cdiscount_mapping_ids._request_invoice()
                yield
        config._note_facts(invoice_planned_at=fields.Datetime.now())
