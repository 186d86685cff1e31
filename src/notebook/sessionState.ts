import type { KernelEnd } from "./kernel.ts";
import type { TrainerHealth } from "./kernelProtocol.ts";
import type { Output } from "./output.ts";

/** One cell in the queue of a session. Everything but `onLateOutputs` happens between `onStarted` and `onEnded`. */
export interface CellRun {
  /** Stable id of the cell. */
  readonly id: string;
  /** Read when the cell starts, so a getter runs what the cell holds by then. */
  readonly code: string;
  readonly language: "typescript" | "javascript";
  /** Folder of an interrupted run that the cell's first experiment goes on with. */
  readonly resume?: string | undefined;
  /** Absolute path of the notebook; undefined while it lies on no disk. Read when the cell starts. */
  readonly notebook?: string | undefined;
  /** @param order position among all executions since the kernel was started, from 1 */
  onStarted(order: number): void;
  /** Outputs in order. The next ones come after the promise, if there is one, so that a slow display is not buried. */
  onOutputs(outputs: readonly Output[]): void | PromiseLike<void>;
  /** Called exactly once, also for a cell that never started. */
  onEnded(result: CellResult): void;
  /** What work begun in the cell prints after its end; without it, such text goes to the session's log. */
  onLateOutputs?(outputs: readonly Output[]): void;
}

/** How a cell ended. The error itself was an output before. */
export type CellResult =
  | {
      readonly status: "succeeded" | "failed" | "interrupted";
      /** Top-level names that the cell declared, and those of other cells that it read. */
      readonly declares: readonly string[];
      readonly uses: readonly string[];
    }
  /** It never started; `reason` in words for the user. */
  | { readonly status: "cancelled"; readonly reason: string }
  /** The kernel ended under it; an error output has said why. */
  | { readonly status: "died"; readonly end: KernelEnd };

/** How far the stopping of a cell has come. */
export type StopStep =
  /** The cell was asked to stop. */
  | "asked"
  /** Ten seconds later it still runs: offer to restart the kernel. */
  | "restart offered"
  /** Asked a second time: synchronous code is being terminated; the kernel is killed if that does not help. */
  | "forced";

/** The kernel's trainer died, and no new one has been started yet; `reason` in words for the user. */
export type DeadTrainer = Omit<Extract<TrainerHealth, { kind: "died" }>, "kind">;

/** Health of a notebook's kernel. Times are milliseconds since 1970. */
export type SessionState =
  | { readonly kind: "not started" }
  | { readonly kind: "starting"; readonly since: number }
  /** A kernel died a moment ago; the next one starts at `until`. */
  | { readonly kind: "backing off"; readonly until: number; readonly reason: string }
  | { readonly kind: "idle"; readonly trainer?: DeadTrainer }
  | {
      readonly kind: "busy";
      readonly cell: string;
      readonly since: number;
      /** False while the cell keeps the process in synchronous code. */
      readonly responsive: boolean;
      readonly trainer?: DeadTrainer;
    }
  | {
      readonly kind: "stopping";
      readonly cell: string;
      /** When the cell was asked to stop. */
      readonly since: number;
      readonly step: StopStep;
      readonly responsive: boolean;
    }
  | { readonly kind: "restarting" }
  | {
      readonly kind: "dead";
      readonly reason: string;
      readonly end: KernelEnd;
      /** True after too many quick deaths: cells are refused until the user restarts the kernel. */
      readonly givenUp: boolean;
    }
  | { readonly kind: "disposed" };

/** What the user must hear of, once each. */
export type SessionNotice =
  | { readonly kind: "died"; readonly reason: string; readonly end: KernelEnd; readonly givenUp: boolean }
  /** The kernel's trainer died; the kernel and its variables live on. */
  | ({ readonly kind: "trainer died" } & DeadTrainer)
  /** A restart dropped the variables of this many executed cells. */
  | { readonly kind: "restarted"; readonly executions: number };
