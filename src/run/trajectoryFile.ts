import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { redactedJson } from "../system/secrets.ts";
import { AppendFile } from "./appendFile.ts";
import { storedFields } from "./storedFields.ts";

/** The trajectories of a run within its folder; runs of earlier versions have none. */
export function trajectoriesFile(folder: string): string {
  return join(folder, "trajectories.jsonl");
}

/** Characters of one field that are kept, and bytes of a run's whole file. */
const [FIELD_CHARACTERS, MOST_BYTES] = [20_000, 64 << 20];

const keptStepSchema = z.object({
  output: storedFields,
  /** Milliseconds from the first call to the output, waiting included; absent where the step was taken over from elsewhere. */
  ms: z.number().optional(),
  /** Calls of the run's language model. */
  calls: z.number().int().optional(),
  /** In (0, 1); absent where no local reward had been learnt by then. */
  localReward: z.number().optional(),
});
/** What a component gave; what it got follows from the row and the other outputs. */
export type KeptStep = z.infer<typeof keptStepSchema>;

const trajectorySchema = z.object({
  kind: z.literal("trajectory"),
  /** Iteration whose update was measured; 0 for the start. */
  iteration: z.number().int().nonnegative(),
  exampleId: z.string(),
  score: z.number(),
  failure: z.object({ at: z.string(), message: z.string() }).optional(),
  /** Components that gave what they gave in an earlier line, which begins at this offset in bytes. */
  like: z.object({ offset: z.number().int().nonnegative(), components: z.array(z.string()) }).optional(),
  steps: z.record(z.string(), keptStepSchema),
});

export const trajectoryLineSchema = z.discriminatedUnion("kind", [
  /** A row, once, before its first trajectory. */
  z.object({ kind: z.literal("row"), exampleId: z.string(), fields: storedFields }),
  trajectorySchema,
  /** The file is as long as it may be: nothing follows. */
  z.object({ kind: z.literal("full") }),
]);
export type TrajectoryLine = z.infer<typeof trajectoryLineSchema>;

/** One row under one configuration, as it is handed over to be kept. */
export interface KeptTrajectory {
  readonly iteration: number;
  /** Id and fields of the row. */
  readonly example: Readonly<Record<string, unknown>> & { readonly id: string };
  readonly score: number;
  readonly failure?: { readonly at: string; readonly message: string } | undefined;
  /** In execution order. */
  readonly steps: Readonly<Record<string, KeptStep>>;
}

/** The first line of a row that later ones lean on. */
interface Leant {
  readonly offset: number;
  readonly outputs: ReadonlyMap<string, string>;
}

/**
 * Trajectories on disk, appended as they are measured and never changed: rows once, and outputs that are those of the row's
 * first trajectory not again. They are there to be looked at; nothing that a run does depends on them, and at 64 MB the file
 * is closed.
 */
export class TrajectoryFile {
  readonly #path: string;
  readonly #mostBytes: number;
  readonly #leant = new Map<string, Leant>();
  #file: AppendFile | undefined;
  #length = 0;
  #isFull = false;

  /** @param mostBytes tests give their own */
  constructor(path: string, mostBytes = MOST_BYTES) {
    this.#path = path;
    this.#mostBytes = mostBytes;
  }

  /** @throws the file system's error; the file then ends as before */
  keep(trajectories: readonly KeptTrajectory[]): void {
    if (this.#isFull) return;
    const file = this.#opened();
    let text = "";
    let length = this.#length;
    const leant = new Map<string, Leant>();
    for (const trajectory of trajectories) {
      const known = leant.get(trajectory.example.id) ?? this.#leant.get(trajectory.example.id);
      const row = known === undefined ? line(rowOf(trajectory)) : "";
      const offset = length + Buffer.byteLength(row);
      const outputs = outputsOf(trajectory);
      const added = `${row}${line(trajectoryOf(trajectory, outputs, known))}`;
      length += Buffer.byteLength(added);
      if (length > this.#mostBytes) {
        this.#isFull = true;
        text += line({ kind: "full" });
        break;
      }
      text += added;
      if (known === undefined) leant.set(trajectory.example.id, { offset, outputs });
    }
    file.append(text);
    this.#length += Buffer.byteLength(text);
    for (const [id, one] of leant) this.#leant.set(id, one);
  }

  close(): void {
    this.#file?.close();
    this.#isFull = true;
  }

  /** Made with the first trajectory. A torn last line is what a crash left of one that was never whole: it is cut off. */
  #opened(): AppendFile {
    if (this.#file !== undefined) return this.#file;
    this.#length = existsSync(this.#path) ? wholeLength(this.#path) : 0;
    this.#file = new AppendFile(this.#path, this.#length);
    return this.#file;
  }
}

function line(value: TrajectoryLine): string {
  return `${redactedJson(value)}\n`;
}

function rowOf({ example: { id, ...fields } }: KeptTrajectory): TrajectoryLine {
  return { kind: "row", exampleId: id, fields: shortened(fields) };
}

/** Outputs as text, by which equal ones are known. */
function outputsOf({ steps }: KeptTrajectory): Map<string, string> {
  return new Map(
    Object.entries(steps).map(([component, { output }]) => [component, JSON.stringify(shortened(output))] as const),
  );
}

function trajectoryOf(
  { iteration, example, score, failure, steps }: KeptTrajectory,
  outputs: ReadonlyMap<string, string>,
  first: Leant | undefined,
): TrajectoryLine {
  const same = Object.keys(steps).filter((name) => first?.outputs.get(name) === outputs.get(name));
  const kept = Object.entries(steps).flatMap(([name, step]): [string, KeptStep][] => {
    if (!same.includes(name)) return [[name, { ...step, output: shortened(step.output) }]];
    const { output: _, ...figures } = step;
    // What else is known of it may be another than then.
    return Object.keys(figures).length === 0 ? [] : [[name, { ...figures, output: {} }]];
  });
  return {
    kind: "trajectory",
    iteration,
    exampleId: example.id,
    score,
    ...(failure && { failure: { at: failure.at, message: failure.message.slice(0, FIELD_CHARACTERS) } }),
    ...(first !== undefined && same.length > 0 && { like: { offset: first.offset, components: same } }),
    steps: Object.fromEntries(kept),
  };
}

/** What is too long to be read by anybody is cut, and says so. */
function shortened(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      const json = JSON.stringify(value);
      // Functions and the like are no data.
      if (json === undefined) return [];
      const text = typeof value === "string" ? value : json;
      if (text.length <= FIELD_CHARACTERS) return [[name, value]];
      return [[name, `${text.slice(0, FIELD_CHARACTERS)}… (+${text.length - FIELD_CHARACTERS})`]];
    }),
  );
}

/** Bytes up to the end of the last whole line. */
function wholeLength(path: string): number {
  const file = openSync(path, "r");
  try {
    const chunk = Buffer.allocUnsafe(1 << 16);
    for (let end = fstatSync(file).size; end > 0; ) {
      const start = Math.max(0, end - chunk.length);
      const read = readSync(file, chunk, 0, end - start, start);
      const newline = chunk.subarray(0, read).lastIndexOf(0x0a);
      if (newline !== -1) return start + newline + 1;
      end = start;
    }
    return 0;
  } finally {
    closeSync(file);
  }
}
