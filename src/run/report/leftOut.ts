import { countText } from "../views/numberFormat.ts";
import { type Html, html } from "./html.ts";

/** Says that there is more than is told: a report is to be read, and sent. Nothing where all is told. */
export function leftOut(all: number, told: number, what: string): Html | null {
  if (all <= told) return null;
  return html`<p class="quiet">Left out: ${countText(all - told)} of ${countText(all)} ${what}. The log of the run has all of them.</p>`;
}
