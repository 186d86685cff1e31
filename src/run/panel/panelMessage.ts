// The small face of Zod: this file is part of pages of the editor.
import * as z from "zod/mini";
import { placeSchema } from "../place.ts";
import { runPauseSchema } from "../runPause.ts";
import { rerunSchema } from "./rerun.ts";

/** Version of these messages, and of what a page keeps of itself; raised when an older reader could misread them. */
export const RUN_PANEL_VERSION = 1;

const version = z.literal(RUN_PANEL_VERSION);

/** What the editor tells the panel's page. */
export const runPanelMessageSchema = z.discriminatedUnion("type", [
  /** The run that the panel is of, before all else. */
  z.object({ type: z.literal("opened"), version, folder: z.string() }),
  /** What a page shows, as its model of the same version gave it; `head` as `headModel` gives it. */
  z.object({
    type: z.literal("shown"),
    version,
    page: z.string(),
    /** Number of the question that this answers: answers to earlier ones no longer matter. */
    asked: z.int(),
    shown: z.unknown(),
    head: z.unknown(),
    /** The run is being written. */
    live: z.boolean(),
    /** Nothing of it goes on, for the disk takes nothing. */
    pause: z.exactOptional(runPauseSchema),
  }),
  /** One event of the log, whole, for whoever asked for it; null where there is none of that number. */
  z.object({ type: z.literal("event"), version, seq: z.int(), event: z.unknown() }),
  /** What the run's folder holds of one row under one configuration, as `storedTrajectory.ts` has it. */
  z.object({ type: z.literal("trajectory"), version, asked: z.int(), trajectory: z.unknown() }),
  /** What the run's folder holds of the fit with that event, as `shownFit.ts` has it. */
  z.object({ type: z.literal("fit"), version, seq: z.int(), fit: z.unknown() }),
  /** How running a row again stands. */
  z.object({ type: z.literal("rerun"), version, rerun: rerunSchema }),
  /** A table as a file, for the editor itself. */
  z.object({ type: z.literal("exported"), version, name: z.string(), text: z.string() }),
  /** The log is being read for the first time: so many bytes of all. */
  z.object({ type: z.literal("reading"), version, done: z.number(), total: z.number() }),
  /** The log cannot be read, in words for people. */
  z.object({ type: z.literal("unreadable"), version, message: z.string() }),
  /** The editor has a deed that was asked for, and answers for it from now on. @see `RunPanelRequest` */
  z.object({ type: z.literal("taken"), version, id: z.int() }),
  /** A page is to be put in front; `kept` goes to its `restore`. */
  z.object({ type: z.literal("open"), version, page: z.string(), kept: z.optional(z.unknown()) }),
]);
export type RunPanelMessage = Readonly<z.infer<typeof runPanelMessageSchema>>;

/**
 * What a person can have done to what an event tells of: an update, or a candidate for `diff`.
 * `branch` begins a new run with the configuration after the update.
 */
const deed = z.enum(["diff", "apply", "revert", "branch"]);
export type RunDeed = z.infer<typeof deed>;

/** Of something that a person wants done: the page expects to hear, by this number, that the editor has it. */
const id = z.optional(z.int());

/** What the panel's page asks for. */
export const runPanelRequestSchema = z.discriminatedUnion("type", [
  /** It has just been opened, or was thrown away and made anew. */
  z.object({ type: z.literal("ready") }),
  /** Shows a page from now on: told at once, and again whenever there is more of the run. */
  z.object({ type: z.literal("show"), page: z.string(), asked: z.int(), query: z.unknown() }),
  z.object({ type: z.literal("event"), seq: z.int() }),
  /** Texts behind the fit that this event tells of. */
  z.object({ type: z.literal("fit"), seq: z.int() }),
  /** Something done by the editor with the event of that number; for `diff` of a value of `component`, where it tells of several. */
  z.object({ type: z.literal("do"), id, deed, seq: z.int(), component: z.optional(z.string()) }),
  z.object({ type: z.literal("trajectory"), asked: z.int(), exampleId: z.string(), iteration: z.int() }),
  /** Runs a row again, under the configuration of the cell that is looked at. */
  z.object({ type: z.literal("rerun"), id, exampleId: z.string(), iteration: z.int() }),
  /** Stops that; asked again, by force. */
  z.object({ type: z.literal("stopRerun"), id }),
  z.object({ type: z.literal("manageTrust"), id }),
  z.object({ type: z.literal("showLog"), id }),
  /** Saves the whole table of a page. @see `PanelModel.exported` */
  z.object({
    type: z.literal("exportTable"),
    id,
    page: z.string(),
    query: z.unknown(),
    kind: z.enum(["csv", "jsonl"]),
    name: z.string(),
  }),
  /** Puts a text where people paste from. */
  z.object({ type: z.literal("copy"), id, text: z.string() }),
  z.object({ type: z.literal("openReport"), id }),
  /** The run is to go on, where it can. */
  z.object({ type: z.literal("resume"), id }),
  /** The whole run is to be saved as one file. */
  z.object({ type: z.literal("exportRun"), id }),
  /** Other runs are to be chosen for a comparison with these, the panel's own aside; the answer is an `open`. */
  z.object({ type: z.literal("pickRuns"), id, runs: z.array(z.string()) }),
  /** Another run's panel is to be opened. */
  z.object({ type: z.literal("openRun"), id, folder: z.string() }),
  /** A file to be saved where the user wants it. */
  z.object({
    type: z.literal("save"),
    id,
    /** Offered as the file's name. */
    name: z.string(),
    content: z.union([
      z.object({ kind: z.literal("text"), text: z.string() }),
      z.object({ kind: z.literal("base64"), base64: z.string() }),
    ]),
  }),
]);
export type RunPanelRequest = Readonly<z.infer<typeof runPanelRequestSchema>>;

/** What the panel keeps of itself while it is hidden or the window is closed. */
export const runPanelStateSchema = z.object({
  version,
  /** Folder of the run, an absolute path. */
  folder: z.string(),
  page: z.string(),
  /** What each page keeps of itself, by its name. */
  pages: z.record(z.string(), z.unknown()),
  /** Where on each page the person was. */
  places: z.optional(z.record(z.string(), placeSchema)),
});
export type RunPanelState = Readonly<z.infer<typeof runPanelStateSchema>>;
