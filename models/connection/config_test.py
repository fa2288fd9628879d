"""Test Connection: one line per thing the connector needs, with what to do when it is missing."""

import logging

from odoo import _, fields, models

from ...services.errors import AccessDenied, CdiscountError, CredentialsRefused, NotFound
from ...services.resources.orders import OrderFilter
from .messages import describe_failure

_logger = logging.getLogger(__name__)

TOLERATED_SKEW = 120
"""Seconds the server's clock may differ from Cdiscount's before tokens and time filters go wrong."""


class CdiscountConfigTest(models.Model):
    _inherit = "cdiscount.config"

    def action_test_connection(self):
        """Check token, seller, subscription, carriers and rights; show each as a line; connect when all is well.

        Returns True when every necessary check passed. A failure is shown on the form, not raised: the lines tell more
        than a dialog could.
        """
        everything_well = True
        for config in self:
            everything_well = config._test_one() and everything_well
        return everything_well

    def _test_one(self):
        self.ensure_one()
        lines = []
        client = self._get_client()
        if not self._get_secret():
            lines.append(
                (
                    "failed",
                    _("Login"),
                    _("No password is stored for this account."),
                    _("Type the API password, save, and test again."),
                )
            )
        else:
            self._check_token(client, lines)
        signed_in = lines[-1][0] == "ok"
        if signed_in:
            self._check_clock(client, lines)
        checks = (
            (_("Seller"), self._check_seller),
            (_("Subscription"), self._check_subscription),
            (_("Carriers"), self._check_carriers),
            (_("Right to read orders"), self._check_orders),
            (_("Right to read messages and claims"), self._check_discussions),
        )
        for name, check in checks:
            if signed_in:
                lines.append(self._run_check(client, name, check))
            else:
                lines.append(("skipped", name, _("Not tried: there is no access yet."), ""))
        return self._conclude_test(lines)

    def _run_check(self, client, name, check):
        try:
            result, message, remedy = check(client)
        except CdiscountError as error:
            cause = describe_failure(self.env, error, self)
            result, message, remedy = "failed", cause.what, cause.remedy
        return result, name, message, remedy

    # ------------------------------------------------------------------ the checks
    def _check_token(self, client, lines):
        name = _("Login")
        try:
            client.token_provider.renew_now()
        except CredentialsRefused as error:
            cause = describe_failure(self.env, error, self)
            remedy = "\n".join(filter(None, [cause.remedy, self.trap_warning]))
            lines.append(("failed", name, cause.what, remedy))
        except CdiscountError as error:
            cause = describe_failure(self.env, error, self)
            lines.append(("failed", name, cause.what, cause.remedy))
        else:
            lines.append(("ok", name, _("Cdiscount accepted the login and issued an access token."), ""))

    def _check_clock(self, client, lines):
        skew = client.transport.last_date_skew
        if skew is not None and abs(skew) > TOLERATED_SKEW:
            lines.append(
                (
                    "warning",
                    _("Clock"),
                    _("The clock of the Odoo server is %s seconds away from Cdiscount's.", int(abs(skew))),
                    _(
                        "Have the server's clock synchronised (NTP): otherwise tokens expire early and new orders may "
                        "be seen late."
                    ),
                )
            )

    def _check_seller(self, client):
        seller = client.sellers.get()
        if seller.seller_id and seller.seller_id != self.seller_id:
            return (
                "failed",
                _(
                    "The login belongs to seller %(found)s, the account says %(expected)s.",
                    found=seller.seller_id,
                    expected=self.seller_id,
                ),
                _("Correct the seller ID, or use the login of the other shop."),
            )
        self.shop_name = seller.shop_name or False
        if seller.state and seller.state != "Activated":
            return (
                "warning",
                _("Shop %(name)s is %(state)s on Cdiscount.", name=seller.shop_name or "", state=seller.state),
                _("Look at the messages of Cdiscount in the seller portal."),
            )
        return "ok", _("Shop %(name)s, seller %(id)s.", name=seller.shop_name or "", id=self.seller_id), ""

    def _check_subscription(self, client):
        subscriptions = client.sellers.subscriptions()
        codes = [subscription.sales_channel_id for subscription in subscriptions if subscription.sales_channel_id]
        self.env["cdiscount.sales.channel"]._ensure(codes)
        if self.sales_channel_id.code not in codes:
            return (
                "failed",
                _(
                    "The shop is not subscribed to %(channel)s; it has: %(channels)s.",
                    channel=self.sales_channel_id.code,
                    channels=", ".join(codes) or "-",
                ),
                _("Choose one of the subscribed channels, or subscribe in the seller portal."),
            )
        return "ok", _("Subscribed to %s.", ", ".join(codes)), ""

    def _check_carriers(self, client):
        carriers = client.carriers.list()
        if not carriers:
            return (
                "warning",
                _("Cdiscount lists no carrier."),
                _("Shipments cannot be announced until it does: ask Cdiscount's seller support."),
            )
        return "ok", _("Carriers that can be announced: %s.", len(carriers)), ""

    def _check_orders(self, client):
        try:
            count = client.orders.count(OrderFilter(sales_channel_id=self.sales_channel_id.code))
        except AccessDenied as error:
            cause = describe_failure(self.env, error, self)
            return "failed", _("This login may not read orders. ") + cause.what, cause.remedy
        return "ok", _("Orders that can be read: %s.", count), ""

    def _check_discussions(self, client):
        try:
            count = client.discussions.count(sales_channel_id=self.sales_channel_id.code)
        except (AccessDenied, NotFound):
            return (
                "warning",
                _("This login may not read messages and claims."),
                _(
                    "Orders work without it. To answer customers from Odoo, ask Cdiscount's seller support for the "
                    "right to discussions, then use Test Connection."
                ),
            )
        return "ok", _("Conversations that can be read: %s.", count), ""

    # ------------------------------------------------------------------ conclusion
    def _conclude_test(self, lines):
        now = fields.Datetime.now()
        self.check_ids.sudo().unlink()
        self.env["cdiscount.connection.check"].sudo().create(
            [
                {
                    "config_id": self.id,
                    "sequence": number,
                    "result": result,
                    "name": name,
                    "message": message,
                    "remedy": remedy,
                }
                for number, (result, name, message, remedy) in enumerate(lines)
            ]
        )
        self.last_test_at = now
        failures = [line for line in lines if line[0] == "failed"]
        log = self.env["cdiscount.sync.log"]
        if failures:
            summary = "\n".join(f"{name}: {message} {remedy}".strip() for _result, name, message, remedy in failures)
            if self.state != "paused":
                self.sudo().write(
                    {"state": "error" if self.state in ("connected", "error") else "draft", "state_message": summary}
                )
            log._add(self, "connection", _("Connection test failed. %s", summary), level="error", cause_code="test")
            return False
        log._add(self, "connection", _("Connection test passed."), records=len(lines))
        if self.state != "paused":
            self._become_connected()
        return True
