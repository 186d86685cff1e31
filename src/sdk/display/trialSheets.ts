import type { Example } from "../../data/example.ts";
import { exampleText } from "../../data/exampleText.ts";
import type { MimeBundle } from "../../notebook/output.ts";
import type { ExampleRun, ValueCheck, ValueTrial } from "../../optimize/trials.ts";
import { FIELD_CHARACTERS, TRIAL_OUTPUT_MIME, type TrialOutput, type TrialOutputOf } from "../../run/trialOutput.ts";
import { counted } from "../../run/views/numberFormat.ts";
import { valueText } from "../../run/views/valueText.ts";
import type { Fields } from "../../system/component.ts";
import { redacted } from "../../system/secrets.ts";
import type { Variable, VariableValue } from "../../system/variable.ts";
import { type Block, sheetBundle, simulatedNotice } from "./sheet.ts";

/** What can be tried. */
export interface TrialOffer {
  readonly system: string;
  readonly model: string;
  readonly simulated: boolean;
  readonly components: readonly {
    readonly name: string;
    readonly description: string;
    readonly variable: Variable;
    readonly source: VariableValue;
    readonly current: VariableValue;
    readonly rewarded: boolean;
    readonly alignment: number | undefined;
    readonly tryRuns: number;
    readonly checkRuns: number;
    readonly tryUsd?: number | null;
    readonly checkUsd?: number | null;
  }[];
  readonly rowUsd?: number | null;
  readonly examples: readonly { readonly example: Example; readonly split: "train" | "validation" }[];
  readonly checkRows: number;
  readonly taken: readonly string[];
  readonly leftOut: readonly string[];
}

/** The whole system run on one row. */
export interface TimedRun extends ExampleRun {
  /** Milliseconds that it took, the scoring included. */
  readonly ms: number;
}

export function offerBundle(offer: TrialOffer): MimeBundle {
  const output: TrialOutputOf<"offer"> = {
    ...offer,
    kind: "offer",
    components: offer.components.map((component) => ({
      ...component,
      variable: shownVariable(component.variable),
      alignment: component.alignment ?? null,
    })),
    examples: offer.examples.map(({ example, split }) => ({ id: example.id, text: exampleText(example), split })),
    taken: [...offer.taken],
    leftOut: [...offer.leftOut],
  };
  const rows = offer.components.map(({ name, variable, current, rewarded }) => [
    name,
    variable.kind,
    valueText(current),
    rewarded ? "yes" : "no",
  ]);
  const columns = ["component", "variable", "in force", "local reward learnt"].map((title) => ({ title }));
  return bundle(output, [{ kind: "table", columns, rows }, ...notices(offer.simulated)]);
}

export function trialBundle(trial: ValueTrial): MimeBundle {
  const output: TrialOutputOf<"value"> = {
    kind: "value",
    component: trial.component,
    exampleId: trial.exampleId,
    input: shownFields(trial.input),
    tried: trial.tried.map(({ role, key, value, output: given, failure, localReward }) => ({
      role,
      key: key ?? null,
      value,
      output: given === undefined ? null : shownFields(given),
      failure: failure ?? null,
      localReward: localReward ?? null,
    })),
  };
  const rows = trial.tried.map(({ role, value, output: given, failure, localReward }) => [
    role,
    valueText(value),
    rewardText(localReward),
    failure ?? fieldsText(given ?? {}),
  ]);
  const columns = [{ title: "" }, { title: "value" }, { title: "local reward", number: true }, { title: "output" }];
  return bundle(output, [
    { kind: "text", text: `${trial.component} on row ${trial.exampleId}` },
    { kind: "table", columns, rows },
  ]);
}

export function checkBundle(check: ValueCheck): MimeBundle {
  const output: TrialOutputOf<"check"> = {
    ...check,
    kind: "check",
    exampleIds: [...check.exampleIds],
    before: [...check.before],
    after: [...check.after],
  };
  const verdict = check.accepted ? "would be accepted" : "would be rejected";
  return bundle(output, [{ kind: "text", text: `${check.component} ${verdict}: ${check.reason}.` }]);
}

export function exampleBundle(run: TimedRun): MimeBundle {
  const output: TrialOutputOf<"example"> = {
    kind: "example",
    exampleId: run.exampleId,
    example: shownFields(run.example),
    score: run.score,
    ms: run.ms,
    failure: run.failure === undefined ? null : { at: run.failure.at, message: run.failure.message },
    steps: run.steps.map(({ component, input, output: given, value, localReward, took }) => ({
      component,
      input: shownFields(input),
      output: shownFields(given),
      value,
      localReward: localReward ?? null,
      ...(took && { ms: took.ms, calls: took.calls }),
    })),
  };
  const rows = run.steps.map(({ component, output: given, localReward }) => [
    component,
    fieldsText(given),
    rewardText(localReward),
  ]);
  const columns = [{ title: "component" }, { title: "output" }, { title: "local reward", number: true }];
  const failed = run.failure === undefined ? "" : `; ${run.failure.at} failed: ${run.failure.message}`;
  return bundle(output, [
    { kind: "text", text: `row ${run.exampleId}: reward ${run.score.toFixed(3)}${failed}` },
    { kind: "table", columns, rows },
  ]);
}

function bundle(output: TrialOutput, blocks: readonly Block[]): MimeBundle {
  return { ...sheetBundle(blocks), [TRIAL_OUTPUT_MIME]: JSON.parse(JSON.stringify(output)) };
}

function notices(simulated: boolean): Block[] {
  return simulated ? [simulatedNotice] : [];
}

function shownVariable(variable: Variable): TrialOutputOf<"offer">["components"][number]["variable"] {
  switch (variable.kind) {
    case "none":
    case "weights":
      return { kind: variable.kind };
    case "prompt":
      return { kind: "prompt", maxLength: variable.maxLength };
    case "options":
      return { kind: "options", space: copied(variable.space) };
    case "model":
      return { kind: "model", models: [...variable.models] };
  }
}

type Space = Extract<TrialOutputOf<"offer">["components"][number]["variable"], { kind: "options" }>["space"];

function copied(space: Extract<Variable, { kind: "options" }>["space"]): Space {
  return Object.fromEntries(
    Object.entries(space).map(([key, dimension]) => [
      key,
      dimension.kind === "choice" ? { kind: "choice", values: [...dimension.values] } : { ...dimension },
    ]),
  );
}

/** Long texts are cut: a person looks at the beginning, and a panel must not be buried. */
function shownFields(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, cut(value)]));
}

function cut(value: unknown): unknown {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  if (text.length <= FIELD_CHARACTERS)
    return typeof value === "string" ? value : (JSON.parse(JSON.stringify(value ?? null)) as unknown);
  // Before it is cut: nothing would know the beginning of a key.
  const shown = redacted(text);
  const left = shown.length - FIELD_CHARACTERS;
  return left <= 0 ? shown : `${shown.slice(0, FIELD_CHARACTERS)}... (${counted(left, "more character")})`;
}

function fieldsText(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("\n");
}

function rewardText(reward: number | undefined): string {
  return reward === undefined ? "" : reward.toFixed(3);
}
