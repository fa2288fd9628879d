"""Filling a fresh Odoo with what the demo needs, and connecting it, over RPC as a person would by clicks."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from . import market, reconcile
from .console import ToolError
from .rpc import Session

# Runs once, in the shell of the template database: a French company that sells to the whole EU (one-stop shop).
# The chart of accounts comes with only the normal rate switched on; a shop has prices with VAT.
FRENCH_MODULES = ("l10n_fr", "l10n_eu_oss")
FRENCH_COMPANY = """
company = env.company
company.write({
    "name": "Boutique Démo", "street": "1 rue de la Paix", "zip": "75002", "city": "Paris",
    "country_id": env.ref("base.fr").id, "email": "boutique@example.com",
})
company.partner_id.tz = "Europe/Paris"
env.ref("base.user_admin").tz = "Europe/Paris"
if company.chart_template != "fr":
    env["account.chart.template"].try_loading("fr", company=company, install_demo=False)
for name in ("normale", "intermediaire", "reduite", "super_reduite"):
    for suffix in ("", "_ttc"):
        env.ref(f"account.{company.id}_tva_{name}{suffix}").active = True
company._map_eu_taxes()
# Rates change, and an older Odoo has the older ones (Luxembourg was at 16 % for a year): what is missing is added.
normal = env.ref(f"account.{company.id}_tva_normale_ttc")
for rate in (3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 17, 19, 21, 22, 23):
    if not env["account.tax"].search_count([("type_tax_use", "=", "sale"), ("amount", "=", rate)]):
        normal.copy({"amount": rate, "name": f"{rate}% EU INC", "invoice_label": f"{rate}%"})
assert company.chart_template == "fr" and company.currency_id.name == "EUR"
env.cr.commit()
"""
PATIENCE = 300  # seconds until a queue that does not come to rest counts as stuck
SOON = timedelta(seconds=40)
STOCK = 500  # pieces of each product: enough for any number of orders a demo asks for


def create_products(odoo: Session, catalogue: Sequence[dict[str, Any]], stock: Sequence[int] = ()) -> int:
    """Create the catalogue as storable products with SKU, GTIN, sale tax and stock; return how many.

    ``stock`` are the pieces of each product in turn; without it each has more than enough.
    """
    taxes = odoo.search_read(
        "account.tax",
        [["type_tax_use", "=", "sale"], ["amount_type", "=", "percent"], ["country_id.code", "=", "FR"]],
        ["amount", "price_include", "tax_scope"],
    )
    storable = _storable_values(odoo)
    values = []
    for item in catalogue:
        tax = home_tax(taxes, Decimal(str(item["vat_rate"])))
        values.append(
            {
                "name": item["title"],
                "default_code": item["sku"],
                "barcode": item["gtin"],
                "list_price": float(list_price(item, tax)),
                "weight": float(item.get("weight") or 0),
                "taxes_id": [[6, 0, [tax["id"]]]],
                **storable,
            }
        )
    products = odoo.call("product.product", "create", values)
    warehouse = odoo.search_read("stock.warehouse", [], ["lot_stock_id"], limit=1)[0]
    place = warehouse["lot_stock_id"][0]
    inventory = {"context": {"inventory_mode": True}}
    counted = stock or [STOCK * len(catalogue)] * len(products)
    values = [
        {"product_id": product, "inventory_quantity": pieces, "location_id": place}
        for product, pieces in zip(products, counted, strict=True)
    ]
    quants = odoo.call("stock.quant", "create", values, **inventory)
    odoo.call("stock.quant", "action_apply_inventory", quants, **inventory)
    return len(products)


def home_tax(taxes: Sequence[dict[str, Any]], rate: Decimal) -> dict[str, Any]:
    """The domestic sale tax of goods of a rate; one with the VAT in the price is preferred, as shops do."""
    found = [tax for tax in taxes if Decimal(str(tax["amount"])) == rate and tax.get("tax_scope") != "service"]
    if not found:
        raise ToolError(f"The French chart of accounts has no sale tax of {rate} %.")
    return sorted(found, key=lambda tax: (not tax["price_include"], tax["id"]))[0]


def list_price(item: dict[str, Any], tax: dict[str, Any]) -> Decimal:
    """The price of Odoo's product: the catalogue's is with VAT."""
    price = Decimal(str(item["price"]))
    if tax["price_include"]:
        return price
    return round(price / (1 + Decimal(str(tax["amount"])) / 100), 2)


def _storable_values(odoo: Session) -> dict[str, Any]:
    known = odoo.call("product.template", "fields_get", ["is_storable", "detailed_type"])
    if "is_storable" in known:
        return {"type": "consu", "is_storable": True}
    return {"detailed_type": "product"}


def connect(
    odoo: Session,
    market_url: str,
    login: str = market.LOGIN,
    seller: str = market.SELLER,
    **more: Any,
) -> int:
    """Create the account, test the connection, and return the account's id; a failed test raises with its lines.

    ``more`` are further values of the account.
    """
    account = odoo.call(
        "cdiscount.config",
        "create",
        [
            {
                "name": "Boutique Démo",
                "profile": "cdiscount",
                "api_login": login,
                "api_password": market.PASSWORD,
                "seller_id": seller,
                "token_url": f"{market_url}/idp/oauth2/token",
                "base_url": f"{market_url}/v1",
                **more,
            }
        ],
    )[0]
    odoo.call("cdiscount.config", "action_test_connection", [account])
    lines = odoo.search_read(
        "cdiscount.connection.check", [["config_id", "=", account]], ["name", "result", "message", "remedy"]
    )
    state = odoo.call("cdiscount.config", "read", [account], ["state"])[0]["state"]
    if state != "connected":
        said = [f"    {line['result']}: {line['name']}: {line['message']} {line['remedy'] or ''}" for line in lines]
        raise ToolError("\n".join([f"Test Connection failed, the account is '{state}'.", *said]))
    return account


def start_import(odoo: Session, account: int, days: int = 90) -> int:
    """Start the Initial Import of the orders of the last days; return the wizard's id."""
    today = date.today()
    values = {
        "config_id": account,
        "import_orders": True,
        "date_from": str(today - timedelta(days=days)),
        "date_to": str(today + timedelta(days=1)),
    }
    wizard = odoo.call("cdiscount.initial.import", "create", [values])[0]
    odoo.call("cdiscount.initial.import", "action_start_import", [wizard])
    return wizard


def run_queue(odoo: Session, account: int) -> None:
    """Run what is due (the cron's workers may do the same at the same time: each job is done once)."""
    odoo.call("cdiscount.config", "action_run_queue", [account])


def open_jobs(odoo: Session, account: int) -> int:
    """Jobs that are not done yet."""
    domain = [["config_id", "=", account], ["state", "in", ["pending", "running", "waiting_retry"]]]
    return odoo.call("cdiscount.queue", "search_count", domain)


def until_quiet(odoo: Session, account: int, operations: Sequence[str] = ()) -> None:
    """Run the queue until nothing is due any more, not even soon; what looks after something in an hour is let be.

    ``operations`` are the ones to wait for, all if none is named. Raises when the queue does not come to rest.
    """
    end = time.monotonic() + PATIENCE
    while _due(odoo, account, operations):
        run_queue(odoo, account)
        if time.monotonic() > end:
            which = f" ({', '.join(operations)})" if operations else ""
            raise ToolError(f"The queue does not come to rest{which}: see Operations > Queue.")
        time.sleep(0.3)


def _due(odoo: Session, account: int, operations: Sequence[str]) -> int:
    border = (datetime.now(timezone.utc) + SOON).strftime("%Y-%m-%d %H:%M:%S")
    domain = [
        ["config_id", "=", account],
        ["state", "in", ["pending", "running", "waiting_retry"]],
        *([["operation", "in", list(operations)]] if operations else []),
        "|",
        ["eta", "=", False],
        ["eta", "<", border],
    ]
    return odoo.call("cdiscount.queue", "search_count", domain)


def odoo_orders(session: Session, account: int) -> list[reconcile.OdooOrder]:
    """What Odoo knows of every order of an account, for the comparison."""
    mappings = session.search_read(
        "cdiscount.order.mapping",
        [["config_id", "=", account]],
        ["external_id", "state", "hold_code", "hold_detail", "sale_order_id", "partner_id"],
    )
    ids = [mapping["sale_order_id"][0] for mapping in mappings if mapping["sale_order_id"]]
    domain = [["id", "in", ids], ["state", "in", ["sale", "done"]]]
    confirmed = session.search_read("sale.order", domain, ["amount_total"])
    totals = {order["id"]: reconcile.money(order["amount_total"]) for order in confirmed}
    return [
        reconcile.OdooOrder(
            external_id=mapping["external_id"],
            state=mapping["state"],
            held_because=" ".join(filter(None, [mapping["hold_code"], mapping["hold_detail"]])),
            total=totals.get(mapping["sale_order_id"][0]) if mapping["sale_order_id"] else None,
            customer=mapping["partner_id"][0] if mapping["partner_id"] else None,
        )
        for mapping in mappings
    ]
