"""What Odoo's delivery methods are called at the marketplace, and where their parcels can be followed."""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ...compat import constraints
from ...services.rules.carrier_names import propose_carrier, tracking_address

# Proposed when a line is made, for a person to see; nothing is taken from here unseen, since carriers move their pages.
PROPOSED_ADDRESSES = {
    "Colissimo": "https://www.laposte.fr/outils/suivre-vos-envois?code={number}",
    "La Poste": "https://www.laposte.fr/outils/suivre-vos-envois?code={number}",
    "Chronopost": "https://www.chronopost.fr/tracking-no-cms/suivi-page?listeNumerosLT={number}",
    "DPD": "https://trace.dpd.fr/fr/trace/{number}",
    "UPS": "https://www.ups.com/track?tracknum={number}",
    "FedEx": "https://www.fedex.com/fedextrack/?trknbr={number}",
}


class CdiscountCarrierMapping(models.Model):
    _name = "cdiscount.carrier.mapping"
    _description = "Cdiscount Carrier of a Delivery Method"
    _order = "config_id, delivery_carrier_id"
    _check_company_auto = True
    _rec_name = "delivery_carrier_id"

    vars().update(
        constraints(
            (
                "carrier_uniq",
                "unique(config_id, delivery_carrier_id)",
                "This delivery method has a line already: change the existing one.",
            )
        )
    )

    config_id = fields.Many2one("cdiscount.config", "Account", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    delivery_carrier_id = fields.Many2one(
        "delivery.carrier", "Delivery Method", required=True, index=True, ondelete="cascade"
    )
    carrier_id = fields.Many2one(
        "cdiscount.carrier",
        "Carrier on Cdiscount",
        domain="[('config_id', '=', config_id)]",
        ondelete="restrict",
        help="The label a shipment is announced with.",
    )
    tracking_url = fields.Char(
        "Tracking Address",
        help="Where the customer follows the parcel; {number} stands for the tracking number. Used when Odoo's "
        "delivery method has no address of its own.",
    )

    @api.constrains("tracking_url")
    def _check_tracking_url(self):
        for line in self:
            if line.tracking_url and not line.tracking_url.startswith(("https://", "http://")):
                raise ValidationError(
                    _("The tracking address of %s must begin with https://.", line.delivery_carrier_id.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.filtered("carrier_id").config_id._announce_waiting(["carrier_missing"])
        return lines

    def write(self, vals):
        result = super().write(vals)
        if vals.get("carrier_id"):
            self.config_id._announce_waiting(["carrier_missing"])
        return result

    @api.onchange("carrier_id")
    def _onchange_carrier_id(self):
        if self.carrier_id and not self.tracking_url:
            self.tracking_url = PROPOSED_ADDRESSES.get(self.carrier_id.name)

    @api.model
    def _propose(self, config):
        """Add a line for each delivery method of the company whose name tells its carrier; return how many."""
        labels = {carrier.name: carrier for carrier in config.carrier_ids}
        known = config.carrier_mapping_ids.delivery_carrier_id
        methods = self.env["delivery.carrier"].search([("company_id", "in", (False, config.company_id.id))])
        values = []
        for method in methods - known:
            label = propose_carrier(method.name, labels)
            if label:
                values.append(
                    {
                        "config_id": config.id,
                        "delivery_carrier_id": method.id,
                        "carrier_id": labels[label].id,
                        "tracking_url": PROPOSED_ADDRESSES.get(label),
                    }
                )
        self.create(values)
        return len(values)

    @api.model
    def _of_picking(self, config, picking):
        """Return (label, tracking address) of a delivery.

        The label is what is mapped, else the name of the delivery method, else the account's usual carrier.
        The marketplace takes names that are not on its list, and then needs the address (contract 3.6).
        """
        number = picking._cdiscount_parcel_number()
        line = config.carrier_mapping_ids.filtered(lambda one: one.delivery_carrier_id == picking.carrier_id)[:1]
        label = line.carrier_id.name or (not picking.carrier_id and config.default_carrier_id.name)
        label = label or picking.carrier_id.name or config.default_carrier_id.name or ""
        pattern = line.tracking_url or (not picking.carrier_id and config.default_tracking_url)
        address = picking.carrier_tracking_url or ""
        # Odoo keeps several addresses of a delivery of several parcels as a JSON list.
        if not address.startswith(("https://", "http://")):
            address = tracking_address(pattern or "", number)
        return label, address
