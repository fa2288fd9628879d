"""Reading the marketplace's accounts: operations, payouts and commission invoices, after the days they come on."""

import base64
import json
import time
from datetime import datetime, timedelta, timezone

from odoo import _, api, fields, models

from ...compat import check_access
from ...services.rules.finance import poll_due
from ..order.order_import import aware

OVERLAP = timedelta(days=2)
"""How far a reading goes back behind the last one: the moment of a change is the marketplace's, and not verified."""
STALE = timedelta(days=3)
"""An operation that is still to be paid so long after its day was not told of: everything is read again."""
REFRESH_EVERY = 20  # pages
DOCUMENTS = 24  # commission invoices fetched in one reading


class CdiscountFinancePull(models.Model):
    _inherit = "cdiscount.finance.operation"

    @api.model
    def _job_pull(self, jobs):
        """Queue operation: read what has changed since the last reading; each page is stored and committed.

        A reading that is interrupted goes on where it was. It is complete once its end is reached: only then does the
        next one begin later.
        """
        config, began = jobs.config_id, time.monotonic()
        client = config._get_client()
        progress = config._finance_progress()
        counts, touched = {"seen": 0, "stored": 0}, set(progress["payouts"])
        since = progress["since"] and datetime.fromisoformat(progress["since"])
        pages = client.finance.operations(updated_from=since, place=progress["place"])
        for number, (page, place) in enumerate(pages, 1):
            page = [one for one in page if config._is_followed(one)]
            counts["seen"] += len(page)
            before = self._payouts_of(config, page)
            stored = self._store_page(config, page)
            counts["stored"] += len(stored)
            matched = stored._match()
            self.env["cdiscount.fee"].sudo()._book_operations(stored)
            touched |= {*before, *matched.payout_id.ids}
            config._set_finance_progress(dict(progress, place=place, payouts=sorted(touched)))
            if number % REFRESH_EVERY == 0:
                self._refresh(touched)
            yield _("Operations read: %s", counts["seen"])
        payouts = self.env["cdiscount.payout"].sudo()
        for page in client.finance.payments():
            touched |= set(payouts._store_payments(config, page).ids)
        yield None
        yield from self._read_invoices(config, client)
        touched |= set(self._match_open(config).payout_id.ids)
        touched |= yield from self._link_late(config)
        self._refresh(touched)
        config._note_facts(finance_read_at=progress["began"], finance_progress=False)
        self.env["cdiscount.fee.invoice"].sudo()._refresh_of(config)
        if counts["stored"]:
            self.env["cdiscount.sync.log"]._add(
                config,
                jobs.operation,
                _("%(stored)s new or changed operations among %(seen)s read.", **counts),
                records=counts["stored"],
                duration=time.monotonic() - began,
                job=jobs,
            )
        yield None
        config._draft_due_bills()

    @api.model
    def _payouts_of(self, config, page):
        """Return the ids of the payouts the known ones of these operations are in until now."""
        known = self.sudo().search_fetch(
            [("config_id", "=", config.id), ("reference", "in", [one.reference for one in page])], ["payout_id"]
        )
        return known.payout_id.ids

    @api.model
    def _refresh(self, payout_ids):
        self.env["cdiscount.payout"].sudo().browse(sorted(payout_ids)).exists()._refresh_totals()

    @api.model
    def _read_invoices(self, config, client):
        """Read the list of commission invoices and fetch the documents that are missing."""
        invoices = self.env["cdiscount.fee.invoice"].sudo()
        for page in client.finance.invoices():
            invoices._store_invoices(config, page)
        yield None
        missing = invoices.search(
            [("config_id", "=", config.id), ("announced", "=", True), ("document_id", "=", False)],
            order="date desc",
            limit=DOCUMENTS,
        )
        for invoice in missing:
            content = client.finance.invoice_pdf(invoice.reference)
            if content:
                invoice._keep_document(base64.b64encode(content))
                yield None


class CdiscountConfigFinance(models.Model):
    _inherit = "cdiscount.config"

    finance_from = fields.Date(
        "Follow Payouts Since",
        compute="_compute_finance_from",
        store=True,
        readonly=False,
        help="Payouts of earlier days are left out: their orders are not in Odoo. What was sold before and is paid out "
        "later is shown, and needs no explanation.",
    )
    finance_asked_at = fields.Datetime("Accounts Last Asked", readonly=True, copy=False)
    finance_read_at = fields.Datetime("Accounts Read Up To", readonly=True, copy=False)
    finance_progress = fields.Text(readonly=True, copy=False)

    def write(self, vals):
        if "finance_from" in vals:
            # What lies between the old day and the new one was never asked for.
            day = fields.Date.to_date(vals["finance_from"])
            earlier = self.filtered(lambda one: one.finance_from and (not day or day < one.finance_from))
            earlier.sudo().write({"finance_read_at": False, "finance_progress": False})
            # And what is known is looked at anew: its fees may belong to an invoice that is followed now.
            known = self.env["cdiscount.finance.operation"].sudo().search([("config_id", "in", earlier.ids)])
            known.write({"digest": False})
        return super().write(vals)

    @api.depends("order_import_from")
    def _compute_finance_from(self):
        for config in self:
            config.finance_from = config.finance_from or (config.order_import_from and config.order_import_from.date())

    def _is_followed(self, operation):
        """Whether an operation goes into a payout that is followed: then all of that payout is."""
        day = operation.release_date or (operation.happened_at and operation.happened_at.date())
        return not (self.finance_from and day and day < self.finance_from)

    def _operation_filter(self):
        """Return a function that tells whether an operation of a channel code belongs to this account.

        The marketplace's accounts are the seller's. Where the seller has several accounts in Odoo, one per channel, an
        operation goes to the account of its channel; what names none (a subscription) goes to the first one.
        """
        self.ensure_one()
        twins = self._finance_twins()
        own = set(self._order_channels().mapped("code"))
        foreign = {code for twin in twins for code in twin._order_channels().mapped("code")} - own
        first = all(self.id < twin.id for twin in twins.filtered(lambda twin: twin.state == "connected"))
        return lambda channel: channel in own or (channel not in foreign and first)

    def _finance_twins(self):
        """Return the other accounts of the same seller: the marketplace keeps one set of books for all of them."""
        self.ensure_one()
        return self.sudo().search(
            [
                ("seller_id", "=", self.seller_id),
                ("base_url", "=", self.base_url),
                ("state", "!=", "draft"),
                ("id", "!=", self.id),
            ]
        )

    # ------------------------------------------------------------------ how far a reading is
    def _finance_progress(self):
        """Return where to go on: ``since`` (ISO text or False), ``place`` of the next page, ``began``, ``payouts``."""
        self.ensure_one()
        if self.finance_progress:
            return json.loads(self.finance_progress)
        now = fields.Datetime.now()
        since = False
        if self.finance_read_at and not self._has_stale_operations(now):
            since = (aware(self.finance_read_at) - OVERLAP).isoformat()
        progress = {"since": since, "place": "", "began": fields.Datetime.to_string(now), "payouts": []}
        self._set_finance_progress(progress)
        return progress

    def _set_finance_progress(self, progress):
        self._note_facts(finance_progress=json.dumps(progress))

    def _has_stale_operations(self, now):
        """Whether operations should have been paid by now of which nothing was heard."""
        domain = [
            ("config_id", "=", self.id),
            ("state", "in", ("estimated", "in_process")),
            ("release_date", "<", (now - STALE).date()),
        ]
        return bool(self.env["cdiscount.finance.operation"].sudo().search_count(domain, limit=1))

    # ------------------------------------------------------------------ when
    def _schedule_due_jobs(self, now):
        result = super()._schedule_due_jobs(now)
        if poll_due(aware(self.finance_asked_at), now.replace(tzinfo=timezone.utc)):
            self.finance_asked_at = now
            self.env["cdiscount.queue"]._enqueue(self, "finance_pull", "accounts", wake=False)
        return result

    def action_pull_finance(self):
        """Read the accounts now."""
        check_access(self, "write")
        for config in self:
            config._require_connection()
            config.sudo().finance_asked_at = fields.Datetime.now()
            self.env["cdiscount.queue"].sudo()._enqueue(config, "finance_pull", "accounts")
        return self._notify(_("The accounts are being read. New operations appear in a moment."))
