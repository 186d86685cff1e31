import { describe, expect, test } from "vitest";
import type { RunPause } from "../../../src/run/runPause.ts";
import { interruptedRun } from "../../run/exampleEvents.ts";
import { invented, inventedWords } from "../inventedLanguage.ts";
import { browserPath } from "../rendererPage.ts";
import { keepPicture, panelTests, seriousFindings, themeNames } from "./panelTests.ts";

const full: RunPause = {
  code: "ENOSPC",
  folder: "/home/ada/work/qa/.optimas/runs/20260314-093000-hotpotqa-k3vq",
  since: Date.now() - 200_000,
  held: { bytes: 12_288, answers: 4 },
  free: { bytes: 0, files: 81_204 },
};

const underWay = interruptedRun().slice(0, -1);

const tests = (): void => {
  const open = panelTests();

  test("says where there is no room, since when, what waits and what to do, and is gone when the run goes on", async () => {
    let pause: RunPause | undefined = full;
    const one = await open({ live: true, pause: () => pause }, underWay);
    const notice = one.page.getByRole("alert").filter({ hasText: "Paused" });
    await notice.waitFor();
    const [title, facts, remedy] = (await notice.innerText()).split(/\n+/);
    expect(title).toBe(`Paused: no room in ${full.folder}`);
    expect(facts).toMatch(
      /^Since \d+:\d\d\s[AP]M · 0 bytes free, 12 KB held in memory, 4 answers that were paid for among it$/,
    );
    expect(remedy).toBe("Free some space: at least 12 KB are missing. The run goes on by itself.");
    expect(await one.page.locator("header .status").innerText()).toBe("paused");
    expect(await one.page.locator("header [data-live]").count()).toBe(0);
    pause = { ...full, held: { bytes: 20_480, answers: 5 }, givenUpBy: "interrupt" };
    await one.add([]);
    await one.page.getByText("Stopped, but not all is written: no room in").waitFor();
    await one.page.getByText("What is held is written then; stopping again gives it up.").waitFor();
    pause = undefined;
    await one.add([]);
    await one.page.locator("header [data-live]").waitFor();
    expect(await one.page.getByText(/Paused|Stopped|Free some space/).count()).toBe(0);
  });

  test("is on every page, can be read in all themes, and stands in the window however long its folder's name is", async () => {
    for (const theme of themeNames) {
      const one = await open({ live: true, theme, pause: () => full, width: 640 }, underWay);
      const { page } = one;
      await page.getByText("Free some space").waitFor();
      if (theme === "dark") await keepPicture(page, "run-panel-full-disk");
      expect(await seriousFindings(page), theme).toEqual([]);
      expect(await page.evaluate<boolean>("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
      await page.getByRole("tab").nth(2).click();
      await page.getByText("Free some space").waitFor();
    }
  }, 120_000);

  test("speaks the editor's language", async () => {
    const one = await open({ live: true, words: inventedWords, pause: () => full }, underWay);
    await one.page.getByText(invented("The run goes on by itself.")).waitFor();
    expect(await one.page.locator(".notice.pause").innerText()).not.toMatch(/Paused|Free some|held in memory/);
  });
};

if (browserPath !== undefined) describe("what a panel says of a run that a full disk holds up", tests);
