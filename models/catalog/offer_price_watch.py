"""Prices that change without anybody writing anything: rules that begin or end, rates; and settings that do."""

from datetime import timedelta

from odoo import api, fields, models

CHECK_MINUTES = "15"
SETTINGS = frozenset(
    (
        *("pricelist_id", "strike_source", "strike_pricelist_id", "price_rounding", "price_ending", "price_step"),
        *("without_vat", "preparation_days", "product_sync_direction", "floor_active", "floor_margin_percent"),
        *("floor_margin_amount", "floor_commission", "floor_learn", "floor_shipping_fixed", "floor_shipping_weight"),
        *("enabled_mode_codes", "content_lang", "company_id"),
    )
)
BEGUN_OR_OVER = """
SELECT id FROM product_pricelist_item
 WHERE (date_start > %(since)s AND date_start <= %(now)s) OR (date_end > %(since)s AND date_end <= %(now)s)
"""


class CdiscountConfigPriceWatch(models.Model):
    _inherit = "cdiscount.config"

    prices_checked_at = fields.Datetime("Prices Checked", readonly=True, copy=False)

    def write(self, vals):
        result = super().write(vals)
        if not SETTINGS.isdisjoint(vals):
            self._note_price_change()
        return result

    def _note_price_change(self):
        """Note that any offer of these accounts may have other terms."""
        if self.ids:
            self.env["cdiscount.product.mapping"]._note_changes().configs.update(self.ids)

    def _schedule_due_jobs(self, now):
        result = super()._schedule_due_jobs(now)
        if self.product_sync_direction != "import" and self._is_due(self.prices_checked_at, CHECK_MINUTES, now):
            self.env["cdiscount.queue"]._enqueue(self, "price_check", "prices", wake=False)
        return result

    @api.model
    def _job_check_prices(self, jobs):
        """Queue operation: note what has begun or ended by its date since the last time, and once a day the rates."""
        config = jobs.config_id
        now = fields.Datetime.now()
        since = config.prices_checked_at or now - timedelta(days=1)
        self.env.flush_all()
        self.env.cr.execute(BEGUN_OR_OVER, {"since": since, "now": now})
        items = self.env["product.pricelist.item"].sudo().with_context(active_test=False)
        items.browse([row[0] for row in self.env.cr.fetchall()])._cdiscount_note_change()
        if since.date() != now.date() and config._depends_on_rates():
            config._note_price_change()
        config._note_facts(prices_checked_at=now)

    def _depends_on_rates(self):
        """Tell whether a rate of exchange is part of this account's prices or costs."""
        self.ensure_one()
        config = self.sudo()
        settings = self.env["cdiscount.channel.setting"].sudo().search([("config_id", "=", config.id)])
        currencies = (config.pricelist_id | config.strike_pricelist_id | settings.pricelist_id).currency_id
        return (currencies | config.company_id.currency_id) != self.env.ref("base.EUR")


class CdiscountPriceSetting(models.AbstractModel):
    """A setting of an account with records of its own: any change of one may change any offer."""

    _name = "cdiscount.price.setting"
    _description = "Cdiscount Setting of Prices"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records.config_id._note_price_change()
        return records

    def write(self, vals):
        configs = self.config_id
        result = super().write(vals)
        (configs | self.config_id)._note_price_change()
        return result

    def unlink(self):
        self.config_id._note_price_change()
        return super().unlink()


class CdiscountDeliveryCost(models.Model):
    _name = "cdiscount.delivery.cost"
    _inherit = ["cdiscount.delivery.cost", "cdiscount.price.setting"]


class CdiscountCommissionRate(models.Model):
    _name = "cdiscount.commission.rate"
    _inherit = ["cdiscount.commission.rate", "cdiscount.price.setting"]


class CdiscountChannelSetting(models.Model):
    _name = "cdiscount.channel.setting"
    _inherit = ["cdiscount.channel.setting", "cdiscount.price.setting"]

    # Offers would be published at another price because somebody tidied up pricelists.
    pricelist_id = fields.Many2one(ondelete="restrict")


class CdiscountFieldMapping(models.Model):
    _name = "cdiscount.field.mapping"
    _inherit = ["cdiscount.field.mapping", "cdiscount.price.setting"]
