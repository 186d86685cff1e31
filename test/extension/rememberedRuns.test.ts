import { describe, expect, test } from "vitest";
import { RememberedRuns } from "../../src/extension/notebook/rememberedRuns.ts";

/** What the editor keeps of a workspace over a restart: JSON. */
class WorkspaceMemory {
  #text = "{}";
  get<T>(key: string): T | undefined {
    return (JSON.parse(this.#text) as Record<string, T>)[key];
  }
  async update(key: string, value: unknown): Promise<void> {
    this.#text = JSON.stringify({ ...JSON.parse(this.#text), [key]: value });
  }
}

describe("runs that cells began", () => {
  test("are found again by another window, under the same notebook and code", async () => {
    const memory = new WorkspaceMemory();
    await new RememberedRuns(memory).remember("file:///a.optnb", "await e.step()", "/runs/1");
    const later = new RememberedRuns(memory);
    expect(later.of("file:///a.optnb", "await e.step()")).toEqual(["/runs/1"]);
    expect(later.of("file:///a.optnb", "await e.step(2)")).toEqual([]);
    expect(later.of("file:///b.optnb", "await e.step()")).toEqual([]);
  });

  test("are forgotten when they came to their end", async () => {
    const runs = new RememberedRuns(new WorkspaceMemory());
    await runs.remember("n", "code", "/runs/1");
    await runs.remember("n", "code", "/runs/2");
    await runs.forget("/runs/1");
    expect(runs.of("n", "code")).toEqual(["/runs/2"]);
  });

  test("move to the cell that goes on with them, and the oldest make room", async () => {
    const runs = new RememberedRuns(new WorkspaceMemory());
    await runs.remember("n", "old code", "/runs/1");
    await runs.remember("n", "new code", "/runs/1");
    expect(runs.of("n", "old code")).toEqual([]);
    for (let i = 2; i <= 60; i++) await runs.remember("n", "code", `/runs/${i}`);
    expect(runs.of("n", "new code")).toEqual([]);
    expect(runs.of("n", "code")).toHaveLength(50);
    expect(runs.of("n", "code").at(-1)).toBe("/runs/60");
  });

  test("are kept as hashes of code, not as code", async () => {
    const memory = new WorkspaceMemory();
    await new RememberedRuns(memory).remember("n", "const secret = 1", "/runs/1");
    expect(JSON.stringify(memory.get("optimas.runs"))).not.toContain("secret");
  });
});
