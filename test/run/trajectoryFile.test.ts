import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DeclaredComponent, stepsOf } from "../../src/run/panel/storedTrajectory.ts";
import { TrajectoryReader } from "../../src/run/panel/trajectoryReader.ts";
import { type KeptTrajectory, TrajectoryFile } from "../../src/run/trajectoryFile.ts";
import { scratchFolder } from "../data/scratchFolder.ts";

const kept = (
  exampleId: string,
  iteration: number,
  outputs: Readonly<Record<string, Record<string, unknown>>>,
  more: Partial<KeptTrajectory> = {},
): KeptTrajectory => ({
  iteration,
  example: { id: exampleId, question: `question of ${exampleId}`, answer: "right" },
  score: iteration / 10,
  steps: Object.fromEntries(
    Object.entries(outputs).map(([name, output]) => [name, { output, ms: 1.5, calls: 1, localReward: 0.25 }]),
  ),
  ...more,
});
const outputs = (answer: string, query = "the query") => ({ writer: { query }, answerer: { answer } });

/** What a page would be told of each. */
async function found(path: string, ...asked: readonly (readonly [string, number])[]) {
  const reader = new TrajectoryReader(path);
  return Promise.all(asked.map(([exampleId, iteration]) => reader.find(exampleId, iteration)));
}

describe("the trajectories of a run", () => {
  const place = () => join(scratchFolder(), "trajectories.jsonl");

  test("are found again by row and configuration, whole", async () => {
    const path = place();
    const file = new TrajectoryFile(path);
    file.keep([kept("a", 0, outputs("wrong")), kept("b", 0, outputs("no"))]);
    file.keep([kept("a", 2, outputs("right"), { failure: { at: "reward", message: "no number" } })]);
    const [start, later, other, never] = await found(path, ["a", 0], ["a", 2], ["b", 0], ["b", 2]);
    const row = { question: "question of a", answer: "right" };
    const figures = { ms: 1.5, calls: 1, localReward: 0.25 };
    expect(start).toEqual({
      kind: "kept",
      exampleId: "a",
      row,
      score: 0,
      failure: null,
      steps: {
        writer: { output: { query: "the query" }, ...figures },
        answerer: { output: { answer: "wrong" }, ...figures },
      },
    });
    expect(later).toMatchObject({
      score: 0.2,
      failure: { at: "reward", message: "no number" },
      steps: { writer: { output: { query: "the query" }, ...figures }, answerer: { output: { answer: "right" } } },
    });
    expect([other?.kind, never]).toEqual(["kept", { kind: "none", why: "unknown" }]);
    file.close();
  });

  test("hold rows once, and outputs that are those of a row's first trajectory not again", () => {
    const path = place();
    const file = new TrajectoryFile(path);
    const long = "x".repeat(5000);
    file.keep([kept("a", 0, outputs("wrong", long))]);
    const first = statSync(path).size;
    file.keep([kept("a", 1, outputs("right", long))]);
    expect(statSync(path).size - first).toBeLessThan(500);
    expect(readFileSync(path, "utf8").match(/"kind":"row"/g)).toHaveLength(1);
    file.close();
  });

  test("are what was measured last where a resumed run measured again", async () => {
    const path = place();
    const before = new TrajectoryFile(path);
    before.keep([kept("a", 1, outputs("before"))]);
    before.close();
    const after = new TrajectoryFile(path);
    after.keep([kept("a", 1, outputs("after"))]);
    after.close();
    const [told] = await found(path, ["a", 1]);
    expect(told).toMatchObject({ steps: { answerer: { output: { answer: "after" } } } });
  });

  test("lose nothing but a torn last line when a run is killed", async () => {
    const path = place();
    const file = new TrajectoryFile(path);
    file.keep([kept("a", 0, outputs("whole"))]);
    file.close();
    const { size } = statSync(path);
    appendFileSync(path, `{"kind":"trajectory","iter${"x".repeat(100_000)}`);
    expect((await found(path, ["a", 0]))[0]?.kind).toBe("kept");
    const again = new TrajectoryFile(path);
    again.keep([kept("b", 0, outputs("next"))]);
    again.close();
    expect(
      readFileSync(path)
        .subarray(size, size + 13)
        .toString(),
    ).toBe('{"kind":"row"');
    expect((await found(path, ["a", 0], ["b", 0])).map(({ kind }) => kind)).toEqual(["kept", "kept"]);
  });

  test("are followed while they are written, and from the beginning where the file is another", async () => {
    const path = place();
    const file = new TrajectoryFile(path);
    const reader = new TrajectoryReader(path);
    expect(await reader.find("a", 0)).toEqual({ kind: "none", why: "older" });
    file.keep([kept("a", 0, outputs("one"))]);
    expect((await reader.find("a", 0)).kind).toBe("kept");
    file.keep([kept("a", 1, outputs("two"))]);
    expect((await reader.find("a", 1)).kind).toBe("kept");
    file.close();
    truncateSync(path, 0);
    expect(await reader.find("a", 0)).toEqual({ kind: "none", why: "unknown" });
  });

  test("stop where the file is as long as it may be, which is told", async () => {
    const path = place();
    const file = new TrajectoryFile(path, 2000);
    for (let iteration = 0; iteration < 50; iteration++)
      file.keep([kept("a", iteration, outputs(`answer ${iteration}`))]);
    file.close();
    expect(statSync(path).size).toBeLessThan(2100);
    const [first, last] = await found(path, ["a", 0], ["a", 49]);
    expect([first?.kind, last]).toEqual(["kept", { kind: "none", why: "full" }]);
  });

  test("cut what nobody reads to its end", async () => {
    const path = place();
    const file = new TrajectoryFile(path);
    file.keep([kept("a", 0, outputs("y".repeat(1_000_000)))]);
    file.close();
    expect(statSync(path).size).toBeLessThan(25_000);
    const [told] = await found(path, ["a", 0]);
    expect(JSON.stringify(told)).toContain("(+980000)");
  });

  test("are refused in words where a line is damaged, and the file stays as it is", async () => {
    const path = place();
    writeFileSync(path, '{"kind":"row","exampleId":"a","fields":{}}\n{"kind":"trajectory"}\n');
    const [told] = await found(path, ["a", 0]);
    expect(told).toMatchObject({ kind: "unreadable", message: expect.stringContaining("line 2") });
    expect(readFileSync(path, "utf8")).toContain('{"kind":"trajectory"}\n');
  });

  test("come back as they were handed over, whatever they hold", async () => {
    const folder = scratchFolder();
    let files = 0;
    const fields = fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue(), { maxKeys: 4 });
    const trajectories = fc.array(
      fc.record({
        id: fc.string({ unit: "binary", maxLength: 8 }),
        iteration: fc.nat(5),
        row: fields,
        steps: fc.dictionary(fc.constantFrom("writer", "answerer", "retriever"), fields),
      }),
      { minLength: 1, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(trajectories, async (all) => {
        const path = join(folder, `${files++}.jsonl`);
        const file = new TrajectoryFile(path);
        const last = new Map<string, (typeof all)[number]>();
        for (const one of all) {
          file.keep([
            kept(one.id, one.iteration, one.steps as Record<string, Record<string, unknown>>, {
              example: { ...one.row, id: one.id },
            }),
          ]);
          last.set(JSON.stringify([one.id, one.iteration]), one);
        }
        file.close();
        const reader = new TrajectoryReader(path);
        for (const { id, iteration, steps } of last.values()) {
          const told = await reader.find(id, iteration);
          const given = told.kind === "kept" ? told.steps : {};
          const same = Object.fromEntries(Object.entries(given).map(([name, { output }]) => [name, output]));
          expect(same).toEqual(JSON.parse(JSON.stringify(steps)));
        }
      }),
      // One of these names is no record's, as a schema has it.
      {
        numRuns: 15,
        examples: [[[{ id: "", iteration: 0, row: {}, steps: { writer: JSON.parse('{"__proto__":{}}') } }]]],
      },
    );
  });
});

describe("the steps of a trajectory", () => {
  const components: DeclaredComponent[] = [
    { name: "writer", kind: "prompt", inputs: ["question"], outputs: ["query"] },
    { name: "skipped", kind: "prompt", inputs: ["query"], outputs: ["hint"] },
    { name: "answerer", kind: "prompt", inputs: ["question", "query", "hint"], outputs: ["answer"] },
  ];

  test("have what each component got, read off the row and the others' outputs", () => {
    const steps = stepsOf(
      {
        kind: "kept",
        exampleId: "a",
        row: { question: "q", answer: "right" },
        score: 1,
        failure: null,
        steps: { writer: { output: { query: "the query" } }, answerer: { output: { answer: "mine" }, ms: 3 } },
      },
      components,
      { answerer: "Answer." },
    );
    // The right answer stands in the row under the name of an output: no component got it.
    expect(steps).toEqual([
      {
        component: "writer",
        value: null,
        input: { question: "q" },
        output: { query: "the query" },
        localReward: null,
        ms: null,
        calls: null,
      },
      {
        component: "answerer",
        value: "Answer.",
        input: { question: "q", query: "the query" },
        output: { answer: "mine" },
        localReward: null,
        ms: 3,
        calls: null,
      },
    ]);
  });
});
