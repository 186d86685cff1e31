import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import * as z from "zod";
import { errorMessage, UserError } from "../system/userError.ts";
import { MOST_AT_ONCE } from "./concurrency.ts";
import { jsonLines, lineAt } from "./jsonPlaces.ts";
import { DESCRIPTIONS_FILE } from "./knownPrice.ts";
import { efforts } from "./languageModel.ts";
import type { ModelDescriptions } from "./modelAccess.ts";

const dollars = z.number({ error: "must be a number of US dollars" }).nonnegative("must not be below 0");
const perMinute = (what: string) =>
  z.number().positive(`must be above 0, or null for no limit of ${what}`).nullable().default(null);
const text = (what: string) => z.string({ error: `must be ${what}` });

const serverSchema = z
  .object({
    baseUrl: text("a URL such as http://127.0.0.1:11434/v1")
      .refine((url) => /^https?:$/.test(protocolOf(url)), "must be a URL such as http://127.0.0.1:11434/v1")
      .describe("Where the server answers, up to and with /v1."),
    keyVariable: text("the name of an environment variable")
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the name of an environment variable, never a key itself")
      .optional()
      .describe("Name of the environment variable that holds the key. Never write the key itself here."),
    structured: z.boolean().default(false).describe("Whether the server keeps to a JSON schema."),
  })
  .strict();

const LONGEST_TIMEOUT_S = 3_600;

const settingsSchema = z
  .object({
    timeoutSeconds: z
      .number()
      .min(1, "must be at least 1")
      .max(LONGEST_TIMEOUT_S, `must be at most ${LONGEST_TIMEOUT_S}`)
      .optional()
      .describe("Seconds that a request may go without an answer, or a stream without a sign of life. 240 by default."),
    effort: z
      .enum(efforts, { error: `must be one of ${efforts.join(", ")}` })
      .optional()
      .describe(
        "How much the model thinks before it answers, as far as it lets that be chosen; models know some of these.",
      ),
    thinkingTokens: z
      .number()
      .int("must be a whole number")
      .min(1_024, "must be at least 1024")
      .optional()
      .describe("Tokens that the model may think beyond what a component allows for its answer (maxTokens)."),
    temperature: z
      .boolean()
      .optional()
      .describe("False where the model takes no temperature; most that do not are found out by themselves."),
  })
  .strict();

const limitsSchema = z
  .object({
    requestsPerMinute: perMinute("requests").describe("Most requests in a minute; null for no limit that is known."),
    tokensPerMinute: perMinute("tokens").describe("Most tokens in a minute, input and output together."),
    concurrency: z
      .number()
      .int()
      .positive()
      .default(MOST_AT_ONCE)
      .describe("Most requests under way at the same time."),
  })
  .strict();

const priceSchema = z
  .object({
    inputPerMillion: dollars.describe("US dollars for a million input tokens."),
    outputPerMillion: dollars.describe("US dollars for a million output tokens."),
    cachedInputPerMillion: dollars
      .optional()
      .describe("US dollars for a million input tokens that the provider had read before; as other input by default."),
    asOf: text("a day such as 2026-03-14")
      .regex(/^\d{4}-\d{2}(-\d{2})?$/, "must be a day such as 2026-03-14")
      .optional()
      .describe("The day on which the price held."),
    source: z.string().optional().describe("Where the price was read."),
  })
  .strict();

const named = <Value extends z.ZodType>(value: Value, description: string) =>
  z.record(z.string(), value).default({}).describe(description);

/** The file as it is written: what the editor completes, and what is read. */
export const descriptionsSchema = z
  .object({
    $schema: z.string().optional(),
    version: z.literal(1, { error: "must be 1" }).describe("Version of this file's form."),
    servers: named(serverSchema, "Servers that speak OpenAI's language, by the name that comes before the colon."),
    models: named(
      settingsSchema,
      "How models are asked, by provider:model, or provider:* for all others of a provider.",
    ),
    limits: named(limitsSchema, "What providers (openai) or single models (openai:gpt-4o-mini) allow."),
    prices: named(priceSchema, "Prices by provider:model, or provider:* for all others of a provider."),
  })
  .strict();

export const noDescriptions: ModelDescriptions = {
  servers: new Map(),
  models: new Map(),
  limits: new Map(),
  prices: new Map(),
};

/** What a file says of models, and on which line it says the address of each server. */
export interface ParsedDescriptions extends ModelDescriptions {
  readonly lines: ReadonlyMap<string, number>;
}

/** What a workspace says of its models, and in which file. */
export interface ReadDescriptions extends ModelDescriptions {
  /** Absolute path; undefined where there is no such file. */
  readonly file: string | undefined;
}

/**
 * Reads `optimas.models.json` of the nearest folder, upward from `directory`, at most to the root of its repository.
 * @throws UserError naming file, line and field of what cannot be used
 */
export function readDescriptions(directory: string): ReadDescriptions {
  const file = descriptionsFile(directory);
  if (file === undefined) return { ...noDescriptions, file };
  const { lines, ...described } = parseDescriptions(contents(file), shown(file));
  return { ...described, places: new Map([...lines].map(([name, line]) => [name, { file, line }])), file };
}

/** The nearest file that says something of models; undefined where there is none. */
export function descriptionsFile(directory: string): string | undefined {
  return foldersUp(resolve(directory))
    .map((folder) => join(folder, DESCRIPTIONS_FILE))
    .find((file) => existsSync(file));
}

/** A folder and those above it, up to the root of the repository; the folder alone where there is no repository. */
export function foldersUp(directory: string): string[] {
  const folders = [directory];
  for (let folder = directory; ; ) {
    if (existsSync(join(folder, ".git"))) return folders;
    const above = dirname(folder);
    if (above === folder) return directory.startsWith(process.cwd()) ? upTo(folders, process.cwd()) : [directory];
    folders.push(above);
    folder = above;
  }
}

function upTo(folders: readonly string[], last: string): string[] {
  return folders.slice(0, folders.indexOf(last) + 1);
}

/**
 * @param where the file as messages name it
 * @throws UserError naming file, line and field
 */
export function parseDescriptions(source: string, where: string): ParsedDescriptions {
  const data = parsedJson(source, where);
  const lines = jsonLines(source);
  const at = (path: readonly PropertyKey[]): string => {
    for (let length = path.length; length > 0; length--) {
      const line = lines.get(path.slice(0, length).map(String).join("/"));
      if (line !== undefined) return `${where}:${line}`;
    }
    return `${where}:1`;
  };
  const key = keyIn(data, []);
  if (key !== undefined) {
    throw new UserError(
      `${at(key)}: ${fieldOf(key)} looks like a key. Keys do not belong into a file that others may read: take it out, revoke it if it was ever shared, and set it by **Optimas: Set API Key** or in an environment variable that "keyVariable" names.`,
    );
  }
  const parsed = descriptionsSchema.safeParse(data);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => {
      const [path, message] =
        issue.code === "unrecognized_keys"
          ? [[...issue.path, ...issue.keys.slice(0, 1)], "is no field that is known here"]
          : [issue.path, issue.message];
      return `${at(path)}: ${path.length === 0 ? "the file must be an object with a version" : `${fieldOf(path)} ${message}`}`;
    });
    throw new UserError(`${problems.join("; ")}. Mend it in an editor; it is left as it is.`);
  }
  const { servers, models, limits, prices } = parsed.data;
  for (const name of Object.keys(servers)) {
    if (/^[a-z][a-z0-9-]*$/.test(name)) continue;
    throw new UserError(`${at(["servers", name])}: servers are named in small letters, digits and "-", not "${name}".`);
  }
  for (const name of Object.keys(models)) {
    if (name.indexOf(":") <= 0) {
      throw new UserError(`${at(["models", name])}: models are named provider:model, or provider:*, not "${name}".`);
    }
    if (!name.startsWith("vscode:")) continue;
    throw new UserError(
      `${at(["models", name])}: models of the editor are asked as the editor does; take "${name}" out.`,
    );
  }
  for (const name of Object.keys(prices)) {
    if (name.indexOf(":") > 0) continue;
    throw new UserError(`${at(["prices", name])}: prices are named provider:model, or provider:*, not "${name}".`);
  }
  return {
    servers: new Map(
      Object.entries(servers).map(([name, { keyVariable, ...server }]) => [name, { ...server, keyVariable }]),
    ),
    models: new Map(Object.entries(models)),
    limits: new Map(Object.entries(limits)),
    prices: new Map(Object.entries(prices)),
    lines: new Map(
      Object.keys(servers).map((name) => [
        name,
        lines.get(`servers/${name}/baseUrl`) ?? lines.get(`servers/${name}`) ?? 1,
      ]),
    ),
  };
}

function parsedJson(source: string, where: string): unknown {
  try {
    return JSON.parse(source) as unknown;
  } catch (error) {
    const position = /position (\d+)/.exec(errorMessage(error))?.[1];
    const line = position === undefined ? lineAt(source, source.length) : lineAt(source, Number(position));
    // The parser's own words would quote what stands there, which may be anything.
    throw new UserError(`${where}:${line}: this is no JSON. Mend it in an editor; it is left as it is.`);
  }
}

/** Where something stands that looks like a key; undefined where nothing does. */
function keyIn(value: unknown, path: readonly PropertyKey[]): readonly PropertyKey[] | undefined {
  if (typeof value === "string") return looksLikeKey(value, path.at(-1)) ? path : undefined;
  if (value === null || typeof value !== "object") return undefined;
  for (const [name, inner] of Object.entries(value)) {
    if (looksLikeKey(name, undefined)) return path;
    const found = keyIn(inner, [...path, name]);
    if (found !== undefined) return found;
  }
  return undefined;
}

const KEY_FIELDS = /^(?:api[-_]?key|key|token|secret|password|authorization|bearer)$/i;
/** As providers begin theirs, and what has the look of one: long, without a gap, of letters and digits mixed. */
const KEY_BEGINNINGS =
  /\b(?:sk|pk|rk|xai|gsk|hf|ghp|github_pat|AIza|r8|nvapi|fw|csk)[-_]?[A-Za-z0-9][A-Za-z0-9_-]{15,}/;
const LONG_WORD = /^(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9_+/=-]{32,}$/;

function looksLikeKey(text: string, field: PropertyKey | undefined): boolean {
  if (typeof field === "string" && KEY_FIELDS.test(field) && text !== "") return true;
  if (/^Bearer\s+\S/i.test(text)) return true;
  if (URL.canParse(text) && /^https?:/.test(text)) {
    const { username, password } = new URL(text);
    return username !== "" || password !== "" || /[?&](?:api[-_]?key|key|token)=/i.test(text);
  }
  if (field === "keyVariable" && /^[A-Z][A-Z0-9_]*$/.test(text)) return false;
  return KEY_BEGINNINGS.test(text) || LONG_WORD.test(text);
}

function fieldOf(path: readonly PropertyKey[]): string {
  return `"${path.map(String).join(".")}"`;
}

function contents(file: string): string {
  try {
    return readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    throw new UserError(`${shown(file)} cannot be read: ${errorMessage(error)}. Mend its permissions.`);
  }
}

function shown(file: string): string {
  const fromHere = relative(process.cwd(), file);
  return fromHere === "" || fromHere.startsWith("..") ? file : fromHere;
}

function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : "";
}
