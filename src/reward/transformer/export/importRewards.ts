import { existsSync } from "node:fs";
import { join } from "node:path";
import { linearLayers } from "../../../onnx/lora.ts";
import { UserError } from "../../../system/userError.ts";
import { isSameBackbone } from "../../backboneName.ts";
import type { Head } from "../../head.ts";
import { loadRewards, type SavedRewards } from "../../rewardFile.ts";
import type { TrainedAdapter } from "../adapter.ts";
import type { OpenedBackbone } from "../transformerMethod.ts";
import { descriptionFile, type ExportDescription, readDescription } from "./exportDescription.ts";
import { foldsFile } from "./exportRewards.ts";
import { peftFiles, readPeftAdapter } from "./peftAdapter.ts";
import { headsOf, plainHeads, readPlainHeads } from "./plainHeads.ts";

/** Rewards as they come back. */
export interface ImportedRewards extends Pick<Required<SavedRewards>, "heads" | "adapter"> {
  /** Sentences on what was left out. */
  readonly notes: readonly string[];
}

/**
 * Reads what `exportRewards` wrote, or an adapter that PEFT wrote, for a backbone. Heads that were fitted on another one are
 * left out: they are soon fitted anew.
 * @throws UserError where there is nothing of this kind, it is damaged, or its adapter has no place in the backbone
 */
export async function importRewards(folder: string, { backbone, reading }: OpenedBackbone): Promise<ImportedRewards> {
  if (!existsSync(folder))
    throw new UserError(
      `There is no folder ${folder}; name one of exported rewards, or of an adapter that PEFT wrote.`,
    );
  const hasAdapter = existsSync(join(folder, peftFiles.config));
  const description = existsSync(join(folder, descriptionFile)) ? readDescription(folder) : undefined;
  if (description === undefined && !hasAdapter)
    throw new UserError(
      `${folder} holds neither exported rewards (${descriptionFile}) nor an adapter (${peftFiles.config}).`,
    );
  if (description?.lora != null && !hasAdapter)
    throw new UserError(
      `${folder} is not whole: ${descriptionFile} tells of an adapter, but ${peftFiles.config} is missing.`,
    );
  const layers = linearLayers(backbone.model.graph, backbone.hidden);
  const { adapter, notes = [] } = hasAdapter ? readPeftAdapter(folder, layers, description?.lora?.targets) : {};
  const isSame = description !== undefined && isSameBackbone(description.backbone, reading.name);
  const heads = isSame ? await readHeads(folder, description, backbone.width) : new Map<string, Head>();
  return { adapter, heads, notes: [...notes, ...notesOn(folder, description, adapter, heads, reading.name)] };
}

function notesOn(
  folder: string,
  description: ExportDescription | undefined,
  adapter: TrainedAdapter | undefined,
  heads: ReadonlyMap<string, Head>,
  name: string,
): string[] {
  const notes: string[] = [];
  if (description !== undefined && heads.size === 0)
    notes.push(`Heads of ${folder} were fitted on ${description.backbone}, in use is ${name}: they were left out.`);
  if (description?.simulated === true)
    notes.push(`What ${folder} holds was learned from outputs of the simulated model.`);
  const knowsExamples = [...heads.values()].some(({ folds }) => folds.size > 0);
  if (adapter !== undefined && !knowsExamples)
    notes.push(
      `Which examples the adapter in ${folder} was trained on is not known: of those among this run's, alignment is too good.`,
    );
  return notes;
}

/** Heads as a run had them, where they still are what the export gives to others; else what others made of them. */
async function readHeads(
  folder: string,
  { backbone }: ExportDescription,
  width: number,
): Promise<ReadonlyMap<string, Head>> {
  const plain = readPlainHeads(folder, width);
  const file = join(folder, foldsFile);
  if (!existsSync(file)) return headsOf(plain);
  const { heads } = await loadRewards(file, backbone);
  const own = plainHeads(heads, width);
  const isSame =
    own.names.join("\n") === plain.names.join("\n") &&
    sameNumbers(own.weights, plain.weights) &&
    sameNumbers(own.biases, plain.biases);
  return isSame ? heads : headsOf(plain);
}

const sameNumbers = (a: Float32Array, b: Float32Array): boolean =>
  a.length === b.length && a.every((value, index) => value === b[index]);
