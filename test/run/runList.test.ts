import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { eventsFile, type RunFolder } from "../../src/run/runFolder.ts";
import { newRunId, resumeCommand } from "../../src/run/runInfo.ts";
import { findRun, type ListedRun, listRuns } from "../../src/run/runList.ts";
import { openRun } from "../../src/run/runOpening.ts";
import { seededRandom } from "../../src/system/random.ts";
import { UserError } from "../../src/system/userError.ts";
import { scratchFolder } from "../data/scratchFolder.ts";
import { evaluated, runStarted, startRun, summary, tickingClock, updated, warning } from "./sampleRun.ts";

function only(out: string): ListedRun {
  const [run, second] = listRuns(out);
  if (run?.kind !== "run" || second !== undefined)
    throw new Error(`not one readable run: ${JSON.stringify([run, second])}`);
  return run;
}

describe("the list of runs", () => {
  function stopped(then: (run: RunFolder) => void): ListedRun {
    const out = scratchFolder();
    const run = startRun(out);
    then(run);
    run.close();
    return only(out);
  }

  test("shows a finished run by its summary", () => {
    const run = stopped((log) => {
      log.record(runStarted, 0);
      log.record(warning("x".repeat(300_000)), 0);
      log.record(summary, 480);
    });
    expect(run).toMatchObject({
      id: "20261121-150307-hotpotqa-k3f9",
      status: "finished",
      iterations: 10,
      planned: 10,
      validation: { before: 0.3, after: 0.5 },
      systemRuns: 480,
      budgetRuns: 600,
    });
    expect(run.info.experiment.given).toBe("qa.ts");
  });

  test("shows a finished run whose summary is longer than any tail", () => {
    const configuration = { writer: "x".repeat(300_000) };
    expect(stopped((log) => log.record({ ...summary, configuration }, 9))).toMatchObject({
      status: "finished",
      validation: { after: 0.5 },
      systemRuns: 9,
    });
  });

  test("shows how far an interrupted run came, without what was done again", () => {
    const run = stopped((log) => {
      log.record(runStarted, 0);
      log.record(evaluated("unoptimized", 0.25), 10);
      log.checkpoint({}, 0, 10);
      log.record({ type: "iteration", iteration: 1, of: 10, component: "writer", probability: 1 }, 10);
      log.record(updated("accepted", 0.25, 0.4), 20);
      log.record({ type: "iteration", iteration: 2, of: 10, component: "writer", probability: 1 }, 20);
      log.record({ type: "run.resumed", checkpoint: 2 }, 10);
      log.record({ type: "iteration", iteration: 1, of: 10, component: "writer", probability: 1 }, 12);
      log.record(updated("rejected", 0.25, 0.2), 15);
    });
    expect(run).toMatchObject({
      status: "interrupted",
      iterations: 1,
      planned: 10,
      validation: { before: 0.25, after: 0.25 },
      systemRuns: 15,
    });
  });

  test("shows a failed run, and one that is running", () => {
    expect(stopped((log) => log.record({ type: "run.failed", message: "boom" }, 0)).status).toBe("failed");
    const out = scratchFolder();
    const run = startRun(out);
    onTestFinished(() => run.close());
    expect(only(out)).toMatchObject({
      status: "running",
      iterations: 0,
      planned: undefined,
      validation: { before: undefined, after: undefined },
    });
  });

  test("tells an end of a run that the kernel of a notebook holds still", () => {
    const out = scratchFolder();
    const run = startRun(out);
    onTestFinished(() => run.close());
    expect(only(out)).toMatchObject({ status: "running", held: true });
    run.record({ type: "run.interrupted", reason: "the cell was stopped" }, 1);
    expect(only(out)).toMatchObject({ status: "interrupted", held: true });
    run.record({ type: "run.failed", message: "boom" }, 1);
    expect(only(out)).toMatchObject({ status: "failed", held: true });
    run.record(summary, 2);
    expect(only(out)).toMatchObject({ status: "finished", held: true });
  });

  test("lists what cannot be read with what is wrong, beside the others, by start", () => {
    const out = scratchFolder({
      "20200101-old/run.json": '{"format":2}',
      "20300101-new/run.json": "{",
      ".gitignore": "*",
      file: "",
    });
    startRun(out).close();
    mkdirSync(join(out, "20310101-empty"));
    expect(listRuns(out).map((run) => [run.id, run.kind === "run" ? run.status : run.problem])).toEqual([
      ["20200101-old", expect.stringMatching(/newer version of Optimas/)],
      ["20261121-150307-hotpotqa-k3f9", "interrupted"],
      ["20300101-new", expect.stringMatching(/run\.json: not valid JSON/)],
      ["20310101-empty", expect.stringMatching(/^Cannot read .*run\.json/)],
    ]);
  });

  test("lists a run with a damaged log as unreadable", () => {
    const out = scratchFolder();
    const run = startRun(out);
    run.close();
    writeFileSync(eventsFile(run.folder), "{\n");
    expect(listRuns(out)).toMatchObject([
      { kind: "unreadable", problem: expect.stringMatching(/events\.jsonl, line 1/) },
    ]);
  });

  test("is empty where there is no folder, and refuses a file", () => {
    const folder = scratchFolder({ file: "" });
    expect(listRuns(join(folder, "none"))).toEqual([]);
    expect(() => listRuns(join(folder, "file"))).toThrow(UserError);
  });
});

describe("finding a run", () => {
  const ids = ["20260101-000000-alpha-aaaa", "20260101-000000-beta-bbbb", "20260202-000000-alpha-cccc"];
  function found(text: string, given = ids): string {
    const out = scratchFolder(Object.fromEntries(given.map((id) => [`${id}/run.json`, "{}"] as const)));
    return findRun(out, text.replace("OUT", out)).replace(`${out}/`, "");
  }

  test.each([
    ["20260101-000000-beta-bbbb", ids[1]],
    ["20260202", ids[2]],
    ["latest", ids[2]],
    ["OUT/20260101-000000-alpha-aaaa", ids[0]],
  ])("%s", (text, id) => {
    expect(found(text)).toBe(id);
  });

  test("an id that begins another one is still that id", () => {
    expect(found("run-1", ["run-1", "run-12"])).toBe("run-1");
  });

  test.each([
    [
      "20260101",
      /^"20260101" could be any of 20260101-000000-beta-bbbb, 20260101-000000-alpha-aaaa\. Give more of the id/,
    ],
    ["alpha", /is called "alpha"\. Did you mean 20260202-000000-alpha-cccc, 20260101-000000-alpha-aaaa\?$/],
    ["20260101-000000-beta-bbbc", /Did you mean 20260101-000000-beta-bbbb\?$/],
    ["zzz", /is called "zzz"\. The latest are 20260202-000000-alpha-cccc, /],
  ])("%s is refused with what it could mean", (text, message) => {
    expect(() => found(text)).toThrow(UserError);
    expect(() => found(text)).toThrow(message);
  });

  test("without any runs says how to start one", () => {
    expect(() => found("latest", [])).toThrow(/^There are no runs in .*\. Start one: optimas run FILE$/);
  });

  test("a found run can be opened", () => {
    const out = scratchFolder();
    startRun(out).close();
    openRun(findRun(out, "latest"), tickingClock()).close();
  });
});

describe("run ids", () => {
  const at = Date.UTC(2026, 10, 21, 15, 3, 7);
  test("say when and what, in UTC, with four characters of chance", () => {
    expect(newRunId("hotpotqa", at, seededRandom(1))).toMatch(/^20261121-150307-hotpotqa-[0-9a-z]{4}$/);
    expect(newRunId("hotpotqa", at, seededRandom(1))).not.toBe(newRunId("hotpotqa", at, seededRandom(2)));
  });

  test.each([
    ["My System (v2)!", "my-system-v2"],
    ["Müller/../x", "muller-x"],
    ["世界", "run"],
    ["x".repeat(99), "x".repeat(40)],
  ])("the name %j becomes %j", (name, slug) => {
    expect(newRunId(name, at, seededRandom(1)).slice(16, -5)).toBe(slug);
  });
});

test("the resume command names the folder of runs unless it is the default", () => {
  expect(resumeCommand("/w/.optimas/runs", "r1")).toBe("optimas resume r1");
  expect(resumeCommand("/my runs", "r1")).toBe('optimas resume r1 --out "/my runs"');
});
