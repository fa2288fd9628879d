"""Announcements of sales for the marketplace, which fetches them without a login."""

from odoo import SUPERUSER_ID, http
from odoo.http import request

from ..models.promotion.promotion_package import PACKAGE_PATH


class CdiscountPromotionPackage(http.Controller):
    @http.route(
        f"{PACKAGE_PATH}/<int:package_id>/<string:name>",
        type="http",
        auth="none",
        methods=["GET"],
        csrf=False,
        save_session=False,
    )
    def package(self, package_id, name, **unused):
        """Answer with the zip itself, never with a redirect; 404 for whatever is not offered, without a reason."""
        content = None
        # Numbers beyond the database's are no ids.
        if request.db and package_id < 2**31:
            packages = request.env(user=SUPERUSER_ID)["cdiscount.promotion.package"]
            content = packages._served(package_id, name.partition(".")[0])
        if not content:
            return request.make_response("", headers=[("Cache-Control", "no-store")], status=404)
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "application/zip"),
                ("Content-Length", str(len(content))),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
