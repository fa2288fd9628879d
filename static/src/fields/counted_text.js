/** @odoo-module **/

import { Component, useState, xml } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { TextField, textField } from "@web/views/fields/text/text_field";

/** A text that says while it is typed how long it is, in red where Cdiscount would refuse it. */
export class CdiscountCountedText extends Component {
    static components = { TextField };
    static template = xml`
        <div class="w-100" t-on-input="onInput">
            <TextField t-props="textProps"/>
            <div
                t-att-class="'small text-end ' + (wrong ? 'text-danger fw-bold' : 'text-muted')"
                aria-live="polite"
            >
                <t t-esc="length"/> / <t t-esc="props.longest"/>
            </div>
        </div>`;
    static props = {
        ...TextField.props,
        shortest: { type: Number, optional: true },
        longest: { type: Number, optional: true },
    };
    static defaultProps = { shortest: 0, longest: 5000 };

    setup() {
        this.state = useState({ typed: null });
    }

    get textProps() {
        const { shortest, longest, ...others } = this.props;
        return others;
    }

    /** What is being typed; once it is stored, what the record says: a template may have replaced it. */
    get text() {
        return this.state.typed ?? (this.props.record.data[this.props.name] || "");
    }

    /** UTF-16 units, as the marketplace's own software counts. */
    get length() {
        return this.text.trim().length;
    }

    get wrong() {
        return this.length > 0 && (this.length < this.props.shortest || this.length > this.props.longest);
    }

    onInput(ev) {
        this.state.typed = ev.target.value;
        ev.target.addEventListener("change", () => (this.state.typed = null), { once: true });
    }
}

export const cdiscountCountedText = {
    ...textField,
    component: CdiscountCountedText,
    extractProps: (info, dynamicInfo) => ({
        ...textField.extractProps(info, dynamicInfo),
        shortest: info.options.shortest,
        longest: info.options.longest,
    }),
};

registry.category("fields").add("cdiscount_counted_text", cdiscountCountedText);
