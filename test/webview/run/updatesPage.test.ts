import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../../src/run/events.ts";
import { seededRandom } from "../../../src/system/random.ts";
import { quickestMs } from "../../ownTime.ts";
import { finishedRun, iterate, stageOne } from "../../run/exampleEvents.ts";
import { invented, inventedWords } from "../inventedLanguage.ts";
import { browserPath } from "../rendererPage.ts";
import { keepPicture, type PanelGiven, panelTests, seriousFindings, themeNames } from "./panelTests.ts";

const finished = finishedRun();

/** About so many characters of text; other ones for other seeds. */
function words(length: number, seed: number): string {
  const random = seededRandom(seed);
  let text = "";
  while (text.length < length) text += `w${Math.floor(random.next() * 400)}${random.next() < 0.1 ? ".\n" : " "}`;
  return text;
}

describe.skipIf(browserPath === undefined)("the page of updates", () => {
  const openPanel = panelTests();
  const open = async (given: PanelGiven = {}, events: readonly RunEvent[] = finished) => {
    const panel = await openPanel({ front: "updates", ...given }, events);
    await panel.page.locator(".updates-page").waitFor();
    return panel;
  };
  const iterations = (page: Page) => page.locator(".list tbody .choose").allInnerTexts();
  const title = (page: Page) => page.locator(".update h2").innerText();

  test("lists every update with its scores and the interval of their change", async () => {
    const { page } = await open();
    expect(await iterations(page)).toEqual(["12", "11", "10", "9", "8", "7", "6", "5", "4", "3", "2", "1"]);
    const row = await page.locator(".list tbody tr").nth(11).innerText();
    expect(row).toMatch(/✓ accepted\s+0\.\d{3}\s+0\.\d{3}\s+[+-]0\.\d{3} \[[+-]?0\.\d{3}, [+-]?0\.\d{3}\]\s+\d+, \d+/);
    expect(await page.locator(".list tbody tr").first().innerText()).toMatch(/– unchanged/);
  });

  test("lists what was chosen by decision, by component and by order", async () => {
    const { page } = await open();
    await page.getByRole("checkbox", { name: /^Rejected \(6\)/ }).click();
    await page.getByRole("checkbox", { name: /^Unchanged \(3\)/ }).click();
    await expect.poll(() => iterations(page)).toHaveLength(3);
    await page.getByRole("button", { name: "Change, 95 % interval" }).click();
    const column = page.locator("th[aria-sort]").first();
    await expect.poll(() => column.innerText()).toContain("Change");
    expect(await column.getAttribute("aria-sort")).toBe("descending");
    await page.getByRole("checkbox", { name: /^Accepted \(3\)/ }).click();
    await page.getByText("No update is like that.").waitFor();
  });

  test("shows one update in depth: its diff, its rows, what can be done with it", async () => {
    const { page, requests } = await open();
    await page.getByRole("button", { name: "1", exact: true }).click();
    await expect.poll(() => title(page)).toBe("answer_generator, iteration 1: accepted");
    expect((await page.locator(".update ins").allInnerTexts()).join("")).toContain("few words");
    const table = page.getByRole("table", { name: "Scores of the validation rows" });
    expect(await table.locator("tbody tr").count()).toBe(50);
    await page.getByRole("navigation", { name: "Pages of rows" }).getByRole("button", { name: "Next" }).click();
    await expect.poll(() => table.locator("tbody tr").count()).toBe(10);
    const seq = finished.find((event) => event.type === "update" && event.iteration === 1)?.seq;
    for (const [name, deed] of [
      ["Open in Diff Editor", "diff"],
      ["Apply", "apply"],
      ["Revert to Here", "revert"],
      ["Branch a New Run from Here", "branch"],
    ] as const) {
      await page.getByRole("button", { name, exact: true }).click();
      await expect.poll(() => requests.at(-1)).toEqual({ type: "do", deed, seq });
    }
  });

  test("leaves out what stayed, on request", async () => {
    const { page } = await open();
    await page.getByRole("button", { name: "1", exact: true }).click();
    await expect.poll(() => title(page)).toContain("iteration 1:");
    const diff = page.getByLabel("Text with its differences");
    const whole = await diff.innerText();
    await page.getByRole("checkbox", { name: "Only differences" }).click();
    expect(await page.locator(".update ins").count()).toBeGreaterThan(0);
    expect((await diff.innerText()).length).toBeLessThanOrEqual(whole.length);
  });

  test("lists only rows that changed, on request", async () => {
    const before = [0, 0.5, 1, 0.5];
    const after = [0.5, 0.5, 0, 0.5];
    const log = stageOne();
    iterate(log, 1);
    const events = log.events.map((event) =>
      event.type === "update" ? { ...event, validation: { before, after, exampleIds: ["a", "b", "c", "d"] } } : event,
    );
    const { page } = await open({}, events);
    const names = () => page.locator(".examples tbody th").allInnerTexts();
    expect(await names()).toEqual(["a", "b", "d", "c"]);
    await page.getByRole("checkbox", { name: "Only rows that changed (2 of 4)" }).click();
    await expect.poll(names).toEqual(["a", "c"]);
    expect(await page.locator(".examples .summary").innerText()).toBe(
      "Scores of 4 rows before and after: 1 better, 1 worse, 2 equal.",
    );
  });

  test("has captions that can be read whole where its tables are wider than the page", async () => {
    const { page } = await open({ width: 320 });
    for (const caption of await page.locator(".updates-page caption").all()) {
      expect((await caption.boundingBox())?.width ?? 0).toBeLessThanOrEqual(280);
    }
  });

  test("can be used by keyboard alone", async () => {
    const { page } = await open();
    await page.locator(".list .choose").first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect.poll(() => title(page)).toContain("iteration 10:");
    expect(await page.locator("[aria-current]").locator(".choose").innerText()).toBe("10");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("10");
  });

  test("keeps what is looked at while the run goes on, and where the focus is", async () => {
    const log = stageOne();
    for (let iteration = 1; iteration <= 3; iteration++) iterate(log, iteration);
    const { page, add } = await open({ live: true }, [...log.events]);
    await page.getByRole("button", { name: "2", exact: true }).click();
    await expect.poll(() => title(page)).toContain("iteration 2:");
    const known = log.events.length;
    iterate(log, 4);
    await add(log.events.slice(known));
    await expect.poll(() => iterations(page)).toEqual(["4", "3", "2", "1"]);
    expect(await title(page)).toContain("iteration 2:");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("2");
  });

  test("is pressed where a pointer went down, whatever the run brings meanwhile", async () => {
    const log = stageOne();
    for (let iteration = 1; iteration <= 3; iteration++) iterate(log, iteration);
    const { page, add } = await open({ live: true }, [...log.events]);
    const first = await page.getByRole("button", { name: "1", exact: true }).boundingBox();
    if (first === null) throw new Error("the list is not laid out");
    await page.mouse.move(first.x + first.width / 2, first.y + first.height / 2);
    await page.mouse.down();
    for (const iteration of [4, 5]) {
      const known = log.events.length;
      iterate(log, iteration);
      await add(log.events.slice(known));
    }
    expect(await iterations(page)).toEqual(["3", "2", "1"]);
    await page.mouse.up();
    await expect.poll(() => title(page)).toContain("iteration 1:");
    await expect.poll(() => iterations(page)).toEqual(["5", "4", "3", "2", "1"]);
  });

  test("goes on where it was, after it was thrown away", async () => {
    const first = await open();
    await first.page.getByRole("checkbox", { name: /^Unchanged/ }).click();
    await expect.poll(() => iterations(first.page)).toHaveLength(9);
    await first.page.getByRole("button", { name: "5", exact: true }).click();
    await first.page.getByRole("checkbox", { name: "Only differences" }).click();
    await expect.poll(() => title(first.page)).toContain("iteration 5:");
    const again = await open({ state: await first.state() });
    await expect.poll(() => title(again.page)).toContain("iteration 5:");
    expect(await iterations(again.page)).toHaveLength(9);
    expect(await again.page.getByRole("checkbox", { name: "Only differences" }).isChecked()).toBe(true);
    for (const state of [{ query: 7 }, null, { query: { selected: "x" }, onlyDifferences: {} }]) {
      const kept = {
        version: 1,
        folder: "/w/.optimas/runs/2026-03-14-0930-k3vq",
        page: "updates",
        pages: { updates: state },
      };
      expect(await iterations((await open({ state: kept })).page)).toHaveLength(12);
    }
  });

  test("says that there is nothing yet, and that the model is simulated", async () => {
    const { page } = await open({}, stageOne().events);
    await page.getByText("Nothing was put to the gate yet.").waitFor();
    const { page: whole } = await open();
    expect(await whole.locator(".update").innerText()).toContain("simulated model");
  });

  test("speaks the editor's language", async () => {
    const { page } = await open({ words: inventedWords });
    await page.locator(".update h2").waitFor();
    expect(await page.locator(".list caption").innerText()).toBe(
      invented("Updates, with the mean score of the same validation rows before and after"),
    );
  });

  test("opens a row on the page of examples, at that row and that update, and goes back to it", async () => {
    const { page } = await open();
    for (const [iteration, decision] of [
      ["11", "rejected"],
      ["1", "accepted"],
    ] as const) {
      await page.locator(".list").getByRole("button", { name: iteration, exact: true }).click();
      await expect.poll(() => title(page)).toContain(`iteration ${iteration}: ${decision}`);
      const rows = page.locator(".update .examples .scroll tbody tr");
      const [example, , after] = (await rows.nth(30).innerText()).split(/\s+/);
      // By keyboard alone.
      await rows.first().getByRole("button").focus();
      for (let row = 0; row < 30; row++) await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      const heading = page.locator(".examples-page .cell h2");
      // Until the asked cell comes, the page may still show the one before.
      await expect.poll(() => heading.innerText()).toMatch(new RegExp(`^${example} · .*${iteration}`));
      expect(await page.locator(".examples-page .cell").innerText()).toContain(after);
      expect(await page.locator(".examples-page td[aria-selected=true]").innerText()).toBe(after);
      await expect.poll(() => page.evaluate("document.activeElement.textContent")).toBe(await heading.innerText());
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.locator(".updates-page").waitFor();
      expect(await title(page)).toContain(`iteration ${iteration}:`);
      await expect.poll(() => page.evaluate("document.activeElement.textContent")).toBe(example);
    }
  });

  test("opens a row that was chosen in the picture", async () => {
    const { page } = await open();
    await page.locator(".list").getByRole("button", { name: "1", exact: true }).click();
    await expect.poll(() => title(page)).toContain("iteration 1:");
    await page.locator(".update .canvas").focus();
    await page.keyboard.press("ArrowRight");
    const pointed = (await page.locator(".pointed").innerText()).split(" · ");
    await page.keyboard.press("Enter");
    const heading = page.locator(".examples-page .cell h2");
    await heading.waitFor();
    expect(await heading.innerText()).toContain((pointed.at(-1) ?? "").split(",")[0]);
  });

  test.each([
    ["unrelated", (text: string) => words(text.length, 2), /too much to be shown word by word/],
    ["nearly equal", (text: string) => text.replace("w7 ", "seven "), undefined],
  ] as const)(
    "shows prompts of 100,000 characters that are %s without keeping anybody waiting",
    async (_, other, note) => {
      const before = words(100_000, 1);
      const log = stageOne();
      iterate(log, 1);
      const events = log.events.map((event) =>
        event.type === "update" ? { ...event, before, after: other(before) } : event,
      );
      const { page } = await openPanel({ front: "overview" }, events);
      // What the page's own thread computes, whatever else the machine does.
      const cdp = await page.context().newCDPSession(page);
      await cdp.send("Performance.setTimeDomain", { timeDomain: "threadTicks" });
      await cdp.send("Performance.enable");
      const computed = async () => {
        const { metrics } = await cdp.send("Performance.getMetrics");
        return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);
      };
      const only = page.getByRole("checkbox", { name: "Only differences" });
      const draws = async (work: () => Promise<unknown>) => {
        const began = await computed();
        await work();
        await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))");
        return (await computed()) - began;
      };
      const tab = page.getByRole("tab", { name: "Updates", exact: true });
      const diff = page.locator(".difference");
      const ms = await draws(async () => {
        await tab.click();
        await diff.locator("ins, del").first().waitFor();
      });
      const again = await quickestMs(100, async () => {
        await only.click();
        return draws(() => only.click());
      });
      console.log(
        `measured  prompts of 100,000 characters: the page ${ms.toFixed(0)} ms, only differences ${again.toFixed(0)} ms`,
      );
      if (note !== undefined) expect(await diff.innerText()).toMatch(note);
      expect(again).toBeLessThan(100);
      // What is folded is all there.
      const unfold = diff.getByRole("button", { name: /unchanged characters/ });
      if (note === undefined) {
        while ((await unfold.count()) > 0) await unfold.first().click();
        expect((await diff.locator("pre").innerText()).length).toBeGreaterThan(100_000);
      }
    },
  );

  test.each(themeNames)("can be read by everyone in %s", async (theme) => {
    const { page } = await open({ theme });
    await page.getByRole("button", { name: "1", exact: true }).click();
    await expect.poll(() => title(page)).toContain("iteration 1:");
    expect(await seriousFindings(page)).toEqual([]);
    await keepPicture(page, `run-updates-${theme}`);
  });
});
