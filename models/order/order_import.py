"""Fetching orders: every change since the last run, each page stored and committed before the next is read."""

import logging
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from odoo import _, api, fields, models

from ...services.resources.order_walk import walk_oldest_first
from ...services.resources.orders import OrderFilter
from ...services.rules.watermark import next_watermark, poll_from

_logger = logging.getLogger(__name__)

DAY = 86_400
LONG_AGO = datetime(2000, 1, 1, tzinfo=timezone.utc)


def aware(moment):
    """Odoo's naive UTC datetime as an aware one, or None."""
    return moment.replace(tzinfo=timezone.utc) if moment else None


def naive(moment):
    """An aware datetime as Odoo's naive UTC one without microseconds, or False."""
    return moment.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0) if moment else False


@dataclass
class PullOutcome:
    """What one poll has seen. ``marks``: (from, to) of the pages that held orders out of shape."""

    seen: int = 0
    stored: int = 0
    unusable: int = 0
    incomplete: int = 0
    given_up: bool = False
    marks: list = field(default_factory=list)

    def mark(self, start, end):
        """Note that something out of shape lies between two aware moments."""
        self.marks.append((naive(start), naive(end + timedelta(seconds=1))))


class CdiscountOrderImport(models.Model):
    _inherit = "cdiscount.order.mapping"

    @api.model
    def _job_pull(self, jobs):
        """Queue operation: read all orders changed since the watermark. Yields after each stored page.

        The watermark moves with each page that is stored, never past one that is not. Pages with orders that came bent
        out of shape are remembered and read again by the next polls.
        """
        config = jobs.config_id
        started = time.monotonic()
        config._note_facts(last_order_pull_at=fields.Datetime.now())
        yield None
        client = config._get_client()
        now = self._marketplace_now(client)
        since = aware(config.order_import_from)
        if config.order_watermark:
            since = poll_from(aware(config.order_watermark), now=now)
        outcome = PullOutcome()
        again = aware(config.reread_from)
        if again and since and again < since:
            until = min(aware(config.reread_to) or since, since)
            yield from self._read_window(config, client, again, until, outcome)
        yield from self._read_window(config, client, since, now, outcome, watermark=True)
        outcome.given_up = config._close_reread(outcome.marks)
        self._log_pull(jobs, outcome, time.monotonic() - started)

    @api.model
    def _read_window(self, config, client, since, until, outcome, watermark=False):
        """Read the orders changed between two moments, page by page; yields after each stored page."""
        filters = self._order_filter(config, updated_at_min=since, updated_at_max=until)
        # An entry that cannot be read does not tell its moment either: it lies between its page's neighbours.
        before, open_since = since or LONG_AGO, None
        for page in walk_oldest_first(client.orders, filters):
            if open_since and page.oldest:
                outcome.mark(open_since, page.oldest)
                open_since = None
            stored = self._store_page(config, page.items)
            outcome.seen += len(page.items)
            outcome.stored += stored.changed
            outcome.unusable += page.rejected
            bent = stored.incomplete + (0 if watermark else stored.again)
            outcome.incomplete += bent
            if page.rejected or bent:
                open_since = open_since or before
                config._mark_reread(naive(open_since), naive(until))
            before = page.newest or before
            if watermark and page.watermark:
                moved = next_watermark(aware(config.order_watermark), [page.watermark], now=until)
                config._note_facts(order_watermark=naive(moved))
            yield _("Orders read: %s", outcome.seen)
        if open_since:
            outcome.mark(open_since, until)

    @api.model
    def _order_filter(self, config, **moments):
        """Return the OrderFilter of an account: one channel is asked for; of several, the others are left out here."""
        channels = config._order_channels()
        return OrderFilter(sales_channel_id=channels.code if len(channels) == 1 else "", **moments)

    @api.model
    def _marketplace_now(self, client):
        """Return the marketplace's own time: a clock that is ahead here must not open a window into its future.

        A Date header that is more than a day off is not believed: a poll that waits for it would bring nothing.
        """
        now = datetime.now(timezone.utc)
        skew = client.transport.last_date_skew
        # The Date header counts whole seconds: less than two say nothing.
        return now + timedelta(seconds=skew) if skew and 2 <= abs(skew) <= DAY else now

    @api.model
    def _log_pull(self, jobs, outcome, seconds):
        if outcome.unusable:
            self._log_of(
                jobs,
                _(
                    "%s entries without an order number came with the orders and were left out. They are read again "
                    "with the next polls. If they go on, tell Cdiscount's support.",
                    outcome.unusable,
                ),
                level="warning",
                records=outcome.unusable,
                cause_code="order_without_id",
            )
        if outcome.given_up:
            self._log_of(
                jobs,
                _(
                    "%s orders still come incomplete and are no longer read again by themselves. They come in with "
                    "their next change; tell Cdiscount's support.",
                    outcome.incomplete + outcome.unusable,
                ),
                level="warning",
                records=outcome.incomplete + outcome.unusable,
                cause_code="order_incomplete",
            )
        if outcome.stored:
            self._log_of(
                jobs,
                _(
                    "New or changed orders: %(stored)s, of %(seen)s read.",
                    stored=outcome.stored,
                    seen=outcome.seen,
                ),
                records=outcome.stored,
                duration=seconds,
            )

    @api.model
    def _log_of(self, jobs, message, **values):
        self.env["cdiscount.sync.log"]._add(jobs.config_id, jobs.operation, message, job=jobs, **values)
