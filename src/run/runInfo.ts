import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import * as z from "zod";
import type { Random } from "../system/random.ts";
import { experimentMarkSchema } from "./configurationFile.ts";
import { diskErrorCode } from "./diskError.ts";
import { configurationSchema, RUN_FORMAT, savedStartSchema } from "./events.ts";
import { readStored } from "./storedJson.ts";

const dataSchema = z.object({ n: z.number().int(), hash: z.string(), source: z.string() });

const goalSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("optimize") }),
  z.object({ kind: z.literal("evaluate") }),
  z.object({ kind: z.literal("rewards") }),
  z.object({ kind: z.literal("landscape"), component: z.string(), key: z.string() }),
]);

/** What was asked for, besides the settings: a resumed run asks for the same. */
const askedSchema = z.object({
  goal: goalSchema,
  /** Absolute path of the folder whose data took the place of the experiment's own; null without one. */
  dataDirectory: z.string().nullable(),
  /** Configuration that the run started from; null for the system's own values. */
  configuration: configurationSchema.nullable(),
  /** The values accepted before were in force, so that what the run accepts is added to them. */
  startedFromFile: z.boolean().default(false),
  /** Accepted values among those that the run started from. */
  saved: savedStartSchema.optional(),
});

const runInfoSchema = z.object({
  format: z.literal(RUN_FORMAT),
  runId: z.string(),
  /** Version of Optimas that started the run. */
  product: z.string(),
  /** Version of Node.js that started the run. */
  node: z.string(),
  /** Milliseconds since 1970. */
  startedAt: z.number(),
  experiment: z.object({
    /** The experiment's file; both are "" for a run started from code. */
    path: z.string(),
    given: z.string(),
    /** `fileDigest` of the file when the run began. */
    digest: z.string().optional(),
    /**
     * Where a run started from code kept accepted values when it began: absolute path of the file, and the experiment as
     * the file names it.
     */
    values: z.object({ file: z.string(), experiment: experimentMarkSchema.optional() }).optional(),
  }),
  system: z.string(),
  settings: z.record(z.string(), z.unknown()),
  seed: z.number().int(),
  model: z.string(),
  simulated: z.boolean(),
  data: z.object({ train: dataSchema, validation: dataSchema, test: dataSchema.optional() }),
  /** Absent for a run started from code, which only its own code can resume. */
  asked: askedSchema.optional(),
});

/** What was run, in `run.json`; written once and never changed. */
export type RunInfo = z.infer<typeof runInfoSchema>;

/** What the starter of a run tells about it. */
export type NewRunInfo = Omit<RunInfo, "format" | "runId" | "node" | "startedAt">;

/** @throws UserError when the folder holds no run, or one of a newer version */
export function readRunInfo(folder: string): RunInfo {
  return readStored(join(folder, "run.json"), runInfoSchema);
}

/** Tells one text of a file from another; undefined where there is no such file, or it cannot be read. */
export function fileDigest(path: string): string | undefined {
  try {
    return createHash("sha256").update(readFileSync(path)).digest("base64");
  } catch (error) {
    if (diskErrorCode(error) === undefined) throw error;
    return undefined;
  }
}

const SUFFIX_LENGTH = 4;
const NAME_LENGTH = 40;

/**
 * A run id that people can read and that sorts by start, in UTC: `20261121-150307-hotpotqa-k3f9`.
 * @param random must not depend on the run's seed: the suffix keeps apart runs that start in the same second
 */
export function newRunId(name: string, startedAt: number, random: Random): string {
  const [day = "", time = ""] = new Date(startedAt).toISOString().split("T");
  const slug = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, NAME_LENGTH)
    .replace(/^-+|-+$/g, "");
  const suffix = Array.from({ length: SUFFIX_LENGTH }, () => random.integer(36).toString(36)).join("");
  return `${day.replaceAll("-", "")}-${time.slice(0, 8).replaceAll(":", "")}-${slug === "" ? "run" : slug}-${suffix}`;
}

/** True for a folder of runs where runs land unless told otherwise: `.optimas/runs`. */
export function isDefaultOut(out: string): boolean {
  return basename(out) === "runs" && basename(dirname(out)) === ".optimas";
}

/** The command that goes on with a run. */
export function resumeCommand(out: string, runId: string): string {
  if (isDefaultOut(out)) return `optimas resume ${runId}`;
  return `optimas resume ${runId} --out ${/[^\w./-]/.test(out) ? JSON.stringify(out) : out}`;
}

/** Absolute path of the file of a run's experiment; undefined where it was started from code, or does not tell. */
export function experimentFile(folder: string): string | undefined {
  try {
    return readRunInfo(folder).experiment.path || undefined;
  } catch {
    // What is wrong with the run is told by who reads it for more than this.
    return undefined;
  }
}
