"""What follows a reading of offers: conflicts are looked at again, then what Odoo is right about is sent."""

from datetime import timedelta

from odoo import _, api, fields, models

from ..order.order_import import aware

PORTION = 500
READ_TOGETHER = 100
MANY = 500
FRESH = timedelta(minutes=2)
"""More offers than these, marked right after the channel was read, are not read once more before they are sent."""


class CdiscountOfferWalkSync(models.Model):
    _inherit = "cdiscount.offer.walk"

    def _finish(self, jobs, skew):
        result = super()._finish(jobs, skew)
        self.config_id._after_pull(self.sales_channel_id)
        return result


class CdiscountReadBeforeSending(models.Model):
    _inherit = "cdiscount.offer.package"

    @api.model
    def _read_marked(self, config, channel):
        """Read the offers that are about to be sent, where both sides may change them. Yields after each portion.

        A price changed in Odoo is sent at once, between two readings of the channel. Unread, it would overwrite what
        somebody has changed in the seller portal meanwhile, and nobody would ever know.
        """
        if config.product_sync_direction != "bidirectional" or channel != config.sales_channel_id:
            return
        mappings = self.env["cdiscount.product.mapping"].sudo()
        marked = [*mappings._domain_to_compare(config, channel), ("offer_state", "in", ("active", "inactive"))]
        count, last = mappings.search_count(marked, limit=MANY + 1), 0
        if not count or (count > MANY and self._just_read(config, channel)):
            return
        client = config._get_client()
        while portion := mappings.search([*marked, ("id", ">", last)], order="id", limit=READ_TOGETHER):
            last = portion[-1].id
            found = list(client.offers.by_skus(portion.mapped("seller_reference"), channel.code))
            mappings._store_offers(config, channel, found)
            self.env.flush_all()
            self.env.invalidate_all()
            yield _("Offers read before they are sent: %s", len(found))

    @api.model
    def _just_read(self, config, channel):
        done = [
            ("config_id", "=", config.id),
            ("sales_channel_id", "=", channel.id),
            ("state", "=", "done"),
            ("finished_at", ">=", fields.Datetime.now() - FRESH),
        ]
        return bool(self.env["cdiscount.offer.walk"].sudo().search_count(done, limit=1))


class CdiscountConflictCheck(models.Model):
    _inherit = "cdiscount.field.conflict"

    @api.model
    def _job_check(self, jobs):
        """Queue operation: compare once more what waits for a person. Yields after each portion; calls nobody.

        Odoo's value may have become Cdiscount's by now, or somebody has said who is right about the field.
        """
        config, last = jobs.config_id, 0
        while True:
            conflicts = self.sudo().search(
                [("config_id", "=", config.id), ("state", "=", "open"), ("id", ">", last)], order="id", limit=PORTION
            )
            if not conflicts:
                return
            last = conflicts[-1].id
            theirs, moments = {}, {}
            for conflict in conflicts:
                mapping = conflict.mapping_id
                theirs.setdefault(mapping.id, {})[conflict.name] = self._revived(conflict.name, conflict.theirs)
                moments[mapping.id] = aware(conflict.theirs_at)
            mappings = conflicts.mapping_id.with_company(config.company_id)
            mappings._reconcile(config.sudo(), theirs, moments)
            self.env.flush_all()
            self.env.invalidate_all()
            yield _("Conflicts compared: %s", len(conflicts))


class CdiscountFieldMappingSync(models.Model):
    _inherit = "cdiscount.field.mapping"

    def write(self, vals):
        result = super().write(vals)
        if {"owner", "direction", "source", "source_type"} & set(vals):
            for config in self.config_id.filtered(lambda config: config._has_conflicts()):
                self.env["cdiscount.queue"].sudo()._enqueue(config, "conflict_check", "conflicts")
        return result
