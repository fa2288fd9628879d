"""Invoices on their way while the workers that make and send them are killed: one per order, and one file of it."""

from __future__ import annotations

DOCUMENT = "cdiscount.invoice.document"
# What wkhtmltopdf makes; not every machine has it. As with the real one, no two files are the same.
PRINTER = """
import time

def print_pdf(self, report, res_ids=None, data=None):
    moves = self.env["account.move"].browse(res_ids)
    return f"%PDF-1.4 {', '.join(moves.mapped('name'))} {time.time()}".encode(), "pdf"

registry["ir.actions.report"]._render_qweb_pdf = print_pdf
"""
# One after the other: the invoices are made but not committed; the file was written down but not sent; the marketplace
# has taken it and nobody knows.
PLACES = (
    {"model": "cdiscount.order.mapping", "method": "_make_invoices", "when": "after"},
    {"model": DOCUMENT, "method": "_new_name", "when": "after"},
    {"model": DOCUMENT, "method": "_note_sent", "when": "before"},
)


def bought(fleet, account, count):
    """An account that invoices by itself, with orders that have left already."""
    shop = account(invoice_policy="shipment", invoice_from="2000-01-01", invoice_upload="pdf")
    orders = shop.add_orders(count)
    for order in orders:
        shop.move(order, "Shipped")
    shop.pull()
    return shop, orders


def received(fleet, shop):
    """Orders the marketplace has a file of, one entry per file."""
    return sorted(row["orderId"] for row in fleet.market.ask(f"/invoices?seller={shop.seller}")["invoices"])


def assert_invoiced_once(fleet, shop, orders):
    sent = f"SELECT count(*) FROM cdiscount_order_mapping WHERE config_id = {shop.id} AND invoice_sent = 'sent'"
    fleet.eventually(lambda: fleet.number(sent) == len(orders), "every invoice on the marketplace", 120)
    shop.wait_quiet()
    assert received(fleet, shop) == sorted(orders), "each customer's invoice arrived, and once"
    invoices = (
        "SELECT count(*), count(DISTINCT cdiscount_mapping_id) FROM account_move "
        f"WHERE cdiscount_config_id = {shop.id} AND move_type = 'out_invoice' AND state = 'posted'"
    )
    assert fleet.sql(invoices) == [[str(len(orders))] * 2], "one invoice per order"
    outcome = shop.compare()
    assert outcome.agrees, outcome.differences


def test_workers_killed_around_an_invoice_send_it_once(fleet, account):
    shop, orders = bought(fleet, account, 3)
    for place in PLACES:
        victim = fleet.spawn(halt=place, prepare=PRINTER)
        victim.wait_halted()
        victim.kill()
    assert len(received(fleet, shop)) == 1, "the last one was killed after the marketplace took the file"
    fleet.spawn(prepare=PRINTER)
    assert_invoiced_once(fleet, shop, orders)


def test_workers_that_share_the_invoices_and_are_killed_send_each_once(fleet, account):
    shop, orders = bought(fleet, account, 12)
    crew = [fleet.spawn(rest=0.05, prepare=PRINTER) for _ in range(3)]
    fleet.eventually(lambda: received(fleet, shop), "the first invoice", 90, every=0.05)
    for worker in crew[:2]:
        worker.kill()
    fleet.spawn(rest=0.05, prepare=PRINTER)
    assert_invoiced_once(fleet, shop, orders)
