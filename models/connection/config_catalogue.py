"""How the catalogue of an account is synchronised: which way, in which language, how often."""

from odoo import _, api, fields, models

from ...compat import check_access

FRENCH = "fr_FR"
ALL_AFTER_HOURS = 24
"""What Odoo sends is marked where it changes. Once a day all of it is compared, whatever was not noticed."""


class CdiscountConfigCatalogue(models.Model):
    _inherit = "cdiscount.config"

    product_auto_sync = fields.Boolean(
        "Synchronise by Itself",
        help="The catalogue is synchronised at the interval below, the way you have chosen. Without it, only when "
        "somebody asks for it; what Odoo publishes is sent as soon as it changes in any case.",
    )
    content_lang = fields.Selection(
        selection="_get_content_langs",
        string="Language of the Texts",
        default=lambda self: self._default_content_lang(),
        required=True,
        help="Titles and descriptions are read from the products in this language, and written back in it. Customers "
        "of Cdiscount read French.",
    )
    last_product_sync_at = fields.Datetime("Last Synchronised", readonly=True, copy=False)
    last_full_compare_at = fields.Datetime("Everything Compared", readonly=True, copy=False)
    compare_after_pull = fields.Char(
        readonly=True, copy=False, help="Technical: channels of which everything is compared once they have been read."
    )
    conflict_ids = fields.One2many("cdiscount.field.conflict", "config_id", "Conflicts", copy=False)
    conflict_count = fields.Integer("Conflicts to Decide", compute="_compute_conflict_count")

    @api.model
    def _get_content_langs(self):
        return self.env["res.lang"].get_installed()

    @api.model
    def _default_content_lang(self):
        installed = [code for code, _name in self._get_content_langs()]
        return FRENCH if FRENCH in installed else self.env.user.lang or (installed[0] if installed else "en_US")

    def _compute_conflict_count(self):
        groups = self.env["cdiscount.field.conflict"]._read_group(
            [("config_id", "in", self.ids), ("state", "=", "open")], ["config_id"], ["__count"]
        )
        counts = {config.id: count for config, count in groups}
        for config in self:
            config.conflict_count = counts.get(config.id, 0)

    # ------------------------------------------------------------------ asking for work
    def action_sync_products(self):
        """Synchronise the catalogue of these accounts, the way each of them goes, as soon as a worker is free."""
        check_access(self, "write")
        for config in self:
            config._require_connection()
            config._sync_products(everything=True)
        texts = {
            "import": _("Offers are being fetched. Prices and texts of linked products follow Cdiscount."),
            "export": _("Published offers are being compared; what differs is sent."),
            "bidirectional": _("Offers are being fetched; then what differs is sent."),
        }
        return self._notify("\n".join(dict.fromkeys(texts[config.product_sync_direction] for config in self)))

    def _sync_products(self, everything=False, wake=True):
        """Ask for one synchronisation of the catalogue.

        :param everything: compare all published offers, not only those that were marked by a change
        """
        self.ensure_one()
        config = self.sudo()
        values = {"last_product_sync_at": fields.Datetime.now()}
        if config.product_sync_direction == "bidirectional" and everything:
            # Sent once the channel has been read: a price changed there must not be overwritten unseen.
            values["compare_after_pull"] = ",".join(config._offer_channels().mapped("code"))
        config.write(values)
        if config.product_sync_direction in ("import", "bidirectional"):
            self.env["cdiscount.offer.walk"].sudo()._start(config, wake=wake)
        else:
            for channel in config._offer_channels():
                config._push_channel(channel, everything)

    def _push_channel(self, channel, everything=False):
        """Have the offers of a channel compared and sent: all that Odoo publishes there, or those that are marked."""
        self.ensure_one()
        own = channel == self.sales_channel_id
        records = self.env["cdiscount.product.mapping" if own else "cdiscount.channel.offer"].sudo()
        domain = [
            ("config_id", "=", self.id),
            ("sales_channel_id", "=", channel.id),
            ("publish", "=", True),
            ("product_id", "!=", False),
        ]
        if everything:
            self.sudo().last_full_compare_at = fields.Datetime.now()
            records.search(domain, order="id")._mark_push()
        elif records.search_count([*domain, ("push_needed", "=", True)], limit=1):
            records._ask_to_send({(self.id, channel.id)})

    def _after_pull(self, channel):
        """Go on with a channel that has been read to its end: decide what can be decided, then send."""
        self.ensure_one()
        config = self.sudo()
        if channel == config.sales_channel_id and config._has_conflicts():
            self.env["cdiscount.queue"].sudo()._enqueue(config, "conflict_check", "conflicts")
        if config.product_sync_direction != "bidirectional":
            return
        waiting = (config.compare_after_pull or "").split(",")
        everything = channel.code in waiting
        if everything:
            waiting.remove(channel.code)
            config.compare_after_pull = ",".join(waiting) or False
        config._push_channel(channel, everything)

    def _schedule_due_jobs(self, now):
        result = super()._schedule_due_jobs(now)
        if self.product_auto_sync and self._is_due(self.last_product_sync_at, self.product_sync_interval, now):
            everything = self._is_due(self.last_full_compare_at, ALL_AFTER_HOURS * 60, now)
            self._sync_products(everything=everything, wake=False)
        return result

    # ------------------------------------------------------------------ conflicts
    def action_open_conflicts(self):
        """Open what waits for a decision."""
        action = self.env["ir.actions.act_window"]._for_xml_id("cdiscount_store_management.action_field_conflict")
        return dict(action, domain=[("config_id", "in", self.ids)])

    def _has_conflicts(self):
        """Whether something waits for a decision now; the counter may be older."""
        domain = [("config_id", "in", self.ids), ("state", "=", "open")]
        return bool(self.env["cdiscount.field.conflict"].sudo().search_count(domain, limit=1))

    def _tell_conflicts(self):
        """Give the responsible one activity, however many conflicts there are."""
        self.ensure_one()
        config = self.sudo()
        kind = self.env.ref("cdiscount_store_management.activity_conflict", raise_if_not_found=False)
        if not kind or config.activity_ids.filtered(lambda activity: activity.activity_type_id == kind):
            return
        user = config.responsible_id or config.user_id
        config.with_context(lang=user.lang, mail_activity_quick_update=True).activity_schedule(
            "cdiscount_store_management.activity_conflict",
            user_id=user.id,
            summary=_("Odoo and Cdiscount say different things: decide which is right"),
            note=_("Catalogue, Conflicts shows both sides. Nothing is overwritten until you have decided."),
        )

    def _tell_conflicts_over(self):
        """Take the activity away once nothing waits for a decision."""
        for config in self.sudo():
            if not config._has_conflicts():
                config.activity_unlink(["cdiscount_store_management.activity_conflict"])
