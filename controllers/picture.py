"""Pictures of products for the marketplace, which fetches them without a login."""

from odoo import SUPERUSER_ID, http
from odoo.http import request

from ..models.catalog.sheet_picture import PICTURE_PATH

KEPT = 365 * 24 * 3600


class CdiscountPicture(http.Controller):
    @http.route(
        f"{PICTURE_PATH}/<int:config_id>/<int:product_id>/<int:attachment_id>/<string:name>",
        type="http",
        auth="none",
        methods=["GET"],
        csrf=False,
        save_session=False,
    )
    def picture(self, config_id, product_id, attachment_id, name, **unused):
        """Answer with the file itself, never with a redirect; 404 for whatever is not published, without a reason.

        :param name: the token of the address and an ending, which says nothing
        """
        # Numbers beyond the database's are no ids.
        if not request.db or max(config_id, product_id, attachment_id) >= 2**31:
            return request.make_response("", status=404)
        mappings = request.env(user=SUPERUSER_ID)["cdiscount.product.mapping"]
        token = name.partition(".")[0]
        attachment, mimetype = mappings._served_picture(config_id, product_id, attachment_id, token)
        if not attachment:
            return request.make_response("", headers=[("Cache-Control", "no-store")], status=404)
        response = request.make_response(
            attachment.raw,
            headers=[
                ("Content-Type", mimetype),
                # The address changes with the picture, so what it shows never does.
                ("Cache-Control", f"public, max-age={KEPT}, immutable"),
                ("X-Content-Type-Options", "nosniff"),
                ("Content-Security-Policy", "default-src 'none'"),
            ],
        )
        response.set_etag(attachment.checksum)
        return response.make_conditional(request.httprequest)
