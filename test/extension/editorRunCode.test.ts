import { transform } from "esbuild";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { english } from "../../src/extension/l10n.ts";
import { editorRunCode } from "../../src/extension/runs/editorRunCode.ts";
import type { EditorRunPlan } from "../../src/extension/runs/editorRunRequest.ts";

const plan: EditorRunPlan = {
  file: "/work/a/experiment.ts",
  exported: { by: "name", name: "default" },
  name: "first",
  out: "/work/.optimas/runs",
  goal: { kind: "optimize", components: ["answerer"], iterations: 10 },
};

/** What the code of a plan asks of an experiment, found by running it. */
async function asked(
  given: EditorRunPlan,
  exports: (experiment: object) => object = (experiment) => ({ default: experiment }),
) {
  const calls: unknown[] = [];
  const step =
    (name: string) =>
    async (...values: unknown[]) => {
      calls.push([name, ...values]);
      return `given by ${name}`;
    };
  const bench = {
    optimize: step("optimize"),
    evaluate: step("evaluate"),
    fitRewards: step("fitRewards"),
    landscape: step("landscape"),
    close: step("close"),
  };
  const experiment = {
    system: { name: "first" },
    open: async (options: unknown) => {
      calls.push(["open", options]);
      return bench;
    },
  };
  const code = editorRunCode(given, english);
  const [, specifier = ""] = /^import \* as source from (".*");$/m.exec(code) ?? [];
  const body = code.replace(/^import .*$/m, "").replace(/\ngiven$/, "\nreturn given;");
  const { code: script } = await transform(`export const run = async (source) => {${body}}`, {
    loader: "ts",
    format: "esm",
  });
  const run = new Function(`${script.replace(/export\s*\{[\s\S]*$/, "")}; return run;`)() as (
    source: object,
  ) => Promise<unknown>;
  const result = await run(exports(experiment));
  return { calls, result, specifier: JSON.parse(specifier) as string };
}

describe("the cell of a run", () => {
  test("opens the experiment of the file, does the step and closes the run", async () => {
    expect(await asked(plan)).toEqual({
      specifier: "./experiment.ts",
      result: "given by optimize",
      calls: [
        [
          "open",
          {
            file: "/work/a/experiment.ts",
            out: "/work/.optimas/runs",
            settings: { iterations: 10, components: ["answerer"] },
          },
        ],
        ["optimize", { iterations: 10 }],
        ["close"],
      ],
    });
  });

  test("leaves the components open where none are named", async () => {
    const { calls } = await asked({ ...plan, goal: { kind: "optimize", components: undefined, iterations: 3 } });
    expect(calls[0]).toEqual(["open", expect.objectContaining({ settings: { iterations: 3 } })]);
  });

  test.each([
    [{ kind: "evaluate" } as const, ["evaluate"]],
    [{ kind: "rewards", components: ["answerer"] } as const, ["fitRewards"]],
    [{ kind: "landscape", component: 'a "b"', key: "k" } as const, ["landscape", 'a "b"', "k"]],
  ])("asks for %o", async (goal, call) => {
    expect((await asked({ ...plan, goal })).calls[1]).toEqual(call);
  });

  test("goes on with an interrupted run under the settings that it had", async () => {
    const resume = { folder: "/work/.optimas/runs/x", settings: { seed: 3, components: null } };
    const { calls } = await asked({ ...plan, resume });
    expect(calls[0]).toEqual([
      "open",
      { file: plan.file, out: plan.out, resume: resume.folder, settings: resume.settings },
    ]);
  });

  test("starts from values that it is given, under the settings of the run that it branches off from", async () => {
    const start = { answerer: "Answer.", retriever: { k: 5 } };
    const { calls } = await asked({ ...plan, start, settings: { seed: 3, iterations: 2 } });
    expect(calls[0]).toEqual([
      "open",
      { file: plan.file, out: plan.out, settings: { seed: 3, iterations: 10, components: ["answerer"] }, start },
    ]);
    const resume = { folder: "/work/.optimas/runs/x", settings: {} };
    expect((await asked({ ...plan, start, resume })).calls[0]).toEqual([
      "open",
      expect.objectContaining({ resume: resume.folder, start }),
    ]);
  });

  test("finds an experiment by the name of its system, also where it is promised", async () => {
    const exported = { by: "system", system: "first" } as const;
    const { calls } = await asked({ ...plan, exported }, (experiment) => ({
      other: 1,
      deep: Promise.resolve(experiment),
    }));
    expect(calls).toHaveLength(3);
  });

  test("says what to export where there is no experiment", async () => {
    await expect(asked(plan, () => ({}))).rejects.toThrow(
      'What experiment.ts exports as "default" is no experiment. Export it: export default experiment({ system, data, reward })',
    );
    const exported = { by: "system", system: "gone" } as const;
    await expect(asked({ ...plan, exported })).rejects.toThrow(/^No experiment of the system "gone" is exported/);
  });

  test("closes the run also when the step fails", async () => {
    const calls: string[] = [];
    const failing = {
      open: async () => ({
        optimize: async () => {
          throw new Error("stop");
        },
        close: async () => calls.push("close"),
      }),
    };
    await expect(asked(plan, () => ({ default: failing }))).rejects.toThrow("stop");
    expect(calls).toEqual(["close"]);
  });

  test("means the same file, export and names whatever signs they hold", async () => {
    const name = fc.string({ minLength: 1, unit: "grapheme" });
    // A name of a file has no slash; everything else may stand in one somewhere.
    const fileName = name.filter((text) => !/[/\0]/.test(text) && text !== "." && text !== "..");
    await fc.assert(
      fc.asyncProperty(fileName, name, name, name, async (file, exported, component, key) => {
        const given: EditorRunPlan = {
          ...plan,
          file: `/work/${file}`,
          exported: { by: "name", name: exported },
          goal: { kind: "landscape", component, key },
        };
        const { calls, specifier } = await asked(given, (experiment) => Object.fromEntries([[exported, experiment]]));
        expect(specifier).toBe(`./${file}`);
        expect(calls).toEqual([
          ["open", { file: given.file, out: plan.out, settings: { iterations: 0 } }],
          ["landscape", component, key],
          ["close"],
        ]);
      }),
      { numRuns: 40, examples: [["ex'pe\"ri`ment $" + "{1}.ts", "__proto__ ", "a\\", "\u2028"]] },
    );
  });
});
