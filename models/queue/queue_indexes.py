"""What the database keeps for the queue: uniqueness that no worker can get around, and short ways to what is next."""

from odoo import models

INDEXES = (
    # Asking twice for the same work costs one row, whatever the number of workers: so the database decides.
    """CREATE UNIQUE INDEX IF NOT EXISTS cdiscount_queue_waiting_key ON cdiscount_queue (config_id, operation, key)
        WHERE state IN ('pending', 'waiting_retry')""",
    # The same work never runs twice at the same time.
    """CREATE UNIQUE INDEX IF NOT EXISTS cdiscount_queue_running_key ON cdiscount_queue (config_id, operation, key)
        WHERE state = 'running'""",
    # Two claims at the same moment do not see each other: the second one fails here, looks again, and sees.
    """CREATE UNIQUE INDEX IF NOT EXISTS cdiscount_queue_running_exclusive ON cdiscount_queue (config_id, exclusive)
        WHERE state = 'running' AND exclusive IS NOT NULL""",
    # Holds only what could run now. With waiting jobs in it, each claim would walk over thousands whose time has not
    # come; those are found by the next index once it has.
    """CREATE INDEX IF NOT EXISTS cdiscount_queue_ready ON cdiscount_queue (lane, config_id, priority, id)
        WHERE state IN ('pending', 'waiting_retry') AND eta IS NULL""",
    """CREATE INDEX IF NOT EXISTS cdiscount_queue_eta ON cdiscount_queue (eta)
        WHERE state IN ('pending', 'waiting_retry') AND eta IS NOT NULL""",
    """CREATE INDEX IF NOT EXISTS cdiscount_queue_failed ON cdiscount_queue (config_id, operation, key)
        WHERE state = 'failed'""",
)

OUTDATED = """
DROP INDEX IF EXISTS cdiscount_queue_live_key, cdiscount_queue_claim, cdiscount_queue__state_index,
                     cdiscount_queue__company_id_index
"""
"""Each index is written three times per job; those that tell few jobs apart cost more than they help."""


class CdiscountQueueIndexes(models.Model):
    _inherit = "cdiscount.queue"

    def init(self):
        cr = self.env.cr
        for statement in INDEXES:
            cr.execute(statement)
        cr.execute(OUTDATED)
        # A queue is rewritten all day: dead rows must go before they slow down the search for the next job.
        cr.execute(
            """
            ALTER TABLE cdiscount_queue
              SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05)
            """
        )
