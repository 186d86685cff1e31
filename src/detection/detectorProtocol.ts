import * as z from "zod";
import type { DetectedFile } from "./definition.ts";
import type { ExclusionSetting } from "./exclusion.ts";
import type { FolderEntry } from "./folderReader.ts";
import { isSourceLanguage } from "./sourceFile.ts";

/**
 * What the detector's thread and the editor say to each other. Every message to the thread bears a number, its turn; once
 * everything is reported that followed from it, the thread says that this turn is settled.
 */

const listOf = <Item extends z.ZodType>(item: Item) => z.array(item).readonly();
const uri = z.string().min(1);
const turn = z.number().int().nonnegative();
const sourceSchema = z.object({
  location: z.object({ uri, cell: z.string().exactOptional() }),
  language: z.string().refine(isSourceLanguage),
  text: z.string(),
});
const exclusionSchema: z.ZodType<ExclusionSetting> = z.record(
  z.string(),
  z.union([z.boolean(), z.object({ when: z.string() })]),
);
const entrySchema: z.ZodType<FolderEntry> = z.object({
  name: z.string(),
  kind: z.enum(["file", "folder"]),
  isLink: z.boolean(),
});

/** What the thread is given when it starts. */
export const detectorSettingsSchema = z.object({
  /** Absolute path of the folder with the grammars. */
  grammars: z.string(),
  ignoreCase: z.boolean(),
});
export type DetectorSettings = z.infer<typeof detectorSettingsSchema>;

/** The editor's answer about a place that the thread cannot reach by itself. */
const answerSchema = z.union([
  z.object({ what: z.literal("list"), entries: listOf(entrySchema) }),
  z.object({ what: z.literal("kind"), kind: z.enum(["file", "folder"]).optional() }),
  z.object({
    what: z.literal("read"),
    bytes: z.union([z.custom<Uint8Array>((value) => value instanceof Uint8Array), z.literal("large")]).optional(),
  }),
]);
export type Answer = z.infer<typeof answerSchema>;

/** All that is read of a message that is none. */
export const turnSchema = z.object({ turn });

export const toDetectorSchema = z.discriminatedUnion("type", [
  /** Search these folders, in the place of those before; `anew` reads files again that are known. */
  z.object({
    type: z.literal("search"),
    turn,
    folders: listOf(z.object({ uri, exclusions: listOf(exclusionSchema), ignoreFiles: z.boolean() })),
    anew: z.boolean(),
  }),
  /** Texts that were opened or changed, and documents that were closed. */
  z.object({
    type: z.literal("texts"),
    turn,
    open: listOf(z.object({ uri, sources: listOf(sourceSchema) })),
    closed: listOf(uri),
  }),
  /** What changed on the disk: files and folders. */
  z.object({ type: z.literal("files"), turn, written: listOf(uri), gone: listOf(uri) }),
  z.object({ type: z.literal("answer"), request: z.number(), answer: answerSchema }),
  /** A report was taken in; the next may follow. */
  z.object({ type: z.literal("taken") }),
]);
export type ToDetector = z.infer<typeof toDetectorSchema>;

/** Definitions come from the same build of the same product; only their outline is checked. */
const detectedFileSchema = z.custom<DetectedFile>(
  (value) =>
    typeof value === "object" &&
    value !== null &&
    "uri" in value &&
    typeof value.uri === "string" &&
    "definitions" in value &&
    Array.isArray(value.definitions),
);

export const fromDetectorSchema = z.discriminatedUnion("type", [
  /** Files whose definitions are others than before, with all that they hold now. */
  z.object({ type: z.literal("found"), files: z.array(detectedFileSchema) }),
  z.object({ type: z.literal("progress"), files: z.number() }),
  /** The workspace was searched. */
  z.object({
    type: z.literal("searched"),
    files: z.number(),
    parsed: z.number(),
    large: z.number(),
    isCut: z.boolean(),
    ms: z.number(),
  }),
  z.object({ type: z.literal("settled"), turn }),
  /** Something could not be done, in words for the log. */
  z.object({ type: z.literal("failed"), reason: z.string() }),
  z.object({
    type: z.literal("ask"),
    request: z.number(),
    what: z.enum(["list", "kind", "read"]),
    uri,
    limitBytes: z.number(),
  }),
]);
export type FromDetector = z.infer<typeof fromDetectorSchema>;
