import { describe, expect, test } from "vitest";
import { browserPath } from "./rendererPage.ts";
import { changeTheme, type ThemeName, themes } from "./themes.ts";
import { retrieverTrial } from "./tweakPage.ts";
import { answerer, retriever, tweakPanels } from "./tweakPanels.ts";
import { cutOff, outOfReach, unseen, unworked, walk } from "./withoutPointer.ts";

const told = { options: { ...retriever, trial: retrieverTrial(10) }, "a prompt": answerer };

describe.skipIf(browserPath === undefined).each(Object.entries(told))("trying values of %s", (_, what) => {
  const open = tweakPanels();

  test("goes by keyboard alone, and shows in every theme where the focus is", async () => {
    const { page, tell } = await open();
    await tell(what);
    const { stops, back } = await walk(page);
    expect(stops.length).toBeGreaterThan(3);
    expect(back).toEqual(stops.map(({ name }) => name).toReversed());
    expect(await outOfReach(page)).toEqual([]);
    for (const theme of Object.keys(themes) as ThemeName[]) {
      await changeTheme(page, theme);
      // The toolkit takes over colours some turns after the theme has changed.
      await expect.poll(() => unseen(page), { message: theme }).toEqual([]);
    }
    expect(await unworked(page)).toEqual([]);
    for (const width of [320, 640]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await cutOff(page), `${width}`).toEqual([]);
    }
  });

  test("goes on where it was, scrolled and focused, when the panel was hidden or the window loaded anew", async () => {
    const first = await open();
    await first.tell(what);
    await first.page.setViewportSize({ width: 420, height: 500 });
    await first.page.getByRole("button", { name: "Next Row" }).focus();
    await first.page.evaluate("scrollTo(0, 90)");
    await expect.poll(first.state).toMatchObject({ place: { top: 90 } });
    const state = await first.state();
    const again = await open({ state });
    await again.page.setViewportSize({ width: 420, height: 500 });
    await again.tell(what);
    await expect.poll(() => again.page.evaluate("scrollY")).toBe(90);
    await expect.poll(() => again.page.evaluate("document.activeElement.textContent")).toBe("Next Row");
  });
});
