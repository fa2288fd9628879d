"""Reading the seller's indicators from Cdiscount: once a day, and by hand."""

from odoo import _, api, models

from ...services.errors import AccessDenied, NotFound
from ...services.rules.indicator import DOCUMENTED


class CdiscountIndicatorPull(models.Model):
    _inherit = "cdiscount.indicator"

    @api.model
    def _job_pull(self, jobs):
        """Queue operation: read the indicators and keep them as the values of today."""
        config = jobs.config_id
        try:
            found = config._get_client().sellers.indicators()
        except (AccessDenied, NotFound) as error:
            # Not every login may read them, and nothing else of the account depends on it.
            self.env["cdiscount.sync.log"]._add(
                config,
                jobs.operation,
                _(
                    "Cdiscount does not show this login the seller's indicators (%s). The early warnings go on: they "
                    "come from your own orders.",
                    error.status or "-",
                ),
                level="warning",
                job=jobs,
                cause_code=error.code,
            )
            found = ()
        self._take_in(config, "cdiscount", [self._prepare_reading(one) for one in found])
        if not found:
            return
        self.env["cdiscount.sync.log"]._add(
            config, jobs.operation, _("Indicators read: %s.", len(found)), job=jobs, records=len(found)
        )

    @api.model
    def _prepare_reading(self, one):
        """Return the reading of a parsed indicator; what Cdiscount does not tell is the documented one's."""
        documented = DOCUMENTED.get(one.code)
        threshold = one.threshold
        if threshold is None and documented:
            threshold = documented.threshold
        return {
            "code": one.code,
            "value_30": one.value_30,
            "value_60": one.value_60,
            "kind": one.kind or (documented and documented.kind) or False,
            "threshold_read": float(threshold or 0),
            "threshold_told": threshold is not None,
            "description": one.description or False,
        }
