import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import * as z from "zod";
import type { Configuration } from "../system/configuration.ts";
import { UserError } from "../system/userError.ts";
import { onDisk } from "./diskError.ts";
import { replaceFile } from "./durableFile.ts";
import { configurationSchema } from "./events.ts";

/** Version of the file; raised when an older reader could misread it. */
export const CONFIGURATION_FORMAT = 1;

const savedSchema = z.object({
  format: z.literal(CONFIGURATION_FORMAT),
  configuration: configurationSchema,
  /**
   * What the source said when these values were accepted. A value stands in for the source's as long as the source still
   * says that; once an author has written another one, that one is in force. Absent in a file written by hand, which always
   * is in force.
   */
  replaces: configurationSchema.optional(),
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

/** `<name>.optimas.json` beside the experiment file `<name>.ts`. */
export function configurationFile(experimentPath: string): string {
  return join(dirname(experimentPath), `${basename(experimentPath, extname(experimentPath))}.optimas.json`);
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
 * @throws UserError when there is a file that is no configuration or of a newer version, which is left as it is
 */
export function saveConfiguration(file: string, saved: SavedConfiguration): void {
  if (existsSync(file)) readConfiguration(file);
  const text = `${JSON.stringify({ format: CONFIGURATION_FORMAT, ...saved }, null, 2)}\n`;
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
