"""Every night: does Cdiscount show what it accepted?"""

import time
from datetime import timedelta

from odoo import _, api, fields, models

from ...compat import check_access
from ...services.resources.offers import OfferFilter
from ..catalog.offer_sql import update_rows

CHECK_EVERY = timedelta(hours=24)
NIGHT = range(1, 5)
"""Hours of the account's night in UTC."""


class CdiscountOfferDrift(models.Model):
    _inherit = "cdiscount.product.mapping"

    stock_drift = fields.Integer(
        "Difference",
        readonly=True,
        copy=False,
        help="Units that Cdiscount showed above (or below, with a minus) what it had accepted, when both were last "
        "compared. Sales of the last minutes are a reason; everything else should be repaired.",
    )
    stock_checked_at = fields.Datetime("Stock Compared", readonly=True, copy=False)

    def action_repair_stock(self):
        """Send the quantity of these offers anew, whatever Cdiscount shows."""
        check_access(self, "write")
        offers = self.filtered(lambda offer: offer.publish and offer.product_id)
        offers.sudo()._send_quantity_anew()
        count = len(offers)
        return self.env["cdiscount.config"]._notify(
            _("The stock of the offer is being sent.")
            if count == 1
            else _("The stock of %s offers is being sent.", count)
        )

    def _send_quantity_anew(self):
        events = self.env["cdiscount.stock.event"].sudo()
        events._mark_offers(self, unsure=True)
        for config in self.config_id:
            self.env["cdiscount.queue"].sudo()._enqueue(config, "stock_push", "stock")

    def action_explain_stock(self):
        """Show how the quantity of this offer came about."""
        self.ensure_one()
        return self.env["cdiscount.stock.truth"]._open_of(self)


class CdiscountStockDrift(models.Model):
    _inherit = "cdiscount.stock.mapping"

    @api.model
    def _job_check(self, jobs):
        """Queue operation: read the quantities of all offers of the account and note where they differ. Yields after
        each page.
        """
        config = jobs.config_id.sudo()
        started = time.monotonic()
        config._note_facts(stock_checked_at=fields.Datetime.now())
        yield None
        filters = OfferFilter(sales_channel_id=config.sales_channel_id.code, fields=("quantity",))
        seen = different = 0
        for page in config._get_client().offers.pages(filters):
            found = self._compare_page(config, {offer.sku: offer.quantity for offer in page.items})
            seen, different = seen + len(page.items), different + found
            yield _("Offers compared: %s", seen)
        self.env["cdiscount.sync.log"]._add(
            config,
            jobs.operation,
            _("Offers that show another quantity: %(different)s of %(seen)s.", seen=seen, different=different)
            if different
            else _("The quantity that was accepted is shown by every offer (compared: %s).", seen),
            job=jobs,
            level="warning" if different else "info",
            records=seen,
            duration=time.monotonic() - started,
        )

    @api.model
    def _compare_page(self, config, quantities):
        """Note what was read of a page of offers; return how many differ from what was accepted.

        An offer whose quantity is on its way, or is to be sent, has no difference yet.
        """
        offers = self._published_offers(config, [("seller_reference", "in", list(quantities))])
        rows, different, now = [], 0, fields.Datetime.now()
        for offer in offers:
            shown = quantities[offer.seller_reference]
            if shown is None:
                continue
            settled = offer.last_pushed_at and not (offer.stock_dirty or offer.package_id or offer.stock_unsure)
            drift = shown - offer.published_qty if settled and offer.stock_freeze != "keep" else 0
            different += bool(drift)
            rows.append((offer.id, shown, drift, now))
        update_rows(offers, {"quantity_read": "int4", "stock_drift": "int4", "stock_checked_at": "timestamp"}, rows)
        return different


class CdiscountConfigDrift(models.Model):
    _inherit = "cdiscount.config"

    stock_checked_at = fields.Datetime("Stock Last Checked", readonly=True, copy=False)

    def _schedule_due_jobs(self, now):
        result = super()._schedule_due_jobs(now)
        due = not self.stock_checked_at or now - self.stock_checked_at >= CHECK_EVERY
        if due and now.hour in NIGHT:
            published = [("config_id", "=", self.id), ("publish", "=", True)]
            if self.env["cdiscount.product.mapping"].sudo().search_count(published, limit=1):
                self.env["cdiscount.queue"]._enqueue(self, "stock_check", "stock", wake=False)
        return result

    def action_check_stock(self):
        """Read the quantities that Cdiscount shows and compare them with what it accepted."""
        check_access(self, "write")
        for config in self:
            config._require_connection()
            self.env["cdiscount.queue"].sudo()._enqueue(config, "stock_check", "stock")
        return self._notify(_("Quantities are being compared."))
