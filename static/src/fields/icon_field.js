/** @odoo-module **/

import { Component, xml } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Shows the FontAwesome icon that a text field names, with another field's value as its spoken text. */
export class CdiscountIconField extends Component {
    static template = xml`
        <i t-if="icon" t-att-class="'fa fa-fw ' + icon" role="img" t-att-title="title" t-att-aria-label="title"/>`;
    static props = {
        ...standardFieldProps,
        titleField: { type: String, optional: true },
    };

    get icon() {
        return this.props.record.data[this.props.name];
    }

    get title() {
        return (this.props.titleField && this.props.record.data[this.props.titleField]) || "";
    }
}

export const cdiscountIconField = {
    component: CdiscountIconField,
    supportedTypes: ["char"],
    extractProps: ({ options }) => ({ titleField: options.title_field }),
};

registry.category("fields").add("cdiscount_icon", cdiscountIconField);
