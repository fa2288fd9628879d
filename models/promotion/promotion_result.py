"""What a promotion has brought: pieces, revenue and margin during it against the same length of time before."""

from odoo import _, fields, models

from ...compat import check_access

COUNT = """
INSERT INTO cdiscount_promotion_day
       (promotion_id, company_id, currency_id, phase, day, units, revenue, margin, discount,
        create_uid, create_date, write_uid, write_date)
SELECT %(promotion)s, %(company)s, %(currency)s, sold.phase, sold.day, SUM(sold.units), SUM(sold.revenue),
       SUM(sold.margin), SUM(sold.discount), %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
  FROM (
    SELECT CASE WHEN bought.purchased_at >= %(begin)s THEN 'during' ELSE 'before' END AS phase,
           (bought.purchased_at AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date AS day,
           bought.quantity AS units,
           bought.product_amount AS revenue,
           bought.product_amount / (1 + COALESCE(bought.vat_rate, 0)::numeric / 100)
             - COALESCE(bought.commission_without_vat, 0) - bought.quantity * line.unit_cost AS margin,
           CASE WHEN bought.purchased_at >= %(begin)s
                THEN GREATEST(0, COALESCE(NULLIF(line.normal_price, 0), line.price_now) * bought.quantity
                                 - bought.product_amount) ELSE 0 END AS discount
      FROM cdiscount_promotion_line line
      JOIN cdiscount_product_mapping offer ON offer.id = line.mapping_id
      JOIN cdiscount_order_mapping_line bought
        ON bought.config_id = offer.config_id AND bought.sku = offer.seller_reference AND bought.live
      JOIN cdiscount_order_mapping placed ON placed.id = bought.mapping_id AND placed.state <> 'cancelled'
       AND placed.sales_channel_id = line.sales_channel_id
     WHERE line.promotion_id = %(promotion)s AND line.state NOT IN ('proposed', 'left_out', 'refused')
       AND bought.purchased_at >= %(before)s AND bought.purchased_at < %(end)s
  ) sold
 GROUP BY sold.phase, sold.day
"""


class CdiscountPromotionDay(models.Model):
    """One day of a promotion, or of the time before it that it is compared with."""

    _name = "cdiscount.promotion.day"
    _description = "Day of a Cdiscount Promotion"
    _order = "day"
    _rec_name = "day"

    promotion_id = fields.Many2one("cdiscount.promotion", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    phase = fields.Selection([("before", "Before"), ("during", "During")], required=True, readonly=True)
    day = fields.Date(required=True, readonly=True)
    units = fields.Float("Pieces", digits=(16, 0), readonly=True)
    revenue = fields.Monetary(readonly=True, help="Goods with VAT, without shipping.")
    margin = fields.Monetary(readonly=True, help="Without VAT, commission and cost of the goods; before shipping.")
    discount = fields.Monetary("Discount Given", readonly=True)


class CdiscountPromotionResult(models.Model):
    _inherit = "cdiscount.promotion"

    day_ids = fields.One2many("cdiscount.promotion.day", "promotion_id", "Days", readonly=True)
    units_during = fields.Float("Pieces Sold", digits=(16, 0), readonly=True, copy=False)
    units_before = fields.Float("Pieces Before", digits=(16, 0), readonly=True, copy=False)
    revenue_during = fields.Monetary("Revenue", readonly=True, copy=False)
    revenue_before = fields.Monetary(readonly=True, copy=False)
    margin_during = fields.Monetary("Margin", readonly=True, copy=False)
    margin_before = fields.Monetary(readonly=True, copy=False)
    discount_given = fields.Monetary(readonly=True, copy=False)
    results_at = fields.Datetime("Counted", readonly=True, copy=False)

    def action_refresh_results(self):
        """Count the sales of these promotions anew."""
        check_access(self, "read")
        for promotion in self.sudo():
            promotion._refresh_results()
        return True

    def _refresh_results(self):
        """Count what was sold during the promotion and within the same length of time before; two statements."""
        self.ensure_one()
        begin, now = self.began_at, fields.Datetime.now()
        if not begin:
            return
        end = min(moment for moment in (now, self.ended_at, self.date_end) if moment)
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM cdiscount_promotion_day WHERE promotion_id = %s", (self.id,))
        params = {
            "promotion": self.id,
            "company": self.company_id.id,
            "currency": self.currency_id.id,
            "begin": begin,
            "end": end,
            "before": begin - (end - begin),
            "zone": self.config_id.sudo().user_id.tz or "Europe/Paris",
            "uid": self.env.uid,
        }
        self.env.cr.execute(COUNT, params)
        self.env["cdiscount.promotion.day"].invalidate_model(flush=False)
        values = {"results_at": now}
        names = ("units", "revenue", "margin", "discount")
        groups = (
            self.env["cdiscount.promotion.day"]
            .sudo()
            ._read_group([("promotion_id", "=", self.id)], ["phase"], [f"{name}:sum" for name in names])
        )
        sums = {phase: dict(zip(names, amounts, strict=True)) for phase, *amounts in groups}
        for phase in ("before", "during"):
            found = sums.get(phase, {})
            values.update({f"{name}_{phase}": round(found.get(name, 0), 2) for name in names[:3]})
        values["discount_given"] = round(sums.get("during", {}).get("discount", 0), 2)
        self.write(values)

    def action_open_days(self):
        """Open the days of the promotion as a graph."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cdiscount_store_management.action_promotion_day")
        return dict(action, name=_("Sales of %s", self.name), domain=[("promotion_id", "=", self.id)])
