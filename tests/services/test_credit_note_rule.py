"""Which part of a credit note is a refund of whole lines, and which is a commercial gesture."""

from decimal import Decimal

from services.rules.credit_note import CreditPlan, SoldLine, plan_credit, shares

D = Decimal
LAMP = SoldLine("1", D(2), D("40.00"), D("5.00"))
BULB = SoldLine("2", D(1), D("9.99"), D("0.00"))
SOLD = (LAMP, BULB)


def plan(total, credited, shipping="0", sold=SOLD, **more):
    credited = {line: (D(quantity), D(amount)) for line, (quantity, amount) in credited.items()}
    return plan_credit(D(total), credited, D(shipping), sold, **{key: D(value) for key, value in more.items()})


def test_the_whole_order_with_its_shipping_is_one_refund():
    found = plan("54.99", {"1": ("2", "40.00"), "2": ("1", "9.99")}, "5.00")
    assert found == CreditPlan(("1", "2"), True, D("54.99"), D(0), D(0))


def test_one_line_without_its_shipping():
    found = plan("40.00", {"1": ("2", "40.00")})
    assert (found.line_ids, found.with_shipping, found.refund, found.gesture) == (("1",), False, D("40.00"), D(0))


def test_one_of_two_pieces_is_a_gesture():
    assert plan("20.00", {"1": ("1", "20.00")}) == CreditPlan(gesture=D("20.00"))


def test_a_line_at_a_reduced_price_is_a_gesture():
    assert plan("30.00", {"1": ("2", "30.00")}) == CreditPlan(gesture=D("30.00"))


def test_an_amount_that_names_no_line_is_a_gesture():
    assert plan("5.00", {}) == CreditPlan(gesture=D("5.00"))


def test_shipping_alone_is_a_gesture():
    assert plan("5.00", {}, "5.00") == CreditPlan(gesture=D("5.00"))


def test_a_line_and_something_besides_is_both():
    found = plan("12.99", {"2": ("1", "9.99")})
    assert (found.line_ids, found.refund, found.gesture) == (("2",), D("9.99"), D("3.00"))


def test_half_of_the_shipping_with_the_line_is_given_besides():
    found = plan("42.50", {"1": ("2", "40.00")}, "2.50")
    assert (found.line_ids, found.with_shipping, found.gesture) == (("1",), False, D("2.50"))


def test_a_cent_of_rounding_makes_no_gesture():
    assert plan("40.01", {"1": ("2", "40.01")}).gesture == 0


def test_a_deduction_makes_the_line_a_gesture():
    # A whole line, less a restocking fee: refunding the line would give the customer the fee as well.
    assert plan("33.00", {"1": ("2", "40.00")}) == CreditPlan(gesture=D("33.00"))


def test_what_was_refunded_already_is_not_asked_again():
    sold = (SoldLine("1", D(2), D("40.00"), D("5.00"), settled=True), BULB)
    assert not plan("45.00", {"1": ("2", "40.00")}, "5.00", sold)
    found = plan("54.99", {"1": ("2", "40.00"), "2": ("1", "9.99")}, "5.00", sold)
    assert (found.line_ids, found.refund, found.gesture) == (("2",), D("9.99"), D(0))


def test_a_line_that_was_refunded_and_is_not_in_the_credit_note_changes_nothing():
    sold = (SoldLine("1", D(2), D("40.00"), D("5.00"), settled=True), BULB)
    found = plan("9.99", {"2": ("1", "9.99")}, sold=sold)
    assert (found.line_ids, found.refund, found.gesture) == (("2",), D("9.99"), D(0))


def test_shipping_that_came_back_with_one_line_is_not_given_with_the_other_one():
    sold = (
        SoldLine("1", D(2), D("40.00"), D("5.00"), settled=True),
        SoldLine("2", D(1), D("9.99"), D("3.00")),
    )
    found = plan("57.99", {"1": ("2", "40.00"), "2": ("1", "9.99")}, "8.00", sold)
    assert (found.line_ids, found.with_shipping, found.refund, found.gesture) == (("2",), True, D("12.99"), D(0))
    found = plan("54.99", {"1": ("2", "40.00"), "2": ("1", "9.99")}, "5.00", sold)
    assert (found.with_shipping, found.refund, found.gesture) == (False, D("9.99"), D(0))


def test_a_plan_of_a_line_or_of_an_amount_is_something_to_ask_for():
    assert CreditPlan(("1",)) and CreditPlan(gesture=D("0.01"))
    assert not CreditPlan() and not CreditPlan(kept=D("0.99"))


def test_more_than_a_rounding_is_told():
    assert plan("40.06", {"1": ("2", "40.00")}).gesture == D("0.06")
    # 3 cents off is no rounding of one line: it is not the whole line then.
    assert plan("39.97", {"1": ("2", "39.97")}) == CreditPlan(gesture=D("39.97"))
    assert plan("39.98", {"1": ("2", "39.98")}).line_ids == ("1",)


def test_a_gesture_that_was_asked_for_is_not_asked_again():
    assert not plan("5.00", {}, given="5.00")
    assert plan("8.00", {}, given="5.00") == CreditPlan(gesture=D("3.00"))


def test_fees_of_a_whole_order_are_not_refunded_by_lines():
    found = plan("55.98", {"1": ("2", "40.00"), "2": ("1", "9.99")}, "5.00", fees="0.99")
    assert (found.refund, found.gesture, found.kept) == (D("54.99"), D(0), D("0.99"))


def test_fees_of_a_part_of_the_order_are_given():
    found = plan("10.98", {"2": ("1", "9.99")}, fees="0.99")
    assert (found.refund, found.gesture, found.kept) == (D("9.99"), D("0.99"), D(0))


def test_no_more_is_kept_than_the_fees_and_than_what_is_left():
    whole = {"1": ("2", "40.00"), "2": ("1", "9.99")}
    found = plan("55.49", whole, "5.00", fees="0.99")
    assert (found.gesture, found.kept) == (D(0), D("0.50"))
    found = plan("56.98", whole, "5.00", fees="0.99")
    assert (found.gesture, found.kept) == (D("1.00"), D("0.99"))
    found = plan("59.99", whole, "5.00")
    assert (found.gesture, found.kept) == (D("5.00"), D(0))


def test_what_was_refunded_before_and_the_rest_are_the_whole_order():
    sold = (SoldLine("1", D(2), D("40.00"), D("5.00"), settled=True), BULB)
    found = plan("55.98", {"1": ("2", "40.00"), "2": ("1", "9.99")}, "5.00", sold, fees="0.99")
    assert (found.line_ids, found.gesture, found.kept) == (("2",), D(0), D("0.99"))


def test_cents_are_given_unless_they_are_what_rounding_left_of_a_refund():
    assert plan("0.02", {}) == CreditPlan(gesture=D("0.02"))
    sold = (SoldLine("1", D(2), D("40.00"), D("5.00"), settled=True), BULB)
    assert not plan("45.02", {"1": ("2", "40.00")}, "5.00", sold)


def test_one_piece_at_the_price_of_two_is_no_whole_line():
    assert plan("40.00", {"1": ("1", "40.00")}) == CreditPlan(gesture=D("40.00"))


def test_a_gift_is_whole_by_its_quantity():
    gift = SoldLine("3", D(1), D("0.00"), D("0.00"))
    assert plan("0.00", {"3": ("1", "0.00")}, sold=(gift,)).line_ids == ("3",)


def test_shares_come_to_the_amount():
    assert shares(D("10.00"), {"a": D(1), "b": D(1), "c": D(1)}) == {"a": D("3.33"), "b": D("3.33"), "c": D("3.34")}
    assert shares(D("10.00"), {"a": D(1), "b": D(3)}) == {"a": D("2.50"), "b": D("7.50")}
    assert shares(D("1.00"), {}) == {}
