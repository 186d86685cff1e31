import { SourceMap } from "node:module";
import { dirname, isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";
import type { TextPosition } from "./textPosition.ts";

/** A script that V8 knows by a name of ours, and where its places come from. */
export interface KnownScript {
  /** How frames name it: "cell [3]", or the absolute path of a file. */
  readonly label: string;
  positionOf(place: TextPosition): TextPosition;
}

/** Scripts remembered at once: enough for the functions of a long session. The oldest are forgotten. */
const REMEMBERED = 4000;

/** Of the running process, as stacks are: by the name that V8 puts into frames, a path for files. */
const scripts = new Map<string, KnownScript>();

/** Original paths of compiled files: frames that were read already name them. */
const read = new Set<string>();

/** Makes frames of a script name its origin. */
export function rememberScript(name: string, script: KnownScript): void {
  scripts.delete(name);
  scripts.set(name, script);
  if (isAbsolute(script.label)) read.add(script.label);
  if (scripts.size <= REMEMBERED) return;
  const [oldest] = scripts.keys();
  if (oldest !== undefined) scripts.delete(oldest);
}

/** The origin of a compiled file, by its source map. */
export function compiledFile(original: string, map: string): KnownScript {
  let parsed: SourceMap | undefined;
  return {
    label: original,
    positionOf: ({ line, column }) => {
      parsed ??= new SourceMap(JSON.parse(map));
      const entry = parsed.findEntry(line - 1, column - 1);
      if (!("originalLine" in entry)) return { line: 1, column: 1 };
      return { line: entry.originalLine + 1, column: entry.originalColumn + 1 };
    },
  };
}

/** Where the product's own code lies: the kernel's folder, or that of the bundles. */
const ownFolder = dirname(fileURLToPath(import.meta.url));

/** A script of a cell, wherever a frame names it, `eval` included. */
const CELL_PLACE = /(optimas-cell-\d+):(\d+):(\d+)/g;

/** One that was read already. */
const READ_PLACE = /(?:^\s*at (?:async )?|\()cell \[\d+\]:\d+:\d+\)?$/;

/** Calls that Node makes, and combinators of promises. */
const WITHOUT_PLACE = /^\s*at (?:async )?(?:new )?(?:<anonymous>|Promise\.\w+ \(index)/;

/** A frame that ends in a place: "    at f (PLACE:1:2)", "    at async PLACE:1:2". */
const FRAME =
  /^(?<lead>\s*at (?:.*\()?(?:async )?)(?<file>(?:file:\/\/|node:|\/|[A-Za-z]:[\\/]).*?):(?<line>\d+):(?<column>\d+)\)?$/;

interface Frame {
  readonly text: string;
  /** `cell`: of a cell or a workspace file; `internal`: of the product or of Node; `other`: of a package. */
  readonly origin: "cell" | "internal" | "other";
}

function frame(line: string): Frame {
  let inCell = false;
  const text = line.replace(CELL_PLACE, (place, name: string, row: string, column: string) => {
    const script = scripts.get(name);
    if (script === undefined) return place;
    inCell = true;
    const { line, column: at } = script.positionOf({ line: Number(row), column: Number(column) });
    return `${script.label}:${line}:${at}`;
  });
  if (inCell || READ_PLACE.test(text)) return { text, origin: "cell" };
  const { lead = "", file, line: row, column } = FRAME.exec(text)?.groups ?? {};
  if (file === undefined) return { text, origin: WITHOUT_PLACE.test(text) ? "internal" : "other" };
  if (file.startsWith("node:")) return { text, origin: "internal" };
  const path = isAbsolute(file) ? file : pathOf(file);
  const script = scripts.get(path);
  const place = { line: Number(row), column: Number(column) };
  const at = script?.positionOf(place) ?? place;
  const end = lead.includes("(") ? ")" : "";
  return {
    text: `${lead}${script?.label ?? path}:${at.line}:${at.column}${end}`,
    origin: script !== undefined || read.has(path) ? "cell" : path.startsWith(ownFolder) ? "internal" : "other",
  };
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url.replace(/\?.*$/, ""));
  } catch {
    return url;
  }
}

/**
 * Frames as a user reads them: places in cells, workspace files and packages that they call, nothing of the kernel or of
 * Node, nothing of who called the cell. What was thrown without any of the user's code keeps all its frames.
 * @param lines of a stack, as V8 writes them or as they are after this
 * @param nested of an error below another one, which points at the user's code: nothing is kept where there is none
 */
export function userFrames(lines: readonly string[], nested = false): string[] {
  const frames = lines.map(frame);
  const last = frames.findLastIndex(({ origin }) => origin === "cell");
  const inner = last === -1 ? frames : frames.slice(0, last + 1);
  const kept = inner.filter(({ origin }) => origin !== "internal");
  return (kept.length > 0 || nested ? kept : frames).map(({ text }) => text);
}
