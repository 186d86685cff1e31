import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  CancellationTokenSource,
  ConnectionError,
  createMessageConnection,
  ErrorCodes,
  type MessageConnection,
  type RequestType,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import { condemnedEnd, type ProcessEnd, processEnd } from "../system/processEnd.ts";
import { redacted } from "../system/secrets.ts";
import { errorMessage, UserError } from "../system/userError.ts";
import { TrainerDied, trainerWords } from "./trainerEnd.ts";
import { errorDataSchema } from "./trainerProtocol.ts";

/** What of our environment a trainer gets: enough to start and to find its temporary folder, no keys or tokens. */
const passedOn = [
  "PATH",
  "HOME",
  "USERPROFILE",
  "TMPDIR",
  "TEMP",
  "TMP",
  "SystemRoot",
  "LANG",
  "LC_ALL",
  "TZ",
  "ELECTRON_RUN_AS_NODE",
] as const;

/** Lines of stderr kept to explain a death: a dump of native frames is about forty lines long. */
const KEPT_LINES = 100;

/** What a line is cut to where it is kept or told. */
const KEPT_LENGTH = 2_000;

export interface TrainerProcessOptions {
  readonly entry: URL | string;
  readonly env: Readonly<Record<string, string>>;
  readonly onLog: (line: string) => void;
  readonly graceMs: number;
}

/** Why we are ending a trainer. */
interface Verdict {
  readonly how: "start" | "broken" | "disposed";
  readonly reason: string;
}

/**
 * The child process and the connection to it. However it dies, `#end` alone hears of it: everything that waits fails
 * with that end, and so does every later call.
 */
export class TrainerProcess {
  readonly connection: MessageConnection;
  /** Settles once the process is gone; never rejects. */
  readonly ended: Promise<ProcessEnd>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #graceMs: number;
  readonly #waiting = new Set<(error: Error) => void>();
  readonly #tail: string[] = [];
  #death: ProcessEnd | undefined;
  #verdict: Verdict | undefined;
  #resolveEnded: (end: ProcessEnd) => void = () => undefined;
  #killTimer: NodeJS.Timeout | undefined;

  constructor({ entry, env, onLog, graceMs }: TrainerProcessOptions) {
    this.#graceMs = graceMs;
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    const path = entry instanceof URL ? fileURLToPath(entry) : entry;
    const child = spawn(process.execPath, [path], { env: { ...allowedEnvironment(), ...env }, windowsHide: true });
    this.#child = child;
    child.on("error", (error) => {
      // The same event tells of a signal that could not be sent; then the process lives on and `close` will come.
      if (child.pid !== undefined) return;
      this.#verdict ??= { how: "start", reason: `The trainer could not be started: ${error.message}.` };
      this.#end(null, null);
    });
    // `close` and not `exit`: only then has all of stderr been read.
    child.on("close", (code, signal) => this.#end(code, signal));
    child.stdin.on("error", () => this.#closed("its input"));
    createInterface({ input: child.stderr }).on("line", (line) => {
      const kept = redacted(line).slice(0, KEPT_LENGTH);
      this.#tail.push(kept);
      if (this.#tail.length > KEPT_LINES) this.#tail.shift();
      onLog(kept);
    });
    this.connection = createMessageConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    this.connection.onError(([error, unsent]) => {
      // A pipe whose other end is gone says so beside the message, and once more without it.
      if (unsent !== undefined || "syscall" in error) this.#closed("its input");
      else this.#condemn("broken", `The trainer was ended: it wrote to stdout what is no message: ${error.message}.`);
    });
    this.connection.onClose(() => this.#closed("its output"));
    this.connection.listen();
  }

  /**
   * Sends a request. When `signal` aborts, the trainer is asked to stop, and killed if it has not answered within the
   * grace; the call then rejects with the signal's reason. A request that was finished before it heard resolves.
   * @throws UserError or RangeError as the trainer threw it; TrainerDied when it ends before the answer
   */
  async call<P>(type: RequestType<P, unknown, unknown>, params: P, signal?: AbortSignal): Promise<unknown> {
    signal?.throwIfAborted();
    if (this.#verdict !== undefined || this.#death !== undefined) throw await this.#deathToCome();
    const cancellation = new CancellationTokenSource();
    let timer: NodeJS.Timeout | undefined;
    const onAbort = (): void => {
      cancellation.cancel();
      timer = setTimeout(() => {
        const reason = `The trainer was ended: it did not stop within ${this.#graceMs} ms of being asked to.`;
        this.#condemn("disposed", reason, "SIGKILL");
      }, this.#graceMs);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      return await this.#unlessDead(this.connection.sendRequest<unknown>(type.method, params, cancellation.token));
    } catch (thrown) {
      signal?.throwIfAborted();
      if (!isConnectionFault(thrown)) throw restoredError(thrown);
      this.#closed(`the connection to it (${errorMessage(thrown)})`);
      throw await this.#deathToCome();
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      cancellation.dispose();
    }
  }

  /** Asks the process to end (SIGTERM) and kills it after the grace; resolves with its end when it is gone. */
  async stop(how: "start" | "disposed", reason: string): Promise<ProcessEnd> {
    this.#condemn(how, reason);
    return this.ended;
  }

  /** Starts the end: from here on the process is only waited for, and killed if that takes longer than the grace. */
  #condemn(how: Verdict["how"], reason: string, signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): void {
    if (this.#death !== undefined) return;
    this.#verdict ??= { how, reason };
    this.#child.kill(signal);
    this.#killTimer ??= setTimeout(() => this.#child.kill("SIGKILL"), this.#graceMs);
  }

  /** A pipe closed from the other side is the first sign of a death, whose cause `close` tells; unless that never comes. */
  #closed(what: string): void {
    if (this.#death !== undefined) return;
    this.#killTimer ??= setTimeout(
      () => this.#condemn("broken", `The trainer was ended: ${what} is closed.`, "SIGKILL"),
      this.#graceMs,
    );
  }

  #end(code: number | null, signal: string | null): void {
    if (this.#death !== undefined) return;
    clearTimeout(this.#killTimer);
    const verdict = this.#verdict;
    const death =
      verdict === undefined
        ? processEnd(trainerWords, code, signal, this.#tail)
        : condemnedEnd(verdict.how, verdict.reason, this.#tail);
    this.#death = death;
    // To each an error of its own, which tells where it was waited for.
    for (const reject of this.#waiting) reject(new TrainerDied(death));
    this.connection.dispose();
    this.#resolveEnded(death);
  }

  async #deathToCome(): Promise<Error> {
    return new TrainerDied(await this.ended);
  }

  #unlessDead<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      work.then(resolve, reject).finally(() => this.#waiting.delete(reject));
    });
  }
}

function allowedEnvironment(): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of passedOn) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  // Inside VS Code, execPath is Electron, which is Node only when told so.
  if (process.versions.electron !== undefined) environment.ELECTRON_RUN_AS_NODE = "1";
  return environment;
}

function isConnectionFault(thrown: unknown): boolean {
  if (thrown instanceof ConnectionError) return true;
  const faults: number[] = [
    ErrorCodes.MessageWriteError,
    ErrorCodes.MessageReadError,
    ErrorCodes.PendingResponseRejected,
    ErrorCodes.ConnectionInactive,
  ];
  return thrown instanceof ResponseError && faults.includes(thrown.code);
}

function restoredError(thrown: unknown): unknown {
  if (!(thrown instanceof ResponseError)) return thrown;
  const data = errorDataSchema.safeParse(thrown.data);
  if (data.success && data.data.name === "UserError") return new UserError(thrown.message);
  if (data.success && data.data.name === "RangeError") return new RangeError(thrown.message);
  const failed = new Error(`The trainer failed: ${thrown.message}`);
  return data.success && data.data.disk !== undefined ? Object.assign(failed, { code: data.data.disk }) : failed;
}
