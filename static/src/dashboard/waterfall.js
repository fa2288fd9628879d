/** @odoo-module **/

import { Component } from "@odoo/owl";
import { formatValue } from "./formats";

/** From what was sold, step by step, to what is left: one bar for each step, beginning where the one before ended. */
export class CdiscountWaterfall extends Component {
    static template = "cdiscount_store_management.Waterfall";
    static props = {
        steps: Array,
        currencyId: { type: Number, optional: true },
        onOpen: Function,
    };

    get range() {
        const ends = this.props.steps.flatMap((step) => [step.from, step.to]);
        const low = Math.min(0, ...ends);
        return { low, width: Math.max(Math.max(0, ...ends) - low, 0.01) };
    }

    bar(step) {
        const { low, width } = this.range;
        const begin = ((Math.min(step.from, step.to) - low) * 100) / width;
        const length = Math.max((Math.abs(step.to - step.from) * 100) / width, 0.6);
        return `margin-inline-start: ${Math.min(begin, 99.4)}%; width: ${length}%`;
    }

    /** Where zero is, drawn when something lies below it. */
    get zero() {
        const { low, width } = this.range;
        return low < 0 ? `inset-inline-start: ${(-low * 100) / width}%` : "";
    }

    money(value) {
        return formatValue(value, "money", this.props.currencyId);
    }
}
