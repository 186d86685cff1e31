import { CommanderError } from "commander";
import { shownPath } from "../loader/shownPath.ts";
import { userFrame } from "../loader/userFrame.ts";
import { errorMessage } from "../system/userError.ts";
import { Interruption } from "./attention.ts";

/** 0 done, 1 failed, 2 bad usage or input, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 130;

/** What a command knows about its error, besides the error itself. */
export interface ErrorContext {
  /** Absolute paths of the user's own files. */
  readonly files: ReadonlySet<string>;
  /** Folder of the run that stopped. */
  readonly run?: string;
  /** What to do next, in whole sentences. */
  readonly next?: string;
}

/** An error with what the command knew when it happened. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
  override readonly cause: unknown;
  readonly context: ErrorContext;

  constructor(cause: unknown, context: ErrorContext) {
    super(errorMessage(cause));
    this.cause = cause;
    this.context = context;
  }
}

/** A cell of a notebook did not succeed; its error has been shown. */
export class CellFailure extends Error {
  override readonly name = "CellFailure";
}

/** Exit code of an error, and what is said about it; "" where commander has said it already. */
export function failure(thrown: unknown): { readonly code: ExitCode; readonly text: string } {
  if (thrown instanceof CommanderError) return { code: thrown.exitCode === 0 ? 0 : 2, text: "" };
  if (thrown instanceof CellFailure) return { code: 1, text: thrown.message };
  if (thrown instanceof CommandFailure) return describe(thrown.cause, thrown.context);
  return describe(thrown, { files: new Set() });
}

function describe(error: unknown, { files, run, next }: ErrorContext): { code: ExitCode; text: string } {
  const nextLine = next === undefined ? [] : [next];
  if (error instanceof Interruption) {
    return { code: 130, text: [`Interrupted: ${error.message}.`, ...nextLine].join("\n") };
  }
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const place = userFrame(stack, files);
  const lines = [
    isUserError(error) ? errorMessage(error) : namedMessage(error),
    ...(place === undefined ? [] : [`  at ${shownPath(place.file)}:${place.line}:${place.column}`]),
    ...(run === undefined ? [] : [`Run: ${shownPath(run)}`]),
    ...nextLine,
    ...(process.env.OPTIMAS_DEBUG === "1" ? [stack] : []),
  ];
  if (!isUserError(error) && place === undefined && process.env.OPTIMAS_DEBUG !== "1") {
    lines.push("This may be a defect of Optimas; OPTIMAS_DEBUG=1 shows where it happened.");
  }
  return { code: isUserError(error) ? 2 : 1, text: lines.join("\n") };
}

/** By name, because the workspace may have an installation of its own with a class of its own. */
function isUserError(error: unknown): boolean {
  return error instanceof Error && error.name === "UserError";
}

function namedMessage(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : `Thrown: ${String(error)}`;
}
