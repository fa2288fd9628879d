"""Early warnings: what our own orders say before Cdiscount does. One SQL statement each, whatever the number of orders.

Every one is a share of bad orders among those it is about, over the same 30 and 60 days as Cdiscount's indicators, so
the default thresholds are theirs, turned round (contract §10: accepted >= 97.5 %, in time >= 96 %, claims < 1 %).
"""

from dataclasses import dataclass
from datetime import timedelta

from odoo import _, api, fields, models

from ...compat import check_access
from ...services.rules.indicator import share

SOON_HOURS = {"accept_late": 4, "ship_late": 24, "unanswered": 12}
"""What is due within so many hours is about to be late."""

ORDERS = """
  FROM cdiscount_order_mapping o
 WHERE o.config_id = %(config)s AND o.purchased_at >= %(since_60)s
"""
DISCUSSIONS = """
  FROM cdiscount_discussion o
 WHERE o.config_id = %(config)s AND COALESCE(o.opened_at, o.create_date) >= %(since_60)s
"""
FIGURES = """
SELECT COUNT(*) FILTER (WHERE recent), COUNT(*) FILTER (WHERE recent AND bad),
       COUNT(*), COUNT(*) FILTER (WHERE bad), COUNT(*) FILTER (WHERE soon)
  FROM (SELECT ({moment}) >= %(since_30)s AS recent, ({bad}) AS bad, ({soon}) AS soon {source} AND ({base})) AS one
"""
BEHIND = """
SELECT o.id {source} AND ({base}) AND (({bad}) OR ({soon})) ORDER BY o.id DESC
"""
REACHED = "o.status_kind NOT IN ('Processing', 'Rejected')"
LEFT = "o.status_kind IN ('Shipped', 'Delivered')"
# Sets, not look-ups row by row: PostgreSQL makes each of them once, which is ten times quicker for very many orders.
BY_SELLER = """
o.id NOT IN (SELECT line.mapping_id FROM cdiscount_order_mapping_line line
              WHERE line.config_id = %(config)s AND line.purchased_at >= %(since_60)s AND line.live
              GROUP BY line.mapping_id
             HAVING bool_and(COALESCE(line.supply_kind, 'Seller') IN ('Fulfillment', 'Xdock')))
"""
ANNOUNCED = """
o.id IN (SELECT s.mapping_id FROM cdiscount_shipment s
          WHERE s.config_id = %(config)s AND s.state IN ('sent', 'elsewhere'))
"""
LEFT_LATE = """
o.id IN (SELECT s.mapping_id FROM cdiscount_shipment s WHERE s.config_id = %(config)s AND s.left_at > s.ship_by)
"""


@dataclass(frozen=True)
class Early:
    """One early warning: SQL conditions about the row ``o``.

    :param base: which orders it is about; ``bad``: those that count against us; ``soon``: those that are about to
    :param threshold: percent that may be bad, or None
    """

    base: str
    bad: str
    soon: str = "FALSE"
    threshold: float | None = None
    model: str = "cdiscount.order.mapping"
    source: str = ORDERS
    moment: str = "o.purchased_at"


EARLY = {
    "accept_late": Early(
        REACHED,
        "(o.status_kind = 'WaitingAcceptance' AND o.accept_by < %(now)s AND COALESCE(o.answer_state, '') <> 'given')"
        # Refused without our having said so: the time to answer had run out (contract 3.1).
        " OR (o.status_kind = 'Refused' AND COALESCE(o.answer, '') <> 'refuse')",
        "o.status_kind = 'WaitingAcceptance' AND o.accept_by >= %(now)s AND o.accept_by < %(soon)s",
        threshold=2.5,
    ),
    "ship_late": Early(
        f"(o.status_kind = 'InPreparation' OR {LEFT}) AND o.ship_by IS NOT NULL AND {BY_SELLER}",
        f"(o.status_kind = 'InPreparation' AND o.ship_by < %(now)s AND NOT {ANNOUNCED}) OR {LEFT_LATE}",
        f"o.status_kind = 'InPreparation' AND o.ship_by >= %(now)s AND o.ship_by < %(soon)s AND NOT {ANNOUNCED}",
        threshold=4.0,
    ),
    "unanswered": Early(
        "TRUE",
        "o.state = 'to_answer' AND o.answer_by < %(now)s",
        "o.state = 'to_answer' AND o.answer_by >= %(now)s AND o.answer_by < %(soon)s",
        threshold=0.0,
        model="cdiscount.discussion",
        source=DISCUSSIONS,
        moment="COALESCE(o.opened_at, o.create_date)",
    ),
    "cancelled": Early(
        REACHED,
        "(o.status_kind = 'Refused' AND o.answer = 'refuse')"
        " OR o.id IN (SELECT r.mapping_id FROM cdiscount_refund r"
        " WHERE r.config_id = %(config)s AND r.kind = 'cancellation' AND r.state IN ('asked', 'done'))",
        threshold=2.5,
    ),
    "refunded": Early(
        LEFT,
        "o.id IN (SELECT r.mapping_id FROM cdiscount_refund r"
        " WHERE r.config_id = %(config)s AND r.kind = 'refund' AND r.state IN ('asked', 'done'))",
    ),
    "claimed": Early(
        LEFT,
        "o.id IN (SELECT d.mapping_id FROM cdiscount_discussion d"
        " WHERE d.config_id = %(config)s AND d.mapping_id IS NOT NULL AND d.graduation IN ('claim', 'escalated'))",
        threshold=1.0,
    ),
}


class CdiscountIndicatorEarly(models.Model):
    _inherit = "cdiscount.indicator"

    base_30 = fields.Integer("Of (30 Days)", readonly=True, help="How many orders or discussions it is about.")
    count_30 = fields.Integer("Against Us (30 Days)", readonly=True)
    base_60 = fields.Integer("Of (60 Days)", readonly=True)
    count_60 = fields.Integer("Against Us (60 Days)", readonly=True)
    soon_count = fields.Integer("Soon Late", readonly=True, help="About to be late: still to be saved.")
    counts_text = fields.Char("How Many", compute="_compute_counts_text")

    @api.depends("base_30", "count_30", "soon_count", "source")
    @api.depends_context("lang")
    def _compute_counts_text(self):
        for one in self:
            if one.source != "own":
                one.counts_text = False
                continue
            text = _("%(bad)s of %(all)s", bad=one.count_30, all=one.base_30)
            one.counts_text = (
                _("%(counts)s, %(soon)s soon late", counts=text, soon=one.soon_count) if one.soon_count else text
            )

    @api.model
    def _early_warnings(self):
        """Return the table ``{code: Early}``. Extend it to add early warnings."""
        return EARLY

    @api.model
    def _job_early(self, jobs):
        """Queue operation: work out the early warnings of an account. Calls nobody."""
        config = jobs.config_id
        config._note_facts(last_early_at=fields.Datetime.now())
        readings = [self._work_out(config, code, early) for code, early in self._early_warnings().items()]
        self._take_in(config, "own", readings)

    @api.model
    def _work_out(self, config, code, early):
        """Return the reading of one early warning."""
        self.env.flush_all()
        self.env.cr.execute(self._fill(FIGURES, early), self._early_params(config, code))
        base_30, bad_30, base_60, bad_60, soon = self.env.cr.fetchone()
        return {
            "code": code,
            "kind": "maximum",
            "value_30": share(bad_30, base_30),
            "value_60": share(bad_60, base_60),
            "threshold_read": early.threshold or 0.0,
            "threshold_told": early.threshold is not None,
            "base_30": base_30,
            "count_30": bad_30,
            "base_60": base_60,
            "count_60": bad_60,
            "soon_count": soon,
        }

    @api.model
    def _fill(self, statement, early):
        # The parts come from the table above, never from outside.
        return statement.format(
            source=early.source, base=early.base, bad=early.bad, soon=early.soon, moment=early.moment
        )

    @api.model
    def _early_params(self, config, code):
        now = fields.Datetime.now()
        return {
            "config": config.id,
            "now": now,
            "soon": now + timedelta(hours=SOON_HOURS.get(code, 0)),
            "since_30": now - timedelta(days=30),
            "since_60": now - timedelta(days=60),
        }

    def action_open_behind(self):
        """Open the orders or discussions behind this early warning: those against us, and those soon late."""
        self.ensure_one()
        early = self._early_warnings().get(self.code) if self.source == "own" else None
        if not early:
            return self.action_open_series()
        check_access(self, "read")
        self.env.flush_all()
        self.env.cr.execute(self._fill(BEHIND, early), self._early_params(self.config_id, self.code))
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": early.model,
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("id", "in", [row[0] for row in self.env.cr.fetchall()])],
            "context": {"create": False},
        }
