import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import * as z from "zod";
import type { Configuration } from "../system/configuration.ts";
import { redactedJson } from "../system/secrets.ts";
import { UserError } from "../system/userError.ts";
import { onDisk } from "./diskError.ts";
import { replaceFile } from "./durableFile.ts";
import { configurationSchema } from "./events.ts";

/** Version of the file; raised when an older reader could misread it. */
export const CONFIGURATION_FORMAT = 1;

/** The experiment in the cells of a notebook that values are of: the notebook's file name, and its name in the notebook. */
export const experimentMarkSchema = z.object({ notebook: z.string(), name: z.string() });
export type ExperimentMark = Readonly<z.infer<typeof experimentMarkSchema>>;

const savedSchema = z.object({
  format: z.literal(CONFIGURATION_FORMAT),
  configuration: configurationSchema,
  /**
   * What the source said when these values were accepted. A value stands in for the source's as long as the source still
   * says that; once an author has written another one, that one is in force. Absent in a file written by hand, which always
   * is in force.
   */
  replaces: configurationSchema.optional(),
  /** Absent for the experiment of a file, which is named by where its values lie. */
  experiment: experimentMarkSchema.optional(),
  /** Where the configuration comes from; absent in a file written by hand. */
  origin: z
    .object({
      system: z.string(),
      run: z.string(),
      /** The model it was found with. A stand-in that is no language model is called so. */
      model: z.string(),
      validation: z.object({ unoptimized: z.number(), optimized: z.number(), n: z.number().int() }),
    })
    .optional(),
});

/** An accepted configuration as it is committed beside its experiment. */
export type SavedConfiguration = Omit<z.infer<typeof savedSchema>, "format">;

/** An experiment that cells of a notebook declare. */
export interface NotebookExperiment {
  /** Absolute path of the notebook. */
  readonly notebook: string;
  /** The name that the notebook knows it by: `tuning` for `const tuning = experiment({ ... })`. */
  readonly name: string;
}

/** `<name>.optimas.json` beside the experiment file `<name>.ts`. */
export function configurationFile(experimentPath: string): string {
  return join(dirname(experimentPath), `${basename(experimentPath, extname(experimentPath))}.optimas.json`);
}

/**
 * Where an experiment in a notebook keeps its configuration: `<notebook>.<name>.optimas.json` beside the notebook, which may
 * hold several, and may lie beside an experiment file that is called as it is.
 */
export function notebookConfigurationFile({ notebook, name }: NotebookExperiment): string {
  return join(dirname(notebook), `${basename(notebook, extname(notebook))}.${name}.optimas.json`);
}

/** How the file names the experiment. */
export function experimentMark({ notebook, name }: NotebookExperiment): ExperimentMark {
  return { notebook: basename(notebook), name };
}

/**
 * Why these values are not the ones of `experiment`: they are another's, of a notebook that is still there and keeps its
 * own in the same file. A file that was renamed or copied with its notebook is its new notebook's.
 * @param experiment undefined for one that a file declares
 */
export function foreignValues(
  file: string,
  saved: SavedConfiguration,
  experiment: ExperimentMark | undefined,
): string | undefined {
  const other = saved.experiment;
  if (other === undefined || (other.notebook === experiment?.notebook && other.name === experiment.name))
    return undefined;
  const notebook = join(dirname(file), other.notebook);
  const theirs = notebookConfigurationFile({ notebook, name: other.name });
  // Some file systems take names for equal that differ in case.
  if (basename(theirs).toLowerCase() !== basename(file).toLowerCase() || !existsSync(notebook)) return undefined;
  return (
    `${file} holds the accepted values of another experiment: ${other.name} in ${other.notebook}. ` +
    "Give one of the two another name, or move the file away."
  );
}

/** @throws UserError when the file cannot be read, is no configuration or is of a newer version */
export function readConfiguration(file: string): Configuration {
  return readSaved(file).configuration;
}

/** @throws UserError when the file cannot be read, is no configuration or is of a newer version */
export function readSaved(file: string): SavedConfiguration {
  const text = onDisk(`read ${file}`, undefined, () => readFileSync(file, "utf8"));
  const { format: _, ...saved } = parse(text, file);
  return saved;
}

/**
 * Writes the file, replacing an earlier configuration at once and whole.
 * @throws UserError when there is a file that is no configuration, of a newer version, or another experiment's, which is
 *   left as it is
 */
export function saveConfiguration(file: string, saved: SavedConfiguration): void {
  const foreign = existsSync(file) ? foreignValues(file, readSaved(file), saved.experiment) : undefined;
  if (foreign !== undefined) throw new UserError(foreign);
  const text = `${redactedJson({ format: CONFIGURATION_FORMAT, ...saved }, 2)}\n`;
  onDisk(`write ${file}`, undefined, () => replaceFile(file, text));
}

function parse(text: string, file: string): z.infer<typeof savedSchema> {
  const value = parseJson(text, file);
  if (typeof value === "object" && value !== null && "format" in value) {
    if (typeof value.format === "number" && value.format > CONFIGURATION_FORMAT) {
      throw new UserError(
        `${file} was written by a newer version of Optimas (format ${value.format}; this one reads up to ` +
          `${CONFIGURATION_FORMAT}). Update Optimas.`,
      );
    }
  }
  const parsed = savedSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UserError(
    `${file} is no configuration (${issue?.path.join(".") || "file"}: ${issue?.message}). ` +
      `It must look like { "format": ${CONFIGURATION_FORMAT}, "configuration": { "component": value } }.`,
  );
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UserError(`${file} is not valid JSON (${(error as Error).message}). Mend it or remove it.`);
  }
}
