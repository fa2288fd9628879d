"""What the preflight of offers and product sheets has to say: one sentence per code, in the reader's language.

Each says what is wrong, with the value that is wrong, and what to do. ``services.rules.catalogue_codes`` lists the
codes and the values that come with each.
"""

from odoo import _, api, models


class CdiscountPreflightTexts(models.AbstractModel):
    _inherit = "cdiscount.offer.mixin"

    @api.model
    def _preflight_sentences(self):
        """Return ``{code: sentence}`` with named placeholders."""
        return {
            **self._sentences_of_names(),
            **self._sentences_of_price(),
            **self._sentences_of_stock(),
            **self._sentences_of_delivery(),
            **self._sentences_of_texts(),
            **self._sentences_of_category(),
            **self._sentences_of_pictures(),
        }

    @api.model
    def _sentences_of_names(self):
        return {
            "product_missing": _("The offer has no product in Odoo, so neither price nor stock: link it with one."),
            "product_archived": _(
                "The product is archived in Odoo and its offer stays on Cdiscount: choose Take Off Sale for it, or "
                "restore the product."
            ),
            "product_other_gtin": _(
                "Cdiscount sells the GTIN %(there)s under this SKU, the product in Odoo has %(here)s: customers may "
                "get something else than they ordered. Link the offer with the right product; or delete it from "
                "Cdiscount and publish it again."
            ),
            "sku_missing": _("The offer has no SKU: enter the reference under which Cdiscount shall know it."),
            "sku_too_long": _('The SKU "%(sku)s" has %(length)s characters, %(limit)s are allowed: shorten it.'),
            "sku_characters": _('The SKU "%(sku)s" has characters that Cdiscount refuses: remove %(characters)s'),
            "sku_blanks": _('The SKU "%(sku)s" begins or ends with a blank: remove it.'),
            "gtin_missing": _("The product has no GTIN: enter its barcode (EAN)."),
            "gtin_not_digits": _('The GTIN "%(gtin)s" holds something else than digits: correct the barcode.'),
            "gtin_length": _('The GTIN "%(gtin)s" must have 8 to 14 digits: correct the barcode.'),
            "gtin_check_digit": _(
                'The last digit of the GTIN "%(gtin)s" does not fit the others: a digit was mistyped. '
                "Compare it with the package."
            ),
            "gtin_internal": _(
                'The GTIN "%(gtin)s" is a number for use inside a shop only: enter the barcode of the manufacturer.'
            ),
            "condition_unknown": _('Cdiscount does not know the condition "%(condition)s": New is for a new article.'),
        }

    @api.model
    def _sentences_of_price(self):
        return {
            "price_missing": _("There is no price: give the product one, in the pricelist of the account or its own."),
            "price_not_positive": _("The price %(price)s is not above zero: correct it."),
            "price_decimals": _("The price %(price)s has fractions of a cent: set a rounding."),
            "price_too_high": _("The price %(price)s is higher than Cdiscount takes: correct it."),
            "price_below_floor": _(
                "The price %(price)s is below the minimum price: %(floor)s with cost, commission, shipping and "
                "margin. Raise it, or lower the margin of the account."
            ),
            "price_below_taxes": _(
                "The price %(price)s does not exceed the eco-tax and DEA in it (%(taxes)s): correct the price or them."
            ),
            "origin_price_too_low": _(
                "The strike price %(origin_price)s is not above the price %(price)s: raise it or leave it out."
            ),
            "origin_price_decimals": _("The strike price %(origin_price)s has fractions of a cent: round it."),
            "currency_unknown": _("The price is in %(currency)s; Cdiscount takes euros: choose a pricelist in euros."),
            "vat_missing": _("The product has no VAT rate: give it a sales tax."),
            "vat_senseless": _("A VAT of %(rate)s %% cannot be right: correct the sales tax of the product."),
            "vat_unusual": _("A VAT of %(rate)s %% is no rate known in France: check the sales tax of the product."),
            "eco_tax_missing": _("The eco-tax is not known: enter it, or 0 when there is none."),
            "eco_tax_negative": _("The eco-tax %(amount)s is no amount: enter 0 or more."),
            "eco_tax_decimals": _("The eco-tax %(amount)s has fractions of a cent: round it."),
            "dea_missing": _("The furniture tax (DEA) is not known: enter it, or 0 when there is none."),
            "dea_negative": _("The furniture tax (DEA) %(amount)s is no amount: enter 0 or more."),
            "dea_decimals": _("The furniture tax (DEA) %(amount)s has fractions of a cent: round it."),
        }

    @api.model
    def _sentences_of_stock(self):
        return {
            "quantity_missing": _("The quantity is not known: link the offer with a product that has stock."),
            "quantity_senseless": _("%(quantity)s is no quantity: 0 or more whole pieces can be offered."),
            "quantity_too_large": _("The quantity %(quantity)s exceeds %(limit)s: set a limit for what is published."),
            "preparation_missing": _("The preparation time is not known: enter it for the product or the account."),
            "preparation_senseless": _("%(days)s is no preparation time: enter 0 to %(limit)s whole days."),
        }

    @api.model
    def _sentences_of_delivery(self):
        return {
            "modes_missing": _("There is no delivery mode: enter the delivery costs of the account."),
            "mode_tracked_missing": _(
                "Tracked home delivery (%(code)s) is missing; Cdiscount asks for it: add its delivery costs."
            ),
            "mode_unknown": _("Cdiscount knows no delivery mode %(code)s: remove it from the delivery costs."),
            "mode_legacy": _(
                "%(code)s is the former name of the delivery mode %(replacement)s, which is sent in its place."
            ),
            "mode_twice": _("The delivery mode %(code)s is there twice: remove one from the delivery costs."),
            "mode_disabled": _(
                "Your shop may not use the delivery mode %(code)s: enable it in the seller portal, or remove it here."
            ),
            "mode_cost": _("The costs of the delivery mode %(code)s are no amounts in cents: correct them."),
            "mode_heavy_only": _(
                "The delivery mode %(code)s is for parcels above 30 kg and the product weighs %(weight)s g: remove the "
                "mode or correct the weight."
            ),
            "mode_not_for_heavy": _(
                "The product weighs %(weight)s g; above 30 kg the delivery mode %(code)s is not allowed: use a mode "
                "for big parcels or correct the weight."
            ),
        }

    @api.model
    def _sentences_of_texts(self):
        return {
            "title_missing": _("The sheet has no title: enter one."),
            "title_too_long": _("The title has %(length)s characters, %(limit)s are allowed: shorten it."),
            "title_markup": _("The title holds HTML (%(markup)s): remove it."),
            "title_without_article": _(
                'The title does not name the article: Cdiscount sorts by it, so put a word of "%(category)s" into it.'
            ),
            "description_missing": _("The sheet has no description: enter one."),
            "description_too_long": _("The description has %(length)s characters, %(limit)s are allowed: shorten it."),
            "description_markup": _(
                "The description holds HTML (%(markup)s): write plain text; the rich description takes HTML."
            ),
            "rich_description_too_long": _(
                "The rich description has %(length)s characters, %(limit)s are allowed: shorten it."
            ),
            "rich_description_active": _(
                "The rich description holds a script, a frame or a form: only simple formatting is allowed."
            ),
        }

    @api.model
    def _sentences_of_category(self):
        return {
            "category_missing": _(
                "The product has no Cdiscount category: choose one for its Odoo category, or for the product."
            ),
            "category_unknown": _(
                "Cdiscount has no category %(category)s: download the categories again and choose another one."
            ),
            "category_level": _(
                'The category "%(category)s" is of level %(level)s; products go into one of level 3: choose a '
                "sub-category."
            ),
            "category_inactive": _('The category "%(category)s" is closed: choose another one.'),
            "brand_missing": _("The sheet has no brand: enter that of the manufacturer."),
            "brand_unknown": _(
                'Cdiscount does not know the brand "%(brand)s": check its spelling, or have it created by the '
                "seller support."
            ),
            "variant_group_missing": _(
                'Products of the category "%(category)s" need a variant group: enter one that the variants share.'
            ),
            "variant_value_missing": _(
                "%(label)s tells the variants apart and has no value: enter it (property %(property)s)."
            ),
            "attribute_missing": _("%(label)s is mandatory (property %(property)s): enter a value. %(choices)s"),
            "attribute_recommended": _("%(label)s is recommended (property %(property)s): the sheet sells better."),
            "attribute_value": _(
                '%(label)s does not take "%(value)s" (property %(property)s): choose an allowed value. %(choices)s'
            ),
            "attribute_unknown": _(
                "The category has no property %(property)s: its value is not sent. Remove it or change the category."
            ),
        }

    @api.model
    def _sentences_of_pictures(self):
        return {
            "picture_missing": _("The product has no picture: add one."),
            "picture_twice": _("Picture %(number)s is the same as one before: it is sent once."),
            "picture_address": _("Picture %(number)s has no usable address (%(url)s): set the picture address."),
            "picture_unreachable_address": _(
                "Cdiscount cannot fetch picture %(number)s from %(host)s, which only your network reaches: set the "
                "picture address of the account to one that is public."
            ),
            "picture_too_small": _(
                "Picture %(number)s has %(width)s x %(height)s pixels, each side needs %(least)s: take a larger one."
            ),
            "picture_too_large": _(
                "Picture %(number)s has %(width)s x %(height)s pixels, %(most)s are allowed: take a smaller one."
            ),
            "picture_too_heavy": _("Picture %(number)s has %(bytes)s MB, %(limit)s are allowed: compress it."),
            "picture_format": _(
                "Picture %(number)s is a file of the kind %(format)s: use JPEG, PNG, GIF, BMP or WebP."
            ),
        }
