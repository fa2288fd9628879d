"""The support bundle as a file to download."""

from odoo import fields, http
from odoo.http import content_disposition, request

GROUP = "cdiscount_store_management.group_manager"


class CdiscountSupportBundle(http.Controller):
    @http.route("/cdiscount/support_bundle/<int:config_id>", type="http", auth="user", methods=["GET"])
    def support_bundle(self, config_id, **unused):
        """Answer with the ZIP of an account the user manages."""
        config = request.env["cdiscount.config"].search([("id", "=", config_id)])
        if not config or not request.env.user.has_group(GROUP):
            return request.not_found()
        content = request.env["cdiscount.health"]._support_bundle(config)
        name = f"cdiscount-support-{fields.Date.context_today(config)}.zip"
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "application/zip"),
                ("Content-Disposition", content_disposition(name)),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
