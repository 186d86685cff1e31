import { describe, expect, test } from "vitest";
import { runPanelStateSchema } from "../../../src/run/panel/panelMessage.ts";
import { faintDrawing, noteDrawing } from "../drawnContrasts.ts";
import { settled } from "../drawnPage.ts";
import { browserPath } from "../rendererPage.ts";
import { changeTheme } from "../themes.ts";
import { cutOff, noteMarks, outOfReach, readHandles, unseen, unworked, vanished, walk } from "../withoutPointer.ts";
import { pageSamples } from "./pageSamples.ts";
import { keepPicture, panelTests, seriousFindings, themeNames } from "./panelTests.ts";

// What holds for every page of the panel for those who have no pointer, see little, or read it on a narrow screen.

/** What the summary of each chart tells of its data: the main result, with what it is measured in. */
const mainResults: Readonly<Record<string, RegExp>> = {
  "Global reward over the iterations":
    /reward in force: 0\.408 at the start, 0\.513 after .*95 % interval is 0\.437 to 0\.589.*accepted: 3, rejected: 6.*spent: 1,176\.3 of 2,000/s,
  System: /^5 components .*Changed since the start: info_extractor, retriever, answer_generator\.$/s,
  "Local and global reward over one option":
    /^retriever\.k over values: 4\. .*reward is highest at (10: 0\.460|25: 0\.797)\. .*In force: 5\./s,
  "Local against global reward":
    /both rewards: (4|31)\. Rank correlation .*: (1\.000|0\.615)\. .*global reward = 0\.0\d\d \+ 0\.\d{3} × local/s,
  "Candidates over the iterations": /^Values tried: (4|24|301)\. Local rewards go from 0\.\d{3} to 0\.(630|800|999)\./s,
  "Reward over two options": /mean local reward goes from 0\.315 to 0\.800; it is highest at k = 25, cut = 0\.5\.$/,
  "Reward over all options":
    /^24 values of 3 options\. The local reward is highest, 0\.800, at k = 25, cut = 0\.5, stem = true\.$/,
  "Importance of each option": /go with k: it explains 100 % of the variance/,
  "Scores before and after, row by row": /^Scores of 60 rows before and after: 47 better, 11 worse, 2 equal\.$/,
  "Alignment of each local reward":
    /^Share of held-out pairs .*info_extractor: from 0\.700 to 0\.740 over 4 fits, on 252 held-out pairs.*Mean of the last fits of 5 components: 0\.764\./s,
  "Loss of the fit":
    /^Epochs tried: 12\. .*0\.690 nats after the first, 0\.330 nats in use\. .*held-out pairs in use: 0\.500 nats\..*after epoch 8 are used\.$/s,
  "How certain it is, and how often right": /257 held-out pairs.*off by 0\.049 on average.*Brier score 0\.190;/s,
  "What it prefers": /over up to 9 outputs\. It falls most .*shorter, 50 % \(-1\.400\)\. It rises most .*\(\+0\.600\)/s,
  "What came, beside what was estimated":
    /^model calls: 972 came, about 900 \(420 to 2,600\) estimated, within the range\. tokens: 865,080 came, about 300,000 \(90,000 to 800,000\) estimated, above the range\./,
  "What was spent, by component and purpose":
    /^1,350 system runs in all; the largest part is answer_generator with 350\.4\.$/,
  "Calls over time":
    /^Calls: (800, at most 9|200, at most 8) at the same time\. .*(618|485) ms, 95 % at most 1\.2 s\. Failed: (13|2)\./s,
  "System runs over time": /^1,176\.3 of 2,000 system runs spent in 1:23\. On validation: 636\./,
  "System runs by the component that was to be improved":
    /^1,176\.3 system runs in all; the largest part is all components with 366\.3\.$/,
  "Global rewards of the runs":
    /A: from 0\.408 to 0\.513 after 12 iterations and 1,176\.3 system runs\. B: from 0\.380 to 0\.513 after 9 iterations and 988\.8 system runs\./,
};

const cases = Object.entries(pageSamples).flatMap(([front, samples]) =>
  Object.entries(samples).map(([name, sample]) => ({ front, name, sample })),
);

describe.skipIf(browserPath === undefined).each(cases)("$front, $name", ({ front, name, sample }) => {
  const openPanel = panelTests();
  const open = async (given: object = {}, events = sample.events) => {
    const panel = await openPanel({ front, ...sample.given, ...given }, events);
    await panel.page.locator(`#page-${front}`).waitFor();
    await settled(panel.page);
    await readHandles(panel.page);
    return panel;
  };

  test("is worked by keyboard alone, and shows in every theme where that is", async () => {
    const { page } = await open();
    const { stops, back } = await walk(page);
    expect(stops.length).toBeGreaterThan(3);
    expect(back).toEqual(stops.map(({ name }) => name).toReversed());
    expect(await outOfReach(page)).toEqual([]);
    for (const theme of themeNames) {
      await changeTheme(page, theme);
      await settled(page);
      await expect.poll(() => unseen(page), { message: theme }).toEqual([]);
    }
    expect(await unworked(page)).toEqual([]);
    for (const menu of await page.locator("[aria-haspopup=menu]:visible").all()) {
      await menu.focus();
      await page.keyboard.press("Enter");
      const items = page.getByRole("menuitem");
      const [first, ...others] = await items.allInnerTexts();
      const focused = () => page.evaluate<string>("document.activeElement.textContent");
      expect(await focused()).toBe(first);
      for (const other of others) {
        await page.keyboard.press("ArrowDown");
        expect(await focused()).toBe(other);
      }
      await page.keyboard.press("Escape");
      expect(await items.count()).toBe(0);
      expect(await page.evaluate("document.activeElement.matches('[aria-haspopup=menu]')")).toBe(true);
    }
  });

  test("has charts whose items, zoom and series are gone through by keys, and which are told in words and as a table", async () => {
    const { page } = await open();
    const said = () => page.locator("main > p.spoken").textContent();
    for (const figure of await page.locator("figure.chart:has(.canvas:not([hidden])):visible").all()) {
      const chart = figure.locator(".canvas");
      const title = await figure.locator("h3").innerText();
      const summary = await figure.locator(".summary").innerText();
      expect(summary, title).toMatch(/\d/);
      expect(summary, title).toMatch(/^.{30,}\.$/s);
      expect(summary, title).toMatch(mainResults[title] ?? /^a chart that is not told here$/);
      await figure.getByRole("button", { name: "Show Table" }).press("Enter");
      expect(await figure.locator("thead th").count(), title).toBeGreaterThan(1);
      expect(await figure.locator("tbody tr").count(), title).toBeGreaterThan(0);
      await figure.getByRole("button", { name: "Hide Table" }).press("Enter");
      await chart.focus();
      const keys = figure.locator(".keys");
      expect((await keys.boundingBox())?.height, title).toBeGreaterThan(10);
      const words = await keys.innerText();
      expect(words, title).toContain("The arrow keys go from item to item");
      const told = new Set<string | null>();
      for (const key of ["Home", "ArrowRight", "End", "ArrowDown", "ArrowUp", "ArrowLeft"]) {
        await page.keyboard.press(key);
        told.add(await said());
      }
      expect(
        [...told].every((one) => (one ?? "").length > 3),
        title,
      ).toBe(true);
      expect(told.size, title).toBeGreaterThan(1);
      const picture = () =>
        chart
          .locator("canvas")
          .first()
          .evaluate((canvas) => String(Reflect.apply(Reflect.get(canvas, "toDataURL"), canvas, [])));
      for (const [isThere, on, off] of [
        [words.includes("Plus and minus zoom"), "+", "0"],
        [words.includes("The numbers from 1 on"), "1", "1"],
      ] as const) {
        if (!isThere) continue;
        await page.evaluate("document.activeElement.blur()");
        await settled(page);
        const before = await picture();
        await chart.focus();
        await page.keyboard.press(on);
        await expect.poll(picture, { message: `${title}, ${on}` }).not.toBe(before);
        await page.keyboard.press(off);
        // Nothing is left of what was done: neither of the stretch nor of the items that were gone to.
        await expect.poll(picture, { message: `${title}, ${off}` }).toBe(before);
      }
    }
  });

  test("is drawn and written so that it stands out in every theme, and moves nothing where that is not wanted", async () => {
    const { page } = await open();
    await noteDrawing(page);
    for (const theme of themeNames) {
      await changeTheme(page, theme);
      await settled(page);
      expect(await faintDrawing(page), theme).toEqual([]);
    }
    await page.evaluate("document.body.classList.add('vscode-reduce-motion')");
    const moving = `handles.all(document.body).filter((element) => handles.seen(element) &&
      [getComputedStyle(element), getComputedStyle(element, "::before"), getComputedStyle(element, "::after")].some((style) =>
        style.animationName !== "none" && style.animationPlayState === "running")).map(handles.name)`;
    expect(await page.evaluate(moving)).toEqual([]);
  });

  test("is read, seen and worked where the system forces its colours on it", async () => {
    const { page } = await open();
    await noteDrawing(page);
    await noteMarks(page);
    for (const colorScheme of ["dark", "light"] as const) {
      await changeTheme(page, colorScheme);
      await settled(page);
      await page.evaluate("drawn.length = 0");
      await page.emulateMedia({ forcedColors: "active", colorScheme });
      await settled(page);
      const anew = await page.evaluate<boolean>(
        "drawn.length > 0 || document.querySelector('.canvas canvas') === null",
      );
      expect(anew, colorScheme).toBe(true);
      expect(await faintDrawing(page), colorScheme).toEqual([]);
      expect(await seriousFindings(page), colorScheme).toEqual([]);
      expect(await vanished(page), colorScheme).toEqual([]);
      const edges = await page.evaluate<Record<string, string[]>>(
        "Object.groupBy([...document.querySelectorAll('[role=tab]')].map((tab) => [tab.ariaSelected, getComputedStyle(tab).borderBottomColor].join(' ')), (edge) => edge.split(' ')[0])",
      );
      for (const other of edges.false ?? []) expect(other.slice(6), colorScheme).not.toBe(edges.true?.[0]?.slice(5));
      // The size that a page has for its picture draws its charts anew.
      await keepPicture(page, `forced-${front}-${name.replaceAll(" ", "-")}-${colorScheme}`);
      await walk(page);
      await expect.poll(() => unseen(page), { message: colorScheme }).toEqual([]);
    }
  });

  test("is whole at 320 pixels, and at twice the size", async () => {
    const { page } = await open();
    await noteDrawing(page);
    const turned = page.locator("figure.chart").filter({ hasText: "Page Down and Page Up turn it" });
    const legends = new Set(await turned.locator("h3").allInnerTexts());
    for (const width of [320, 640]) {
      await page.setViewportSize({ width, height: 900 });
      await settled(page);
      expect(await cutOff(page), `${width}`).toEqual([]);
      // What was drawn while the chart took its new size was never seen.
      await faintDrawing(page);
      await changeTheme(page, width === 320 ? "light" : "dark");
      await settled(page);
      // A legend that is too long for the page is turned, by pointer and by keys.
      const faint = (await faintDrawing(page)).filter(
        (one) => !one.endsWith("(cut) has 0.00") || !legends.has(one.split(": ")[0] ?? ""),
      );
      expect(faint, `${width}`).toEqual([]);
    }
  });

  test("is as it was when it was hidden or the window loaded anew: controls, zoom, places and focus", async () => {
    const first = await open();
    const { page } = first;
    const CONTROLS = `#page-${front} :is(vscode-checkbox, vscode-dropdown, vscode-radio, input, .sort, [aria-expanded]:not([aria-haspopup]))`;
    const count = await page.locator(CONTROLS).count();
    for (let index = 0; index < count; index += 1) {
      const what = await page.evaluate<string>(
        `(() => { const one = document.querySelectorAll(${JSON.stringify(CONTROLS)})[${index}]; if (!one?.checkVisibility()) return ""; one.focus(); return one.localName; })()`,
      );
      if (what === "") continue;
      await page.keyboard.press(what === "vscode-dropdown" ? "ArrowDown" : what === "input" ? "0" : "Space");
      if (what === "input") await page.keyboard.press("Tab");
      await settled(page);
    }
    for (const chart of await page.locator(".chart .canvas:visible").all()) {
      await chart.focus();
      for (const key of ["+", "Shift+ArrowRight", "1"]) await page.keyboard.press(key);
    }
    await page.evaluate(`for (const one of handles.all(document.body)) {
      if (handles.seen(one) && ["auto", "scroll"].includes(getComputedStyle(one).overflowY)) one.scrollTop = 17;
    }`);
    await page.evaluate("scrollTo(0, 60)");
    const seen = `(() => [
      ...handles.all(document.querySelector("main")).filter(handles.seen).flatMap((one) => [
        ...(one.matches("input, details, vscode-checkbox, vscode-dropdown, vscode-radio, [aria-expanded], [aria-selected], [aria-sort], [aria-current]")
          ? [[handles.name(one), one.checked ?? one.value ?? one.open ?? "", ...["expanded", "selected", "sort", "current", "checked"].map((kind) => one.getAttribute("aria-" + kind))].join(" ")]
          : []),
        ...(one.scrollTop > 0 ? [handles.name(one) + " scrolled " + one.scrollTop] : []),
      ]),
      "from " + scrollY,
      "focus: " + (handles.now() && handles.name(handles.now())),
    ])()`;
    const place = await page.evaluate<unknown>(`({
      top: scrollY,
      parts: handles.all(document.body).filter((one) => handles.seen(one) && (one.scrollTop !== 0 || one.scrollLeft !== 0)).length,
      focused: document.activeElement !== document.body,
    })`);
    await expect
      .poll(async () => {
        const { places } = runPanelStateSchema.parse(await first.state());
        const { top, parts = [], focused } = places?.[front] ?? {};
        return { top, parts: parts.length, focused: focused !== null };
      })
      .toEqual(place);
    const state = await first.state();
    const left = await page.evaluate(seen);
    const again = await open({ state });
    await expect.poll(() => again.page.evaluate(seen)).toEqual(left);
    expect(await again.state()).toEqual(state);
  });

  test("leaves the focus where it is while the run goes on", async () => {
    const half = Math.floor(sample.events.length / 2);
    const { page, add } = await open({ live: true }, sample.events.slice(0, half));
    const count = await page.evaluate<number>(
      "globalThis.held = handles.offered().filter((one) => one.tabIndex >= 0), held.length",
    );
    const step = Math.max(1, Math.ceil((sample.events.length - half) / Math.max(1, count)));
    const lost: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const more = sample.events.slice(half + index * step, half + (index + 1) * step);
      if (!(await page.evaluate<boolean>(`held[${index}].focus(), handles.now() === held[${index}]`))) continue;
      const before = await page.evaluate<string>("handles.name(handles.now()).slice(0, 20)");
      await add(more);
      await page.evaluate("new Promise((resolve) => requestAnimationFrame(resolve))");
      const after = await page.evaluate<string>(
        "handles.now() === null ? 'nothing' : handles.name(handles.now()).slice(0, 20)",
      );
      if (after !== before) lost.push(`${before}: ${after}`);
    }
    expect(lost).toEqual([]);
  });
});
