import { existsSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { errorMessage } from "../../system/userError.ts";
import { parseStored } from "../storedJson.ts";
import { type TrajectoryLine, trajectoryLineSchema } from "../trajectoryFile.ts";
import { linesFrom, linesIn } from "./logPieces.ts";
import type { StoredTrajectory } from "./storedTrajectory.ts";

/** Read at once, before others get their turn; and of a single line, which is rarely longer. */
const [BLOCK_BYTES, LINE_BYTES] = [1 << 20, 1 << 14];

/** What a line is about; all else of it is checked when somebody asks for it. */
type LineHead =
  | Pick<Extract<TrajectoryLine, { kind: "row" }>, "kind" | "exampleId">
  | Pick<Extract<TrajectoryLine, { kind: "trajectory" }>, "kind" | "exampleId" | "iteration">
  | Extract<TrajectoryLine, { kind: "full" }>;

type Trajectory = Extract<TrajectoryLine, { kind: "trajectory" }>;

/** Finds single trajectories in the file of a run, also while it grows: where each line begins is noted as it is read. */
export class TrajectoryReader {
  readonly #file: string;
  #read = 0;
  #lines = 0;
  #isFull = false;
  readonly #rows = new Map<string, number>();
  /** What was measured again counts as it was last. */
  readonly #trajectories = new Map<string, number>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(file: string) {
    this.#file = file;
  }

  /** One question after the other. Never rejects. @param iteration of the configuration; 0 for the start */
  find(exampleId: string, iteration: number): Promise<StoredTrajectory> {
    const found = this.#last.then(() => this.#find(exampleId, iteration));
    const told = found.catch((error: unknown) => ({ kind: "unreadable", message: errorMessage(error) }) as const);
    this.#last = told;
    return told;
  }

  async #find(exampleId: string, iteration: number): Promise<StoredTrajectory> {
    if (!existsSync(this.#file)) return { kind: "none", why: "older" };
    const file = await open(this.#file, "r");
    try {
      await this.#readOn(file);
      const offset = this.#trajectories.get(keyOf(exampleId, iteration));
      if (offset === undefined) return { kind: "none", why: this.#isFull ? "full" : "unknown" };
      const own = await this.#trajectoryAt(file, offset);
      const { like, steps, score, failure = null } = own;
      const base = like && (await this.#trajectoryAt(file, like.offset));
      const taken = (like?.components ?? []).map((name) => {
        const output = base?.steps[name]?.output ?? {};
        return [name, { ...steps[name], output }] as const;
      });
      return {
        kind: "kept",
        exampleId,
        row: await this.#rowOf(file, exampleId),
        score,
        failure,
        steps: { ...steps, ...Object.fromEntries(taken) },
      };
    } finally {
      await file.close();
    }
  }

  async #readOn(file: FileHandle): Promise<void> {
    const { size } = await file.stat();
    if (size < this.#read) this.#forget();
    for (;;) {
      const block = await linesFrom(file, this.#read, BLOCK_BYTES);
      if (block === undefined) return;
      for (const bytes of linesIn(block.bytes)) {
        this.#note(headOf(bytes) ?? this.#parsed(bytes));
        this.#read += bytes.length + 1;
        this.#lines++;
      }
    }
  }

  #note(line: LineHead): void {
    switch (line.kind) {
      case "row":
        this.#rows.set(line.exampleId, this.#read);
        return;
      case "trajectory":
        this.#trajectories.set(keyOf(line.exampleId, line.iteration), this.#read);
        return;
      case "full":
        this.#isFull = true;
    }
  }

  #forget(): void {
    this.#read = 0;
    this.#lines = 0;
    this.#isFull = false;
    this.#rows.clear();
    this.#trajectories.clear();
  }

  async #rowOf(file: FileHandle, exampleId: string): Promise<Readonly<Record<string, unknown>>> {
    const offset = this.#rows.get(exampleId);
    const line = offset === undefined ? undefined : await this.#lineAt(file, offset);
    return line?.kind === "row" ? line.fields : {};
  }

  async #trajectoryAt(file: FileHandle, offset: number): Promise<Trajectory> {
    const line = await this.#lineAt(file, offset);
    if (line.kind === "trajectory") return line;
    throw new Error(`${this.#file} has no trajectory at byte ${offset}`);
  }

  async #lineAt(file: FileHandle, offset: number): Promise<TrajectoryLine> {
    const block = await linesFrom(file, offset, LINE_BYTES);
    for (const bytes of linesIn(block?.bytes ?? Buffer.alloc(0))) return this.#parsed(bytes);
    throw new Error(`${this.#file} has no line at byte ${offset}`);
  }

  #parsed(bytes: Buffer): TrajectoryLine {
    return parseStored(bytes, trajectoryLineSchema, `${this.#file}, line ${this.#lines + 1}`);
  }
}

/** Undefined for what is not plainly such a line: whoever reads it whole says what is wrong. */
function headOf(bytes: Buffer): LineHead | undefined {
  let line: unknown;
  try {
    line = JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
  if (typeof line !== "object" || line === null || !("kind" in line)) return undefined;
  if (line.kind === "full") return { kind: "full" };
  if (!("exampleId" in line) || typeof line.exampleId !== "string") return undefined;
  const { exampleId } = line;
  if (line.kind === "row") return { kind: "row", exampleId };
  if (line.kind !== "trajectory" || !("iteration" in line) || typeof line.iteration !== "number") return undefined;
  return { kind: "trajectory", exampleId, iteration: line.iteration };
}

function keyOf(exampleId: string, iteration: number): string {
  return `${iteration} ${exampleId}`;
}
