"""Amounts of money in the defects of a preflight, as the person who reads them writes numbers."""

import re

from odoo.tools import formatLang

# Values of these names are amounts; they are stored as plain numbers, so that each reader sees his own way of writing.
AMOUNTS = frozenset(("amount", "floor", "origin_price", "price", "promo", "reference", "taxes"))
# Sums of a whole promotion, in the only currency Cdiscount has.
EUROS = frozenset(("budget", "exposure"))
NUMBER = re.compile(r"-?\d{1,15}(\.\d+)?$")


def shown_amounts(env, params):
    """Return ``params`` with its amounts written in the language of ``env``; what is no number stays as it is.

    :param dict params: values by name, amounts as plain numbers (``"1234.50"``) without a currency
    """
    return {name: _shown(env, name, value) if name in AMOUNTS | EUROS else value for name, value in params.items()}


def _shown(env, name, value):
    text = str(value)
    if not NUMBER.match(text):
        return value
    if name in EUROS:
        return formatLang(env, float(text), currency_obj=env.ref("base.EUR"))
    # Fractions of a cent are what some of the sentences are about: they stay.
    digits = max(2, len(text.partition(".")[2].rstrip("0")))
    return formatLang(env, float(text), digits=digits)
