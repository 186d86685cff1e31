#!/usr/bin/env node
import { errorMessage } from "../system/userError.ts";
import { attend } from "./attention.ts";
import { failure } from "./failure.ts";
import { program } from "./program.ts";
import { redactOutput } from "./redactedOutput.ts";
import { processTerminal } from "./terminal.ts";

redactOutput(process);
const attention = attend();
const terminal = processTerminal(() => attention.interrupt("the reader of the output is gone"));

/** Exits by itself: the user's code may have left timers or connections that would keep the process alive. */
async function main(): Promise<never> {
  let exitCode = 0;
  try {
    await attention.within(program(terminal, attention).parseAsync());
  } catch (error) {
    const { text, code } = failure(error);
    if (text !== "") terminal.error(text);
    exitCode = code;
  }
  await terminal.flush();
  return process.exit(exitCode);
}

void main().catch((error: unknown) => {
  process.stderr.write(`${errorMessage(error)}\n`);
  process.exit(1);
});
