"""Comparing a day: counts where they are enough, every order where they are not.

A day costs 1 + 9 counts per sales channel, or 1 count and a page for each 100 orders. Orders are walked by the moment
they were placed, which never changes; how far the walk has come is kept with each page, so that a run that was stopped
goes on where it was, and orders that are read twice count once.
"""

import dataclasses
import json
from datetime import date, timedelta
from decimal import Decimal

from odoo import _, api, models

from ...services.payloads import Order
from ...services.payloads.read import to_moment
from ...services.resources.order_walk import walk_oldest_first
from ...services.resources.orders import OrderFilter
from ...services.rules.order_status import KNOWN_STATUSES
from ...services.rules.seller_day import last_days
from ...services.rules.totals import order_amounts
from ..order.order_import import naive
from ..order.order_labels import STATUSES, known

DEAD = ("Cancelled", "Refused", "Rejected")
HERE = """
SELECT COALESCE(o.status_kind, 'other'), COUNT(*),
       SUM(CASE WHEN o.sale_order_id IS NOT NULL AND o.state = 'imported' AND o.status_kind <> ALL(%(dead)s)
                THEN o.amount_odoo ELSE o.amount_total END)
  FROM cdiscount_order_mapping o
 WHERE o.config_id = %(config)s AND o.marketplace_created_at >= %(start)s AND o.marketplace_created_at < %(end)s
 GROUP BY 1
"""
INSTANT = timedelta(milliseconds=1)


@dataclasses.dataclass
class Tally:
    """What was found of one status on Cdiscount."""

    count: int = 0
    amount: Decimal = Decimal(0)
    missing: int = 0
    differing: int = 0


@dataclasses.dataclass
class Totals:
    """What was found of one day so far; it survives in the database as JSON."""

    by_status: dict = dataclasses.field(default_factory=dict)
    fetched: int = 0
    updated: int = 0

    def of(self, status):
        return self.by_status.setdefault(status, Tally())

    def dumps(self):
        rows = {
            status: [one.count, str(one.amount), one.missing, one.differing] for status, one in self.by_status.items()
        }
        return json.dumps({"rows": rows, "fetched": self.fetched, "updated": self.updated})

    @classmethod
    def loads(cls, text):
        raw = json.loads(text or "{}")
        rows = {
            status: Tally(count, Decimal(amount), missing, differing)
            for status, (count, amount, missing, differing) in raw.get("rows", {}).items()
        }
        return cls(rows, raw.get("fetched", 0), raw.get("updated", 0))


class CdiscountCompletenessCheck(models.Model):
    _inherit = "cdiscount.completeness.day"

    @api.model
    def _job_compare(self, jobs):
        """Queue operation: compare days of an account (payload: see ``config._ask_to_compare``)."""
        config = jobs.config_id
        payload, run = jobs._get_payload(), str(jobs.id)
        client = config._get_client()
        now = self.env["cdiscount.order.mapping"]._marketplace_now(client)
        # What was placed a moment ago is fetched by the next poll: it is not missing yet.
        wait = 0 if payload.get("fresh") else max(30, 2 * int(config.order_sync_interval))
        until = now - timedelta(minutes=wait) if wait else now + timedelta(minutes=1)
        wanted = payload.get("days") or 1
        days = last_days(now, wanted) if isinstance(wanted, int) else [date.fromisoformat(day) for day in wanted]
        for moment in days:
            day = self._of(config, moment)
            if day.run == run and day.run_done:
                continue
            if day.run != run:
                day.write({"run": run, "run_done": False, "run_cursor": False, "run_totals": False})
            window = day._window(until)
            if window:
                yield from day._compare(client, window, payload)
            day.write({"run_done": True, "run_cursor": False, "run_totals": False})
            yield _("%s compared", moment)
        config._settle_completeness_alert()

    # ------------------------------------------------------------------ one day
    def _compare(self, client, window, payload):
        """Compare one day; a generator that yields where what was done is complete."""
        if not payload.get("pages") and not self.run_cursor:
            counts = self._count_there(client, window)
            if sum(counts.values()) == sum(count for count, _amount in self._count_here(window).values()):
                self._drop_solved()
                self._write_counts(window, counts)
                return
        yield from self._read_day(client, window, bool(payload.get("repair")))

    def _count_there(self, client, window):
        """Return ``{status: count}`` of the orders of a window on Cdiscount: numbers only, no order is read."""
        counts = {}
        for channel in self.config_id._order_channels():
            base = OrderFilter(
                sales_channel_id=channel.code, created_at_min=window[0], created_at_max=window[1] - INSTANT
            )
            rest = client.orders.count(base)
            for status in sorted(KNOWN_STATUSES) if rest else ():
                found = client.orders.count(dataclasses.replace(base, statuses=(status,)))
                counts[status] = counts.get(status, 0) + found
                rest -= found
            # A status this version does not know cannot be asked for: it is what remains.
            counts["other"] = counts.get("other", 0) + max(rest, 0)
        return {status: count for status, count in counts.items() if count}

    def _count_here(self, window):
        """Return ``{status: (count, amount)}`` of what Odoo has of a window: one query."""
        self.env.flush_all()
        self.env.cr.execute(
            HERE,
            {
                "config": self.config_id.id,
                "start": naive(window[0]),
                "end": naive(window[1]),
                "dead": list(DEAD),
            },
        )
        return {status: (count, Decimal(str(amount or 0))) for status, count, amount in self.env.cr.fetchall()}

    def _read_day(self, client, window, repair):
        """Read every order of a window page by page, compare each, and repair when that is wanted."""
        orders = self.env["cdiscount.order.mapping"]
        start = to_moment(self.run_cursor) + INSTANT if self.run_cursor else window[0]
        totals, seen = Totals.loads(self.run_totals), set()
        filters = orders._order_filter(
            self.config_id, created_at_min=start, created_at_max=window[1] - INSTANT, sort="createdAt"
        )
        for page in walk_oldest_first(client.orders, filters):
            fresh = {raw["orderId"]: raw for raw in page.items if raw["orderId"] not in seen}
            seen.update(fresh)
            mine = [raw for raw in fresh.values() if self.config_id._keeps_channel(orders._channel_of(raw))]
            if mine:
                self._tally(mine, totals, repair)
            if page.rejected:
                totals.of("other").count += page.rejected
            if page.watermark:
                self.write({"run_cursor": page.watermark.isoformat(), "run_totals": totals.dumps()})
            yield _("%(day)s, orders read: %(count)s", day=self.day, count=len(seen))
        self._close_reading(window, totals, repair)

    def _tally(self, raws, totals, repair):
        """Compare one page: two queries, and what storing takes for what is missing or stale."""
        orders = self.env["cdiscount.order.mapping"]
        digests = {raw["orderId"]: orders._digest_of(raw) for raw in raws}
        before = self._known_of(digests)
        missing = [raw for raw in raws if raw["orderId"] not in before]
        kept = [raw for raw in raws if raw["orderId"] in before]
        stale = [raw for raw in kept if before[raw["orderId"]][0] != digests[raw["orderId"]]]
        after = before
        if repair and (missing or stale):
            orders._store_page(self.config_id, [*missing, *stale])
            after = self._known_of(digests)
            totals.fetched += sum(raw["orderId"] in after for raw in missing)
            totals.updated += sum(after[raw["orderId"]][0] != before[raw["orderId"]][0] for raw in stale)
        unchanged = {raw["orderId"] for raw in raws} - {raw["orderId"] for raw in (*missing, *stale)}
        gaps = []
        for raw in raws:
            order_id = raw["orderId"]
            row = after.get(order_id)
            status = known(STATUSES, raw.get("status") if isinstance(raw.get("status"), str) else "") or "other"
            one = totals.of(status)
            same = bool(row) and row[0] == digests[order_id]
            amount = Decimal(str(row[2] or 0)) if same else self._amount_of(raw)
            one.count += 1
            one.amount += amount
            if not row:
                one.missing += 1
                gaps.append({"external_id": order_id, "kind": "missing", "status": status, "amount_market": amount})
            elif order_id in unchanged and self._total_differs(row, status, amount):
                one.differing += 1
                gaps.append(
                    {
                        "external_id": order_id,
                        "kind": "total",
                        "status": status,
                        "amount_market": amount,
                        "amount_odoo": row[3],
                        "mapping_id": row[1],
                    }
                )
        self._note_gaps(gaps, repair)

    def _known_of(self, ids):
        """Return ``{order number: (digest, id, amount, amount of the sale order or None)}``: one query."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT external_id, digest, id, amount_total,
                   CASE WHEN sale_order_id IS NOT NULL AND state = 'imported' THEN amount_odoo END
              FROM cdiscount_order_mapping WHERE config_id = %s AND external_id = ANY(%s)
            """,
            (self.config_id.id, list(ids)),
        )
        return {row[0]: row[1:] for row in self.env.cr.fetchall()}

    @api.model
    def _total_differs(self, row, status, amount):
        return row[3] is not None and status not in DEAD and abs(Decimal(str(row[3])) - amount) >= Decimal("0.005")

    def _amount_of(self, raw):
        """Return what an order that is not stored comes to; zero for one that cannot be read."""
        orders = self.env["cdiscount.order.mapping"]
        try:
            amounts = order_amounts(Order.parse(raw), self.config_id.order_amount_basis)
            return orders._total_to_accept(amounts) or amounts.header_total or Decimal(0)
        except Exception:
            # One order out of shape must not stop the count of its day; storing it has its own words for it.
            return Decimal(0)

    def _note_gaps(self, found, tried):
        """Keep the orders that are missing or differ; those of an earlier comparison are brought up to date."""
        gaps = self.env["cdiscount.completeness.gap"].sudo()
        ids = [gap["external_id"] for gap in found]
        standing = {
            gap.external_id: gap
            for gap in gaps.search([("config_id", "=", self.config_id.id), ("external_id", "in", ids)])
        }
        fresh = []
        for gap in found:
            values = {**gap, "day_id": self.id, "run": self.run}
            values.update({name: float(gap[name] or 0) for name in ("amount_market", "amount_odoo") if name in gap})
            one = standing.get(gap["external_id"])
            if one:
                one.write({**values, "tries": one.tries + bool(tried)})
            else:
                fresh.append({**values, "tries": int(tried)})
        gaps.create(fresh)
