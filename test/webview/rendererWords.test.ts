import type { Browser, Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { COUNTED, FORM } from "../../src/run/l10n.ts";
import type { RunOutput } from "../../src/run/runOutput.ts";
import { runSentences } from "../../src/run/views/runSentences.ts";
import { exampleOutputs } from "../run/exampleOutputs.ts";
import { invented, inventedWords } from "./inventedLanguage.ts";
import { browserPath, openPage, type RendererPage, rendererCode, testBrowser } from "./rendererPage.ts";

/** A known sentence with figures in its places, as runs write them. */
const sentences = runSentences.map((message) => {
  const several = message.replace(COUNTED, (_all, _number, forms: string) => {
    const other = [...forms.matchAll(FORM)].find(([, form]) => form === "other")?.[2] ?? "";
    return other.replaceAll("#", "7");
  });
  return several.replace(/\{\d+\}/g, "7");
});
const stops = [
  "iterations",
  "budget",
  "nothing to optimize",
  "nothing left to try",
  "evaluated",
  "rewards fitted",
  "landscape drawn",
] as const;
const phases = ["measuring", "collecting", "fitting", "iterating", "testing"] as const;
const purposes = ["offline pairs", "fresh pairs", "local search", "validation", "landscape", "evaluation", "test"];
const scorers = ["local", "global", "random"] as const;

/** An output whose every name and value is digits: the letters in its picture are the renderer's own. */
function withoutNames(output: RunOutput, more: Partial<RunOutput> = {}): RunOutput {
  const { iteration, updates, status } = output;
  const label = sentences[0] ?? "";
  return {
    ...output,
    status:
      status.state === "running" && status.progress !== null
        ? { ...status, progress: { ...status.progress, label } }
        : status,
    runId: "1",
    folder: "2",
    system: "3",
    model: "4",
    iteration: iteration && { ...iteration, component: "5" },
    warnings: sentences,
    spent: { ...output.spent, byPurpose: Object.fromEntries(purposes.map((purpose) => [purpose, 12])) },
    updates: {
      ...updates,
      last: updates.last.map((update, index) => ({
        ...update,
        component: "6",
        reason: sentences[index % sentences.length] ?? "",
        scorer: scorers[index % scorers.length] ?? "local",
        diff: update.diff.map(({ kind }) => ({ kind, text: "7" })),
        shortened: index % 2 === 0,
      })),
    },
    ...more,
  };
}

const running = (phase: (typeof phases)[number] | null, label: string | null) =>
  withoutNames(exampleOutputs.optimizing(), {
    status: { state: "running", phase, progress: label === null ? null : { label, done: 1, total: 4 } },
  });

const outputs: readonly (readonly [string, () => RunOutput])[] = [
  ["that starts", () => running(null, null)],
  ...phases.map((phase, index) => [`in its phase "${phase}"`, () => running(phase, sentences[index] ?? "")] as const),
  ["that waits", () => withoutNames(exampleOutputs.idle())],
  [
    "that was interrupted",
    () =>
      withoutNames(exampleOutputs.interrupted(), {
        status: { state: "interrupted", reason: "the cell was interrupted" },
      }),
  ],
  [
    "that was interrupted early",
    () =>
      withoutNames(exampleOutputs.starting(), {
        iteration: null,
        status: { state: "interrupted", reason: "it was stopped" },
      }),
  ],
  ["that failed", () => withoutNames(exampleOutputs.interrupted(), { status: { state: "failed", message: "8" } })],
  [
    "that failed early",
    () => withoutNames(exampleOutputs.starting(), { iteration: null, status: { state: "failed", message: "8" } }),
  ],
  ...stops.map(
    (stop) =>
      [
        `that ended: ${stop}`,
        () => withoutNames(exampleOutputs.finished(), { status: { state: "finished", stop, budget: null } }),
      ] as const,
  ),
  ["of one update, with a real model", () => withoutNames(exampleOutputs.optimizing(1), { simulated: false })],
];

/** Everything that is read or spoken of the first output, with all that can be unfolded. */
const wordsOf = (page: Page) =>
  page.evaluate<string[]>(`(async () => {
    const root = document.querySelector("#first > div").shadowRoot;
    for (const details of root.querySelectorAll("details:not([open])")) {
      const unfolded = new Promise((resolve) => details.addEventListener("toggle", resolve, { once: true }));
      details.open = true;
      await unfolded;
    }
    const attributes = ["aria-label", "aria-valuetext", "title", "alt", "placeholder"];
    const words = [];
    for (const element of root.querySelectorAll("*")) {
      for (const name of attributes) if (element.hasAttribute(name)) words.push(element.getAttribute(name));
      for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) words.push(node.data);
    }
    return words.map((text) => text.trim()).filter((text) => text !== "");
  })()`);

const english = (words: readonly string[]) => words.filter((text) => /[A-Za-z]/.test(text));

describe.skipIf(browserPath === undefined)("the words of the renderer", () => {
  let browser: Browser;
  let code = "";
  let opened: RendererPage | undefined;
  beforeAll(async () => {
    [browser, code] = await Promise.all([testBrowser(), rendererCode()]);
  });
  afterEach(async () => {
    await opened?.page.close();
    opened = undefined;
  });
  const open = async (given: Parameters<typeof openPage>[2] = {}) => {
    opened = await openPage(browser, code, given);
    return opened;
  };

  test("are all of the editor's language, whatever a run does", async () => {
    const { page, show } = await open({ words: inventedWords });
    for (const [name, output] of outputs) {
      await show(output());
      const words = await wordsOf(page);
      expect(words.length, name).toBeGreaterThan(10);
      expect(english(words), name).toEqual([]);
    }
  });

  test("are English where the editor has none, and this test would find them", async () => {
    const { page, show } = await open();
    await show(outputs[1]?.[1]());
    expect(english(await wordsOf(page)).length).toBeGreaterThan(30);
  });

  test.each([
    ["of a newer version", { version: 99 }],
    ["that is something else", { version: 1 }],
    ["that is no JSON", "{"],
  ])("are the editor's for an output %s, also when they come late", async (_what, output) => {
    const { page, show, tell } = await open();
    await show(output);
    expect(english(await wordsOf(page))).toHaveLength(1);
    await tell(inventedWords);
    expect(english(await wordsOf(page))).toEqual([]);
  });

  test("change when they come after the first picture, and nothing else does", async () => {
    const { page, show, tell, messages } = await open({ stillClock: true });
    await show(exampleOutputs.optimizing());
    await page.locator("summary", { hasText: "iteration 6" }).click();
    await page.getByText("What would have changed").waitFor();
    await page.clock.runFor(3000);
    await tell(inventedWords);
    await page.getByText(invented("What would have changed")).waitFor();
    expect(await page.getByRole("button", { name: invented("Stop") }).isVisible()).toBe(true);
    expect(await page.locator("dd").last().innerText()).toBe(
      `1:01, ${invented("about {0} left").replace("{0}", "0:21")}`,
    );
    expect(await page.locator("#first > div").getAttribute("lang")).toBe(inventedWords.language);
    expect(await messages()).toHaveLength(1);
    await show(exampleOutputs.finished());
    expect(await page.getByRole("article").count()).toBe(1);
    expect(await page.getByRole("article").innerText()).toContain(invented("Finished: all iterations done"));
  });

  test("of what is pressed, told and spoken are the editor's too", async () => {
    const { page, show, tell } = await open({ words: inventedWords, stillClock: true });
    await show(running("iterating", "measuring the start"));
    await page.getByRole("button", { name: invented("Stop") }).click();
    await page.clock.runFor(40_000);
    expect(english(await wordsOf(page))).toEqual([]);
    await show(withoutNames(exampleOutputs.optimizing(8)));
    await tell({ type: "notWorking", runId: "1" });
    expect(await page.getByRole("status").innerText()).toContain(invented("its process ended"));
    expect(english(await wordsOf(page))).toEqual([]);
  });

  test("are asked for in a workspace that is not trusted, too", async () => {
    const { page, show } = await open({ words: inventedWords, trusted: false });
    await show(running("iterating", "measuring the start"));
    expect(await page.getByText(invented("its process ended")).first().isVisible()).toBe(true);
  });

  test("stay as they are when the editor says something that is none", async () => {
    const { page, show, tell } = await open();
    await show(exampleOutputs.optimizing());
    await tell({ type: "words", language: "de", messages: { Stop: 3 } } as never);
    expect(await page.getByRole("button", { name: "Stop" }).isVisible()).toBe(true);
  });
});
