/** How a child process came to its end; `reason` in words for the user. */
export type ProcessEnd =
  | { readonly how: "exit"; readonly code: number; readonly reason: string; readonly lastLines: readonly string[] }
  | { readonly how: "signal"; readonly signal: string; readonly reason: string; readonly lastLines: readonly string[] }
  /** It could not be started, or was ended by us before it had introduced itself. */
  | { readonly how: "start"; readonly reason: string; readonly lastLines: readonly string[] }
  /** We ended it, because nothing more could be asked of it. */
  | { readonly how: "broken"; readonly reason: string; readonly lastLines: readonly string[] }
  /** We ended it, as asked. */
  | { readonly how: "disposed"; readonly reason: string; readonly lastLines: readonly string[] };

/** Lines of the process's last words that a message quotes. */
const QUOTED_LINES = 20;

/** What V8 says before it gives up; the native frames that follow help nobody here. */
const fatal = /FATAL ERROR|out of memory/i;

const signalWords: Readonly<Record<string, string>> = {
  SIGKILL: "it was killed from outside, or by the system because memory ran short",
  SIGTERM: "something asked it to end",
  SIGINT: "it was interrupted from outside",
  SIGHUP: "its terminal went away",
  SIGABRT: "it gave up by itself",
  SIGSEGV: "native code crashed",
  SIGBUS: "native code crashed",
  SIGILL: "native code crashed",
  SIGFPE: "native code crashed",
};

/** Exit code with which a shell or a container reports a signal: 128 and the signal's number. */
const ABORTED = 134;

/** What a process of one kind is called, and what its exits mean. */
export interface ProcessWords {
  /** At the start of a sentence: "The kernel". */
  readonly name: string;
  /** Why it ended with exit code 0, and with any other. */
  readonly exited: { readonly well: string; readonly badly: string };
}

/** How a process that nobody asked to end came to its end, in words for the user. */
export function processEnd(
  { name, exited }: ProcessWords,
  code: number | null,
  signal: string | null,
  tail: readonly string[],
): ProcessEnd {
  const lastLines = quoted(tail);
  const starved = lastLines.some((line) => fatal.test(line));
  if (signal !== null) {
    const words = starved ? "it ran out of memory" : (signalWords[signal] ?? "it was ended by a signal");
    return { how: "signal", signal, reason: `${name} ended on ${signal}: ${words}.`, lastLines };
  }
  const exit = code ?? 0;
  const words = starved && exit === ABORTED ? "it ran out of memory" : exit === 0 ? exited.well : exited.badly;
  return { how: "exit", code: exit, reason: `${name} ended with exit code ${exit}: ${words}.`, lastLines };
}

/** A process that we ended, or gave up on, for a reason of ours. */
export function condemnedEnd(
  how: "start" | "broken" | "disposed",
  reason: string,
  tail: readonly string[],
): ProcessEnd {
  return { how, reason, lastLines: how === "disposed" ? [] : quoted(tail) };
}

/** What is told of an end in full. @param advice what can be done now, if there is something */
export function endMessage({ reason, lastLines }: ProcessEnd, advice = ""): string {
  const said = lastLines.length === 0 ? "" : `Its last lines:\n${lastLines.join("\n")}`;
  return [reason, advice, said].filter((part) => part !== "").join("\n");
}

function quoted(tail: readonly string[]): string[] {
  const death = tail.findIndex((line) => fatal.test(line));
  return death === -1 ? tail.slice(-QUOTED_LINES) : tail.slice(Math.max(0, death - 3), death + 2);
}
