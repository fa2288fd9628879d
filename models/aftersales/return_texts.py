"""Words of a return: why goods come back, where the return stands."""

REASONS = [
    ("retraction", "Changed their mind"),
    ("damaged", "Damaged"),
    ("transport_damage", "Damaged in transport"),
    ("not_working", "Does not work"),
    ("wrong_product", "Wrong product"),
    ("missing_part", "Something is missing"),
    ("not_as_described", "Not as described"),
    ("late", "Came too late"),
    ("not_collected", "Not collected or refused at the door"),
    ("cancelled", "Cancelled after shipping"),
    ("reference_error", "Reference error"),
    ("other", "Other"),
]

STATES = [
    ("proposed", "To decide"),
    ("expected", "Parcel expected"),
    ("received", "To check"),
    ("checked", "To settle"),
    ("settled", "Settled"),
    ("refused", "Refused"),
    ("cancelled", "Cancelled"),
]

OPEN = ("proposed", "expected", "received", "checked")
"""States in which somebody or something still has to act."""
CLOSED = ("refused", "cancelled")
"""States of a return that does not take place: its lines can be returned otherwise."""
