import type { Page } from "playwright-core";
import { expect } from "vitest";
import { OUTSIDE, STRUCK, unreadable } from "../run/hostileTexts.ts";
import { drawnFrames } from "./drawnPage.ts";

/** What a page is made of: names of elements and attributes, what links lead to, and what is to be read. */
interface Parts {
  readonly elements: readonly string[];
  readonly attributes: readonly string[];
  readonly targets: readonly string[];
  readonly text: string;
  readonly struck: boolean;
}

/** Looks into open shadow roots as well. */
const collect = `(() => {
  const elements = new Set(), attributes = new Set(), targets = new Set(), texts = [];
  const visit = (root) => {
    for (const element of root.querySelectorAll("*")) {
      elements.add(element.localName);
      for (const { name, value } of element.attributes) {
        attributes.add(name);
        if (["href", "src", "action", "formaction", "data", "srcdoc", "xlink:href"].includes(name)) targets.add(value);
        if (["title", "aria-label", "alt"].includes(name)) texts.push(value);
      }
      if (element.shadowRoot !== null) visit(element.shadowRoot);
      for (const node of element.childNodes) {
        if (node.nodeType === 3 && !["script", "style"].includes(element.localName)) texts.push(node.data);
      }
    }
  };
  visit(document);
  return {
    elements: [...elements].sort(), attributes: [...attributes].sort(), targets: [...targets].sort(),
    text: texts.join("\\n"), struck: globalThis.${STRUCK} !== undefined,
  };
})()`;

/** Controls draw in the frame after the one in which they were told something: what stands between the two is not read. */
export async function partsOf(page: Page): Promise<Parts> {
  await drawnFrames(page);
  return page.evaluate<Parts>(collect);
}

/** Texts were shown and did nothing: the page is made of nothing else than with plain texts, and can be read. */
export async function expectInert(page: Page, plain: Parts): Promise<void> {
  const { elements, attributes, targets, text, struck } = await partsOf(page);
  expect(struck).toBe(false);
  expect(elements.filter((name) => !plain.elements.includes(name))).toEqual([]);
  expect(attributes.filter((name) => !plain.attributes.includes(name))).toEqual([]);
  expect(targets.filter((target) => !plain.targets.includes(target))).toEqual([]);
  expect(targets.filter((target) => target.includes(OUTSIDE))).toEqual([]);
  expect(unreadable.exec(text)?.[0].codePointAt(0)?.toString(16)).toBeUndefined();
}
