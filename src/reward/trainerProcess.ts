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
import { errorMessage, UserError } from "../system/userError.ts";
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

/** Lines of stderr kept to explain a death. */
const tailLength = 20;

export interface TrainerProcessOptions {
  readonly entry: URL | string;
  readonly env: Readonly<Record<string, string>>;
  readonly onLog: (line: string) => void;
  readonly graceMs: number;
}

/**
 * The child process and the connection to it. However it dies, `#end` alone hears of it: everything that waits fails
 * with one error, and so does every later call.
 */
export class TrainerProcess {
  readonly connection: MessageConnection;
  /** Settles once the process is gone; never rejects. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #graceMs: number;
  readonly #waiting = new Set<(error: Error) => void>();
  readonly #tail: string[] = [];
  #death: Error | undefined;
  /** Why we are ending it, where we are. */
  #verdict: string | undefined;
  #resolveEnded: () => void = () => undefined;
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
      if (child.pid === undefined) this.#end(`could not be started: ${error.message}`);
      else this.#condemn(error.message);
    });
    // `close` and not `exit`: only then has all of stderr been read.
    child.on("close", (code, signal) =>
      this.#end(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`),
    );
    // A write to a process that has gone; its `close` is on the way and says more.
    child.stdin.on("error", () => this.#condemn("its input is closed"));
    createInterface({ input: child.stderr }).on("line", (line) => {
      this.#tail.push(line);
      if (this.#tail.length > tailLength) this.#tail.shift();
      onLog(line);
    });
    this.connection = createMessageConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    this.connection.onError(([error]) => this.#condemn(`it wrote to stdout what is no message: ${error.message}`));
    this.connection.onClose(() => this.#condemn("its output is closed"));
    this.connection.listen();
  }

  /**
   * Sends a request. When `signal` aborts, the trainer is asked to stop, and killed if it has not answered within the
   * grace; the call then rejects with the signal's reason. A request that was finished before it heard resolves.
   * @throws UserError or RangeError as the trainer threw it; the one error of its death
   */
  async call<P>(type: RequestType<P, unknown, unknown>, params: P, signal?: AbortSignal): Promise<unknown> {
    signal?.throwIfAborted();
    if (this.#verdict !== undefined || this.#death !== undefined) throw await this.#deathToCome();
    const cancellation = new CancellationTokenSource();
    let timer: NodeJS.Timeout | undefined;
    const onAbort = (): void => {
      cancellation.cancel();
      timer = setTimeout(
        () => this.#condemn(`it did not stop within ${this.#graceMs} ms of being asked to`, "SIGKILL"),
        this.#graceMs,
      );
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      return await this.#unlessDead(this.connection.sendRequest<unknown>(type.method, params, cancellation.token));
    } catch (thrown) {
      signal?.throwIfAborted();
      if (!isConnectionFault(thrown)) throw restoredError(thrown);
      this.#condemn(`the connection to it broke: ${errorMessage(thrown)}`);
      throw await this.#deathToCome();
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      cancellation.dispose();
    }
  }

  /** Asks the process to end (SIGTERM) and kills it after the grace; resolves when it is gone. */
  async stop(reason: string): Promise<void> {
    this.#condemn(reason);
    await this.ended;
  }

  /** Starts the end: from here on the process is only waited for, and killed if that takes longer than the grace. */
  #condemn(verdict: string, signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): void {
    if (this.#death !== undefined) return;
    this.#verdict ??= verdict;
    this.#child.kill(signal);
    this.#killTimer ??= setTimeout(() => this.#child.kill("SIGKILL"), this.#graceMs);
  }

  #end(how: string): void {
    if (this.#death !== undefined) return;
    clearTimeout(this.#killTimer);
    const why = this.#verdict === undefined ? "" : ` (${this.#verdict})`;
    const tail = this.#tail.length === 0 ? "" : ` Its last lines:\n${this.#tail.join("\n")}`;
    const death = new Error(`The trainer process ${how}${why}.${tail}`);
    this.#death = death;
    for (const reject of this.#waiting) reject(death);
    this.connection.dispose();
    this.#resolveEnded();
  }

  /** A broken pipe is only the first sign of a death; its cause is known once the process is gone. */
  async #deathToCome(): Promise<Error> {
    await this.ended;
    return this.#death ?? new Error("the trainer process ended without a cause");
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
  return new Error(`The trainer failed: ${thrown.message}`);
}
