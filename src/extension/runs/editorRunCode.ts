import { basename } from "node:path";
import type { L10n } from "../l10n.ts";
import type { EditorRunGoal, EditorRunPlan, ExperimentExport } from "./editorRunRequest.ts";

/** The cell that does a run: everything of it that is the user's is imported, so that stacks name the user's own lines. */
export function editorRunCode(plan: EditorRunPlan, l10n: L10n): string {
  const options = {
    file: plan.file,
    out: plan.out,
    ...(plan.resume === undefined
      ? { settings: { ...plan.settings, ...startSettings(plan.goal) } }
      : { resume: plan.resume.folder, settings: plan.resume.settings }),
    ...(plan.start === undefined ? {} : { start: plan.start }),
  };
  return [
    ...experimentCode(plan, l10n),
    `const bench = await experiment.open(${literal(options)});`,
    "let given;",
    `try { given = await bench.${step(plan.goal)}; } finally { await bench.close(); }`,
    "given",
  ].join("\n");
}

/** Lines of a cell that give it the `experiment` of a file, and fail with words for the user where there is none. */
export function experimentCode(plan: Pick<EditorRunPlan, "file" | "exported">, l10n: L10n): readonly string[] {
  return [
    `import * as source from ${literal(`./${basename(plan.file)}`)};`,
    `const experiment = ${foundBy(plan.exported)};`,
    `if (typeof experiment?.open !== "function") throw new Error(${literal(notExported(plan, l10n))});`,
  ];
}

/** Where and how to export an experiment that cannot be found in its file. */
function notExported({ file, exported }: Pick<EditorRunPlan, "file" | "exported">, l10n: L10n): string {
  const name = basename(file);
  return exported.by === "system"
    ? l10n.t(
        'No experiment of the system "{0}" is exported by {1}. Export it: export default experiment({ system, data, reward })',
        exported.system,
        name,
      )
    : l10n.t(
        'What {0} exports as "{1}" is no experiment. Export it: export default experiment({ system, data, reward })',
        name,
        exported.name,
      );
}

/** A promise of an experiment is as good as one. */
function foundBy(exported: ExperimentExport): string {
  if (exported.by === "name") return `await source[${literal(exported.name)}]`;
  const system = literal(exported.system);
  return `(await Promise.all(Object.values(source))).find((one) => typeof one?.open === "function" && one.system?.name === ${system})`;
}

/** The number of iterations stands in the settings as well, where lists of runs look for it. */
function startSettings(goal: EditorRunGoal): Readonly<Record<string, unknown>> {
  if (goal.kind !== "optimize" && goal.kind !== "rewards") return { iterations: 0 };
  const iterations = goal.kind === "optimize" ? goal.iterations : 0;
  return { iterations, ...(goal.components && { components: goal.components }) };
}

function step(goal: EditorRunGoal): string {
  switch (goal.kind) {
    case "optimize":
      return `optimize({ iterations: ${goal.iterations} })`;
    case "evaluate":
      return "evaluate()";
    case "rewards":
      return "fitRewards()";
    case "landscape":
      return `landscape(${literal(goal.component)}, ${literal(goal.key)})`;
  }
}

function literal(value: unknown): string {
  return JSON.stringify(value);
}
