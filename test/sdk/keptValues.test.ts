import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readSaved } from "../../src/run/configurationFile.ts";
import type { RunEvent } from "../../src/run/events.ts";
import { readRunInfo } from "../../src/run/runInfo.ts";
import type { ValuesUse } from "../../src/sdk/cellHost.ts";
import { meetDeclared } from "../../src/sdk/declaredExperiments.ts";
import type { WorkableExperiment } from "../../src/sdk/experiment.ts";
import type { Workbench, WorkbenchOptions } from "../../src/sdk/workbench.ts";
import { fixedRewards, toyLocalReward } from "../optimize/fixedRewards.ts";
import { type Cell, cell } from "./cell.ts";
import { toyExperiment } from "./toyExperiment.ts";

const source = { k: 1, loud: false };
const better = { k: 4, loud: false };

describe("what a cell's experiment accepts", () => {
  let folder = "";
  const opened: Workbench[] = [];
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "optimas-kept-")));
    writeFileSync(join(folder, "a.optnb"), "");
  });
  afterEach(async () => {
    for (const bench of opened.splice(0)) await bench.close();
    rmSync(folder, { recursive: true });
  });

  /** A cell of the notebook a.optnb. */
  const inNotebook = (values?: ValuesUse) =>
    cell({ folder, notebook: join(folder, "a.optnb"), ...(values && { values }) });
  /** `const tuning = experiment(...)` in a cell. */
  const tuning = (name = "tuning") => {
    const made = toyExperiment();
    meetDeclared(made, { kind: "cell", name });
    return made;
  };
  const open = async (made: WorkableExperiment, options: WorkbenchOptions = {}) => {
    const startRewards = async () => fixedRewards(toyLocalReward);
    const bench = await made.open({ startRewards, settings: { components: ["picker"] }, ...options });
    opened.push(bench);
    return bench;
  };
  /** One accepted update. */
  const accept = async (made: WorkableExperiment, at: Cell, options: WorkbenchOptions = {}) => {
    const bench = await open(made, options);
    expect(await at.run(() => bench.step())).toMatchObject({ component: "picker", decision: "accepted" });
    return bench;
  };
  const file = (name = "a.tuning") => join(folder, `${name}.optimas.json`);
  const told = ({ shown }: Cell) =>
    shown.flatMap(({ data }) => (Object.keys(data).join() === "text/plain" ? data["text/plain"] : []));

  test("lies beside the notebook at once, and the next run starts there; both are said below the cell", async () => {
    const first = inNotebook();
    const bench = await accept(tuning(), first);
    expect(readSaved(file())).toMatchObject({
      configuration: { picker: better },
      replaces: { picker: source },
      experiment: { notebook: "a.optnb", name: "tuning" },
      origin: { system: "toy" },
    });
    expect(told(first)).toEqual(["Accepted values are kept in a.tuning.optimas.json."]);
    await bench.close();

    const next = inNotebook();
    const events: RunEvent[] = [];
    const again = await open(tuning(), { onEvent: (event) => events.push(event) });
    await next.run(() => again.evaluate());
    expect(again.configuration.picker).toEqual(better);
    expect(told(next)).toEqual([
      'Starting from a.tuning.optimas.json (picker); open({ start: "source" }) starts from the source\'s values.',
    ]);
    // So does the run itself, wherever it is looked at.
    expect(events[0]).toMatchObject({ saved: { file: "a.tuning.optimas.json", components: ["picker"] } });
  });

  test("is not what a run starts from that is to start from the source, which takes its place", async () => {
    writeFileSync(file(), JSON.stringify({ format: 1, configuration: { picker: { k: 4, loud: true } } }));
    const at = inNotebook();
    const bench = await accept(tuning(), at, { start: "source" });
    expect(bench.configuration.picker).toEqual(better);
    expect(readSaved(file()).configuration).toEqual(bench.configuration);
  });

  test("stays in the run alone where that is asked for", async () => {
    const at = inNotebook();
    await accept(tuning(), at, { save: false });
    expect(existsSync(file())).toBe(false);
    expect(told(at)).toEqual([]);
  });

  test("is used as the host says where the code does not", async () => {
    writeFileSync(file(), JSON.stringify({ format: 1, configuration: { picker: { k: 2, loud: false } } }));
    const before = readFileSync(file(), "utf8");
    const ci = { start: "source", save: false } as const;
    const bench = await open(tuning());
    await inNotebook(ci).run(() => bench.evaluate());
    expect(bench.configuration.picker).toEqual(source);
    await inNotebook(ci).run(() => bench.step());
    expect(readFileSync(file(), "utf8")).toBe(before);
    const insisting = await open(tuning(), { start: "saved" });
    await inNotebook(ci).run(() => insisting.evaluate());
    expect(insisting.configuration.picker).toEqual({ k: 2, loud: false });
  });

  test("of two experiments goes to two files", async () => {
    await accept(tuning("one"), inNotebook());
    await accept(tuning("two"), inNotebook());
    expect(readSaved(file("a.one")).experiment).toEqual({ notebook: "a.optnb", name: "one" });
    expect(readSaved(file("a.two")).experiment).toEqual({ notebook: "a.optnb", name: "two" });
  });

  test("never takes the place of another experiment's: the run goes on, and says why", async () => {
    writeFileSync(join(folder, "a.ipynb"), "");
    const others = {
      format: 1,
      configuration: { picker: better },
      experiment: { notebook: "a.ipynb", name: "tuning" },
    };
    writeFileSync(file(), JSON.stringify(others));
    const warnings: string[] = [];
    const onEvent = (event: RunEvent) => void (event.type === "warning" && warnings.push(event.message));
    const bench = await accept(tuning(), inNotebook(), { onEvent });
    expect(bench.configuration.picker).toEqual(better);
    expect(JSON.parse(readFileSync(file(), "utf8"))).toEqual(others);
    expect(warnings).toEqual([
      expect.stringMatching(/holds the accepted values of another experiment: tuning in a\.ipynb/),
      expect.stringMatching(/^Accepted values are kept in the run alone\. .*a\.ipynb/),
    ]);
  });

  test("is written down later where it cannot be at once, and the run says so once for each reason", async () => {
    const warnings: string[] = [];
    const onEvent = (event: RunEvent) => void (event.type === "warning" && warnings.push(event.message));
    const bench = await open(tuning(), { onEvent });
    await inNotebook().run(() => bench.evaluate());
    writeFileSync(file(), "{");
    await inNotebook().run(() => bench.step());
    await inNotebook().run(() => bench.step());
    expect(warnings).toEqual([expect.stringMatching(/^Accepted values are kept in the run alone\. .*not valid JSON/)]);
    rmSync(file());
    await inNotebook().run(() => bench.optimize({ iterations: 1 }));
    expect(readSaved(file()).configuration).toEqual(bench.configuration);
  });

  test("beside a notebook whose folder has gone stays in the run, which goes on and says what to do", async () => {
    const warnings: string[] = [];
    const onEvent = (event: RunEvent) => void (event.type === "warning" && warnings.push(event.message));
    const gone = cell({ folder, notebook: join(folder, "gone", "a.optnb") });
    const bench = await accept(tuning(), gone, { onEvent });
    await gone.run(() => bench.step());
    expect(warnings).toEqual([
      expect.stringMatching(
        /^Accepted values are kept in the run alone\. Cannot write .*gone.*does not exist\. Restore it/,
      ),
    ]);
  });

  test("of an experiment without a name stays in its run, so that those made in a loop do not mix; the cell says so", async () => {
    const at = inNotebook();
    await accept(toyExperiment(), at);
    expect(existsSync(file())).toBe(false);
    expect(told(at)).toEqual([
      "Accepted values are kept in the run alone: the experiment has no name of its own in the notebook, such as in const tuning = experiment({ ... }).",
    ]);
  });

  test("is kept beside a notebook that was saved after the run began", async () => {
    const unsaved = cell({ folder });
    const bench = await accept(tuning(), unsaved);
    expect(told(unsaved)).toEqual(["Accepted values are kept in the run alone: the notebook was never saved."]);
    expect(existsSync(file())).toBe(false);
    await inNotebook().run(() => bench.step());
    expect(readSaved(file()).configuration).toEqual(bench.configuration);
  });

  test("moves on with a notebook that was renamed", async () => {
    const bench = await accept(tuning(), inNotebook());
    await cell({ folder, notebook: join(folder, "b.optnb") }).run(() => bench.step());
    expect(readSaved(file("b.tuning"))).toMatchObject({ experiment: { notebook: "b.optnb", name: "tuning" } });
  });

  test("of an experiment that was imported from a file lies beside that file", async () => {
    const made = toyExperiment();
    meetDeclared(made, { kind: "file", path: join(folder, "toy.ts") });
    meetDeclared(made, { kind: "cell", name: "renamed" });
    await accept(made, inNotebook());
    expect(readSaved(file("toy")).configuration).toMatchObject({ picker: better });
    expect(readSaved(file("toy")).experiment).toBeUndefined();
    expect(existsSync(file("a.renamed"))).toBe(false);
  });

  test("outside of notebooks goes to no file that nobody named", async () => {
    const bench = await open(tuning(), { out: join(folder, "runs") });
    expect(await bench.step()).toMatchObject({ decision: "accepted" });
    expect(existsSync(file())).toBe(false);
  });

  test("is where `save` writes to, and trials start from", async () => {
    const bench = await open(tuning());
    const at = inNotebook();
    await at.run(() => bench.evaluate());
    expect(await at.run(() => bench.save())).toBe(file());
    expect(readSaved(file()).experiment).toEqual({ notebook: "a.optnb", name: "tuning" });
    writeFileSync(file(), JSON.stringify({ format: 1, configuration: { picker: better } }));
    const trials = await tuning().trials();
    expect((await inNotebook().run(() => trials.offer())).taken).toEqual(["picker"]);
    await trials.close();
    const afresh = await tuning().trials({ start: "source" });
    expect((await inNotebook().run(() => afresh.offer())).taken).toEqual([]);
    await afresh.close();
  });

  test("is found again from the run", async () => {
    const bench = await open(tuning());
    let run = "";
    await inNotebook().run(async () => {
      const stopped = bench.step();
      await stopped;
    });
    run = readSaved(file()).origin?.run ?? "";
    expect(readRunInfo(join(folder, ".optimas", "runs", run)).experiment).toEqual({
      path: "",
      given: "",
      values: { file: file(), experiment: { notebook: "a.optnb", name: "tuning" } },
    });
  });
});
