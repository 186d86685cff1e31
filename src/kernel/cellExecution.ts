import { StringDecoder } from "node:string_decoder";
import type { Backbones } from "../notebook/kernelBackbones.ts";
import type { Execute, Initialize } from "../notebook/kernelProtocol.ts";
import type { MimeBundle, Output } from "../notebook/output.ts";
import type { CellHost, CellModels, ValuesUse } from "../sdk/cellHost.ts";
import type { TrainerNews } from "../sdk/trainerNews.ts";
import { RedactedStream, redactedValue } from "../system/secrets.ts";
import { limitedBundle } from "./bundleLimit.ts";
import { SpillFile } from "./spillFile.ts";
import { StreamLimit } from "./streamLimit.ts";

/** Displays without an id that one cell may give. */
const MOST_DISPLAYS = 500;

export type StreamName = "stdout" | "stderr";

/**
 * One execution of one cell: what the code in it finds as its host, and the way of its outputs. It lives on after its
 * end for as long as work that it began goes on.
 */
export class CellExecution implements CellHost {
  readonly cell: string;
  readonly order: number;
  readonly folder: string;
  readonly notebook?: string;
  readonly values?: ValuesUse;
  readonly cache?: "off";
  readonly models: CellModels;
  readonly backbones: Backbones;
  readonly #emit: (output: Output) => void;
  readonly #onTrainer: (news: TrainerNews) => void;
  readonly #controller = new AbortController();
  readonly #givingUp = new AbortController();
  readonly #streams: Readonly<Record<StreamName, Stream>>;
  readonly #beforeEnd: (() => void)[] = [];
  #signalTaken = false;
  #resume: string | undefined;
  #displays = 0;
  #failed = false;

  constructor(
    request: Execute,
    place: Pick<Initialize, "folder" | "notebook" | "values" | "cache">,
    emit: (output: Output) => void,
    onTrainer: (news: TrainerNews) => void,
    { models, backbones }: Required<Pick<CellHost, "models" | "backbones">>,
  ) {
    this.cell = request.cell;
    this.order = request.order;
    this.folder = place.folder;
    const notebook = request.notebook ?? place.notebook;
    if (notebook !== undefined) this.notebook = notebook;
    if (place.values !== undefined) this.values = place.values;
    if (place.cache !== undefined) this.cache = place.cache;
    this.models = models;
    this.backbones = backbones;
    this.#resume = request.resume;
    this.#emit = emit;
    this.#onTrainer = onTrainer;
    this.#streams = {
      stdout: new Stream(`cell-${this.order}-stdout.txt`),
      stderr: new Stream(`cell-${this.order}-stderr.txt`),
    };
  }

  get signal(): AbortSignal {
    this.#signalTaken = true;
    return this.#controller.signal;
  }

  get givingUp(): AbortSignal {
    return this.#givingUp.signal;
  }

  get resume(): string | undefined {
    return this.#resume;
  }

  takeResume(): string | undefined {
    const resume = this.#resume;
    this.#resume = undefined;
    return resume;
  }

  display(data: MimeBundle, id?: string): void {
    const limited = limitedBundle(redactedValue(data));
    if (id !== undefined) this.#emit({ type: "display", id, data: limited });
    else if (++this.#displays <= MOST_DISPLAYS) this.#emit({ type: "display", data: limited });
    else if (this.#displays === MOST_DISPLAYS + 1)
      this.write("stderr", `A cell shows at most ${MOST_DISPLAYS} displays; the rest is left out.\n`);
  }

  beforeEnd(action: () => void): void {
    this.#beforeEnd.push(action);
  }

  onTrainer(news: TrainerNews): void {
    this.#onTrainer(news);
  }

  /** Whether something in the cell asked for the signal, and may so come to an end by itself when it aborts. */
  get heeds(): boolean {
    return this.#signalTaken;
  }

  get interrupted(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Whether an error was shown that nothing in the cell caught. */
  get failed(): boolean {
    return this.#failed;
  }

  abort(): void {
    this.#controller.abort(new DOMException("The cell was interrupted.", "AbortError"));
  }

  /** It is interrupted once more. */
  giveUp(): void {
    this.#givingUp.abort();
  }

  write(name: StreamName, chunk: string | Uint8Array): void {
    const text = this.#streams[name].write(chunk);
    if (text !== "") this.#emit({ type: "stream", name, text });
  }

  showResult(data: MimeBundle): void {
    this.#emit({ type: "result", data: limitedBundle(redactedValue(data)) });
  }

  showError(error: { readonly name: string; readonly message: string; readonly stack: string }): void {
    this.#failed = true;
    const { name, message, stack } = error;
    this.#emit({ type: "error", ...redactedValue({ name, message, stack }) });
  }

  /** Shows what was held back; to be called once, before the end is told. */
  close(onThrown: (thrown: unknown) => void): void {
    for (const action of this.#beforeEnd) {
      try {
        action();
      } catch (thrown) {
        onThrown(thrown);
      }
    }
    for (const name of ["stdout", "stderr"] as const) {
      const text = this.#streams[name].end();
      if (text !== "") this.#emit({ type: "stream", name, text });
    }
  }
}

/** Text written to one stream in one cell. */
class Stream {
  readonly #decoder = new StringDecoder("utf8");
  readonly #redacted = new RedactedStream();
  readonly #limit: StreamLimit;

  constructor(spillName: string) {
    this.#limit = new StreamLimit(() => SpillFile.open(spillName));
  }

  write(chunk: string | Uint8Array): string {
    const text = typeof chunk === "string" ? chunk : this.#decoder.write(Buffer.from(chunk));
    return this.#limit.write(this.#redacted.write(text));
  }

  end(): string {
    return this.#limit.write(this.#redacted.finish()) + this.#limit.end();
  }
}
