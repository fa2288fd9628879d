"""The profit waterfall: from what was sold, step by step, to what is left."""

from odoo import _, api, fields, models

PROFIT = """
SELECT currency_id, COALESCE(sum(goods), 0), COALESCE(sum(shipping), 0) + COALESCE(sum(service), 0),
       COALESCE(sum(refund), 0), COALESCE(sum(commission), 0), COALESCE(sum(fees), 0), COALESCE(sum(cost), 0),
       COALESCE(sum(margin), 0)
  FROM cdiscount_margin
 WHERE config_id = ANY(%(configs)s) AND date >= %(first)s AND date <= %(last)s
   AND (%(channels)s::int[] IS NULL OR sales_channel_id = ANY(%(channels)s::int[]))
 GROUP BY currency_id
"""
PARTS = ("goods", "shipping", "refund", "commission", "fees", "cost")
PLUS = ("goods", "shipping")
ALWAYS = ("goods", "commission", "cost")


class CdiscountDashboardProfit(models.AbstractModel):
    _inherit = "cdiscount.dashboard"

    @api.model
    def _sales(self, scope):
        return {**super()._sales(scope), "waterfall": self._waterfall(scope)}

    @api.model
    def _waterfall(self, scope):
        """Return ``{"steps": [{key, label, amount, from, to, kind}]}`` without VAT, False without a sale.

        A step's bar runs ``from`` where the one before ended ``to`` where it leaves the sum; ``kind``: plus, minus,
        profit or loss.
        """
        if not scope.configs:
            return False
        days = {"first": scope.period.first, "last": scope.period.last}
        rows = self._fetch(PROFIT, {**scope.values, **days})
        rates = self._rates(scope, {row[0] for row in rows})
        sums = [sum(float(row[place]) * rates.get(row[0], 1.0) for row in rows) for place in range(1, 8)]
        if not any(sums):
            return False
        labels = {
            "goods": _("Goods sold, without VAT"),
            "shipping": _("Shipping and service paid"),
            "refund": _("Given back"),
            "commission": _("Commission"),
            "fees": _("Other fees"),
            "cost": _("Cost of goods"),
        }
        steps, level = [], 0.0
        for key, amount in zip(PARTS, sums, strict=False):
            signed = amount if key in PLUS else -amount
            if not amount and key not in ALWAYS:
                continue
            kind = "plus" if key in PLUS else "minus"
            steps.append(self._step(scope, key, labels[key], signed, level, level + signed, kind))
            level += signed
        margin = sums[-1]
        kind = "profit" if margin >= 0 else "loss"
        label = _("Profit") if margin >= 0 else _("Loss")
        steps.append(self._step(scope, "profit", label, margin, 0.0, margin, kind))
        return {"steps": steps}

    @api.model
    def _step(self, scope, key, label, amount, begin, end, kind):
        digits = scope.company.currency_id.decimal_places
        return {
            "key": key,
            "label": label,
            "amount": round(amount, digits),
            "from": round(begin, digits),
            "to": round(end, digits),
            "kind": kind,
        }

    @api.model
    def _open_margin(self, scope, _value=None):
        domain = [
            ("config_id", "in", scope.configs.ids),
            ("date", ">=", fields.Date.to_string(scope.period.first)),
            ("date", "<=", fields.Date.to_string(scope.period.last)),
        ]
        if scope.channel_ids:
            domain.append(("sales_channel_id", "in", scope.channel_ids))
        return self._window("action_margin", domain)
