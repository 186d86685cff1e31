import type { KernelEnd } from "./kernel.ts";

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

/** How a process that nobody asked to end came to its end, in words for the user. */
export function kernelEnd(code: number | null, signal: string | null, tail: readonly string[]): KernelEnd {
  const lastLines = quoted(tail);
  const starved = lastLines.some((line) => fatal.test(line));
  if (signal !== null) {
    const words = starved ? "it ran out of memory" : (signalWords[signal] ?? "it was ended by a signal");
    return { how: "signal", signal, reason: `The kernel ended on ${signal}: ${words}.`, lastLines };
  }
  const exit = code ?? 0;
  const words =
    starved && exit === ABORTED
      ? "it ran out of memory"
      : exit === 0
        ? "code in a cell ended its process"
        : "code in a cell ended its process, or it failed";
  return { how: "exit", code: exit, reason: `The kernel ended with exit code ${exit}: ${words}.`, lastLines };
}

/** A kernel that we ended, or gave up on, for a reason of ours. */
export function condemnedEnd(how: "start" | "disposed", reason: string, tail: readonly string[]): KernelEnd {
  return { how, reason, lastLines: how === "start" ? quoted(tail) : [] };
}

function quoted(tail: readonly string[]): string[] {
  const death = tail.findIndex((line) => fatal.test(line));
  return death === -1 ? tail.slice(-QUOTED_LINES) : tail.slice(Math.max(0, death - 3), death + 2);
}
