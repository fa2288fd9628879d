"""Promotions of an account: none is forgotten, whatever became of its job."""

from odoo import models

FORGOTTEN = """
SELECT promotion.id FROM cdiscount_promotion promotion
 WHERE promotion.config_id = %(config)s AND promotion.next_at <= %(now)s
   AND NOT EXISTS (
       SELECT 1 FROM cdiscount_queue job
        WHERE job.config_id = promotion.config_id AND job.operation = 'promotion_run'
          AND job.key = promotion.id::text AND job.state IN ('pending', 'running', 'waiting_retry'))
 ORDER BY promotion.next_at
 LIMIT 1000
"""


class CdiscountConfigPromotion(models.Model):
    _inherit = "cdiscount.config"

    def _schedule_due_jobs(self, now):
        """Ask for promotions whose moment has come and that nobody looks after: a job was cancelled or removed, or
        Odoo was down."""
        result = super()._schedule_due_jobs(now)
        self.env.cr.execute(FORGOTTEN, {"config": self.id, "now": now})
        keys = [str(row[0]) for row in self.env.cr.fetchall()]
        if keys:
            self.env["cdiscount.queue"]._enqueue(self, "promotion_run", keys, wake=False)
        return result
