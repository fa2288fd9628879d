"""The inbox: opened from the menu, it says first when messages of an account cannot be seen at all."""

from markupsafe import Markup

from odoo import _, api, fields, models


class CdiscountDiscussionInbox(models.Model):
    _inherit = "cdiscount.discussion"

    denied = fields.Boolean(compute="_compute_denied")
    denied_text = fields.Text("Right to Messages", compute="_compute_denied")
    missing_file_ids = fields.One2many(
        "cdiscount.discussion.attachment",
        "discussion_id",
        "Attachments Not Here",
        domain=[("state", "!=", "fetched")],
        readonly=True,
    )

    @api.depends("config_id.discussions_denied_since")
    @api.depends_context("lang")
    def _compute_denied(self):
        for discussion in self:
            config = discussion.config_id.sudo()
            discussion.denied = bool(config.discussions_denied_since)
            discussion.denied_text = config._discussions_denied_text() if discussion.denied else False

    @api.model
    def _denied_configs(self):
        return self.env["cdiscount.config"].search(
            [("discussions_denied_since", "!=", False), ("company_id", "in", self.env.companies.ids)]
        )

    @api.model
    def _open_inbox(self):
        """Return the action of the inbox; accounts whose messages are not to be seen are told of first."""
        action = self.env["ir.actions.act_window"]._for_xml_id("cdiscount_store_management.action_discussion")
        denied = self._denied_configs()
        if not denied:
            return action
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": _("Messages of Cdiscount cannot be read"),
                "message": "\n".join(config._discussions_denied_text() for config in denied),
                "type": "warning",
                "sticky": True,
                "next": action,
            },
        }

    @api.model
    def get_empty_list_help(self, help_message):
        """An empty inbox is no good news when nothing can be read."""
        denied = self._denied_configs()
        if denied:
            title = Markup('<p class="o_view_nocontent_empty_folder">%s</p>') % _(
                "Messages of Cdiscount cannot be read"
            )
            return title + Markup().join(Markup("<p>%s</p>") % config._discussions_denied_text() for config in denied)
        return super().get_empty_list_help(help_message)
