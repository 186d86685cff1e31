import { describe, expect, test } from "vitest";
import type { OutputEdit } from "../../src/extension/notebook/cellOutputs.ts";
import { OutputWriter, UPDATE_INTERVAL_MS } from "../../src/extension/notebook/outputWriter.ts";
import type { Output } from "../../src/notebook/output.ts";

const moreOutputs = (count: number) => `<${count}>`;
const out = (text: string): Output[] => [{ type: "stream", name: "stdout", text }];

/** A clock that stands still until it is told to go on. */
class StillClock {
  #now = 0;
  #waiting: { at: number; action: () => void }[] = [];
  now(): number {
    return this.#now;
  }
  after(ms: number, action: () => void): () => void {
    const entry = { at: this.#now + ms, action };
    this.#waiting.push(entry);
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== entry);
    };
  }
  pass(ms: number): void {
    this.#now += ms;
    const due = this.#waiting.filter(({ at }) => at <= this.#now);
    this.#waiting = this.#waiting.filter(({ at }) => at > this.#now);
    for (const { action } of due) action();
  }
}

function writer() {
  const updates: (readonly OutputEdit[])[] = [];
  const clock = new StillClock();
  const screen = {
    apply: (edits: readonly OutputEdit[]) => {
      updates.push(edits);
      return Promise.resolve();
    },
  };
  return { updates, clock, writer: new OutputWriter(screen, moreOutputs, clock) };
}

describe("writing the outputs of a cell", () => {
  test("shows the first output at once", async () => {
    const { updates, writer: cell } = writer();
    await cell.write(out("a"));
    expect(updates).toHaveLength(1);
  });

  test("updates no more than ten times a second, whatever happens, and loses nothing", async () => {
    const { updates, writer: cell, clock } = writer();
    for (let ms = 0; ms < 1000; ms++) {
      await cell.write(out("x"));
      clock.pass(1);
    }
    cell.finish();
    expect(updates.length).toBeLessThanOrEqual(1000 / UPDATE_INTERVAL_MS + 1);
    const written = updates.flat().map((edit) => ("text" in edit ? edit.text : "output" in edit ? "x" : ""));
    expect(written.join("")).toHaveLength(1000);
  });

  test("waits for the end of the interval only, also when nothing more comes", async () => {
    const { updates, writer: cell, clock } = writer();
    await cell.write(out("a"));
    await cell.write(out("b"));
    expect(updates).toHaveLength(1);
    clock.pass(UPDATE_INTERVAL_MS);
    expect(updates).toHaveLength(2);
  });

  test("sends the rest when the cell ends, and nothing after", async () => {
    const { updates, writer: cell, clock } = writer();
    await cell.write(out("a"));
    await cell.write(out("b"));
    cell.finish();
    expect(updates).toHaveLength(2);
    clock.pass(UPDATE_INTERVAL_MS);
    expect(updates).toHaveLength(2);
  });

  test("keeps the giver waiting while the editor is behind", async () => {
    const clock = new StillClock();
    let show = () => {};
    const cell = new OutputWriter({ apply: () => new Promise((resolve) => (show = resolve)) }, moreOutputs, clock);
    await cell.write(out("a"));
    let taken = false;
    const second = cell.write(out("b")).then(() => (taken = true));
    await Promise.resolve();
    expect(taken).toBe(false);
    show();
    await second;
    expect(taken).toBe(true);
  });
});
