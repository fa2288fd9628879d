"""The self-test: one small question to each endpoint, while the person waits."""

import time

from odoo import _, models

from ...compat import check_access
from ...services.errors import AccessDenied, CdiscountError, NotFound
from ...services.resources.self_test import ENDPOINTS, ask
from ..connection.messages import describe_failure
from ..monitoring.api_day import LABELS

LONGEST = 45
"""Seconds after which no further question is asked: nobody waits for ever."""


class CdiscountHealthSelfTest(models.TransientModel):
    _inherit = "cdiscount.health"

    def action_self_test(self):
        """Ask every endpoint the account may use; reads only, changes nothing on either side."""
        self.ensure_one()
        check_access(self.config_id, "write")
        self.line_ids.filtered(lambda line: line.topic == "endpoint").unlink()
        client = self.config_id._get_client()
        begin, findings = time.monotonic(), []
        for endpoint in ENDPOINTS:
            name = f"GET {endpoint.path}"
            if time.monotonic() - begin > LONGEST:
                findings.append(("endpoint", "info", name, _("Not asked: Cdiscount was too slow before."), ""))
                continue
            findings.append(("endpoint", *self._ask_endpoint(client, endpoint, name)))
        self._add_lines(findings)
        self.tested = True
        return self._show()

    def _ask_endpoint(self, client, endpoint, name):
        family = self._family(endpoint)
        begin = time.monotonic()
        try:
            ask(client, endpoint)
        except (AccessDenied, NotFound) as error:
            cause = describe_failure(self.env, error, self.config_id)
            if endpoint.need == "extra":
                text = _("%s: not for this account, and nothing is lost without it.", family)
                return "info", name, text, ""
            return self._severity(endpoint), name, f"{family}: {cause.what}", cause.remedy
        except CdiscountError as error:
            cause = describe_failure(self.env, error, self.config_id)
            return self._severity(endpoint), name, f"{family}: {cause.what}", cause.remedy
        took = round((time.monotonic() - begin) * 1000)
        return "ok", name, _("%(family)s: answered in %(time)s ms", family=family, time=took), ""

    def _severity(self, endpoint):
        return "failed" if endpoint.need == "core" else "warning"

    def _family(self, endpoint):
        labels = dict(self.env["cdiscount.api.day"]._fields["family"]._description_selection(self.env))
        return labels.get(endpoint.family, LABELS.get(endpoint.family, endpoint.family))
