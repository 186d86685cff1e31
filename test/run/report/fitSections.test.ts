import { describe, expect, test } from "vitest";
import { reportDataOf } from "../../../src/run/report/reportData.ts";
import { reportHtml } from "../../../src/run/report/reportHtml.ts";
import { alignmentRun } from "../alignmentEvents.ts";
import { finishedRun } from "../exampleEvents.ts";

describe("local rewards in the report", () => {
  const page = reportHtml(alignmentRun());

  test("are told with the last fit of each component: losses, certainty, what they prefer", () => {
    const { fits } = reportDataOf(alignmentRun());
    expect(fits.map(({ component, iteration }) => [component, iteration])).toEqual([
      ["question_rewriter", 11],
      ["info_extractor", 12],
      ["retriever", 0],
      ["hint_generator", 9],
      ["answer_generator", 10],
    ]);
    expect(page.match(/aria-label="Epochs tried: /g)).toHaveLength(5);
    expect(page.match(/aria-label="How certain the local reward is/g)).toHaveLength(5);
    expect(page.match(/aria-label="What changing good outputs on purpose/g)).toHaveLength(5);
    expect(page).toContain("iteration 11 · alignment 0.840 (95 % interval 0.771 to 0.891) on 236 held-out pairs");
    expect(page).toContain("from 59 examples, 38 ordered wrongly");
  });

  test("are left out in depth where the log does not tell", () => {
    expect(reportHtml(finishedRun())).not.toContain("What the local rewards look at");
  });

  test("are the same each time, with ids of their own", () => {
    expect(reportHtml(alignmentRun())).toBe(page);
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("only are read", () => {
    const nasty = reportHtml(alignmentRun({ text: () => "<img src=x onerror=alert(1)>" }));
    expect(nasty).not.toMatch(/<img/);
  });
});
