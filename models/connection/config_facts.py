"""What jobs find out about their account, written without being in anybody's way.

How far the orders are read, when something was last asked for: most jobs have such a fact to tell, and all jobs of an
account tell it to one row. Written in the transaction of the work, which lasts as long as the marketplace takes to
answer, it would make every other job of the account begin anew, and a person who saves the form wait.
"""

import logging
import random
import time

from odoo import models

from ..queue.queue_claim import COLLISIONS
from ..queue.quiet_sql import quiet_about

_logger = logging.getLogger(__name__)

TRIES = 10


class Facts:
    """What a unit of work has to tell about accounts once its work is committed."""

    def __init__(self):
        self._values = {}

    def note(self, config_id, values):
        """Keep these values of an account; the later one of the same field counts."""
        self._values.setdefault(config_id, {}).update(values)

    def take(self):
        """Return ``{account id: values}`` noted since the last time."""
        values, self._values = self._values, {}
        return values


class CdiscountConfigFacts(models.Model):
    _inherit = "cdiscount.config"

    def _note_facts(self, **values):
        """Write what a job has found out, right after its next commit; at once when no unit of the queue is running.

        Work that is rolled back tells nothing. A worker that dies between the two tells nothing either: what depends on
        it is then read or done once more. Until the commit the records show the old values.
        """
        facts = self.env.context.get("cdiscount_facts")
        if facts is None:
            self.sudo().write(values)
            return
        for config in self:
            facts.note(config.id, values)

    def _write_facts(self, facts):
        """Write the Facts of a unit that is committed, in a transaction as short as can be."""
        found = facts.take()
        if not found:
            return
        cr = self.env.cr
        for attempt in range(TRIES):
            try:
                with quiet_about(COLLISIONS):
                    for config_id, values in found.items():
                        self.sudo().browse(config_id).exists().write(values)
                    self.env.flush_all()
                    # The runner owns this cursor, and the unit before it is committed.
                    cr.commit()  # pylint: disable=invalid-commit
                return
            except COLLISIONS:
                cr.rollback()
                time.sleep(random.uniform(0.01, 0.03 * (attempt + 1)))
        _logger.info("Cdiscount account %s: others were always quicker to write; told by the next job", list(found))
