import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type LinearLayer, linearLayers, targetedLayers } from "../../../onnx/lora.ts";
import { writeModel } from "../../../onnx/modelFile.ts";
import { modulePath } from "../../../onnx/modulePath.ts";
import type { Model } from "../../../onnx/proto.ts";
import type { Runtime } from "../../../onnx/runtime.ts";
import { makeFolders, replaceFile, syncPath } from "../../../run/durableFile.ts";
import { UserError } from "../../../system/userError.ts";
import type { ExportFacts } from "../../exportedComponent.ts";
import { type SavedRewards, saveRewards } from "../../rewardFile.ts";
import { mergedBackbone, type TrainedAdapter } from "../adapter.ts";
import type { Backbone } from "../backbone.ts";
import { backboneFeeds, onesBatch } from "../backboneInputs.ts";
import { tensorNames } from "../rewardGraph.ts";
import { rewardText } from "../rewardText.ts";
import type { OpenedBackbone } from "../transformerMethod.ts";
import { descriptionFile, descriptionText, type ExportDescription, readDescription } from "./exportDescription.ts";
import { exportReadme } from "./exportReadme.ts";
import { peftFiles, writePeftAdapter } from "./peftAdapter.ts";
import { headsFile, plainHeads, writePlainHeads } from "./plainHeads.ts";
import { rewardModel } from "./rewardModel.ts";
import { isUnfinishedExport, unfinishedExport } from "./unfinishedExport.ts";

/** Rewards as they leave the program. */
export interface RewardsToExport {
  /** Without the adapter. */
  readonly opened: OpenedBackbone;
  /** Folder of the backbone, with `tokenizer.json`. */
  readonly backboneFolder: string;
  readonly rewards: Pick<SavedRewards, "heads" | "adapter">;
  readonly facts: ExportFacts;
}

const modelFile = "model.onnx";
const readmeFile = "README.md";
/** Heads as a run saves them, by which it goes on: with units of features, and which examples are held out from which. */
export const foldsFile = "folds.json";
/** What a tokenizer is made of; the first is always there. */
const tokenizerFiles = ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"];
/** All that an export may hold. */
const ownFiles = [
  descriptionFile,
  ...Object.values(peftFiles),
  headsFile,
  foldsFile,
  modelFile,
  `${modelFile}.data`,
  readmeFile,
  ...tokenizerFiles,
];

/**
 * Writes rewards into a folder, for other programs and to be imported again: `model.onnx` with backbone, adapter, pooling
 * and heads in one, which gives `rewards`; the adapter as PEFT reads it; the heads; what they are; and how to use them.
 * An earlier export is replaced once all of it is there, and the model has been run.
 * @returns sentences on what others cannot use
 * @throws UserError where the folder holds something else, or a head reads more than the transformer
 */
export async function exportRewards(request: RewardsToExport, folder: string): Promise<string[]> {
  const { runtime, backbone, reading } = request.opened;
  const { adapter } = request.rewards;
  const heads = plainHeads(request.rewards.heads, backbone.width);
  if (heads.names.length === 0) throw new UserError("No local reward was fitted yet, so there is nothing to export.");
  const merged = adapter === undefined ? backbone : mergedBackbone(backbone, adapter);
  const model = rewardModel(merged, reading.pooling, heads);
  checkFolder(folder);
  const aside = unfinishedExport(folder);
  try {
    for (const file of tokenizerFiles) {
      const from = join(request.backboneFolder, file);
      if (existsSync(from)) replaceFile(join(aside, file), readFileSync(from));
    }
    const layers = adaptedLayers(backbone, adapter);
    if (adapter !== undefined) writePeftAdapter(aside, adapter, layers, request.facts.base);
    writePlainHeads(aside, heads);
    await saveRewards(join(aside, foldsFile), reading.name, { heads: request.rewards.heads });
    writeModel(model, join(aside, modelFile));
    await runOnce(runtime, model, join(aside, modelFile), heads.names.length);
    const description = described(request, heads.names);
    replaceFile(join(aside, readmeFile), exportReadme(description, layers[0]?.path));
    replaceFile(join(aside, descriptionFile), descriptionText(description));
    moveInto(folder, aside);
    return notesOn(layers);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** @throws UserError for a folder with other things in it than an earlier export */
function checkFolder(folder: string): void {
  makeFolders(folder);
  if (existsSync(join(folder, descriptionFile))) {
    readDescription(folder);
    return;
  }
  const [found] = readdirSync(folder).filter((name) => !isUnfinishedExport(name));
  if (found !== undefined)
    throw new UserError(`${folder} holds ${found}, and no exported rewards; name a new folder, or an empty one.`);
}

function adaptedLayers({ model, hidden }: Backbone, adapter: TrainedAdapter | undefined): LinearLayer[] {
  return adapter === undefined ? [] : targetedLayers(linearLayers(model.graph, hidden), adapter.settings.targets);
}

function notesOn(layers: readonly LinearLayer[]): string[] {
  const unnamed = layers.filter(({ node }) => modulePath(node) === undefined);
  if (unnamed.length === 0) return [];
  return [
    `The backbone does not say which modules ${unnamed.length} of its ${layers.length} adapted layers were, so PEFT will not ` +
      `find them; ${modelFile} is complete.`,
  ];
}

/** A promise that other programs can run it is one that was tried. */
async function runOnce(runtime: Runtime, { graph }: Model, file: string, heads: number): Promise<void> {
  const session = await runtime.InferenceSession.create(file, { logSeverityLevel: 3 });
  try {
    const found = (await session.run(backboneFeeds(runtime, graph, onesBatch(1, 2))))[tensorNames.rewards];
    if (found?.dims.join() !== [1, heads].join() || !(found.data as Float32Array).every(Number.isFinite))
      throw new Error(`the exported model gives ${found?.dims.join(" x ")} instead of 1 x ${heads} finite rewards`);
  } finally {
    await session.release();
  }
}

function described(request: RewardsToExport, names: readonly string[]): ExportDescription {
  const { backbone, reading } = request.opened;
  const component = { name: "{component}", description: "{description}" };
  const fields = { input: { "{field}": "{value}" }, output: { "{field}": "{value}" } };
  const { task, output } = rewardText(component, fields);
  const { output: outputWithOptions } = rewardText(component, { ...fields, options: { "{option}": "{value}" } });
  const { before, between, after } = reading.tokenizer.frame;
  const { settings } = request.rewards.adapter ?? {};
  return {
    backbone: reading.name,
    base: request.facts.base,
    simulated: request.facts.simulated,
    pooling: reading.pooling,
    width: backbone.width,
    lora:
      settings === undefined ? null : { rank: settings.rank, alpha: settings.alpha, targets: listed(settings.targets) },
    components: names.map(
      (name) =>
        request.facts.components.find((component) => component.name === name) ?? {
          name,
          description: null,
          alignment: null,
          heldOut: null,
        },
    ),
    text: { task, output, outputWithOptions },
    tokens: {
      before: tokensOf(before),
      between: tokensOf(between),
      after: tokensOf(after),
      limit: reading.tokenizer.limit,
    },
  };
}

const listed = (targets: "all-linear" | readonly string[]) => (targets === "all-linear" ? targets : [...targets]);

const tokensOf = ({ ids, types }: { readonly ids: readonly number[]; readonly types: readonly number[] }) => ({
  ids: [...ids],
  types: [...types],
});

/** Puts an export in the place of an earlier one. Half of it never says that it holds rewards. */
function moveInto(folder: string, aside: string): void {
  for (const file of ownFiles) rmSync(join(folder, file), { force: true });
  const made = readdirSync(aside).filter((file) => file !== descriptionFile);
  for (const file of [...made, descriptionFile]) renameSync(join(aside, file), join(folder, file));
  syncPath(folder);
}
