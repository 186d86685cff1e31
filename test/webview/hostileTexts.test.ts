import type { Browser, Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/run/events.ts";
import { RUN_PANEL_VERSION } from "../../src/run/panel/panelMessage.ts";
import { reportHtml } from "../../src/run/report/reportHtml.ts";
import { alignmentRun, fitTextsOf } from "../run/alignmentEvents.ts";
import { finishedRun } from "../run/exampleEvents.ts";
import { exampleOutputs } from "../run/exampleOutputs.ts";
import { exampleTrajectory, withTexts } from "../run/exampleTrajectories.ts";
import { allHostile, hostileTexts } from "../run/hostileTexts.ts";
import { settled } from "./drawnPage.ts";
import { expectInert, partsOf } from "./inert.ts";
import { browserPath, openPage, rendererCode, testBrowser } from "./rendererPage.ts";
import { FOLDER, openRunPanel, runPanelCode } from "./run/runPanelPage.ts";
import { exampleStanding, openTweakPage, promptOffer, tweakCode } from "./tweakPage.ts";

/** A run in which everything that comes from outside is this text. */
function hostileRun(text: string, iterations = 12): RunEvent[] {
  return finishedRun({ text: () => text, iterations }).map((event) => {
    switch (event.type) {
      case "update": {
        const { validation } = event;
        const exampleIds = validation?.exampleIds.map((id, row) => (row % 2 === 0 ? `${text}${row}` : id)) ?? [];
        const texts = typeof event.before === "string" ? { before: `${text} before`, after: `${text} after` } : {};
        return { ...event, ...texts, validation: validation === null ? null : { ...validation, exampleIds } };
      }
      case "candidate":
        return typeof event.value === "string" ? { ...event, value: text } : event;
      case "summary":
        return { ...event, model: text, runsByPurpose: { ...event.runsByPurpose, [text]: 1 } };
      case "run.started":
        return { ...event, model: text };
      default:
        return event;
    }
  });
}

describe.skipIf(browserPath === undefined)("texts that try to act", () => {
  let browser: Browser;
  const dialogs: string[] = [];
  let pages: { readonly page: Page; readonly refused: readonly string[] }[] = [];
  beforeAll(async () => {
    browser = await testBrowser();
  });
  afterEach(async () => {
    const refused = pages.flatMap((one) => one.refused);
    for (const { page } of pages) await page.close();
    pages = [];
    expect([...refused, ...dialogs.splice(0)]).toEqual([]);
  });
  const watched = <T extends { readonly page: Page; readonly refused: readonly string[] }>(opened: T): T => {
    pages.push(opened);
    opened.page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    return opened;
  };

  test("only are read in outputs of notebooks", async () => {
    const { page, show } = watched(await openPage(browser, await rendererCode()));
    const shown = async (text: (plain: string) => string, added: readonly string[]) => {
      const output = exampleOutputs.optimizing(7, { text });
      const diff = added.map((piece) => ({ kind: "added" as const, text: piece }));
      const updates = output.updates.last.map((update) => ({
        ...update,
        component: text("component"),
        reason: text("r"),
        diff,
      }));
      await show({ ...output, model: text("m"), updates: { ...output.updates, last: updates }, warnings: [text("w")] });
    };
    await shown((plain) => plain, ["plain"]);
    await page.getByText("iteration 7", { exact: true }).click();
    await page.locator("#first ins").first().waitFor();
    const plain = await partsOf(page);
    await shown(
      () => allHostile,
      hostileTexts.map(({ text }) => text),
    );
    await expectInert(page, plain);
    for (const { text } of hostileTexts) {
      await shown(() => text, [text]);
      await expectInert(page, plain);
    }
  });

  test("only are read in the report", async () => {
    const page = await browser.newPage();
    const refused: string[] = [];
    watched({ page, refused });
    let html = "";
    await page.route("**/*", (route) => {
      const url = route.request().url();
      if (new URL(url).origin === "http://report.invalid")
        return route.fulfill({ contentType: "text/html", body: html });
      refused.push(url);
      return route.abort();
    });
    const open = async (events: readonly RunEvent[]) => {
      html = reportHtml(events);
      await page.goto("http://report.invalid/");
    };
    await open(hostileRun("plain"));
    const plain = await partsOf(page);
    await open(hostileRun(allHostile));
    await expectInert(page, plain);
    const huge = hostileTexts.filter((one) => one.text.length >= 10_000).map(({ text }) => text);
    const small = hostileTexts.filter((one) => one.text.length < 10_000).map(({ text }) => text);
    // A few at once: drawing sixty pages takes longer than all else here.
    const together = Array.from({ length: Math.ceil(small.length / 6) }, (_, at) => small.slice(6 * at, 6 * at + 6));
    for (const text of [...together.map((texts) => texts.join(" ")), ...huge]) {
      await open(hostileRun(text, 3));
      await expectInert(page, plain);
    }
  });

  test.each(["overview", "landscape", "updates", "budget"])(
    "only are read in the panel of a run, page %s",
    async (front) => {
      const code = await runPanelCode();
      const open = async (events: readonly RunEvent[]) => watched(await openRunPanel(browser, code, events, { front }));
      const { page: before } = await open(hostileRun("plain"));
      if (front === "updates") {
        await before.getByRole("button", { name: "1", exact: true }).click();
        await before.locator(".update ins").first().waitFor();
      }
      const plain = await partsOf(before);
      const [huge, small] = [hostileTexts.filter(({ text }) => text.length > 10_000), [allHostile]];
      for (const text of [...small, ...huge.map((one) => one.text)]) {
        const { page } = await open(hostileRun(text));
        await settled(page);
        if (front === "updates") {
          await page.getByRole("button", { name: "1", exact: true }).click();
          await expect.poll(() => page.locator(".update h2").innerText()).toContain("iteration 1:");
        }
        await expectInert(page, plain);
      }
    },
  );

  test("only are read in the panel of a run, page examples with what components got and gave", async () => {
    const code = await runPanelCode();
    const open = async (text: string) => {
      const trajectory = (id: string, iteration: number) =>
        exampleTrajectory(id, iteration, (plain) => `${iteration} ${text === "plain" ? plain : text}`);
      const ids = (given: readonly string[]) => given.map((_, row) => `${text}${row}`);
      const events = withTexts(hostileRun(text), () => text).map((event): RunEvent => {
        if (event.type === "evaluation") return { ...event, exampleIds: ids(event.exampleIds) };
        if (event.type !== "update" || event.validation === null) return event;
        return { ...event, validation: { ...event.validation, exampleIds: ids(event.validation.exampleIds) } };
      });
      const opened = watched(await openRunPanel(browser, code, events, { front: "examples", trajectory }));
      const { page, tell } = opened;
      await settled(page);
      await page.locator("tbody tr").first().locator("td").nth(1).click();
      await page.locator(".step").first().waitFor();
      await settled(page);
      await page.getByRole("combobox", { name: "Compare with" }).click();
      await page.getByRole("option").nth(1).click();
      await page.locator(".step ins").first().waitFor();
      const of = { exampleId: `${text}0`, iteration: 0 };
      const version = RUN_PANEL_VERSION;
      await tell({ type: "rerun", version, rerun: { kind: "failed", of, message: text } });
      await page.getByRole("button", { name: "Show Log" }).waitFor();
      return page;
    };
    const plain = await partsOf(await open("plain"));
    const huge = hostileTexts.filter(({ text }) => text.length > 10_000).map(({ text }) => text);
    for (const text of [allHostile, ...huge]) await expectInert(await open(text), plain);
  });

  test("only are read in the panel of a run, page alignment with pairs and outputs", async () => {
    const code = await runPanelCode();
    const open = async (text: string) => {
      const events = alignmentRun({ text: () => text }).map((event) =>
        event.type === "rewards" ? { ...event, backbone: text, reason: text } : event,
      );
      const fits = Object.fromEntries(events.map(({ seq }) => [seq, fitTextsOf((plain) => `${plain} ${text}`)]));
      const { page } = watched(await openRunPanel(browser, code, events, { front: "alignment", fits }));
      await page.locator(".mistakes mark").first().waitFor();
      return page;
    };
    const plain = await partsOf(await open("plain"));
    const huge = hostileTexts.filter(({ text }) => text.length > 10_000).map(({ text }) => text);
    for (const text of [allHostile, ...huge]) await expectInert(await open(text), plain);
  });

  test("only are read in the panel of a run, page compare with other runs", async () => {
    const code = await runPanelCode();
    const other = "/w/.optimas/runs/other";
    const open = async (text: string) => {
      const others = {
        [other]: hostileRun(text).map((event): RunEvent => {
          if (event.type === "summary") return { ...event, configuration: { question_rewriter: `${text} other` } };
          return event.type === "run.started" ? { ...event, settings: { [text]: text } } : event;
        }),
      };
      const pages = { compare: { query: { runs: [other, `/w/.optimas/runs/${text.slice(0, 5000)}`] } } };
      const state = { version: RUN_PANEL_VERSION, folder: FOLDER, page: "compare", pages };
      const { page } = watched(await openRunPanel(browser, code, hostileRun(text), { state, others }));
      await page.locator("td.value").first().waitFor();
      await page.getByText("cannot be read").first().waitFor();
      return page;
    };
    const plain = await partsOf(await open("plain"));
    const huge = hostileTexts.filter(({ text }) => text.length > 10_000).map(({ text }) => text);
    for (const text of [allHostile, ...huge]) await expectInert(await open(text), plain);
  });

  test("only are read in the panel for trying values", async () => {
    const code = await tweakCode();
    const idle = { trial: { kind: "none" }, check: { kind: "none" }, outcome: { kind: "none" } } as const;
    const open = async (text: (plain: string) => string) => {
      const opened = watched(await openTweakPage(browser, code));
      const [component] = promptOffer.components;
      if (component === undefined) throw new Error("the offer has a component");
      const source = text("Answer.");
      const variable = { kind: "prompt", maxLength: 1_000_000 } as const;
      const offered = { ...component, description: text("d"), variable, source, current: source };
      const examples = promptOffer.examples.map((example) => ({ ...example, text: text("row") }));
      await opened.tell({
        standing: { ...exampleStanding, component: component.name, experimentName: text("qa") },
        offer: {
          ...promptOffer,
          system: text("qa"),
          model: text("m"),
          components: [offered],
          examples,
          leftOut: [text("left out")],
        },
        ...idle,
      });
      await opened.tell({
        trial: {
          kind: "done",
          asked: { value: source, example: "v0" },
          output: {
            kind: "value",
            component: component.name,
            exampleId: "v0",
            input: { [text("field")]: text("input") },
            tried: [
              {
                role: "asked",
                key: null,
                value: source,
                output: { answer: text("o") },
                failure: null,
                localReward: 0.5,
              },
            ],
          },
        },
      });
      return opened.page;
    };
    const plain = await partsOf(await open((text) => text));
    await expectInert(await open(() => allHostile), plain);
  });
});
