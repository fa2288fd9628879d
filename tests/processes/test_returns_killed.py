"""Returns to the marketplace's warehouses, read by workers that are killed: each is there once, with its label."""

from __future__ import annotations

RETURN = "cdiscount.return"
# The page is stored but not committed; it is committed and the labels are to come; one label is stored, not committed.
PLACES = (
    {"model": RETURN, "method": "_store_page", "when": "after"},
    {"model": RETURN, "method": "_fetch_label", "when": "before"},
    {"model": RETURN, "method": "_fetch_label", "when": "after", "nth": 3},
)


def test_returns_read_by_workers_that_are_killed_are_there_once(fleet, account):
    shop = account(fulfilment_stock=True)
    orders = shop.add_orders(6, lines=[{"sku": "CSM-0001", "quantity": 2, "supply_mode": "Fulfillment"}])
    for order in orders:
        shop.move(order, "Shipped")
    shop.pull()
    reader = fleet.spawn(rest=0.05)
    shop.wait_quiet()
    reader.kill()

    for order in orders:
        fleet.market.ask(f"/returns?seller={shop.seller}", {"order": order})
    shop.act("action_pull_returns")
    found = f"SELECT count(*) FROM cdiscount_return WHERE config_id = {shop.id}"
    seen = []
    for place in PLACES:
        victim = fleet.spawn(halt=place)
        victim.wait_halted()
        victim.kill()
        seen.append(fleet.number(found))
    assert seen == [0, 6, 6], "a page is kept whole or not at all"
    for _ in range(2):
        fleet.spawn(rest=0.05)
    labelled = f"{found} AND label_id IS NOT NULL"
    fleet.eventually(lambda: fleet.number(labelled) == 6, "every label", 60)
    shop.wait_quiet()

    lines = (
        "SELECT count(*), count(DISTINCT line.return_id), count(line.order_line_id) FROM cdiscount_return_line line "
        f"JOIN cdiscount_return one ON one.id = line.return_id WHERE one.config_id = {shop.id}"
    )
    assert (fleet.number(found), fleet.sql(lines)) == (6, [["6", "6", "6"]]), "each line once, linked to what was sold"
    labels = (
        "SELECT count(*) FROM ir_attachment WHERE res_model = 'cdiscount.return' "
        f"AND res_id IN (SELECT id FROM cdiscount_return WHERE config_id = {shop.id})"
    )
    assert fleet.number(labels) == 6
    assert not shop.complaints()
