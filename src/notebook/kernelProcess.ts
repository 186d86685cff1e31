import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Duplex, Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import { RedactedStream, redacted } from "../system/secrets.ts";
import { errorMessage, UserError } from "../system/userError.ts";
import { KernelDied, type KernelEnd } from "./kernel.ts";
import { condemnedEnd, kernelEnd } from "./kernelEnd.ts";
import { CHANNEL_DESCRIPTOR } from "./kernelProtocol.ts";

/** Lines of stderr kept to explain a death: a dump of native frames is about forty lines long. */
const KEPT_LINES = 100;

/** What a line is cut to where it is kept. */
const KEPT_LENGTH = 2_000;

/**
 * Node ends a process whose count of nested asynchronous contexts is off, as it is after code was terminated in a timer.
 * The kernel lifts the checks that are left (`relaxContextChecks`), where it can reach them.
 */
const nodeArguments = ["--no-force-async-hooks-checks"];

export interface KernelProcessOptions {
  readonly entry: URL | string;
  readonly execPath: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly graceMs: number;
  /** What the process, or a child of it, writes to its stdout by itself. */
  readonly onText: (text: string) => void;
  readonly onLog: (line: string) => void;
}

/**
 * The child process and the connection to it. However it dies, `#end` alone hears of it: everything that waits fails with
 * one error, and so does every later call.
 */
export class KernelProcess {
  readonly connection: MessageConnection;
  /** Settles once the process is gone; never rejects. */
  readonly ended: Promise<KernelEnd>;
  readonly #child: ChildProcess;
  readonly #channel: Duplex;
  readonly #graceMs: number;
  readonly #tail: string[] = [];
  #verdict: { readonly how: "start" | "disposed"; readonly reason: string } | undefined;
  #death: KernelEnd | undefined;
  #resolveEnded: (end: KernelEnd) => void = () => undefined;
  #killTimer: NodeJS.Timeout | undefined;

  /** @throws UserError when the folder does not exist */
  constructor({ entry, execPath, folder, environment, graceMs, onText, onLog }: KernelProcessOptions) {
    if (!existsSync(folder)) throw new UserError(`The notebook's folder ${folder} does not exist.`);
    this.#graceMs = graceMs;
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    const path = entry instanceof URL ? fileURLToPath(entry) : entry;
    const child = spawn(execPath, [...nodeArguments, path], {
      cwd: folder,
      env: environment,
      stdio: ["ignore", "pipe", "pipe", "overlapped"],
      windowsHide: true,
    });
    this.#child = child;
    const { stdout, stderr } = child;
    const channel = child.stdio[CHANNEL_DESCRIPTOR];
    if (stdout === null || stderr === null || !isDuplex(channel)) throw new Error("a pipe of the kernel is missing");
    this.#channel = channel;
    child.on("error", (error) => {
      // The same event tells of a signal that could not be sent; then the process lives on and `close` will come.
      if (child.pid !== undefined) return;
      this.#verdict ??= { how: "start", reason: `The kernel could not be started: ${error.message}.` };
      this.#end(null, null);
    });
    // `close` and not `exit`: only then has all of stderr been read.
    child.on("close", (code, signal) => this.#end(code, signal));
    child.on("exit", () => this.#endWithoutPipes());
    // A write to a process that has gone; its `close` is on the way and says more.
    channel.on("error", () => undefined);
    const written = new RedactedStream();
    stdout.setEncoding("utf8").on("data", (text: string) => onText(written.write(text)));
    stdout.on("end", () => onText(written.finish()));
    createInterface({ input: stderr }).on("line", (said) => {
      const line = redacted(said);
      this.#tail.push(line.slice(0, KEPT_LENGTH));
      if (this.#tail.length > KEPT_LINES) this.#tail.shift();
      onLog(line);
    });
    this.connection = createMessageConnection(new StreamMessageReader(channel), new StreamMessageWriter(channel));
    this.connection.onError(([error]) => {
      // Answers to a process that is gone cannot be written, and need not be.
      if (!channel.readableEnded && !channel.destroyed)
        onLog(`The channel to the kernel failed: ${errorMessage(error)}`);
    });
    this.connection.onClose(() => this.#closed());
    this.connection.listen();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Settles as `work` does, or fails with the death of the process, whichever comes first. */
  unlessDead<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      // A connection that is closed throws at once.
      const working = (async () => work())();
      working.then(resolve, (thrown: unknown) => {
        // A broken connection is only the first sign of a death; its cause is known once the process is gone.
        if (this.#dying()) void this.ended.then((end) => reject(new KernelDied(end)));
        else reject(thrown);
      });
      void this.ended.then((end) => reject(new KernelDied(end)));
    });
  }

  /**
   * Ends the process: closing its channel asks it to, so that running work can be aborted and `exit` handlers run; it is
   * killed when it has not gone after the grace.
   */
  async stop(how: "start" | "disposed", reason: string): Promise<void> {
    if (this.#death === undefined) {
      this.#verdict ??= { how, reason };
      this.#channel.end();
      this.#killTimer ??= setTimeout(() => this.#child.kill("SIGKILL"), this.#graceMs);
    }
    await this.ended;
  }

  #dying(): boolean {
    return this.#death !== undefined || this.#verdict !== undefined || this.#channel.destroyed;
  }

  /** The channel closed from the other side: the process is ending, or nothing more can be asked of it. */
  #closed(): void {
    if (this.#death === undefined) this.#killTimer ??= setTimeout(() => this.#child.kill("SIGKILL"), this.#graceMs);
  }

  /** Grandchildren may hold the pipes of a kernel that is gone: what they might still write is not waited for. */
  #endWithoutPipes(): void {
    setTimeout(() => {
      this.#child.stdout?.destroy();
      this.#child.stderr?.destroy();
      this.#channel.destroy();
    }, this.#graceMs).unref();
  }

  #end(code: number | null, signal: string | null): void {
    if (this.#death !== undefined) return;
    clearTimeout(this.#killTimer);
    const verdict = this.#verdict;
    this.#death =
      verdict === undefined
        ? kernelEnd(code, signal, this.#tail)
        : condemnedEnd(verdict.how, verdict.reason, this.#tail);
    this.connection.dispose();
    this.#resolveEnded(this.#death);
  }
}

function isDuplex(stream: Readable | NodeJS.WritableStream | null | undefined): stream is Duplex {
  return stream !== null && stream !== undefined && "write" in stream && "read" in stream;
}
