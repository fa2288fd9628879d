"""Causes in one line each: what is wrong, what to do, and who does it. In the reader's language, not the job's."""

from dataclasses import dataclass

from odoo import _

from ..connection.messages import sentences

WHO = [
    ("manager", "Shop manager"),
    ("accountant", "Accountant"),
    ("administrator", "Administrator"),
    ("integrator", "Integrator"),
    ("nobody", "Nobody: solves itself"),
]

TOPICS = [
    ("product", "Products"),
    ("tax", "VAT"),
    ("total", "Totals"),
    ("data", "Order data"),
    ("refused", "Refused by Cdiscount"),
    ("access", "Access to Cdiscount"),
    ("connection", "Connection"),
    ("server", "Odoo server"),
]

TOPIC_OF = {
    **dict.fromkeys(("held:unknown_product", "held:ambiguous_product"), "product"),
    **dict.fromkeys(("held:tax_not_mapped",), "tax"),
    **dict.fromkeys(("held:total_differs", "held:currency_unknown"), "total"),
    **dict.fromkeys(("credentials_refused", "token_refused", "access_denied"), "access"),
    **dict.fromkeys(("invalid_request", "not_found", "conflict"), "refused"),
    **dict.fromkeys(("odoo_refused", "held:odoo_refused", "unexpected", "worker_killed", "database_busy"), "server"),
    **dict.fromkeys(("invalid_payload",), "data"),
}
"""What a cause is about; held orders of another reason are about their data, other jobs about the connection."""

SOLVED_BY = {
    **dict.fromkeys(
        (
            *("credentials_refused", "token_refused", "access_denied", "invalid_request", "not_found", "conflict"),
            *("held:unknown_product", "held:ambiguous_product", "held:country_unknown"),
        ),
        "manager",
    ),
    **dict.fromkeys(("held:tax_not_mapped", "held:total_differs", "held:currency_unknown"), "accountant"),
    **dict.fromkeys(
        (
            *("rate_limited", "server_error", "timeout", "connection_cut", "circuit_open", "outcome_unknown"),
            *("database_busy", "held:payload_invalid"),
        ),
        "nobody",
    ),
    **dict.fromkeys(("unexpected_shape", "invalid_payload", "unexpected", "error"), "integrator"),
}
"""Who solves a cause; every other one is the administrator's."""


@dataclass(frozen=True)
class Text:
    """:param what: what is wrong, in one line; :param remedy: what to do"""

    what: str
    remedy: str


def solved_by(code):
    """Return who solves a cause: a key of ``WHO``."""
    return SOLVED_BY.get(code, "administrator")


def topic_of(code):
    """Return what a cause is about: a key of ``TOPICS``."""
    return TOPIC_OF.get(code, "data" if code.startswith("held:") else "connection")


def explain(env, code, params):
    """Return the Text of a cause in the language of ``env``.

    :param code: a code of ``services.errors``, of the runner, or ``held:`` and a hold reason
    :param params: dict(missing: the very thing, text: Odoo's own words, host, status, detail, seller_id, ...)
    """
    if code.startswith("held:"):
        return _explain_hold(env, code.removeprefix("held:"), params)
    what, remedy = sentences(env, code, {**params, "listed": True})
    return Text(what or params.get("text") or code, remedy)


def _explain_hold(env, reason, params):
    context = {"lang": env.lang}  # noqa: F841  Odoo's _() looks for the language in this name
    missing = params.get("missing") or ""
    if reason == "unknown_product":
        return Text(
            _("No product has the SKU %s", missing) if missing else _("No product for many other SKUs"),
            _("Link or create the product with Resolve: it is remembered, and its orders are created at once."),
        )
    if reason == "ambiguous_product":
        return Text(
            _("Several products have the SKU %s", missing) if missing else _("Several products fit many other SKUs"),
            _("Choose the right one with Resolve: it is remembered, and its orders are created at once."),
        )
    if reason == "tax_not_mapped":
        return Text(
            _("No tax is chosen for VAT %s", missing) if missing else _("No tax is chosen for other VAT rates"),
            _("Choose the sales tax for it with Resolve: it is remembered, and its orders are created at once."),
        )
    if reason == "total_differs":
        return Text(
            _("Totals differ by more than the tolerance of the account"),
            _("Compare each order with the seller portal and check its taxes; accept the difference or correct it."),
        )
    if reason == "country_unknown":
        return Text(
            _('The country "%s" is not known in Odoo', missing) if missing else _("Other countries are not known"),
            _("Say with Resolve which country it is: it is remembered, and its orders are created at once."),
        )
    if reason == "currency_unknown":
        return Text(
            _("The currency %s is not active in Odoo", missing) if missing else _("Other currencies are not active"),
            _("Activate it with Resolve, and enter its exchange rate (Accounting, Configuration, Currencies)."),
        )
    if reason == "payload_invalid":
        return Text(
            _("Cdiscount sent orders incomplete"),
            _("Nothing to do: they are read again with their next change. If it lasts, tell Cdiscount's support."),
        )
    if reason == "odoo_refused":
        return Text(
            params.get("text") or _("Odoo refused to create the sale order"),
            _("Correct what the message says, then retry."),
        )
    labels = dict(env["cdiscount.order.mapping"]._fields["hold_code"]._description_selection(env))
    label = labels.get(reason, reason)
    return Text(f"{label}: {missing}" if missing else label, _("Open the orders to see what to do, then retry."))
