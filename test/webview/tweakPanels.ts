import type { Browser } from "playwright-core";
import { afterEach, beforeAll, expect } from "vitest";
import { testBrowser } from "./rendererPage.ts";
import {
  exampleOffer,
  exampleStanding,
  openTweakPage,
  promptOffer,
  type TweakTestPage,
  tweakCode,
} from "./tweakPage.ts";

/** Nothing is asked for yet. */
export const idle = { trial: { kind: "none" }, check: { kind: "none" }, outcome: { kind: "none" } } as const;
/** A component with options, and one with a prompt, as they are opened. */
export const retriever = { standing: exampleStanding, offer: exampleOffer, ...idle };
export const answerer = { standing: { ...exampleStanding, component: "answerer" }, offer: promptOffer, ...idle };
/** The retriever's value in force. */
export const options = { k: 1, cut: 0.5, rate: 0.01, stem: true };

/** @returns opens panels for one suite, in one browser; each goes with its test, and may not have asked for anything */
export function tweakPanels(): (given?: Parameters<typeof openTweakPage>[2]) => Promise<TweakTestPage> {
  let browser: Browser;
  let code = "";
  let opened: TweakTestPage[] = [];
  beforeAll(async () => {
    [browser, code] = await Promise.all([testBrowser(), tweakCode()]);
  });
  afterEach(async () => {
    const refused = opened.flatMap((page) => page.refused);
    for (const { page } of opened) await page.close();
    opened = [];
    expect(refused).toEqual([]);
  });
  return async (given = {}) => {
    const page = await openTweakPage(browser, code, given);
    opened.push(page);
    return page;
  };
}
