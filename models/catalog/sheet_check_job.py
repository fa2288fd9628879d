"""Checking more offers than a person wants to wait for."""

from odoo import _, api, fields, models

from .sheet_check import BATCH


class CdiscountSheetCheckJob(models.Model):
    _inherit = "cdiscount.product.mapping"

    check_wanted = fields.Boolean("To Check", readonly=True, copy=False)

    def init(self):
        res = super().init()
        self.env.cr.execute(
            """
            CREATE INDEX IF NOT EXISTS cdiscount_product_mapping_check_wanted
                ON cdiscount_product_mapping (config_id, id) WHERE check_wanted
            """
        )
        return res

    def _check_later(self):
        """Have these offers checked by the queue: one UPDATE and one job per account."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE cdiscount_product_mapping SET check_wanted = TRUE WHERE id = ANY(%s) RETURNING config_id",
            (self.ids,),
        )
        configs = {row[0] for row in self.env.cr.fetchall()}
        self.invalidate_model(["check_wanted"], flush=False)
        for config in self.env["cdiscount.config"].browse(sorted(configs)):
            self.env["cdiscount.queue"].sudo()._enqueue(config, "sheet_check", "offers")

    @api.model
    def _job_check(self, jobs):
        """Queue operation: check the offers somebody asked about. Yields after each batch."""
        config, done = jobs.config_id, 0
        wanted = [("config_id", "=", config.id), ("check_wanted", "=", True)]
        while batch := self.search(wanted, limit=BATCH, order="id"):
            batch.write({"check_wanted": False})
            batch._check_all()
            done += len(batch)
            yield _("Offers checked: %s", done)
            self.env.invalidate_all(flush=False)
