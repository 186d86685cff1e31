import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { acquireRunLock } from "../../src/run/runLock.ts";
import { unfinishedSince } from "../../src/sdk/unfinishedRuns.ts";
import { scratchFolder } from "../data/scratchFolder.ts";

const DAY = 24 * 60 * 60_000;
const now = Date.UTC(2026, 10, 22);

describe("answers are kept since", () => {
  /** A run's folder as far as it matters here; `state` is the time of its last checkpoint. */
  function run(
    out: string,
    id: string,
    given: { began: number; state?: number; last: number; finished?: boolean },
  ): string {
    const folder = join(out, id);
    mkdirSync(folder);
    const file = (name: string, at: number, text = "{}\n") => {
      writeFileSync(join(folder, name), text);
      utimesSync(join(folder, name), at / 1000, at / 1000);
    };
    file("run.json", given.began);
    if (given.state !== undefined) file("state.json", given.state);
    const end = given.finished === true ? '{"seq":9,"type":"summary"}\n' : "";
    file("events.jsonl", given.last, `{"seq":1,"type":"run.started"}\n${end}`);
    return folder;
  }

  test("for ever where there are no runs, or none that goes on", () => {
    const out = scratchFolder({});
    expect(unfinishedSince(join(out, "absent"), now)).toBe(Number.POSITIVE_INFINITY);
    run(out, "finished", { began: now - 5 * DAY, state: now - 4 * DAY, last: now - DAY, finished: true });
    run(out, "given-up", { began: now - 50 * DAY, state: now - 40 * DAY, last: now - 30 * DAY });
    expect(unfinishedSince(out, now)).toBe(Number.POSITIVE_INFINITY);
  });

  test("the last checkpoint of a run that may be resumed, or its start where it has none", () => {
    const out = scratchFolder({});
    run(out, "killed", { began: now - 5 * DAY, state: now - 2 * DAY, last: now - DAY });
    expect(unfinishedSince(out, now)).toBe(now - 2 * DAY);
    run(out, "killed-early", { began: now - 3 * DAY, last: now - 3 * DAY });
    expect(unfinishedSince(out, now)).toBe(now - 3 * DAY);
  });

  test("the last checkpoint of a run under way, however long ago that is", () => {
    const out = scratchFolder({});
    const folder = run(out, "live", { began: now - 50 * DAY, state: now - 40 * DAY, last: now - 30 * DAY });
    const lock = acquireRunLock(folder, now);
    expect(unfinishedSince(out, now)).toBe(now - 40 * DAY);
    lock.release();
    expect(unfinishedSince(out, now)).toBe(Number.POSITIVE_INFINITY);
  });
});
