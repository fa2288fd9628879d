"""What follows a reading of offers: conflicts are looked at again, then what Odoo is right about is sent."""

from odoo import _, api, models

from ..order.order_import import aware

PORTION = 500


class CdiscountOfferWalkSync(models.Model):
    _inherit = "cdiscount.offer.walk"

    def _finish(self, jobs, skew):
        result = super()._finish(jobs, skew)
        self.config_id._after_pull(self.sales_channel_id)
        return result


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
            yield _("%s conflicts compared", len(conflicts))


class CdiscountFieldMappingSync(models.Model):
    _inherit = "cdiscount.field.mapping"

    def write(self, vals):
        result = super().write(vals)
        if {"owner", "direction", "source", "source_type"} & set(vals):
            for config in self.config_id.filtered("conflict_count"):
                self.env["cdiscount.queue"].sudo()._enqueue(config, "conflict_check", "conflicts")
        return result
