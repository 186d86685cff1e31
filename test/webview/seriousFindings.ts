import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Describes in full what is wrong alone: what is right took three quarters of the time, to be thrown away. */
const findings = `axe.run({ resultTypes: ["violations"] }).then(({ violations }) => violations
  .filter(({ impact }) => impact === "serious" || impact === "critical")
  .map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ")))`;

/** What axe finds on a page that keeps people out, by all its rules. */
export async function seriousFindings(page: Page): Promise<string[]> {
  if (!(await page.evaluate<boolean>("globalThis.axe !== undefined"))) await page.evaluate(axe);
  return page.evaluate<string[]>(findings);
}
