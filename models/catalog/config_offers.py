"""How an account writes the offers it sends."""

from odoo import fields, models

from ..queue.queue import LIVE_STATES

FORGOTTEN = """
SELECT package.id, channel.code, package.state = 'processing'
  FROM cdiscount_offer_package package
  JOIN cdiscount_sales_channel channel ON channel.id = package.sales_channel_id
 WHERE package.config_id = %s AND package.state IN ('waiting', 'sending', 'processing')
   AND NOT EXISTS (
       SELECT 1 FROM cdiscount_queue job
        WHERE job.config_id = package.config_id AND job.state IN ('pending', 'running', 'waiting_retry', 'failed')
          AND CASE WHEN package.state = 'processing'
                   THEN job.operation = 'offer_package' AND job.key = package.id::text
                   ELSE job.operation = 'offer_push' AND job.key = channel.code END)
"""


class CdiscountConfigOffers(models.Model):
    _inherit = "cdiscount.config"

    offer_tax_shape = fields.Selection(
        [("value", "Amounts and percent"), ("typed", "Rates and amounts, with their type")],
        "Taxes Are Sent As",
        default="value",
        required=True,
        help="Change it only when Cdiscount refuses the taxes of every offer.",
    )

    def _schedule_due_jobs(self, now):
        result = super()._schedule_due_jobs(now)
        self._resume_packages()
        self._resume_marks()
        return result

    def _resume_packages(self):
        """Ask for the jobs of packages that have none: somebody cancelled or removed them. A failed one waits for a
        person."""
        self.env.cr.execute(FORGOTTEN, (self.id,))
        for package_id, channel, submitted in self.env.cr.fetchall():
            operation, key = ("offer_package", str(package_id)) if submitted else ("offer_push", channel)
            self.env["cdiscount.queue"]._enqueue(self, operation, key, wake=False)

    def _resume_marks(self):
        """Ask for the sending of marked offers that nobody has asked for: the job was cancelled, or came too early to
        see the mark."""
        queue = self.env["cdiscount.queue"]
        known = [
            ("config_id", "=", self.id),
            ("operation", "=", "offer_push"),
            ("state", "in", (*LIVE_STATES, "failed")),
        ]
        channels = self.env["cdiscount.channel.setting"].sudo().search([("config_id", "=", self.id)]).sales_channel_id
        for channel in self.sales_channel_id | channels:
            if queue.search_count([*known, ("key", "=", channel.code)], limit=1):
                continue
            for records in self.env["cdiscount.offer.package"]._marked(self, channel):
                if records.sudo().search_count(records._domain_to_compare(self, channel), limit=1):
                    queue._enqueue(self, "offer_push", channel.code, wake=False)
