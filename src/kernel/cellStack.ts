import { counted } from "../run/views/numberFormat.ts";
import { briefText } from "./displayText.ts";
import { userFrames } from "./stackFrames.ts";

/** What was thrown, as an error output shows it. */
export interface ErrorDescription {
  readonly name: string;
  readonly message: string;
  /** Name, message and frames, causes included; frames point at cells ("cell [3]:2:5") and at absolute paths of files. */
  readonly stack: string;
}

/** Characters of a message, and of a whole stack; models are known to throw whole documents. */
const LONGEST_MESSAGE = 8_000;
const LONGEST_STACK = 40_000;

/** Causes of causes shown, and errors of one AggregateError. */
const DEEPEST_CAUSE = 8;
const SHOWN_ERRORS = 10;

/** Frames that V8 collects: its own default of 10 is used up by the engine below a cell's own. */
const COLLECTED_FRAMES = 50;

/**
 * Lets every stack of the process name cells and workspace files, also those that a cell writes to the console itself.
 * @returns puts things back as they were
 */
export function writeCellStacks(): () => void {
  const { prepareStackTrace, stackTraceLimit } = Error;
  const write = (error: Error, frames: readonly NodeJS.CallSite[]): string =>
    [headline(error), ...userFrames(frames.map((site) => `    at ${site.toString()}`))].join("\n");
  Error.prepareStackTrace = write;
  Error.stackTraceLimit = COLLECTED_FRAMES;
  return () => {
    // A package may have put its own in place meanwhile; that one stays.
    if (Error.prepareStackTrace !== write) return;
    Object.assign(Error, { prepareStackTrace });
    Error.stackTraceLimit = stackTraceLimit;
  };
}

/** Describes anything that was thrown, now or later, in a cell. Never throws. */
export function describeError(thrown: unknown): ErrorDescription {
  if (!isError(thrown)) {
    const message = limited(briefText(thrown), LONGEST_MESSAGE);
    return { name: "Uncaught", message, stack: `Uncaught ${message}` };
  }
  const { name, message } = partsOf(thrown);
  return { name, message, stack: limited(stackText(thrown, new Set()), LONGEST_STACK) };
}

interface ErrorLike {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly stack?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

/** Errors, also those of other realms. */
function isError(thrown: unknown): thrown is ErrorLike {
  if (thrown instanceof Error) return true;
  return typeof thrown === "object" && thrown !== null && typeof read(() => Reflect.get(thrown, "stack")) === "string";
}

function partsOf(error: ErrorLike): { name: string; message: string } {
  const said = read(() => error.name);
  // A class of one's own seldom sets the name.
  const name = said === "Error" ? (read(() => error.constructor.name) ?? said) : said;
  const message = read(() => error.message);
  return {
    name: typeof name === "string" && name !== "" ? limited(name, 200) : "Error",
    message: typeof message === "string" ? limited(message, LONGEST_MESSAGE) : briefText(message),
  };
}

function headline(error: ErrorLike): string {
  const { name, message } = partsOf(error);
  return message === "" ? name : `${name}: ${message}`;
}

function stackText(error: ErrorLike, seen: Set<unknown>): string {
  const frames = framesOf(error, seen.size > 0);
  seen.add(error);
  const causes = seen.size > DEEPEST_CAUSE ? [] : nested(error).filter(({ thrown }) => !seen.has(thrown));
  const text = causes.map(({ title, thrown }) => {
    if (!isError(thrown)) return `${title}: ${limited(briefText(thrown), LONGEST_MESSAGE)}`;
    return `${title}: ${stackText(thrown, seen)}`;
  });
  return [`${headline(error)}${frames}`, ...text].join("\n");
}

function nested(error: ErrorLike): { title: string; thrown: unknown }[] {
  const cause = read(() => ("cause" in error ? error.cause : undefined));
  const errors = read(() => error.errors);
  const several: unknown[] = Array.isArray(errors) ? errors : [];
  const shown = several.slice(0, SHOWN_ERRORS).map((thrown, index) => ({ title: `[${index + 1}]`, thrown }));
  const rest = several.length - shown.length;
  return [
    ...shown,
    ...(rest > 0 ? [{ title: "...", thrown: `${rest} more` }] : []),
    ...(cause === undefined ? [] : [{ title: "Caused by", thrown: cause }]),
  ];
}

/**
 * What follows name and message in the stack, in the words of a user.
 * @param nested of an error that another one tells of
 */
function framesOf(error: ErrorLike, nested: boolean): string {
  const stack = read(() => error.stack);
  if (typeof stack !== "string") return "";
  const head = headline(error);
  const lines = (stack.startsWith(head) ? stack.slice(head.length) : stack).split("\n");
  const first = lines.findIndex((line) => /^\s+at /.test(line));
  if (first === -1) return "";
  const last = lines.findLastIndex((line) => /^\s+at /.test(line));
  return ["", ...userFrames(lines.slice(first, last + 1), nested), ...lines.slice(last + 1)].join("\n");
}

function limited(text: string, longest: number): string {
  return text.length <= longest
    ? text
    : `${text.slice(0, longest)}... ${counted(text.length - longest, "more character")}`;
}

/** A getter, or a proxy, may throw as it likes. */
function read(get: () => unknown): unknown {
  try {
    return get();
  } catch {
    return undefined;
  }
}
