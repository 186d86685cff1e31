import { createInterface } from "node:readline/promises";
import picocolors from "picocolors";
import type { Display } from "./display/terminalText.ts";

/** Where the command writes: results to stdout, everything else to stderr. */
export interface Terminal {
  /** Writes a line to stdout. */
  result(line: string): void;
  /** Writes a line to stderr. */
  note(line: string): void;
  /** Writes a line to stderr, in red where there are colours. */
  error(line: string): void;
  /** How to draw for stdout and stderr now: terminals change their width. */
  resultDisplay(): Display;
  noteDisplay(): Display;
  /** The stream of a status line that is drawn over and over, where stderr can do that. */
  readonly live: NodeJS.WriteStream | undefined;
  /** Asks a person, whose answer is no unless it is yes; absent where nobody is there to answer. */
  readonly confirm?: ((question: string, signal: AbortSignal) => Promise<boolean>) | undefined;
  /** Resolves once everything is with the system. */
  flush(): Promise<void>;
}

/** The part of a process that a terminal is made of. */
interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly stdin?: NodeJS.ReadStream;
  readonly env: NodeJS.ProcessEnv;
}

/** @param onReaderGone called when the program at the other end of a pipe has stopped reading stdout */
export function processTerminal(onReaderGone: () => void, streams: Streams = process): Terminal {
  const { stdout, stderr, env } = streams;
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    onReaderGone();
  });
  // Nobody reads the notes: no reason to stop.
  stderr.on("error", () => undefined);
  const note = (line: string): void => {
    stderr.write(`${line}\n`);
  };
  return {
    result: (line) => {
      if (stdout.writable) stdout.write(`${line}\n`);
    },
    note,
    error: (line) => note(display(stderr, env).colors.red(line)),
    resultDisplay: () => display(stdout, env),
    noteDisplay: () => display(stderr, env),
    live: canRedraw(stderr, env) ? stderr : undefined,
    confirm: isAttended(streams) ? (question, signal) => confirmed(question, signal, streams) : undefined,
    flush: async () => {
      await Promise.all([flushed(stdout), flushed(stderr)]);
    },
  };
}

function isAttended({ stdin, stderr, env }: Streams): boolean {
  return stdin?.isTTY === true && stderr.isTTY && !env.CI;
}

async function confirmed(question: string, signal: AbortSignal, { stdin, stderr }: Streams): Promise<boolean> {
  if (stdin === undefined) return false;
  const asked = createInterface({ input: stdin, output: stderr });
  try {
    return /^\s*y(?:es)?\s*$/i.test(await asked.question(question, { signal }));
  } finally {
    asked.close();
  }
}

/** Some terminals, e.g. those of build services, tell no size: nothing can be drawn over there. */
function canRedraw({ isTTY, columns, rows }: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  return isTTY && columns > 0 && rows > 0 && env.TERM !== "dumb" && !env.CI;
}

function display(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Display {
  const colored = stream.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb";
  return { width: stream.columns || Number.POSITIVE_INFINITY, colors: picocolors.createColors(colored) };
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (!stream.writable) resolve();
    else stream.write("", () => resolve());
  });
}
