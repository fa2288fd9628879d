"""For uptime monitors: does the queue run? Nothing about the shop, nothing written."""

import hmac

from odoo import SUPERUSER_ID, http
from odoo.http import request

from ..models.monitoring.config_watch import HEALTH_PATH, TOKEN
from ..services.rules.stalled import BLOCKING, diagnose


class CdiscountHealth(http.Controller):
    @http.route(HEALTH_PATH, type="http", auth="none", methods=["GET"], csrf=False, save_session=False)
    def health(self, token="", **unused):
        """Answer 200 while jobs run, 503 when they stand still, 403 to who does not know the secret.

        :param token: the secret of the address; a monitor that can send headers may send it as a bearer token instead
        :return: JSON: status (ok, stalled), problems: codes of services.rules.stalled, accounts_in_error: a boolean
        """
        if not request.db or not self._is_known(token):
            return self._answer({"status": "forbidden"}, 403)
        env = request.env(user=SUPERUSER_ID)
        configs = env["cdiscount.config"].search([("state", "in", ("connected", "error"))])
        facts = env["cdiscount.queue"]._gather_facts(configs)
        problems = sorted({code for seen in facts.values() for code in diagnose(seen)})
        stalled = bool(BLOCKING.intersection(problems))
        content = {
            "status": "stalled" if stalled else "ok",
            "problems": problems,
            "accounts_in_error": any(config.state == "error" for config in configs),
        }
        return self._answer(content, 503 if stalled else 200)

    def _is_known(self, token):
        scheme, _blank, bearer = request.httprequest.headers.get("Authorization", "").partition(" ")
        given = bearer.strip() if scheme.lower() == "bearer" else token
        secret = request.env["ir.config_parameter"].sudo().get_param(TOKEN)
        # Compared in constant time; a database without a secret opens to nobody.
        return bool(secret) and hmac.compare_digest(str(given).encode(), secret.encode())

    def _answer(self, content, status):
        return request.make_json_response(content, headers=[("Cache-Control", "no-store")], status=status)
