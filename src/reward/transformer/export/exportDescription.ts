import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { errorMessage, UserError } from "../../../system/userError.ts";
import { exportedComponentSchema } from "../../exportedComponent.ts";

/** The file in which an export says what it is; without it, a folder holds no rewards. */
export const descriptionFile = "rewards.json";

const kind = "optimas-exported-rewards";
const version = 1;

const count = z.number().int().nonnegative();
const tokensSchema = z.strictObject({ ids: z.array(count), types: z.array(count) });
/** What an export says of itself. */
const descriptionSchema = z.strictObject({
  kind: z.literal(kind),
  version: z.literal(version),
  /** By which heads know what they were fitted on. */
  backbone: z.string(),
  /** By which the backbone is known on the hub; null for one that came from a folder. */
  base: z.string().nullable(),
  /** Whether what they were learned from was made with the simulated model. */
  simulated: z.boolean(),
  pooling: z.enum(["mean", "first", "last"]),
  /** Size of the hidden state. */
  width: count,
  lora: z
    .strictObject({
      rank: count,
      alpha: z.number(),
      targets: z.union([z.literal("all-linear"), z.array(z.string())]),
    })
    .nullable(),
  /** In order of the rewards. */
  components: z.array(exportedComponentSchema),
  /** The text of which a reward is, with {component} and {description}; a line with {field} and {value} stands for each. */
  text: z.strictObject({ task: z.string(), output: z.string(), outputWithOptions: z.string() }),
  /** Around the tokens of task and output; of a text that is too long, first the task is cut off at its end, then the output. */
  tokens: z.strictObject({ before: tokensSchema, between: tokensSchema, after: tokensSchema, limit: count }),
});

export type ExportDescription = Readonly<Omit<z.infer<typeof descriptionSchema>, "kind" | "version">>;

/** As it is written. @throws ZodError for one that could not be read back */
export function descriptionText(description: ExportDescription): string {
  return `${JSON.stringify(descriptionSchema.parse({ kind, version, ...description }), null, 2)}\n`;
}

/** @throws UserError where it cannot be read or is of a newer version */
export function readDescription(folder: string): ExportDescription {
  const file = join(folder, descriptionFile);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (thrown) {
    throw new UserError(`${file} cannot be read: ${errorMessage(thrown)}`);
  }
  const header = z.looseObject({ kind: z.literal(kind), version: z.number() }).safeParse(content);
  if (!header.success) throw new UserError(`${file} describes no exported rewards.`);
  if (header.data.version > version)
    throw new UserError(
      `${file} has version ${header.data.version} of exported rewards, this program reads up to ${version}; update Optimas.`,
    );
  const parsed = descriptionSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new UserError(`${file} is damaged; export the rewards anew.\n${z.prettifyError(parsed.error)}`);
}
