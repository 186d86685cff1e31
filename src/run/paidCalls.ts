import { existsSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { redactedJson } from "../system/secrets.ts";
import { AppendFile } from "./appendFile.ts";
import { type SpentCalls, spentCallsSchema } from "./events.ts";
import { damaged, parseStored, wholeLines } from "./storedJson.ts";

/** Calls of models that are paid for, one line before each is sent and one when it ended. */
export function paidCallsFile(folder: string): string {
  return join(folder, "spent.jsonl");
}

const paidCallSchema = spentCallsSchema.extend({
  /**
   * The request is about to be sent: what it may cost at most counts until another line settles it. The key is that of its
   * answer in the record, where it gets there.
   */
  sent: z.object({ id: z.string(), key: z.string().optional() }).optional(),
  /** Id of the sent request that this is what became of. */
  settles: z.string().optional(),
});
/** A line of the file. */
export type PaidCall = z.infer<typeof paidCallSchema>;

/** A request of which no process knows what became. */
export interface OpenRequest {
  readonly id: string;
  readonly key: string | undefined;
  /** What it counts as: without an answer, at the most that it may have cost. */
  readonly call: SpentCalls;
}

/** What the processes before this one paid for. */
export interface LeftPayments {
  /** Lines in the file, and their length in bytes; a torn line behind them is cut off. */
  readonly count: number;
  readonly length: number;
  /** Those after the first `counted` ones, which belong to the checkpoint. */
  readonly since: readonly SpentCalls[];
  /** Sent by processes that were killed; in the order in which they were sent. */
  readonly open: readonly OpenRequest[];
}

export const nothingPaid: LeftPayments = { count: 0, length: 0, since: [], open: [] };

/** @throws UserError when there are fewer lines than the checkpoint counted, or damaged ones */
export function readPaidCalls(file: string, counted: number): LeftPayments {
  const since: SpentCalls[] = [];
  const open = new Map<string, OpenRequest>();
  let count = 0;
  let length = 0;
  if (existsSync(file)) {
    for (const line of wholeLines(file)) {
      const { sent, settles, ...call } = parseStored(line.bytes, paidCallSchema, `${file}, line ${line.number}`);
      if (settles !== undefined) open.delete(settles);
      // A request that is under way at a checkpoint is settled behind it.
      if (sent !== undefined) open.set(sent.id, { id: sent.id, key: sent.key, call });
      else if (count >= counted && (call.calls > 0 || call.unanswered !== undefined)) since.push(call);
      count++;
      length = line.end;
    }
  }
  if (count < counted) throw damaged(file, `${counted} lines belong to the checkpoint, but only ${count} are here`);
  return { count, length, since, open: [...open.values()] };
}

/**
 * Money is spent between checkpoints, too: a run that is killed is resumed from the last one, but what it has paid for
 * since stays paid, and what it had sent may have cost the most that it can. The file is made with the first call, for most
 * runs of a simulated model have none.
 */
export class PaidCalls {
  readonly #path: string;
  readonly #length: number;
  #file: AppendFile | undefined;

  constructor(folder: string, left: LeftPayments) {
    this.#path = paidCallsFile(folder);
    this.#length = left.length;
    if (left.count > 0) this.#file = new AppendFile(this.#path, left.length);
  }

  get path(): string {
    return this.#path;
  }

  /** On return the line is with the operating system. @throws the file system's error */
  keep(call: PaidCall): void {
    this.#file ??= new AppendFile(this.#path, this.#length);
    this.#file.append(`${redactedJson(call)}\n`);
  }

  sync(): void {
    this.#file?.sync();
  }

  close(): void {
    this.#file?.close();
  }
}
