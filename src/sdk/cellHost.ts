import { AsyncLocalStorage } from "node:async_hooks";
import type { ModelAccess } from "../models/modelAccess.ts";
import type { Backbones } from "../notebook/kernelBackbones.ts";
import type { Consent, ConsentAnswer } from "../notebook/kernelProtocol.ts";
import type { MimeBundle } from "../notebook/output.ts";
import type { TrainerNews } from "./trainerNews.ts";

/** What runs do with values that were accepted before, and with those that they accept. */
export interface ValuesUse {
  /** Runs start from the values that were accepted before, or from the source's. */
  readonly start?: "saved" | "source" | undefined;
  /** False: what they accept is kept in the run alone. */
  readonly save?: boolean | undefined;
}

/** What the editor, or whoever started the kernel, has for calls of models; the rest the process finds by itself. */
export type CellModels = Pick<ModelAccess, "gate"> &
  Partial<Pick<ModelAccess, "keys" | "editorModels">> & {
    /** Asks a person whether something may cost what it may. */
    readonly consent?: ((request: Consent, signal: AbortSignal) => Promise<ConsentAnswer>) | undefined;
  };

/** What surrounds code that runs in a notebook cell: how the steps of an experiment find the cell that called them. */
export interface CellHost {
  /** Aborted when the cell is interrupted. */
  readonly signal: AbortSignal;
  /** Aborted when the cell is interrupted once more: what it still holds back is given up. */
  readonly givingUp?: AbortSignal;
  /** Absolute path of the notebook's folder: what an output names is named relative to it. */
  readonly folder: string;
  /** Absolute path of the notebook; absent while it was never saved to a disk. */
  readonly notebook?: string;
  /** What runs of the notebook do with accepted values where their code does not say. */
  readonly values?: ValuesUse;
  /** `off`: answers of models are neither taken from their record nor kept there, whatever the code says. */
  readonly cache?: "off";
  /** What calls of models go through; absent where the process has it all by itself. */
  readonly models?: CellModels;
  /** What there is for backbones of local rewards. */
  readonly backbones?: Backbones;
  /** Folder of an interrupted run that an experiment may go on with; undefined once it is taken. */
  readonly resume: string | undefined;
  /** Hands the folder to go on with to the one who asks first. */
  takeResume(): string | undefined;
  /** Shows data in the cell; with an `id`, in the place of what the cell showed under it before. */
  display(data: MimeBundle, id?: string): void;
  /**
   * Calls `action` once when the cell's code is over and before its end is told, so that what was held back is still shown.
   * A host without this is shown everything at once when a step ends.
   */
  beforeEnd?(action: () => void): void;
  /** Hears of the trainer that a step in the cell started, also after the end of the cell. */
  onTrainer?(news: TrainerNews): void;
}

/**
 * The cell that the running code belongs to, also after an `await`. Outside a notebook there is none. The kernel runs every
 * cell by `cellHosts.run(host, ...)`; it must share this module with the user's "optimas".
 */
export const cellHosts = new AsyncLocalStorage<CellHost>();

/** The cell that the calling code runs in. */
export function currentCell(): CellHost | undefined {
  return cellHosts.getStore();
}

/** What whoever started the kernel says of the record of answers, as a setting that takes the place of the code's. */
export function recordUse(cell: CellHost | undefined): { readonly cache?: "off" } {
  return cell?.cache === undefined ? {} : { cache: cell.cache };
}
