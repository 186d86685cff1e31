import { redactedJson } from "../system/secrets.ts";
import { eventSchema, type RunEvent } from "./events.ts";
import { damaged, firstIssue, parseStored, wholeLines } from "./storedJson.ts";

/** Where a log ends. */
export interface LogEnd {
  /** Events read; the next one gets this number. */
  readonly count: number;
  /** Offset in bytes after the last whole line; what is behind it is a torn line. */
  readonly length: number;
}

/**
 * Reads a run's log in order with bounded memory; returns where it ends. A last line without its newline is what a
 * crash left of an event that was never confirmed: it is not read.
 * @throws UserError naming file and line of anything else that is no event, is out of sequence, or is of a newer format
 */
export function* readEvents(file: string): Generator<RunEvent, LogEnd> {
  let count = 0;
  let length = 0;
  for (const line of wholeLines(file)) {
    const where = `${file}, line ${line.number}`;
    const event: RunEvent = parseStored(line.bytes, eventSchema, where);
    if (event.seq !== count) throw damaged(where, `event ${event.seq} stands where event ${count} belongs`);
    yield event;
    count++;
    length = line.end;
  }
  return { count, length };
}

/** The line of an event, newline included. @throws Error when it could not be read back, e.g. because of a NaN */
export function eventLine(event: RunEvent): string {
  const checked = eventSchema.safeParse(event);
  if (!checked.success) {
    throw new Error(`event ${event.seq} (${event.type}) is not as declared: ${firstIssue(checked.error)}`);
  }
  const { seq, at, type, systemRuns, ...rest } = event;
  return `${redactedJson({ seq, at, type, systemRuns, ...rest })}\n`;
}
