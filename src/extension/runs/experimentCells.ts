import type { ComponentDefinition, ExperimentDefinition, SystemDefinition } from "../../detection/definition.ts";
import type { VariableValue } from "../../system/variable.ts";
import type { L10n } from "../l10n.ts";
import type { EditorRunGoal } from "./editorRunRequest.ts";

/** What users import; nothing in here does. */
const SDK = "optimas";

/** A cell that is written for the user. */
export interface WrittenCell {
  readonly kind: "code" | "markdown";
  readonly text: string;
}

/** How code of another file gets at a definition. */
export interface ImportPath {
  /** Relative to whoever imports it, with slashes: "./system.ts". */
  readonly specifier: string;
  /** The name that it is exported as. */
  readonly exported: string;
  /** What it is called where it is imported. */
  readonly local: string;
}

/**
 * How a definition is imported under a name that is one.
 * @param fallback its name where nothing else gives one
 * @returns undefined for what its file does not export
 */
export function importPath(
  definition: { readonly exportedAs: readonly string[]; readonly binding: string | undefined },
  specifier: string,
  fallback: string,
): ImportPath | undefined {
  const { exportedAs, binding } = definition;
  const named = exportedAs.find((name) => name !== "default");
  const exported = named ?? exportedAs[0];
  if (exported === undefined) return undefined;
  const local = [binding, exported, fallback].find((name) => name !== undefined && isName(name)) ?? fallback;
  return { specifier, exported, local };
}

/** The statement that imports it. */
export function importStatement({ specifier, exported, local }: ImportPath): string {
  const from = JSON.stringify(specifier);
  if (exported === "default") return `import ${local} from ${from};`;
  if (exported === local) return `import { ${local} } from ${from};`;
  return `import { ${isName(exported) ? exported : JSON.stringify(exported)} as ${local} } from ${from};`;
}

/** A notebook for an experiment that stands in a file. @param title name of its system */
export function experimentCells(experiment: ImportPath, title: string, iterations: number, l10n: L10n): WrittenCell[] {
  const { local, specifier } = experiment;
  return [
    {
      kind: "markdown",
      text: `# ${l10n.t("Experiment on {0}", title)}\n${l10n.t("The experiment stands in `{0}`. Cells see it as it is saved.", specifier)}`,
    },
    { kind: "code", text: `${importStatement(experiment)}\n\nawait ${local}.evaluate()` },
    { kind: "markdown", text: l10n.t("Now improve it. A change is kept only when the validation rows confirm it.") },
    { kind: "code", text: `await ${local}.optimize({ iterations: ${iterations} })` },
  ];
}

/** What an experiment can be made around. */
export type Subject =
  | { readonly kind: "system"; readonly system: SystemDefinition; readonly components: readonly ComponentDefinition[] }
  /** A component that no system lists: one is made of it alone. */
  | { readonly kind: "component"; readonly component: ComponentDefinition };

/**
 * Cells that declare an experiment and work on it; the user has rows and reward left to write.
 * @param imported how the subject is imported; undefined where it stands in the same notebook, under `local`
 */
export function newExperimentCells(
  subject: Subject,
  imported: ImportPath | undefined,
  local: string,
  iterations: number,
  l10n: L10n,
): WrittenCell[] {
  const { title, inputs, outputs } = shapeOf(subject);
  const [score = "answer"] = outputs;
  const fields = [...new Set([...inputs, score])];
  const row = (text: string) => `  { ${fields.map((name) => `${key(name)}: ${JSON.stringify(text)}`).join(", ")} },`;
  const system = subject.kind === "system" ? local : "alone";
  const declaration = [
    `import { experiment, ${subject.kind === "component" ? "system, " : ""}tokenF1 } from ${JSON.stringify(SDK)};`,
    ...(imported === undefined ? [] : [importStatement(imported)]),
    "",
    ...(subject.kind === "component"
      ? [
          `const alone = system({ name: ${JSON.stringify(title)}, components: [${local}], outputs: ${JSON.stringify(outputs)} });`,
          "",
        ]
      : []),
    `// TODO: ${l10n.t('Put your own rows here, a few dozen at least, or name files: jsonl("train.jsonl").')}`,
    `// ${l10n.t("A row holds the inputs ({0}) and what the reward looks at.", inputs.join(", "))}`,
    "const rows = [",
    ...["TODO 1", "TODO 2", "TODO 3", "TODO 4"].map(row),
    "];",
    "",
    "const tuning = experiment({",
    `  system: ${system},`,
    "  data: {",
    "    train: rows.filter((_, at) => at % 2 === 0),",
    "    validation: rows.filter((_, at) => at % 2 === 1),",
    "  },",
    `  // TODO: ${l10n.t("Score an output from 0 to 1, higher is better.")}`,
    `  reward: (output, example) => tokenF1(String(output${member(score)}), String(example${member(score)})),`,
    "});",
    "await tuning.evaluate()",
  ];
  return [
    {
      kind: "markdown",
      text: [
        `# ${l10n.t("Experiment on {0}", title)}`,
        l10n.t("Rows and reward below are placeholders: replace them, then run the cells in order."),
      ].join("\n"),
    },
    { kind: "code", text: declaration.join("\n") },
    { kind: "markdown", text: l10n.t("Now improve it. A change is kept only when the validation rows confirm it.") },
    { kind: "code", text: `await tuning.optimize({ iterations: ${iterations} })` },
  ];
}

/**
 * The cell that does a step of an experiment which a notebook declares.
 * @param chosen settings that take the place of the experiment's
 */
export function stepCell(
  experiment: Pick<ExperimentDefinition, "binding">,
  goal: EditorRunGoal,
  chosen: Readonly<Record<string, unknown>> = {},
): string | undefined {
  const { binding } = experiment;
  if (binding === undefined || !isName(binding)) return undefined;
  const { components } = { components: undefined, ...goal };
  const settings = { ...chosen, ...(components && { components }) };
  if (Object.keys(settings).length === 0) return `await ${binding}.${stepCall(goal)}`;
  const written = Object.entries(settings).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `const bench = await ${binding}.open({ settings: { ${written.join(", ")} } });\nawait bench.${stepCall(goal)}`;
}

function stepCall(goal: EditorRunGoal): string {
  switch (goal.kind) {
    case "evaluate":
      return "evaluate()";
    case "landscape":
      return `landscape(${JSON.stringify(goal.component)}, ${JSON.stringify(goal.key)})`;
    case "rewards":
      return "fitRewards()";
    case "optimize":
      return `optimize({ iterations: ${goal.iterations} })`;
  }
}

/**
 * The cell in which values of a component are tried, for an experiment that a notebook declares.
 * @param value what the source says; undefined where it is not written down
 */
export function trialCell(
  experiment: Pick<ExperimentDefinition, "binding">,
  component: string,
  value: VariableValue | undefined,
  l10n: L10n,
): string | undefined {
  const { binding } = experiment;
  if (binding === undefined || !isName(binding)) return undefined;
  const trials = `const trials = await ${binding}.trials();`;
  if (value === undefined) return `${trials}\nawait trials.offer()`;
  const edit = `// ${l10n.t("Edit the value and run the cell again.")}`;
  return `${trials}\n${edit}\nawait trials.tryValue(${JSON.stringify(component)}, ${JSON.stringify(value)})`;
}

interface Shape {
  readonly title: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Inputs are the fields that components read and none writes. */
function shapeOf(subject: Subject): Shape {
  if (subject.kind === "component") {
    const { name, inputs = [], outputs = [] } = subject.component;
    return { title: name ?? "component", inputs, outputs };
  }
  const { system, components } = subject;
  const written = new Set(components.flatMap(({ outputs = [] }) => outputs));
  const inputs = [...new Set(components.flatMap(({ inputs: read = [] }) => read))].filter((name) => !written.has(name));
  return { title: system.name ?? "system", inputs, outputs: system.outputs ?? [] };
}

function isName(text: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(text) && !RESERVED.has(text);
}

const RESERVED = new Set(
  "await break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof new null return super switch this throw true try typeof var void while with yield let static implements interface package private protected public".split(
    " ",
  ),
);

function key(name: string): string {
  return isName(name) ? name : JSON.stringify(name);
}

function member(name: string): string {
  return isName(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
