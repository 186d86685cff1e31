import { CancellationTokenSource, type MessageConnection, ResponseError } from "vscode-jsonrpc/node";
import { kernelMessages, waitsSchema } from "../notebook/kernelProtocol.ts";
import { errorMessage } from "../system/userError.ts";
import type { ParentAnswer, ToChannel, ToEvaluation } from "./threadMessages.ts";

/** How long a turn is kept for a main thread that does not say that it takes it. */
const TURN_MS = 250;

/** A question of the main thread that the parent has not answered. */
interface Asked {
  readonly method: string;
  readonly params: object;
  readonly cancel: CancellationTokenSource;
}

/** A turn that the parent gave. */
type Turn =
  /** The main thread was asked whether it is there to take it. */
  | { readonly kind: "offered"; readonly asked: Asked; readonly answer: ParentAnswer; readonly timer: NodeJS.Timeout }
  /** It did not say so in time: the turn was given back, so that others do not wait for a computation. */
  | { readonly kind: "missed"; readonly asked: Asked }
  /** Taken: it is given back by the main thread. */
  | { readonly kind: "taken" };

/**
 * Carries the main thread's questions to the parent, and the answers back. Turns to send requests to language models are
 * kept here for as long as the main thread computes: one that it cannot use now goes back and is asked for again once it
 * answers, and all of them go back when code in it was terminated, for what awaited them may be gone.
 */
export class ChannelRequests {
  readonly #connection: MessageConnection;
  readonly #post: (message: ToEvaluation) => void;
  readonly #after: (ms: number, action: () => void) => NodeJS.Timeout;
  readonly #asked = new Map<number, Asked>();
  readonly #turns = new Map<number, Turn>();

  constructor(
    connection: MessageConnection,
    post: (message: ToEvaluation) => void,
    after: (ms: number, action: () => void) => NodeJS.Timeout,
  ) {
    this.#connection = connection;
    this.#post = post;
    this.#after = after;
    connection.onNotification(kernelMessages.waits, (params: unknown) => {
      const { turn, wait } = waitsSchema.parse(params);
      post({ type: "waits", number: turn, wait });
    });
  }

  handle(message: Extract<ToChannel, { readonly type: "ask" | "unask" | "tell" | "here" }>): void {
    switch (message.type) {
      case "ask":
        this.#ask(message.number, message.method, message.params);
        break;
      case "unask":
        this.#unask(message.number);
        break;
      case "tell":
        this.#tell(message.method, message.params);
        break;
      case "here":
        this.#here(message.number);
        break;
      default:
        message satisfies never;
    }
  }

  /** Gives back all turns that were taken: what awaited them was terminated. */
  terminated(): void {
    for (const [turn, { kind }] of this.#turns) if (kind === "taken") this.#giveBack(turn, "failed");
  }

  #ask(number: number, method: string, params: object): void {
    const asked: Asked = { method, params, cancel: new CancellationTokenSource() };
    this.#asked.set(number, asked);
    const answer = (given: ParentAnswer): void => {
      const wanted = this.#asked.get(number) === asked;
      const isTurn = method === kernelMessages.enter.method && given.ok;
      if (wanted) this.#asked.delete(number);
      if (!isTurn) {
        if (wanted) this.#post({ type: "answer", number, answer: given });
      } else if (wanted) this.#offer(number, asked, given);
      else this.#giveBack(number, "unused");
    };
    void this.#answer(asked).then(answer);
  }

  async #answer({ method, params, cancel }: Asked): Promise<ParentAnswer> {
    try {
      return { ok: true, result: await this.#connection.sendRequest(method, params, cancel.token) };
    } catch (thrown) {
      const data: unknown = thrown instanceof ResponseError ? thrown.data : undefined;
      return { ok: false, message: errorMessage(thrown), data };
    }
  }

  #unask(number: number): void {
    const asked = this.#asked.get(number);
    if (asked !== undefined) {
      this.#asked.delete(number);
      asked.cancel.cancel();
    }
    const turn = this.#turns.get(number);
    if (turn?.kind === "missed") this.#turns.delete(number);
    else if (turn !== undefined) this.#giveBack(number, "unused");
  }

  #tell(method: string, params: object): void {
    if (method === kernelMessages.leave.method && "turn" in params && typeof params.turn === "number") {
      // Given back already when code was terminated.
      if (!this.#turns.delete(params.turn)) return;
    }
    this.#notify(method, params);
  }

  #offer(number: number, asked: Asked, answer: ParentAnswer): void {
    const timer = this.#after(TURN_MS, () => {
      this.#giveBack(number, "unused");
      this.#turns.set(number, { kind: "missed", asked });
    });
    this.#turns.set(number, { kind: "offered", asked, answer, timer });
    this.#post({ type: "turn", number });
  }

  #here(number: number): void {
    const turn = this.#turns.get(number);
    if (turn?.kind === "offered") {
      clearTimeout(turn.timer);
      this.#turns.set(number, { kind: "taken" });
      this.#post({ type: "answer", number, answer: turn.answer });
    } else if (turn?.kind === "missed") {
      this.#turns.delete(number);
      this.#ask(number, turn.asked.method, turn.asked.params);
    }
  }

  #giveBack(number: number, kind: "unused" | "failed"): void {
    const turn = this.#turns.get(number);
    if (turn?.kind === "offered") clearTimeout(turn.timer);
    this.#turns.delete(number);
    this.#notify(kernelMessages.leave.method, { turn: number, passage: { kind } });
  }

  #notify(method: string, params: object): void {
    // Fails only when the parent has gone, which the channel's end tells as well.
    void (async () => this.#connection.sendNotification(method, params))().catch(() => undefined);
  }
}
