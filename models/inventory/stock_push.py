"""Sending stock: what is out of stock first, and what Cdiscount has sold is fetched before anything is offered anew."""

import time
from datetime import timedelta

from odoo import _, api, fields, models

PORTION = 1000
ORDERS_FRESH = timedelta(seconds=60)
"""Orders that were asked for so long ago are asked for again before stock is sent."""
PATIENCE = timedelta(seconds=60)
"""So long stock waits for orders that cannot be fetched."""
COME_BACK = timedelta(seconds=20)
"""The end of the reading of orders brings stock back at once; this is for a reading that never ends."""


class CdiscountStockPush(models.Model):
    _inherit = "cdiscount.stock.mapping"

    @api.model
    def _job_push(self, jobs):
        """Queue operation: send the quantities that differ from what Cdiscount accepted last.

        Payload ``{"all": true}``: every published offer is worked out anew. Yields wherever what was done is complete.
        """
        config = jobs.config_id.sudo()
        started, everything = time.monotonic(), bool(jobs._get_payload().get("all"))
        now = fields.Datetime.now()
        config._note_facts(last_stock_push_at=now, **({"stock_compared_at": now} if everything else {}))
        yield None
        yield from self._look(config, everything)
        # What is sold out does not wait for orders.
        offered = self._next_marked(config, [("stock_to_publish", "!=", 0)], (), limit=1)
        ready = not offered or self._orders_are_fresh(config)
        yield None
        count = yield from self._send_marked(config, [] if ready else [("stock_to_publish", "=", 0)])
        # What an earlier run has left on its way.
        yield from self.env["cdiscount.offer.package"]._drive(config)
        if count:
            self.env["cdiscount.sync.log"]._add(
                config,
                jobs.operation,
                _("The stock of %s offers was sent.", count) if count > 1 else _("The stock of one offer was sent."),
                job=jobs,
                direction="out",
                records=count,
                duration=time.monotonic() - started,
            )

    @api.model
    def _send_marked(self, config, domain):
        """Generator: send the marked offers in portions, each worked out anew in the transaction that packs it.

        :return: how many were put into packages
        """
        count, tried = 0, set()
        while offers := self._next_marked(config, domain, tried):
            self._decide(config, offers.ids)
            due = offers.filtered(lambda offer: offer.stock_dirty and (not domain or not offer.stock_to_publish))
            quantities = {offer.id: offer.stock_to_publish for offer in due}
            sending = due.filtered(lambda offer: not offer.package_id)
            sending.write({"stock_unsure": False})
            sent = yield from due._push_quantities(quantities)
            count += len(sent or ())
            # What was left lying must not be met again by this run.
            tried.update(set(offers.ids) - set(sent or ()))
            yield None
        return count

    @api.model
    def _next_marked(self, config, domain, tried, limit=PORTION):
        """Return the next marked offers that can be sent, those that are out of stock first."""
        domain = [
            ("stock_dirty", "=", True),
            ("package_id", "=", False),
            ("id", "not in", list(tried)),
            *domain,
        ]
        return self._published_offers(config, domain, limit=limit, order="stock_to_publish, id")

    # ------------------------------------------------------------------ orders first
    @api.model
    def _orders_are_fresh(self, config):
        """Tell whether what Cdiscount has sold is known; when it is not, have it fetched and come back.

        Three pieces of which Cdiscount has just sold two would be offered as three again. Orders that cannot be fetched
        hold stock back for a minute, not for ever. What is sold out does not wait.
        """
        if not config.order_auto_import:
            return True
        now = fields.Datetime.now()
        queue = self.env["cdiscount.queue"].sudo()
        asked = [("config_id", "=", config.id), ("operation", "=", "order_pull")]
        busy = queue.search_count([*asked, ("state", "in", ("pending", "running"))], limit=1)
        # Begun that late and ended well: when it was asked for says nothing of how it ended.
        read = [("state", "=", "done"), ("started_at", ">=", now - ORDERS_FRESH)]
        if not busy and queue.search_count([*asked, *read], limit=1):
            config.stock_waits_since = False
            return True
        if config.stock_waits_since and now - config.stock_waits_since > PATIENCE:
            config.stock_waits_since = False
            return True
        if not config.stock_waits_since:
            config.stock_waits_since = now
        if not busy and not queue.search_count([*asked, ("state", "=", "waiting_retry")], limit=1):
            queue._enqueue(config, "order_pull", "orders")
        queue._enqueue(config, "stock_push", "stock", eta=now + COME_BACK)
        return False

    @api.model
    def _orders_were_read(self, config):
        """Stock that waited for the orders goes at once."""
        if config.sudo().stock_waits_since:
            self.env["cdiscount.queue"].sudo()._enqueue(config, "stock_push", "stock")


class CdiscountOfferStockPush(models.Model):
    _inherit = "cdiscount.product.mapping"

    def _can_take_quantity(self):
        """Tell whether a quantity alone can be sent for the offer, now or once its package is over."""
        self.ensure_one()
        return bool(self.package_id) or (self._is_there() and self.push_wish not in ("off_sale", "retire"))
