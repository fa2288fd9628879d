"""Fetching orders: every change since the last run, each page stored and committed before the next is read."""

import logging
import time
from datetime import datetime, timedelta, timezone

from odoo import _, api, fields, models

from ...services.resources.order_walk import walk_oldest_first
from ...services.resources.orders import OrderFilter
from ...services.rules.watermark import next_watermark, poll_from

_logger = logging.getLogger(__name__)


def aware(moment):
    """Odoo's naive UTC datetime as an aware one, or None."""
    return moment.replace(tzinfo=timezone.utc) if moment else None


def naive(moment):
    """An aware datetime as Odoo's naive UTC one without microseconds, or False."""
    return moment.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0) if moment else False


class CdiscountOrderImport(models.Model):
    _inherit = "cdiscount.order.mapping"

    @api.model
    def _job_pull(self, jobs):
        """Queue operation: read all orders changed since the watermark. Yields after each stored page."""
        config = jobs.config_id
        started = time.monotonic()
        config.sudo().last_order_pull_at = fields.Datetime.now()
        yield None
        client = config._get_client()
        since = poll_from(aware(config.order_watermark)) if config.order_watermark else aware(config.order_import_from)
        filters = OrderFilter(
            sales_channel_id=config.sales_channel_id.code,
            updated_at_min=since,
            updated_at_max=self._marketplace_now(client),
        )
        seen = stored = unusable = 0
        for page in walk_oldest_first(client.orders, filters):
            stored += self._store_page(config, page.items)
            seen += len(page.items)
            unusable += page.rejected
            if page.watermark:
                current = aware(config.order_watermark)
                config.sudo().order_watermark = naive(next_watermark(current, [page.watermark]))
            yield _("%s orders read", seen)
        self._log_pull(jobs, seen, stored, unusable, time.monotonic() - started)

    @api.model
    def _marketplace_now(self, client):
        """Return the marketplace's own time: a clock that is ahead here must not open a window into its future."""
        now = datetime.now(timezone.utc)
        skew = client.transport.last_date_skew
        # The Date header counts whole seconds: less than two say nothing.
        return now + timedelta(seconds=skew) if skew and abs(skew) >= 2 else now

    @api.model
    def _log_pull(self, jobs, seen, stored, unusable, seconds):
        log = self.env["cdiscount.sync.log"]
        if unusable:
            log._add(
                jobs.config_id,
                jobs.operation,
                _(
                    "%s entries without an order number came with the orders and were left out. If they go on, tell "
                    "Cdiscount's support.",
                    unusable,
                ),
                level="warning",
                records=unusable,
                job=jobs,
                cause_code="order_without_id",
            )
        if stored:
            log._add(
                jobs.config_id,
                jobs.operation,
                _("%(stored)s new or changed orders among %(seen)s read.", stored=stored, seen=seen),
                records=stored,
                duration=seconds,
                job=jobs,
            )
