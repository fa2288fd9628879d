"""Two sides that change a field as they like end with one value, and then keep still."""

from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from services.rules.field_memory import (
    Agreed,
    agreed,
    as_shown,
    caught_up,
    compare,
    dump,
    load,
    sent_fields,
    settle,
)
from services.rules.merge import UNKNOWN, Conflict
from services.rules.money import round_half_up

PRICES = st.sampled_from([D("9.99"), D("10.00"), D("24.99"), D("25.00"), D("25.01")])


def kept(price):
    """What an Odoo of prices without VAT and two decimals makes of a price with VAT of 20 %."""
    return round_half_up(round_half_up(price / D("1.2")) * D("1.2"))


def test_what_odoo_makes_of_an_agreed_price_is_that_price():
    memory = agreed(D("24.99"), kept(D("24.99")))
    assert memory == Agreed(D("24.99"), D("25.00"))
    assert compare(D("25.00"), D("24.99"), memory).source == "same"
    assert compare(D("26.00"), D("24.99"), memory).source == "ours"
    assert compare(D("25.00"), D("27.00"), memory).source == "theirs"


def test_a_side_that_has_nothing_takes_what_the_other_has_at_first():
    assert compare(None, D("5"), Agreed()).source == "theirs"
    assert compare(D(0), D("5"), Agreed()).source == "theirs"
    assert compare("Fast", "", Agreed()).source == "ours"
    assert compare("Fast", "", Agreed(), direction="import").source == "same", "import sends nothing"
    assert compare("", "Slow", Agreed(), direction="export").source == "ours", "export writes nothing"
    assert isinstance(compare("Fast", "Slow", Agreed()), Conflict)
    assert compare("Fast", "", Agreed("Fast")).source == "theirs", "later, taking away is a change"


def test_the_memory_survives_its_text():
    memory = {"price": Agreed(D("24.90"), D("25.00")), "comments": Agreed("x"), "origin_price": Agreed(None)}
    sent = {"price": D("24.90"), "origin_price": None}
    text = dump(memory, sent)
    assert load(text) == memory
    assert dump(load(text), sent) == text
    assert load("") == load(None) == load("no json") == load("[1]") == {}


def test_what_was_accepted_since_is_agreed():
    before = dump({"price": Agreed(D("10"))}, {"price": D("10")})
    assert caught_up(before, {"price": D("12")})["price"] == Agreed(D("12"))
    assert caught_up(before, {"price": D("10.00")})["price"] == Agreed(D("10"))
    assert caught_up("", {"price": D("12")})["price"] == Agreed(D("12"))


def test_an_accepted_request_takes_over_what_the_channel_shows():
    request = {"price": {"price": D("10"), "originPrice": D("12"), "taxes": [1]}, "quantity": 3}
    shown = as_shown(request, {"price": D("11"), "origin_price": None, "comments": "New"})
    assert shown == {"price": {"price": D("11"), "taxes": [1]}, "quantity": 3, "comments": "New"}
    assert sent_fields(shown) == {"price": D("11"), "origin_price": None, "comments": "New"}
    assert request["price"]["price"] == D("10")
    assert as_shown({}, {"price": D("11"), "comments": ""}) == {}


def test_keeping_odoos_value_makes_it_the_newer_one():
    memory = settle(Agreed(D("9"), D("9.01")), D("12"))
    assert compare(D("10"), D("12"), memory).source == "ours"


class Shop:
    """Both sides of one field, and a sending that takes its time."""

    def __init__(self, owner, direction, lossy):
        self.owner, self.direction = owner, direction
        self.keep = kept if lossy else lambda price: price
        self.ours, self.theirs, self.memory = D("10.00"), D("10.00"), Agreed()

    def read(self):
        """One reading and the sending that follows; whether anything was written or sent."""
        found = compare(self.ours, self.theirs, self.memory, self.owner, direction=self.direction)
        assert not isinstance(found, Conflict)
        if found.write_odoo:
            self.ours = self.keep(found.value)
        if found.write_cdiscount:
            self.theirs = found.value
        self.memory = agreed(self.theirs, self.ours)
        return found.source != "same"


@given(
    st.sampled_from(["odoo", "cdiscount"]),
    st.sampled_from(["both", "import", "export"]),
    st.booleans(),
    st.lists(st.tuples(st.sampled_from(["ours", "theirs", "read"]), PRICES), max_size=12),
)
def test_after_any_changes_both_sides_agree_and_a_second_run_is_silent(owner, direction, lossy, changes):
    shop = Shop(owner, direction, lossy)
    for what, price in changes:
        if what == "read":
            shop.read()
        else:
            setattr(shop, what, price)
    shop.read()
    assert shop.memory.meant_by(shop.ours) == shop.theirs
    before = (shop.ours, shop.theirs, shop.memory)
    assert not shop.read()
    assert (shop.ours, shop.theirs, shop.memory) == before
    assert shop.memory.value is not UNKNOWN
