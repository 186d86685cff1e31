import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { component, experiment, llm, rows, system } from "optimas";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { MimeBundle } from "../../src/notebook/output.ts";
import type { Workbench } from "../../src/sdk/workbench.ts";
import { fixedRewards, toyLocalReward } from "../optimize/fixedRewards.ts";
import { toyExperiment } from "./toyExperiment.ts";

const look = (value: unknown): MimeBundle => {
  const own = Object.getOwnPropertyDescriptor(value ?? {}, Symbol.for("Jupyter.display"));
  if (own === undefined) throw new Error("the value does not show itself");
  return own.value();
};
const hostile = '<img src=x onerror="alert(1)"> | `code` [link](x) \u202e';

describe("what a notebook shows", () => {
  const asker = llm({
    name: "asker",
    description: hostile,
    inputs: ["question"],
    outputs: ["query"],
    prompt: "Ask <b>better</b>.",
  });
  const finder = component({
    name: "finder",
    description: "Finds.",
    inputs: ["query", "question"],
    outputs: ["answer"],
    run: ({ query }) => ({ answer: query }),
  });
  const qa = system({ name: "qa", components: [asker, finder], outputs: ["answer"] });
  const made = experiment({
    system: qa,
    data: { train: rows([{ question: "Who?" }]), validation: rows([{ question: "Where?" }]) },
    reward: () => 1,
  });

  test.each([
    ["a component", asker],
    ["a system", qa],
    ["an experiment", made],
  ])("of %s is HTML, Markdown and text, in which nothing of its text acts", (_what, value) => {
    const shown = look(value);
    expect(Object.keys(shown)).toEqual(expect.arrayContaining(["text/html", "text/markdown", "text/plain"]));
    expect(shown["text/html"]).not.toContain("<img");
    expect(shown["text/html"]).not.toContain("<b>");
    expect(String(shown["text/markdown"]).replace(/\\./g, "")).not.toMatch(/[<[]|`(?!````)/);
  });

  test("does not get in the way of copies, comparisons and JSON", () => {
    expect(Object.keys(asker)).not.toContain("display");
    expect(Object.getOwnPropertySymbols({ ...asker })).toEqual([]);
    expect(JSON.stringify(qa.components[0])).toContain('"asker"');
  });

  test("of a system is its graph: a box per component, an edge per connection, readable on any page", () => {
    const { "text/html": html, "image/svg+xml": alone } = look(qa);
    expect(String(html).match(/<rect/g)).toHaveLength(3);
    expect(String(html)).toContain("asker makes query from question; finder makes answer from query, question");
    expect(String(html)).toContain("var(--vscode-foreground");
    expect(String(alone)).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(String(alone)).not.toContain("var(");
  });

  test("says simulated model where one is used, and only there", () => {
    expect(look(made)["text/plain"]).toContain("Simulated model");
    expect(look(toyExperiment())["text/plain"]).not.toContain("imulated");
  });
});

describe("what a step gives", () => {
  let folder = "";
  let bench: Workbench;
  beforeAll(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "optimas-looks-")));
    bench = await toyExperiment().open({ out: folder, startRewards: async () => fixedRewards(toyLocalReward) });
  });
  afterAll(async () => {
    await bench.close();
    rmSync(folder, { recursive: true });
  });

  test("shows the reward and its rows", async () => {
    const start = await bench.evaluate();
    expect(look(start)["text/plain"]).toBe(
      "Reward of the unoptimized system: 0.000\n\nMean over 5 validation rows; lowest 0.000, median 0.000, highest 0.000.",
    );
    expect(JSON.parse(JSON.stringify(start))).toMatchObject({ type: "evaluation", mean: 0 });
  });

  test("shows how far local rewards can be trusted", async () => {
    expect(look(await bench.fitRewards())["text/plain"]).toMatch(/picker +1\.000 +100 +\d+ {2}its local reward/);
  });

  test("shows what an update changes, word by word", async () => {
    const update = await bench.step();
    const shown = look(update);
    expect(shown["text/plain"]).toContain(`Iteration 1, ${update?.component}: ${update?.decision}`);
    expect(shown["text/html"]).toMatch(/<ins /);
    expect(shown["text/markdown"]).toMatch(/\n- [\s\S]*\n\+ /);
  });

  test("shows a landscape as a picture with its figures", async () => {
    const shown = look(await bench.landscape("picker", "k"));
    expect(shown["image/svg+xml"]).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(shown["image/svg+xml"]).not.toContain("var(");
    expect(shown["text/html"]).toContain("<svg");
    expect(shown["text/plain"]).toMatch(/k = 4/);
  });

  test("shows what a run came to, as it was then", async () => {
    const summary = await bench.optimize({ iterations: 2 });
    const before = look(summary)["text/plain"];
    expect(before).toMatch(/validation +5 +0\.000 +\d\.\d{3} +[+]\d/);
    await bench.step();
    expect(look(summary)["text/plain"]).toBe(before);
  });
});
