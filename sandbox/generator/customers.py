"""The shop's customers: drawn once, met again, sometimes typed another way."""

from dataclasses import dataclass

from . import addresses, names
from .numbers import vat_number

EU_COUNTRIES = ("BE", "BE", "DE", "DE", "ES", "IT", "IT", "LU", "NL", "PT")
EU_WITH_VAT_CHECK = ("BE", "DE", "ES", "IT", "LU")
_HEX = "0123456789abcdef"


@dataclass
class Customer:
    reference: str
    civility: object
    first_name: object
    last_name: str
    place: dict
    phone: str
    email: str
    country: str
    company: object = None
    vat: object = None


class CustomerBook:
    """Draws customers from ``rng`` and remembers them by country and kind."""

    def __init__(self, rng):
        self._rng = rng
        self._known = {}
        self._by_reference = {}
        self._next = 700_000

    def _email(self):
        return "".join(self._rng.choices(_HEX, k=16)) + "@relay.example"

    def new(self, country="FR", business=False, odd=False, email=None, reference=None) -> Customer:
        rng = self._rng
        civility, first, last = names.person(rng, country)
        if odd:
            first, last = rng.choice(names.ODD_NAMES)
        if reference is None:
            self._next += rng.randrange(1, 90)
            reference = f"C-{self._next}"
        customer = Customer(
            reference=reference,
            civility=civility,
            first_name=first,
            last_name=last,
            place=addresses.street(rng, country),
            phone=addresses.phone(rng, country),
            email=email or self._email(),
            country=country,
        )
        if business:
            customer.company = names.company(rng, last, country)
            customer.vat = vat_number(rng, country)
        self._by_reference[customer.reference] = customer
        if not odd:
            self._known.setdefault((country, business), []).append(customer)
        return customer

    def known(self, country="FR", business=False) -> Customer:
        """A customer met before, or a new one when there is none yet."""
        people = self._known.get((country, business))
        return self._rng.choice(people) if people else self.new(country, business)

    def by_reference(self, reference, country="FR", business=False) -> Customer:
        return self._by_reference.get(reference) or self.new(country, business, reference=reference)

    def country(self, wanted, business) -> str:
        if wanted == "EU":
            return self._rng.choice(EU_WITH_VAT_CHECK if business else EU_COUNTRIES)
        return wanted or "FR"


def billing_address(customer, place=None) -> dict:
    return {
        "civility": customer.civility,
        "firstName": customer.first_name,
        "lastName": customer.last_name,
        "companyName": customer.company,
        "companyVatNumber": customer.vat,
        **(place or customer.place),
    }


def shipping_address(customer, place, pickup=None) -> dict:
    return {
        "civility": customer.civility,
        "firstName": customer.first_name,
        "lastName": customer.last_name,
        "companyName": customer.company,
        "pickupName": None,
        "pickupId": None,
        **place,
        **(pickup or {}),
        "phone": customer.phone,
        "email": customer.email,
    }
