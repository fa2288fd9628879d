"""Reading the offers of a channel: each page is stored and committed before the next one is asked for."""

from datetime import timedelta

from odoo import _, api, fields, models

from ...services.errors import DataError, ProtocolError
from ...services.resources.offers import OfferFilter
from ..order.order_import import aware

PORTION = 1000


class CdiscountOfferPull(models.Model):
    _inherit = "cdiscount.offer.walk"

    @api.model
    def _job_pull(self, jobs):
        """Queue operation, one channel a job: read its offers. Yields after each stored page."""
        config = jobs.config_id
        payload = jobs._get_payload()
        channels = self.env["cdiscount.sales.channel"].sudo().with_context(active_test=False)
        channel = channels.search([("code", "=", jobs.key)], limit=1)
        if not channel:
            return
        walk = self.sudo()._open(config, channel, payload.get("kind"), payload.get("import_id"))
        yield None
        client = config._get_client()
        yield from walk._read_pages(client)
        yield from walk._note_gone(client)
        # Taken now: before the first call there was no clock to compare with.
        now = self.env["cdiscount.order.mapping"]._marketplace_now(client).replace(tzinfo=None)
        walk._finish(jobs, timedelta(seconds=round((now - fields.Datetime.now()).total_seconds())))

    def _read_pages(self, client):
        """Read from the cursor on to the last page; yields after each."""
        resumed = bool(self.cursor)
        filters = OfferFilter(sales_channel_id=self.sales_channel_id.code, updated_at_min=aware(self.since))
        try:
            pages = () if self.read_all else client.offers.pages(filters, self.cursor or "")
            for page in pages:
                resumed = False
                self._take(page)
                # A page of offers and all that hangs on them: without this the memory grows with the shop.
                self.env.flush_all()
                self.env.invalidate_all()
                yield _("Offers read: %s", self.read_count)
            self.read_all = True
        except DataError:
            if not resumed:
                raise
            # The marketplace does not take the cursor any more: from the beginning, nothing is doubled.
            self.write({"cursor": False, "started_at": fields.Datetime.now(), "read_count": 0})
            yield None
            yield from self._read_pages(client)
        except ProtocolError as error:
            if error.code == "unexpected_shape":
                # A list that goes round in circles may have left out anything.
                self.complete = False
                yield None
            raise

    def _take(self, page):
        """Store one page and count."""
        stored = self.env["cdiscount.product.mapping"]._store_offers(self.config_id, self.sales_channel_id, page.items)
        self.write(
            {
                "cursor": page.next_cursor,
                "read_all": not page.next_cursor,
                "read_at": fields.Datetime.now(),
                "read_count": self.read_count + len(page.items),
                "created_count": self.created_count + stored.created,
                "changed_count": self.changed_count + stored.changed,
                "linked_count": self.linked_count + stored.linked,
                "unlinked_count": self.unlinked_count + stored.unlinked,
                "product_count": self.product_count + stored.products,
                "rejected_count": self.rejected_count + page.rejected,
                "complete": self.complete and not page.rejected,
            }
        )

    # ------------------------------------------------------------------ what is no longer there
    def _note_gone(self, client):
        """After a complete reading of everything: the offers of the channel that were not in it are gone.

        A list may leave something out although it looked whole, so the first ones are asked for by their SKU. When
        none of those exists, the others are believed to be gone as well.
        """
        if self.kind != "full" or not self.complete or not self.read_count:
            return
        records = self._records()
        ask = True
        while missing := records.search(self._missing_domain(), limit=PORTION, order="id"):
            if ask:
                skus, code = missing.mapped("seller_reference"), self.sales_channel_id.code
                found = list(client.offers.by_skus(skus, code))
                if found:
                    records.env["cdiscount.product.mapping"]._store_offers(self.config_id, self.sales_channel_id, found)
                    there = {offer.sku for offer in found}
                    missing = missing.filtered(lambda record, there=there: record.seller_reference not in there)
                ask = bool(found)
            missing._become_absent()
            self.gone_count += len(missing)
            self.env.flush_all()
            self.env.invalidate_all()
            yield None

    def _records(self):
        """The model that keeps the offers of this channel, empty."""
        own = self.sales_channel_id == self.config_id.sales_channel_id
        return self.env["cdiscount.product.mapping" if own else "cdiscount.channel.offer"]

    def _missing_domain(self):
        return [
            ("config_id", "=", self.config_id.id),
            ("sales_channel_id", "=", self.sales_channel_id.id),
            ("offer_state", "in", ("active", "inactive")),
            "|",
            ("offer_read_at", "=", False),
            ("offer_read_at", "<", self.started_at),
            "|",
            ("last_pushed_at", "=", False),
            ("last_pushed_at", "<", self.started_at),
        ]

    # ------------------------------------------------------------------ failure
    @api.model
    def _job_pull_failed(self, job, cause):
        """An initial import does not wait for a reading that cannot go on."""
        record = self.env["cdiscount.initial.import"].sudo().browse(job._get_payload().get("import_id") or [])
        record.exists()._fail(cause.text)
