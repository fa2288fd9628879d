"""Failures in the user's words: what happened, to what, and what to do about it.

``services`` speaks in codes; this is the one place that turns them into translated sentences.
"""

from dataclasses import dataclass, field

import psycopg2
import psycopg2.errors

from odoo import _
from odoo.exceptions import UserError


@dataclass(frozen=True)
class Cause:
    """A failure a person can act on.

    :param code: stable slug by which equal failures are grouped
    :param what: what happened, to what
    :param remedy: what to do; may be empty when waiting is enough
    :param stops_account: True when every further call of the account would fail the same way
    :param params: plain values from which the sentences can be said again in another language
    """

    code: str
    what: str
    remedy: str = ""
    stops_account: bool = False
    params: dict = field(default_factory=dict)

    @property
    def text(self):
        return f"{self.what} {self.remedy}".strip()


STOPS_ACCOUNT = {"tls_invalid", "insecure_url", "bad_url", "redirect_refused"}
TOLD = ("host", "status", "detail", "seller_id", "path", "problem", "text", "type")
"""Parameters that sentences are made of. Nothing else of an error is kept."""


def describe_failure(env, error, config=None):
    """Return the Cause of any exception that may reach a user. Never holds a secret or a trace."""
    code = getattr(error, "code", None)
    params = {}
    if isinstance(error, UserError):
        code, params = "odoo_refused", {"text": str(error.args[0] if error.args else error)}
    elif isinstance(error, (psycopg2.OperationalError, psycopg2.InterfaceError, psycopg2.errors.UniqueViolation)):
        code = "database_busy"
    elif not code or not hasattr(error, "params"):
        code, params = "unexpected", {"type": type(error).__name__}
    else:
        params = {name: error.params[name] for name in TOLD if error.params.get(name) not in (None, "")}
        if getattr(error, "status", None):
            params.setdefault("status", error.status)
        if config and config.seller_id:
            params["seller_id"] = config.seller_id
    what, remedy = sentences(env, code, params)
    return Cause(code, what or str(error), remedy, stops_account=code in STOPS_ACCOUNT, params=params)


def sentences(env, code, params):
    """Return (what happened, what to do) in the language of ``env``; (code, "") for a code nobody knows.

    :param params: see ``TOLD``
    """
    context = {"lang": env.lang}  # noqa: F841  Odoo's _() looks for the language in this name
    host = params.get("host") or _("Cdiscount")
    detail = params.get("detail") or ""
    status = params.get("status") or "?"
    seller = params.get("seller_id") or ""
    told = _(" The answer was: %s", detail) if detail else ""
    known = {
        "odoo_refused": (
            params.get("text") or _("Odoo refused."),
            _("Correct what the message says, then retry.") if params.get("listed") else "",
        ),
        "unexpected": (
            _("Something unexpected happened (%s).", params.get("type") or "?"),
            _(
                "The server's log has the details. The job is tried again; if it keeps failing, send the log to "
                "your integrator."
            ),
        ),
        "database_busy": (
            _("The database was restarted or too busy."),
            _("Nothing to do if it happens once: the job is tried again. Otherwise check the database server."),
        ),
        "worker_killed": (
            _("The worker that ran this job was killed several times (memory or time limit of the server)."),
            _("Have the server's log checked, then retry the job."),
        ),
        "invalid_payload": (
            _("What Cdiscount sent cannot be used (%s).", params.get("path") or "?"),
            _("It is read again with its next change. If it stays so, tell Cdiscount's support."),
        ),
        "grant_refused": (
            _("%s does not accept this way to sign in.", host),
            _("Check the profile and the token address of the account, then use Test Connection."),
        ),
        "credentials_refused": (
            _("Cdiscount refused the login or the password of this account.") + told,
            _(
                "Check the profile and the API login of the account, type the API password again, then use "
                "Test Connection. A password that was changed on Cdiscount or Octopia must be changed here too."
            ),
        ),
        "token_refused": (
            _("Cdiscount refused the access of this account, even with a fresh token."),
            _("Check that the API user or client id is still valid on Cdiscount's side, then use Test Connection."),
        ),
        "access_denied": (
            _("Cdiscount does not let this login act for the seller %s.", seller) + told,
            _(
                "Check the seller ID. With the Octopia profile, the seller must delegate access to your client id on "
                "Octopia's page API Credentials Management."
            ),
        ),
        "rate_limited": (
            _("Cdiscount asks for fewer calls (answer 429)."),
            _("Nothing to do: the job goes on by itself."),
        ),
        "server_error": (
            _("Cdiscount's service has a problem (answer %s).", status),
            _("Nothing to do: the job is tried again by itself."),
        ),
        "host_unreachable": (
            _("%s cannot be reached.", host),
            _("Check the internet connection and the firewall of the Odoo server, and the API address of the account."),
        ),
        "dns_failure": (
            _("The address %s is not known.", host),
            _("Check the spelling of the API and token addresses of the account, and the server's name resolution."),
        ),
        "timeout": (
            _("%s did not answer in time.", host),
            _("Nothing to do if it happens once: the job is tried again. Otherwise check the server's connection."),
        ),
        "connection_cut": (
            _("The connection to %s broke before the answer was complete.", host),
            _("Nothing to do: the job is tried again by itself."),
        ),
        "not_json": (
            _("%s answered something that is not Cdiscount data.", host),
            _("If it goes on, check the API address of the account, and proxies between Odoo and Cdiscount."),
        ),
        "unexpected_shape": (
            _("%s answered in a form that is not known.", host) + told,
            _("The call is tried again. If it goes on, tell your integrator: the API may have changed."),
        ),
        "too_large": (
            _("%s sent an answer too large to be right; it was not read.", host),
            _("The call is tried again. If it goes on, check the API address of the account."),
        ),
        "circuit_open": (
            _("Cdiscount failed several times in a row; calls are suspended for a moment."),
            _("Nothing to do: they start again by themselves."),
        ),
        "invalid_request": (_("Cdiscount did not accept the request.") + told, _("Correct the data, then retry.")),
        "not_found": (_("Cdiscount does not know what was asked for.") + told, _("Check the reference, then retry.")),
        "conflict": (
            _("Cdiscount did not accept the change in the present state.") + told,
            _("Look at the record's state on Cdiscount, then retry."),
        ),
        "outcome_unknown": (
            _("The answer to a change was lost; it is not known whether Cdiscount made it."),
            _("Nothing to do: it is looked up before it is repeated."),
        ),
        "tls_invalid": (
            _("The certificate of %s is not valid.", host),
            _(
                "Somebody may be listening in, or the server's clock or certificates are out of date. Calls were "
                "stopped; have it checked, then use Test Connection."
            ),
        ),
        "insecure_url": (
            _("The address %s is not encrypted (https).", host),
            _("Correct the API and token addresses (account, tab Addresses), then use Test Connection."),
        ),
        "bad_url": (
            _("The API or token address of the account is not an address."),
            _("Correct it on the account, tab Addresses, then use Test Connection."),
        ),
        "redirect_refused": (
            _("%s sends calls on to another address; the token was not sent there.", host),
            _("Correct the API address (account, tab Addresses), then use Test Connection."),
        ),
    }
    return known.get(code, ("", ""))
