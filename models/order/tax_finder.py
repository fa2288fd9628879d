"""Which Odoo taxes stand for a VAT rate of the marketplace in one company. Plain Python over records read once."""

from decimal import Decimal

from ...compat import position_taxes, replaced_taxes
from ...services.rules.tax_price import TaxPart, TaxShape, tax_shape

NO_TAX = TaxShape()
COMPUTABLE = ("percent", "division", "fixed")
# More decimals than any rate has, fewer than a float invents.
RATE_PLACES = 4


def tax_parts(taxes):
    """Return the TaxParts of taxes in the order Odoo computes them, or None when one is computed by code."""
    parts = []
    for tax in taxes.sorted(lambda tax: (tax.sequence, tax.id)):
        if tax.amount_type == "group":
            children = tax_parts(tax.children_tax_ids)
            if children is None:
                return None
            parts += children
        elif tax.amount_type in COMPUTABLE:
            factor = sum(
                tax.invoice_repartition_line_ids.filtered(lambda line: line.repartition_type == "tax").mapped("factor")
            )
            parts.append(
                TaxPart(
                    kind=tax.amount_type,
                    amount=Decimal(str(round(tax.amount * factor, RATE_PLACES))),
                    included=bool(tax.price_include),
                    affects_next=bool(tax.include_base_amount),
                    affected=bool(tax.is_base_affected),
                )
            )
        else:
            return None
    return parts


def shape_of(taxes):
    """Return the TaxShape of taxes, or None when it cannot be told."""
    if not taxes:
        return NO_TAX
    parts = tax_parts(taxes)
    return None if parts is None else tax_shape(parts)


class Shapes:
    """Answers taxes with their TaxShape (None when it cannot be told), each set worked out once."""

    def __init__(self):
        self._known = {}

    def __call__(self, taxes):
        key = tuple(taxes.ids)
        if key not in self._known:
            self._known[key] = shape_of(taxes)
        return self._known[key]


class TaxFinder:
    """Answers ``(rate, country)`` with a tax of one company.

    What a person has mapped and confirmed is the truth. Otherwise a tax of that very rate is taken, in this order: what
    a fiscal position for that country puts in place (the one for VAT numbers first when the customer has one), then a
    tax of the company's own country. A tax that only other countries' fiscal positions use is another country's VAT,
    though its rate may be the same: it is never taken. So an order is held rather than declared in the wrong country.
    """

    def __init__(self, env, company, use_mappings=True, archived=False):
        """:param archived: look among archived taxes as well: a chart of accounts comes with most of its taxes so"""
        self.env = env
        self.archived = archived
        self.company = company
        self.home = company.account_fiscal_country_id.code or company.country_id.code or ""
        self.shape = Shapes()
        self._found = {}
        self._coverage = {}
        self.mapped = self._read_mappings() if use_mappings else {}
        self._read_taxes()

    def _read_mappings(self):
        mappings = self.env["cdiscount.tax.mapping"].sudo()
        # What a branch maps goes before what its parent company does.
        companies = self.company | self.company.parent_ids
        lines = mappings.search([("company_id", "in", companies.ids), ("state", "=", "confirmed")])
        return {
            (round(line.rate, 2), line.country_id.code or ""): line.tax_id.with_env(self.env)
            for line in lines.sorted(lambda line: len(line.company_id.parent_ids))
        }

    def _read_taxes(self):
        taxes = self.env["account.tax"].with_company(self.company)
        domain = [
            *taxes._check_company_domain(self.company),
            ("type_tax_use", "=", "sale"),
            ("amount_type", "in", ("percent", "division", "group")),
        ]
        self.by_rate = {}
        for tax in taxes.with_context(active_test=not self.archived).search(domain).with_env(self.env):
            shape = self.shape(tax)
            if shape:
                self.by_rate.setdefault(round(float(shape.percent), 2), []).append(tax)
        positions = self.env["account.fiscal.position"].with_company(self.company)
        self.positions = positions.search([*positions._check_company_domain(self.company), ("auto_apply", "=", True)])
        self.registrations = {position.country_id.code for position in self.positions if position.foreign_vat}
        # Also positions that are chosen by hand: the taxes they use are not those of an ordinary sale.
        self.positions_of, self.replaced = {}, set()
        for position in positions.search(positions._check_company_domain(self.company)):
            self.replaced.update(replaced_taxes(position).ids)
            for tax in position_taxes(position.with_context(active_test=not self.archived)).with_env(self.env):
                self.positions_of.setdefault(tax.id, []).append(position)

    def __call__(self, rate, country, business=False, product=None):
        """Return the tax of a rate in a country, or None.

        :param rate: percent
        :param country: code of the country the goods go to
        :param business: whether the customer has a VAT number
        :param product: the product sold; its own tax and its kind (goods, service) decide between equals
        """
        rate = round(float(rate), 2)
        for key in ((rate, country), (rate, "")):
            if key in self.mapped:
                return self.mapped[key]
        own = tuple(product.taxes_id.ids) if product else ()
        kind = product.type if product else ""
        key = (rate, country, business, own, kind)
        if key not in self._found:
            ranked = [
                (self._place(tax, country, business), self._taste(tax, own, kind), tax)
                for tax in self.by_rate.get(rate, ())
            ]
            ranked = [entry for entry in ranked if entry[0] is not None]
            self._found[key] = min(ranked, key=lambda entry: entry[:2])[2] if ranked else None
        return self._found[key]

    def position_for(self, country, business):
        """Return the fiscal position Odoo would apply by itself to a delivery to ``country``, or an empty one."""
        ranked = [
            (self._fit(position, country, business), position.sequence, position.id, position)
            for position in self.positions
        ]
        ranked = [entry for entry in ranked if entry[0] is not None]
        return min(ranked, key=lambda entry: entry[:3])[3] if ranked else self.positions.browse()

    # ------------------------------------------------------------------ ranking
    def _fit(self, position, country, business):
        """Return how well a fiscal position fits a country (smaller is better), or None when it does not apply."""
        if position.vat_required and not business:
            return None
        reach = self._reach(position, country)
        if reach == 2 and self._covered(country, business):
            # "Everywhere else" is not where another position applies: a consumer in the EU is no export.
            reach = None
        return None if reach is None else (0 if position.vat_required else 1, reach)

    def _reach(self, position, country):
        """Return 0 for a position of this very country, 1 for one of its groups, 2 for everywhere, None for others."""
        if position.country_id:
            return 0 if position.country_id.code == country else None
        if position.country_group_id:
            return 1 if country in position.country_group_id.country_ids.mapped("code") else None
        return 2

    def _covered(self, country, business):
        """Whether a fiscal position names this country, by itself or in a group."""
        key = (country, business)
        if key not in self._coverage:
            self._coverage[key] = any(
                self._reach(position, country) in (0, 1) and (business or not position.vat_required)
                for position in self.positions
            )
        return self._coverage[key]

    def _place(self, tax, country, business):
        """Return the rank of a tax for a country by law (smaller is better), or None when it is another country's."""
        if tax.country_id.code != self.home:
            # An invoice takes taxes of another country only under a registration there.
            return (0, 0, 0) if tax.country_id.code == country and country in self.registrations else None
        foreign = [position for position in self.positions_of.get(tax.id, ()) if not self._is_domestic(position)]
        if country != self.home:
            fits = [fit for position in foreign if (fit := self._fit(position, country, business)) is not None]
            if fits:
                return (0, *min(fits))
        domestic = not foreign or tax.id in self.replaced or len(foreign) < len(self.positions_of[tax.id])
        return (1, 0, 0) if domestic else None

    def _is_domestic(self, position):
        return position.country_id.code == self.home and not position.foreign_vat

    def _taste(self, tax, own, kind):
        """Return what decides between taxes of one rate and place: kind, prices with VAT, the product's own, order."""
        scope = {"service": "service"}.get(kind, "consu")
        return (
            1 if tax.tax_scope and tax.tax_scope != scope else 0,
            0 if self.shape(tax).included else 1,
            0 if tax.id in own else 1,
            1 if tax.amount_type == "group" else 0,
            tax.sequence,
            tax.id,
        )
