import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { fitTextsName, MOST_FIT_TEXTS, readFitTexts } from "../../src/run/fitFolder.ts";
import type { FitTexts } from "../../src/run/fitTexts.ts";
import { fitIn } from "../../src/run/panel/shownFit.ts";
import { createRun, openRun } from "../../src/run/runOpening.ts";
import { scratchFolder } from "../data/scratchFolder.ts";
import { runStarted, sampleInfo, startRun, tickingClock, warning } from "./sampleRun.ts";

const texts = (component: string): FitTexts => ({
  format: 1,
  component,
  iteration: 0,
  mistakes: [
    {
      exampleId: "train-1",
      input: "question: Who?",
      better: "Curie",
      preferred: "Curie, or Bohr",
      betterScore: 1,
      preferredScore: 0.5,
      margin: -1.5,
    },
  ],
  changed: [],
});

/** A run that lost what it did after its checkpoint: a fit before it, a fit and half of another after it. */
function killedRun() {
  const run = startRun(scratchFolder());
  run.record(runStarted, 0);
  run.keepFitTexts(texts("kept"));
  run.record(warning("the first fit"), 1);
  run.checkpoint({}, 0, 1);
  run.keepFitTexts(texts("lost"));
  run.record(warning("the second fit"), 2);
  run.keepFitTexts(texts("never told"));
  run.close();
  return run.folder;
}

const files = (folder: string) => readdirSync(join(folder, "fits")).sort();

describe("texts behind the fits of a run", () => {
  test("stand under the number of the event that tells of the fit", () => {
    const run = startRun(scratchFolder());
    run.record(runStarted, 0);
    expect(run.keepFitTexts(texts("retriever"))).toBe(true);
    run.record(warning("the fit"), 1);
    const [, fit] = [...run.events()];
    expect(readFitTexts(run.folder, fit?.seq ?? -1)).toEqual(texts("retriever"));
    expect(readFitTexts(run.folder, 7)).toBeUndefined();
    run.close();
  });

  test("go where a resumption does their fits again, and come back under new numbers", () => {
    const folder = killedRun();
    expect(files(folder)).toEqual(["fit-1.json", "fit-3.json", "fit-4.json"]);
    writeFileSync(join(folder, "fits", "fit-5.json.new"), "{");
    const run = openRun(folder, tickingClock(9000));
    onTestFinished(() => run.close());
    expect(files(folder)).toEqual(["fit-1.json"]);
    run.resume();
    run.keepFitTexts(texts("again"));
    expect(files(folder)).toEqual(["fit-1.json", "fit-5.json"]);
    expect(readFitTexts(folder, 1)?.component).toBe("kept");
  });

  test("are those of the last fits in a long run, and never half of one", () => {
    const run = createRun({ out: scratchFolder(), runId: "long", info: sampleInfo, clock: tickingClock(1) });
    onTestFinished(() => run.close());
    run.record(runStarted, 0);
    for (let fit = 0; fit < MOST_FIT_TEXTS + 5; fit++) {
      run.keepFitTexts(texts(`fit ${fit}`));
      run.record(warning("a fit"), 1);
    }
    expect(files(run.folder)).toHaveLength(MOST_FIT_TEXTS);
    expect(readFitTexts(run.folder, 5)).toBeUndefined();
    expect(readFitTexts(run.folder, 6)?.component).toBe("fit 5");
    expect(files(run.folder).some((name) => name.endsWith(".new"))).toBe(false);
  });

  test("that were changed by hand or by a newer version are refused in words, and left alone", () => {
    const folder = killedRun();
    const file = join(folder, fitTextsName(1));
    for (const [content, message] of [
      ["{", "not valid JSON"],
      ['{"format":1}', "not as Optimas writes it"],
      ['{"format":99}', "newer version"],
    ] as const) {
      writeFileSync(file, content);
      expect(fitIn(folder, 1)).toMatchObject({ kind: "unreadable", message: expect.stringContaining(message) });
      expect(readFileSync(file, "utf8")).toBe(content);
    }
  });

  test("are shown with what differs, or said to be none", () => {
    const folder = killedRun();
    expect(fitIn(folder, 12)).toEqual({ kind: "none" });
    expect(fitIn(folder, 1)).toEqual({
      kind: "texts",
      mistakes: [
        {
          example: "train-1",
          input: "question: Who?",
          diff: [
            { kind: "same", text: "Curie" },
            { kind: "removed", text: ", or Bohr" },
          ],
          betterScore: 1,
          preferredScore: 0.5,
          margin: -1.5,
        },
      ],
      changed: [],
    });
  });

  test("of a run that kept none are no folder", () => {
    const run = startRun(scratchFolder());
    run.record(runStarted, 0);
    run.close();
    expect(existsSync(join(run.folder, "fits"))).toBe(false);
    const again = openRun(run.folder, tickingClock(9000));
    onTestFinished(() => again.close());
    expect(statSync(again.folder).isDirectory()).toBe(true);
  });
});
