"""Every number of the dashboard opens the records that make it."""

from dataclasses import replace

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from .sales import CLOSED
from .work import SOON

ADDON = "cdiscount_store_management"
MENU = {
    "quick_products": "action_product_mapping",
    "quick_orders": "action_order_mapping",
    "quick_queue": "action_queue",
    "quick_logs": "action_sync_log",
    "quick_settings": "action_config",
    "quick_import": "action_initial_import_new",
}
CARDS = ("revenue", "orders", "customers", "products", "average", "health")


class CdiscountDashboardOpen(models.AbstractModel):
    _inherit = "cdiscount.dashboard"

    @api.model
    def get_action(
        self, what, value=None, period="30d", date_from=None, date_to=None, config_ids=None, channel_ids=None
    ):
        """Return the window action with the records behind a number.

        :param what: a card's key; ``before`` (``value``: a card's key, for its figure of the period before),
            ``online``; ``slot`` (position in the trend), ``status`` (a slice's key), ``statuses`` (all of them);
            ``deadline`` (its kind), ``late`` and ``soon`` (likewise, what is too late or due within 24 hours);
            ``activity`` (a log line), ``jobs``, ``errors``, ``out_of_stock``, ``rate``, ``causes``, or a quick action
        :raises UserError: nothing like that is known
        """
        if what in MENU:
            return self._window(MENU[what])
        scope = self._scope(period, date_from, date_to, config_ids, channel_ids)
        method = getattr(self, f"_open_{what}", None) if isinstance(what, str) and what.isidentifier() else None
        if method is None:
            raise UserError(_("The dashboard has changed. Reload the page."))
        return method(scope, value)

    # ------------------------------------------------------------------ pieces
    @api.model
    def _window(self, name, domain=None, title=None, context=None):
        """An action of the addon, narrowed to a domain; its default filters are left out, the domain says all."""
        action = self.env["ir.actions.act_window"]._for_xml_id(f"{ADDON}.{name}")
        if domain is not None:
            action["domain"] = domain
            action["context"] = context or {}
        if title:
            action["name"] = action["display_name"] = title
        action["target"] = "current"
        return action

    @api.model
    def _orders_domain(self, scope, begin=None, end=None, sold=True):
        period = scope.period
        domain = [
            ("config_id", "in", scope.configs.ids),
            ("purchased_at", ">=", fields.Datetime.to_string(begin or period.begin)),
            ("purchased_at", "<", fields.Datetime.to_string(end or period.end)),
            ("state", "not in", ["cancelled", "ignored"]) if sold else ("state", "!=", "ignored"),
        ]
        if scope.channel_ids:
            domain.append(("sales_channel_id", "in", scope.channel_ids))
        return domain

    # ------------------------------------------------------------------ cards
    @api.model
    def _open_orders(self, scope, _value=None):
        return self._window("action_order_mapping", self._orders_domain(scope))

    _open_revenue = _open_orders
    _open_average = _open_orders

    @api.model
    def _open_customers(self, scope, _value=None):
        domain = [*self._orders_domain(scope), ("partner_id", "!=", False)]
        return self._window("action_order_mapping", domain, _("Customers"), {"group_by": ["partner_id"]})

    @api.model
    def _open_products(self, scope, _value=None):
        elsewhere = {"sales_channel_id": "mapping_id.sales_channel_id", "state": "mapping_id.state"}
        domain = [(elsewhere.get(term[0], term[0]), *term[1:]) for term in self._orders_domain(scope)]
        domain += [("live", "=", True), ("sku", "!=", False)]
        return self._window("action_order_line", domain, _("Products Sold"), {"group_by": ["sku"]})

    @api.model
    def _open_health(self, scope, _value=None):
        period = scope.period
        domain = [
            ("config_id", "in", scope.configs.ids),
            ("state", "in", ["done", "failed"]),
            ("finished_at", ">=", fields.Datetime.to_string(period.begin)),
            ("finished_at", "<", fields.Datetime.to_string(period.end)),
        ]
        return self._window("action_queue", domain, _("Done and Failed"), {"group_by": ["state"]})

    @api.model
    def _open_before(self, scope, value):
        """The records of a card in the period before, as far as that is compared."""
        if value not in CARDS:
            raise UserError(_("The dashboard has changed. Reload the page."))
        before = replace(scope.period, begin=scope.period.before_begin, end=scope.period.before_end)
        return getattr(self, f"_open_{value}")(replace(scope, period=before))

    @api.model
    def _open_online(self, scope, _value=None):
        domain = [("config_id", "in", scope.configs.ids), ("offer_state", "=", "active")]
        return self._window("action_product_mapping", domain, _("Offers Online"))

    # ------------------------------------------------------------------ charts
    @api.model
    def _open_slot(self, scope, value):
        slots = scope.period.slots
        if not isinstance(value, int) or not 0 <= value < len(slots):
            raise UserError(_("The dashboard has changed. Reload the page."))
        slot = slots[value]
        return self._window("action_order_mapping", self._orders_domain(scope, slot.begin, slot.end))

    @api.model
    def _open_status(self, scope, value):
        statuses = list(CLOSED) if value == "Cancelled" else [value]
        wanted = [("status_kind", "in", statuses)]
        if value == "other":
            wanted = ["|", ("status_kind", "=", False), *wanted]
        domain = [*self._orders_domain(scope, sold=False), *wanted]
        return self._window("action_order_mapping", domain)

    @api.model
    def _open_statuses(self, scope, _value=None):
        domain = self._orders_domain(scope, sold=False)
        return self._window("action_order_mapping", domain, _("Orders by Status"), {"group_by": ["status_kind"]})

    # ------------------------------------------------------------------ deadlines
    @api.model
    def _open_deadline(self, scope, value, late=False, soon=False):
        waiting = {
            "accept": ("action_order_mapping", "accept_by", "WaitingAcceptance", ["new", "held"], _("To Accept")),
            "ship": (
                "action_order_mapping",
                "ship_by",
                "InPreparation",
                ["new", "held", "imported"],
                _("To Ship"),
            ),
        }
        domain = [("config_id", "in", scope.configs.ids)]
        if scope.channel_ids:
            domain.append(("sales_channel_id", "in", scope.channel_ids))
        if value == "answer":
            name, moment, title = "action_discussion", "answer_by", _("To Answer")
            domain.append(("state", "=", "to_answer"))
        elif value in waiting:
            name, moment, status, states, title = waiting[value]
            domain += [("status_kind", "=", status), ("state", "in", states)]
        else:
            raise UserError(_("The dashboard has changed. Reload the page."))
        if late:
            domain.append((moment, "<", fields.Datetime.to_string(scope.now)))
        if soon:
            domain += [
                (moment, ">=", fields.Datetime.to_string(scope.now)),
                (moment, "<", fields.Datetime.to_string(scope.now + SOON)),
            ]
        return self._window(name, domain, title)

    @api.model
    def _open_late(self, scope, value):
        return self._open_deadline(scope, value, late=True)

    @api.model
    def _open_soon(self, scope, value):
        return self._open_deadline(scope, value, soon=True)

    @api.model
    def _open_causes(self, scope, _value=None):
        domain = [("config_id", "in", scope.configs.ids), ("state", "=", "open")]
        return self._window("action_failure_cause", domain)

    # ------------------------------------------------------------------ feed and footer
    @api.model
    def _open_activity(self, _scope, value):
        line = self.env["cdiscount.sync.log"].browse(value).exists() if isinstance(value, int) else None
        if not line:
            raise UserError(_("This line of the log is gone: logs are kept for three months."))
        return line.action_open_record() or {
            "type": "ir.actions.act_window",
            "res_model": line._name,
            "res_id": line.id,
            "views": [(False, "form")],
        }

    @api.model
    def _open_jobs(self, scope, _value=None):
        domain = [
            ("config_id", "in", scope.configs.ids),
            ("state", "in", ["pending", "running", "waiting_retry"]),
        ]
        return self._window("action_queue", domain, _("Queue Jobs"))

    @api.model
    def _open_errors(self, scope, _value=None):
        domain = [("config_id", "in", scope.configs.ids), ("state", "=", "failed")]
        return self._window("action_queue", domain, _("Failed Jobs"))

    @api.model
    def _open_rate(self, scope, _value=None):
        since = fields.Datetime.subtract(scope.now, hours=1)
        domain = [
            ("config_id", "in", scope.configs.ids),
            ("state", "=", "done"),
            ("finished_at", ">=", fields.Datetime.to_string(since)),
        ]
        return self._window("action_queue", domain, _("Done in the Last Hour"), {"group_by": ["operation"]})

    @api.model
    def _open_out_of_stock(self, scope, _value=None):
        domain = [
            ("config_id", "in", scope.configs.ids),
            ("publish", "=", True),
            ("stock_to_publish", "=", 0),
        ]
        return self._window("action_stock_out", domain)

    @api.model
    def _open_quick_customers(self, scope, _value=None):
        action = self.env["ir.actions.act_window"]._for_xml_id("base.action_partner_form")
        action["domain"] = [("sale_order_ids.cdiscount_config_id", "in", scope.configs.ids)]
        action["context"] = {}
        return action
