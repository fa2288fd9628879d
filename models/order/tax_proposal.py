"""Proposing taxes for the VAT rates that the marketplace's orders have."""

from odoo import _, api, models

from ...compat import check_access
from .tax_finder import TaxFinder


class CdiscountTaxProposal(models.Model):
    _inherit = "cdiscount.tax.mapping"

    @api.model
    def _propose(self, company, rate, country):
        """Return the tax of a company that most probably stands for a rate in a country, or an empty recordset.

        It may be an archived one, where no other fits: a chart of accounts comes with most of its taxes archived. It is
        activated when it is mapped.

        :param rate: percent
        :param country: code of the delivery country, or a res.country
        """
        return self._propose_with(self._proposal_finders(company), rate, country)

    @api.model
    def _proposal_finders(self, company):
        return [TaxFinder(self.env, company, use_mappings=False, archived=archived) for archived in (False, True)]

    @api.model
    def _propose_with(self, finders, rate, country):
        code = country if isinstance(country, str) else country.code or ""
        # At a rate of zero abroad the usual case is a company with a VAT number, so that its tax is the one to propose.
        found = (finder(rate, code, business=not rate) for finder in finders)
        return next((tax for tax in found if tax), self.env["account.tax"])

    @api.model
    def _propose_all(self, company):
        """Make a line to be confirmed for every rate and country of the stored orders that has none.

        Lines that exist are never touched.

        :return: (new lines, list of (rate, country code) for which no tax was found)
        """
        finders = self._proposal_finders(company)
        known = {
            (round(line.rate, 2), line.country_id.code)
            for line in self.sudo().search([("company_id", "=", company.id)])
        }
        countries = {country.code: country.id for country in self.env["res.country"].search([])}
        values, without = [], []
        for rate, code in self._seen_rates(company):
            if (rate, code) in known or code not in countries or (not rate and code == finders[0].home):
                continue
            tax = self._propose_with(finders, rate, code)
            if tax:
                values.append(
                    {
                        "company_id": company.id,
                        "rate": rate,
                        "country_id": countries[code],
                        "tax_id": tax.id,
                        "state": "proposed",
                    }
                )
            elif rate:
                without.append((rate, code))
        return self.create(values), without

    @api.model
    def _seen_rates(self, company):
        """Return the (rate, delivery country code) of every line stored for a company that is to be sold, sorted."""
        lines = self.env["cdiscount.order.mapping.line"]
        lines.flush_model(["vat_rate", "live", "mapping_id", "company_id"])
        self.env["cdiscount.order.mapping"].flush_model(["country_code"])
        self.env.cr.execute(
            """
            SELECT DISTINCT round(line.vat_rate::numeric, 2)::float, orders.country_code
              FROM cdiscount_order_mapping_line line
              JOIN cdiscount_order_mapping orders ON orders.id = line.mapping_id
             WHERE line.company_id = %s AND line.live AND orders.country_code IS NOT NULL
               AND line.vat_rate IS NOT NULL
             ORDER BY 2, 1 DESC
            """,
            (company.id,),
        )
        return self.env.cr.fetchall()

    # ------------------------------------------------------------------ buttons
    def action_propose(self):
        """Propose a tax for every rate and country of the orders that has no line yet."""
        check_access(self.browse(), "create")
        companies = self.env["cdiscount.config"].search([("company_id", "in", self.env.companies.ids)]).company_id
        made, without = self.browse(), []
        for company in companies:
            lines, missing = self.with_company(company)._propose_all(company)
            made |= lines
            without += missing
        if made:
            text = _("Lines proposed: %s. Look at their taxes, then confirm them.", len(made))
        else:
            text = _("Nothing new to propose: the rates of your orders have a line, or no tax fits them.")
        if without:
            names = ", ".join(f"{rate:g} % ({code})" for rate, code in without)
            text += " " + _(
                "No tax was found for %s: create it in Accounting, or install the EU one-stop-shop taxes.", names
            )
        notification = self.env["cdiscount.config"]._notify(text)
        reload = {"type": "ir.actions.client", "tag": "soft_reload"}
        notification["params"].update(next=reload, type="warning" if without else "success", sticky=bool(without))
        return notification

    def action_confirm(self):
        """Use these lines from now on; orders that waited for them are created."""
        check_access(self, "write")
        self.filtered(lambda mapping: mapping.state == "proposed").state = "confirmed"
