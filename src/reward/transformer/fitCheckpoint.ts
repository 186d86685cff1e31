import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import * as z from "zod";
import { elementsIn } from "../../onnx/tensor.ts";
import { diskErrorCode } from "../../run/diskError.ts";
import type { AdapterTrainingState } from "./adapterTraining.ts";
import type { Parameter } from "./rewardGraph.ts";
import { readSafetensors, type StoredTensor, writeSafetensors } from "./safetensors.ts";

/** Where a fit stands: between two steps. */
export interface FitPosition {
  /** Tokens of a micro-batch at most: sums are rounded as their parts are. */
  readonly most: number;
  /** Epoch under way, from 1, and steps of it that are made. */
  readonly epoch: number;
  readonly step: number;
  /** Sum of the losses of this epoch's steps. */
  readonly lossSum: number;
  readonly alignment: number | undefined;
}

const positionSchema = z.object({
  most: z.number().positive(),
  epoch: z.number().int().positive(),
  step: z.number().int().nonnegative(),
  lossSum: z.number(),
  alignment: z.number().optional(),
});
const stepsSchema = z.coerce.number().int().nonnegative();

/**
 * What a fit that takes long has come to, in a file that is replaced in one step: a process that is killed loses the steps
 * since it was last written, and the same fit comes to the same values as if nothing had been.
 */
export class FitCheckpoint {
  readonly #file: string | undefined;
  readonly #key: string;

  /**
   * @param folder that is made when first needed; undefined to keep nothing
   * @param key of everything that the fit depends on
   */
  constructor(folder: string | undefined, key: string) {
    this.#file = folder === undefined ? undefined : join(folder, "adapter-fit.safetensors");
    this.#key = key;
  }

  /** A disk that takes nothing fails no fit: what is kept only saves time. */
  write(position: FitPosition, { values, memories }: AdapterTrainingState, parameters: readonly Parameter[]): void {
    if (this.#file === undefined) return;
    const tensors = new Map<string, StoredTensor>();
    let steps = 0;
    for (const { name, shape } of parameters) {
      const [value, memory] = [values.get(name), memories.get(name)];
      if (value === undefined || memory === undefined) throw new Error(`nothing of "${name}"`);
      steps = memory.steps;
      tensors.set(name, { shape, values: value });
      tensors.set(`${name} first`, { shape, values: Float32Array.from(memory.first) });
      tensors.set(`${name} second`, { shape, values: Float32Array.from(memory.second) });
    }
    const metadata = { key: this.#key, position: JSON.stringify(position), steps: String(steps) };
    const file = this.#file;
    whereTheDiskLets(() => {
      mkdirSync(dirname(file), { recursive: true });
      writeSafetensors(file, tensors, new Map(Object.entries(metadata)));
    });
  }

  /** Undefined where there is none of this very fit; one of another fit is of no use, for its fit is over or given up. */
  read(
    parameters: readonly Parameter[],
  ): { readonly position: FitPosition; readonly state: AdapterTrainingState } | undefined {
    if (this.#file === undefined) return undefined;
    try {
      const { tensors, metadata } = readSafetensors(this.#file);
      if (metadata.get("key") !== this.#key) return undefined;
      const parsed = positionSchema.parse(JSON.parse(metadata.get("position") ?? ""));
      const steps = stepsSchema.parse(metadata.get("steps"));
      const of = (name: string, { shape }: Parameter): Float32Array => {
        const values = tensors.get(name)?.values;
        if (values?.length !== elementsIn(shape)) throw new Error(`"${name}" is not of shape ${shape.join(" x ")}`);
        return values;
      };
      const values = new Map(parameters.map((one) => [one.name, of(one.name, one)] as const));
      const memories = new Map(
        parameters.map((one) => {
          const [first, second] = [of(`${one.name} first`, one), of(`${one.name} second`, one)];
          return [one.name, { first, second, steps }] as const;
        }),
      );
      return { position: { ...parsed, alignment: parsed.alignment }, state: { values, memories } };
    } catch {
      // It only saves time: without it the fit begins anew.
      return undefined;
    }
  }

  /** What stays is of no use to any other fit. */
  remove(): void {
    const file = this.#file;
    if (file !== undefined) whereTheDiskLets(() => rmSync(file, { force: true }));
  }
}

function whereTheDiskLets(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (diskErrorCode(error) === undefined) throw error;
  }
}
