import { errorMessage } from "../system/userError.ts";
import { type Clock, systemClock } from "./clock.ts";
import { DeathRecord } from "./deathRecord.ts";
import { EndedCells } from "./endedCells.ts";
import { type Kernel, KernelDied, type KernelEnd, type KernelListener } from "./kernel.ts";
import type { TrainerHealth } from "./kernelProtocol.ts";
import type { Output } from "./output.ts";
import type { CellResult, CellRun, DeadTrainer, SessionNotice, SessionState } from "./sessionState.ts";
import { StopLadder } from "./stopLadder.ts";

export interface KernelSessionOptions {
  /** Starts a kernel; called for the first cell, and for the first one after a death or a restart. */
  readonly start: (listener: KernelListener) => Promise<Kernel>;
  readonly onChange?: (state: SessionState) => void;
  /** Gets what the user must hear of, once each. */
  readonly onNotice?: (notice: SessionNotice) => void;
  readonly onLog?: (line: string) => void;
  /** Milliseconds that a cell gets to stop before a restart is offered, asked at each interrupt; ten seconds by default. */
  readonly offerRestartAfter?: () => number;
  readonly clock?: Clock;
}

interface Running {
  readonly run: CellRun;
  readonly since: number;
  ladder: StopLadder | undefined;
  responsive: boolean;
}

/** Where the kernel of a session stands, apart from what it runs. */
type Life =
  | { readonly kind: "not started" }
  | { readonly kind: "backing off"; readonly until: number; readonly before: Resting; readonly callOff: () => void }
  | { readonly kind: "starting"; readonly since: number }
  | { readonly kind: "alive"; readonly since: number; readonly kernel: Kernel }
  | { readonly kind: "restarting" }
  | { readonly kind: "dead"; readonly end: KernelEnd; readonly givenUp: boolean }
  | { readonly kind: "disposed" };

type Alive = Extract<Life, { readonly kind: "alive" }>;
type Starting = Extract<Life, { readonly kind: "starting" }>;
/** Without a kernel, until a cell wants one. */
type Resting = Extract<Life, { readonly kind: "not started" | "dead" }>;

/**
 * The kernel of one notebook and the queue of cells before it. Cells run in order; one that fails or is interrupted
 * cancels those that wait. The kernel is started for the first cell, and anew after a death: later and later when it keeps
 * dying, and not at all after the third quick death, until it is restarted.
 */
export class KernelSession {
  readonly #options: KernelSessionOptions;
  readonly #clock: Clock;
  readonly #deaths = new DeathRecord();
  readonly #ended = new EndedCells();
  #queue: CellRun[] = [];
  #running: Running | undefined;
  #deadTrainer: DeadTrainer | undefined;
  #life: Life = { kind: "not started" };
  #executions = 0;
  /** Settles once the kernel that is being started is there or has failed; never rejects. */
  #startup: Promise<void> = Promise.resolve();
  /** Settles once the cell that runs has ended; never rejects. */
  #execution: Promise<void> = Promise.resolve();

  constructor(options: KernelSessionOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  get state(): SessionState {
    const life = this.#life;
    switch (life.kind) {
      case "alive":
        return this.#activity();
      case "dead":
        return { kind: "dead", reason: life.end.reason, end: life.end, givenUp: life.givenUp };
      case "backing off":
        return {
          kind: "backing off",
          until: life.until,
          reason: life.before.kind === "dead" ? life.before.end.reason : "",
        };
      default:
        return life;
    }
  }

  /** Id of the kernel's process; undefined while there is none. */
  get pid(): number | undefined {
    return this.#life.kind === "alive" ? this.#life.kernel.pid : undefined;
  }

  /** Ids of the cells that wait, in order; the running one is not among them. */
  get queued(): readonly string[] {
    return this.#queue.map(({ id }) => id);
  }

  /** Puts a cell at the end of the queue. */
  run(cell: CellRun): void {
    if (this.#life.kind === "disposed") {
      this.#tell(() => cell.onEnded({ status: "cancelled", reason: "The notebook was closed." }));
      return;
    }
    this.#queue.push(cell);
    this.#advance();
  }

  /** Takes a waiting cell from the queue. The running one is interrupted, which cancels those that wait. */
  cancel(cell: string): void {
    if (this.#running?.run.id === cell) this.interrupt();
    else this.#cancelWaiting("The cell was cancelled.", ({ id }) => id === cell);
  }

  /** Stops the running cell and cancels those that wait. The second call forces what the first one asked for. */
  interrupt(): void {
    this.#cancelWaiting("The notebook was interrupted.");
    const { kernel } = this.#life.kind === "alive" ? this.#life : {};
    const running = this.#running;
    if (running === undefined || kernel === undefined) return;
    if (running.ladder !== undefined) {
      running.ladder.press();
      return;
    }
    running.ladder = new StopLadder(
      this.#clock,
      {
        interrupt: (force) => kernel.interrupt(running.run.id, force),
        kill: () =>
          void kernel.dispose(
            "The cell could not be stopped, so the kernel was ended; the variables of all cells are gone.",
          ),
        onStep: () => this.#changed(),
      },
      this.#options.offerRestartAfter?.(),
    );
    this.#changed();
  }

  /**
   * Ends the kernel and drops its variables; cells that run or wait are cancelled. The next cell starts a new one, also
   * after too many deaths.
   */
  async restart(): Promise<void> {
    if (this.#life.kind === "disposed" || this.#life.kind === "restarting") return;
    const executions = this.#executions;
    await this.#leave({ kind: "restarting" }, "The kernel was restarted.");
    // A session that was closed meanwhile stays closed.
    if (this.state.kind !== "restarting") return;
    this.#deaths.forget();
    this.#executions = 0;
    this.#ended.clear();
    this.#enter({ kind: "not started" });
    this.#tell(() => this.#options.onNotice?.({ kind: "restarted", executions }));
    this.#advance();
  }

  /** Ends the kernel for good; cells that run or wait are cancelled. Resolves once the process is gone. */
  async dispose(): Promise<void> {
    if (this.#life.kind !== "disposed") await this.#leave({ kind: "disposed" }, "The notebook was closed.");
  }

  /** Leaves the present life for one without a kernel; resolves once kernel and cell have ended. */
  async #leave(next: Life & { readonly kind: "restarting" | "disposed" }, reason: string): Promise<void> {
    const life = this.#life;
    if (life.kind === "backing off") life.callOff();
    this.#enter(next);
    this.#cancelWaiting(reason);
    if (life.kind === "alive") await life.kernel.dispose(reason);
    await this.#startup;
    await this.#execution;
  }

  /** Does what is to be done next for the first cell that waits. */
  #advance(): void {
    if (this.#running !== undefined || this.#queue.length === 0) return;
    const life = this.#life;
    if (life.kind === "alive") this.#runNext(life);
    else if (life.kind === "dead" && life.givenUp) this.#refuse(life.end);
    else if (life.kind === "dead" || life.kind === "not started") this.#startWhenDue(life);
  }

  #startWhenDue(before: Resting): void {
    const until = this.#deaths.nextStart;
    const wait = until - this.#clock.now();
    if (wait <= 0) {
      this.#start();
      return;
    }
    const callOff = this.#clock.after(wait, () => this.#start());
    this.#enter({ kind: "backing off", until, before, callOff });
  }

  #start(): void {
    const life: Starting = { kind: "starting", since: this.#clock.now() };
    this.#enter(life);
    this.#startup = this.#options.start(this.#listener()).then(
      async (kernel) => {
        if (this.#life !== life) {
          await kernel.dispose("The kernel was not needed any more.");
          return;
        }
        const alive: Alive = { kind: "alive", since: life.since, kernel };
        this.#deadTrainer = undefined;
        this.#executions = 0;
        this.#ended.clear();
        this.#enter(alive);
        void kernel.ended.then((end) => this.#died(alive, end));
        this.#advance();
      },
      (thrown: unknown) => {
        const end: KernelEnd =
          thrown instanceof KernelDied
            ? thrown.end
            : { how: "start", reason: `The kernel could not be started: ${errorMessage(thrown)}`, lastLines: [] };
        this.#failedToStart(life, end);
      },
    );
  }

  #failedToStart(life: Starting, end: KernelEnd): void {
    if (this.#life !== life) return;
    const first = this.#queue.shift();
    this.#bury(life.since, end);
    if (first !== undefined) this.#refuseCell(first, end, "");
  }

  /** However a kernel ends, this is where the session hears of it first. */
  #died(life: Alive, end: KernelEnd): void {
    if (this.#life === life) this.#bury(life.since, end);
  }

  #bury(since: number, end: KernelEnd): void {
    // A kernel that we ended because its cell did not stop was in health.
    if (end.how === "disposed") this.#deaths.forget();
    else this.#deaths.died(this.#clock.now(), since);
    const { givenUp } = this.#deaths;
    this.#enter({ kind: "dead", end, givenUp });
    this.#cancelWaiting("The kernel died.");
    this.#tell(() => this.#options.onNotice?.({ kind: "died", reason: end.reason, end, givenUp }));
  }

  /** Tells those who wait that no kernel is started for them. */
  #refuse(end: KernelEnd): void {
    const first = this.#queue.shift();
    const advice = `It died ${this.#deaths.deaths} times within seconds and is not started again by itself. Restart the kernel to try once more.`;
    if (first !== undefined) this.#refuseCell(first, end, advice);
    this.#cancelWaiting("The kernel died.");
  }

  #refuseCell(run: CellRun, end: KernelEnd, advice: string): void {
    this.#tell(() => run.onStarted(this.#executions + 1));
    this.#execution = this.#show(run, [deathOutput(end, advice)]).then(() =>
      this.#tell(() => run.onEnded({ status: "died", end })),
    );
  }

  #runNext(life: Alive): void {
    const run = this.#queue.shift();
    if (run === undefined) return;
    const running: Running = { run, since: this.#clock.now(), ladder: undefined, responsive: true };
    this.#running = running;
    const order = ++this.#executions;
    this.#changed();
    this.#tell(() => run.onStarted(order));
    this.#execution = this.#execute(life, running, order);
  }

  async #execute(life: Alive, running: Running, order: number): Promise<void> {
    const { run } = running;
    const { id: cell, code, language, resume, notebook } = run;
    const more = { ...(resume !== undefined && { resume }), ...(notebook !== undefined && { notebook }) };
    let result: CellResult;
    try {
      result = await life.kernel.execute({ cell, order, code, language, ...more }, (outputs) => run.onOutputs(outputs));
    } catch (thrown) {
      result = await this.#broken(life, run, thrown);
    }
    running.ladder?.over();
    this.#running = undefined;
    this.#ended.add(order, run);
    if (result.status === "succeeded") this.#deaths.forget();
    if (result.status === "failed") this.#cancelWaiting("A cell before this one failed.");
    this.#changed();
    this.#tell(() => run.onEnded(result));
    this.#advance();
  }

  /** What became of a cell whose kernel did not answer, after saying so in the cell. */
  async #broken(life: Alive, run: CellRun, thrown: unknown): Promise<CellResult> {
    const nothing = { declares: [], uses: [] };
    if (!(thrown instanceof KernelDied)) {
      const message = errorMessage(thrown);
      await this.#show(run, [{ type: "error", name: "Error", message, stack: message }]);
      return { status: "failed", ...nothing };
    }
    this.#died(life, thrown.end);
    const wanted = this.#life.kind === "restarting" || this.#life.kind === "disposed";
    const { end } = thrown;
    await this.#show(run, [
      wanted ? { type: "stream", name: "stderr", text: `${end.reason}\n` } : deathOutput(end, ""),
    ]);
    return wanted ? { status: "interrupted", ...nothing } : { status: "died", end };
  }

  #listener(): KernelListener {
    return {
      onLog: (line) => this.#log(line),
      onLateOutputs: (_cell, order, outputs) =>
        this.#tell(() => this.#ended.deliver(order, outputs, (line) => this.#log(line))),
      onResponsive: (responsive) => {
        if (this.#running === undefined || this.#running.responsive === responsive) return;
        this.#running.responsive = responsive;
        this.#changed();
      },
      onTrainer: (health) => this.#trainer(health),
    };
  }

  #trainer(health: TrainerHealth): void {
    if (health.kind === "started") {
      this.#deadTrainer = undefined;
    } else {
      const { reason } = health;
      this.#deadTrainer = { reason };
      this.#tell(() => this.#options.onNotice?.({ kind: "trainer died", reason }));
    }
    this.#changed();
  }

  #activity(): SessionState {
    const running = this.#running;
    const trainer = this.#deadTrainer && { trainer: this.#deadTrainer };
    if (running === undefined) return { kind: "idle", ...trainer };
    const { responsive, ladder, run } = running;
    return ladder === undefined
      ? { kind: "busy", cell: run.id, since: running.since, responsive, ...trainer }
      : { kind: "stopping", cell: run.id, since: ladder.since, step: ladder.step, responsive };
  }

  #cancelWaiting(reason: string, which: (run: CellRun) => boolean = () => true): void {
    const cancelled = this.#queue.filter(which);
    this.#queue = this.#queue.filter((run) => !which(run));
    for (const run of cancelled) this.#tell(() => run.onEnded({ status: "cancelled", reason }));
    const life = this.#life;
    if (life.kind !== "backing off" || this.#queue.length > 0) return;
    life.callOff();
    this.#enter(life.before);
  }

  async #show(run: CellRun, outputs: readonly Output[]): Promise<void> {
    try {
      await run.onOutputs(outputs);
    } catch (thrown) {
      this.#log(`Outputs of a cell could not be shown: ${errorMessage(thrown)}`);
    }
  }

  #enter(life: Life): void {
    this.#life = life;
    this.#changed();
  }

  #changed(): void {
    this.#tell(() => this.#options.onChange?.(this.state));
  }

  #log(line: string): void {
    this.#options.onLog?.(line);
  }

  /** Calls a listener, whose failure must not stop the queue. */
  #tell(call: () => void): void {
    try {
      call();
    } catch (thrown) {
      this.#log(`A listener of the kernel failed: ${errorMessage(thrown)}`);
    }
  }
}

function deathOutput(end: KernelEnd, advice: string): Output {
  const message = [new KernelDied(end).message, advice].filter((part) => part !== "").join("\n");
  return { type: "error", name: "KernelDied", message, stack: message };
}
