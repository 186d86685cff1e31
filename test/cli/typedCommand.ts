import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
// Loaded before any change of directory: its service starts in the directory it was loaded in, which must outlive a test.
import "esbuild";
import { onTestFinished } from "vitest";
import { plainDisplay } from "../../src/cli/display/terminalText.ts";
import { failure } from "../../src/cli/failure.ts";
import { program } from "../../src/cli/program.ts";
import type { Terminal } from "../../src/cli/terminal.ts";
import type { Outcome } from "./commandLine.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Runs a command in this process, for commands that start no trainer: a hundred times quicker than a process of its own.
 * @param cwd a workspace of the test's own; the SDK is installed there
 */
export async function typed(args: readonly string[], cwd: string): Promise<Outcome> {
  mkdirSync(join(cwd, "node_modules"), { recursive: true });
  const installed = join(cwd, "node_modules/optimas");
  if (!existsSync(installed)) symlinkSync(repository, installed);
  const before = process.cwd();
  process.chdir(cwd);
  onTestFinished(() => process.chdir(before));
  let stdout = "";
  let stderr = "";
  const note = (line: string): void => {
    stderr += `${line}\n`;
  };
  const terminal: Terminal = {
    result: (line) => {
      stdout += `${line}\n`;
    },
    note,
    error: note,
    resultDisplay: () => plainDisplay,
    noteDisplay: () => plainDisplay,
    live: undefined,
    flush: async () => undefined,
  };
  const attention = {
    signal: new AbortController().signal,
    interrupt: () => undefined,
    allow: () => undefined,
    waitFor: () => () => undefined,
    within: <T>(work: Promise<T>) => work,
    causeOf: (error: unknown) => error,
  };
  try {
    await program(terminal, attention).parseAsync(args, { from: "user" });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, text } = failure(error);
    if (text !== "") note(text);
    return { code, stdout, stderr };
  }
}
