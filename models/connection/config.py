"""A seller account: how it is reached, whom it belongs to, what it synchronises."""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ...compat import constraints
from ...services.profile import PROFILES, known_traps

INTERVALS = [("5", "Every 5 minutes"), ("15", "Every 15 minutes"), ("60", "Every hour")]


class CdiscountConfig(models.Model):
    _name = "cdiscount.config"
    _description = "Cdiscount Account"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "company_id, name"
    _check_company_auto = True

    vars().update(
        constraints(
            (
                "seller_uniq",
                "unique(company_id, seller_id, sales_channel_id, base_url)",
                "This seller is already connected in this company: use the existing account.",
            ),
        )
    )

    # ------------------------------------------------------------------ identity
    name = fields.Char("Shop Name", required=True, help="How the account is called in Odoo.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    profile = fields.Selection(
        [("cdiscount", "Cdiscount (login and password)"), ("octopia", "Octopia (client id and secret)")],
        required=True,
        default="cdiscount",
        tracking=True,
        help="How the account signs in: with a client id and secret made on Octopia's page API Credentials Management, "
        "or with the login and password of an API user of the seller portal, the older way.",
    )
    seller_id = fields.Char(
        "Seller ID",
        required=True,
        tracking=True,
        help="The number of your shop: in the settings of the seller portal, and at the end of Octopia's page API "
        "Credentials Management.",
    )
    sales_channel_id = fields.Many2one(
        "cdiscount.sales.channel",
        required=True,
        default=lambda self: self.env.ref("cdiscount_store_management.channel_cdisfr", raise_if_not_found=False),
        help="The marketplace on which you sell. Cdiscount France is CDISFR.",
    )
    token_url = fields.Char(
        "Token Address",
        compute="_compute_addresses",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="Where access tokens are issued. Set by the profile; change it only when Cdiscount tells you to.",
    )
    base_url = fields.Char(
        "API Address",
        compute="_compute_addresses",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="Where the API is. Set by the profile; change it only when Cdiscount tells you to.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Runs As",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        help="Background jobs of this account act with this person's rights, in the account's company. The person "
        "must be a Cdiscount Manager.",
    )
    responsible_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        help="Receives an activity when something needs a person.",
    )

    # ------------------------------------------------------------------ state
    state = fields.Selection(
        [("draft", "Not connected"), ("connected", "Connected"), ("error", "Error"), ("paused", "Paused")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    state_message = fields.Text("What Happened", readonly=True, copy=False)
    state_before_pause = fields.Char(readonly=True, copy=False)
    last_test_at = fields.Datetime("Last Test", readonly=True, copy=False)
    check_ids = fields.One2many("cdiscount.connection.check", "config_id", "Connection Test", readonly=True)
    shop_name = fields.Char("Name on Cdiscount", readonly=True, copy=False)
    trap_warning = fields.Text(compute="_compute_trap_warning")

    # ------------------------------------------------------------------ what is synchronised
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        required=True,
        check_company=True,
        domain="[('company_id', '=', company_id)]",
        compute="_compute_warehouse_id",
        store=True,
        readonly=False,
        precompute=True,
        help="Orders of this account are delivered from here.",
    )
    product_sync_direction = fields.Selection(
        [
            ("import", "Cdiscount to Odoo"),
            ("export", "Odoo to Cdiscount"),
            ("bidirectional", "Both ways"),
        ],
        default="import",
        required=True,
    )
    product_sync_interval = fields.Selection(INTERVALS, default="60", required=True)
    stock_sync_interval = fields.Selection(INTERVALS, default="15", required=True)
    order_sync_interval = fields.Selection(
        INTERVALS, default="15", required=True, help="How often new and changed orders are fetched."
    )
    order_auto_import = fields.Boolean(
        "Fetch Orders Automatically", default=True, help="Without it, orders come only when somebody asks for them."
    )
    order_import_from = fields.Datetime(
        "Import Orders From",
        default=lambda self: fields.Datetime.subtract(fields.Datetime.now(), days=30),
        help="The first run reads the orders changed since this moment. Earlier ones come with the Initial Import.",
    )
    order_status_filter = fields.Selection(
        [
            ("all", "All orders"),
            ("open", "Orders not yet shipped"),
            ("in_preparation", "Orders ready to prepare only"),
        ],
        default="all",
        required=True,
        help="Which new orders become known in Odoo: all of them; those not yet shipped; or each one only once it is "
        "ready to prepare. The others are kept as ignored and come in when you widen this. Orders that are known are "
        "always followed to their end, so that a cancellation is never missed.",
    )
    stock_realtime = fields.Boolean("Publish Stock in Real Time", default=True)
    stock_buffer = fields.Integer("Safety Stock", default=0, help="Units kept back from what is published.")
    fulfilment_push = fields.Boolean(
        "Send Shipments", default=True, help="A validated delivery sends its tracking number to Cdiscount."
    )
    order_watermark = fields.Datetime(
        "Orders Read Up To",
        readonly=True,
        copy=False,
        help="Every change Cdiscount made to an order before this moment has been read and stored.",
    )
    last_order_pull_at = fields.Datetime("Orders Last Asked", readonly=True, copy=False)
    total_tolerance = fields.Monetary(
        default=0.05,
        help="Difference between the marketplace's total and Odoo's that one rounding line may close, per order line. "
        "An order with a larger difference is held.",
    )
    unknown_product_policy = fields.Selection(
        [
            ("hold", "Hold the order until a person links the product"),
            ("create", "Create the product"),
            ("default", "Use the default product"),
        ],
        default="hold",
        required=True,
        help="What happens when neither the SKU nor the GTIN of an order line is found in Odoo.",
    )
    default_product_id = fields.Many2one("product.product", check_company=True, domain="[('sale_ok', '=', True)]")
    shipping_product_id = fields.Many2one(
        "product.product",
        required=True,
        check_company=True,
        domain="[('type', '=', 'service')]",
        default=lambda self: self.env.ref("cdiscount_store_management.product_shipping", raise_if_not_found=False),
    )
    fee_product_id = fields.Many2one(
        "product.product",
        "Service Fee Product",
        required=True,
        check_company=True,
        domain="[('type', '=', 'service')]",
        default=lambda self: self.env.ref("cdiscount_store_management.product_service_fee", raise_if_not_found=False),
    )
    rounding_product_id = fields.Many2one(
        "product.product",
        required=True,
        check_company=True,
        domain="[('type', '=', 'service')]",
        default=lambda self: self.env.ref("cdiscount_store_management.product_rounding", raise_if_not_found=False),
    )
    team_id = fields.Many2one("crm.team", "Sales Team", check_company=True)

    # ------------------------------------------------------------------ counters
    order_count = fields.Integer(compute="_compute_counts")
    held_count = fields.Integer(compute="_compute_counts")
    failed_job_count = fields.Integer(compute="_compute_counts")
    waiting_job_count = fields.Integer(compute="_compute_counts")

    @api.depends("profile")
    def _compute_addresses(self):
        for config in self:
            profile = PROFILES.get(config.profile)
            if profile:
                config.token_url = profile.token_url
                config.base_url = profile.base_url

    @api.depends("company_id")
    def _compute_warehouse_id(self):
        for config in self:
            if config.warehouse_id.company_id != config.company_id:
                config.warehouse_id = self.env["stock.warehouse"].search(
                    [("company_id", "=", config.company_id.id)], limit=1
                )

    @api.depends("profile", "api_login", "api_password", "seller_id")
    def _compute_trap_warning(self):
        texts = {
            "password_length": _("API passwords of the seller portal mostly have 8 to 15 characters: check this one."),
            "login_has_at": _(
                'The API login is not your e-mail address: it has no "@" and mostly ends with "-api". Seller portal: '
                "Settings, User Rights Management."
            ),
            "seller_id_not_numeric": _("The seller ID is a number: enter it without letters and signs."),
            "blanks": _("There is a blank before or after the login, the password or the seller ID: remove it."),
        }
        for config in self:
            traps = known_traps(config.profile, config.api_login, config._typed_password(), config.seller_id)
            config.trap_warning = "\n".join(texts.get(trap, trap) for trap in traps) or False

    def _compute_counts(self):
        def by_config(model, domain):
            groups = self.env[model]._read_group([("config_id", "in", self.ids), *domain], ["config_id"], ["__count"])
            return {config.id: count for config, count in groups}

        orders = by_config("cdiscount.order.mapping", [])
        held = by_config("cdiscount.order.mapping", [("state", "=", "held")])
        failed = by_config("cdiscount.queue", [("state", "=", "failed")])
        waiting = by_config("cdiscount.queue", [("state", "in", ("pending", "running", "waiting_retry"))])
        for config in self:
            config.order_count = orders.get(config.id, 0)
            config.held_count = held.get(config.id, 0)
            config.failed_job_count = failed.get(config.id, 0)
            config.waiting_job_count = waiting.get(config.id, 0)

    @api.constrains("user_id")
    def _check_user_is_manager(self):
        for config in self:
            if not config.user_id.has_group("cdiscount_store_management.group_manager"):
                raise ValidationError(
                    _(
                        "%(user)s cannot run the jobs of %(account)s: choose a person of the group Cdiscount Manager.",
                        user=config.user_id.name,
                        account=config.name,
                    )
                )
            if config.company_id not in config.user_id.company_ids:
                raise ValidationError(
                    _(
                        "%(user)s has no access to %(company)s: choose a person who works for that company.",
                        user=config.user_id.name,
                        company=config.company_id.name,
                    )
                )

    @api.constrains("stock_buffer")
    def _check_stock_buffer(self):
        if any(config.stock_buffer < 0 for config in self):
            raise ValidationError(_("The safety stock cannot be negative: enter 0 or more units."))

    @api.model
    def _of_company(self):
        """Return the account a new record is about: one of the current company, else of those that are switched on."""
        return self.search([("company_id", "=", self.env.company.id)], limit=1) or self.search(
            [("company_id", "in", self.env.companies.ids)], limit=1
        )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            for name in ("api_login", "seller_id", "token_url", "base_url"):
                if isinstance(vals.get(name), str):
                    vals[name] = vals[name].strip()
        return super().create(vals_list)

    def write(self, vals):
        for name in ("api_login", "seller_id", "token_url", "base_url"):
            if isinstance(vals.get(name), str):
                vals[name] = vals[name].strip()
        return super().write(vals)
