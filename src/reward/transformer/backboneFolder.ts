import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, dirname, join } from "node:path";
import * as z from "zod";
import { loadRuntime } from "../../onnx/runtime.ts";
import { UserError } from "../../system/userError.ts";
import { type Backbone, readBackbone } from "./backbone.ts";
import type { Pooling } from "./pooling.ts";
import { checkVocabulary, textLimit } from "./textLimit.ts";
import { readTokenizer } from "./textTokens.ts";
import { TrainingMemory } from "./trainingMemory.ts";
import type { OpenedBackbone } from "./transformerMethod.ts";

/** Tokens of a task and an output together, at most: what the paper's reward models read, in the time of a small one. */
const LONGEST = 512;

/** How often the weights are in memory when a model has been opened: once as they are read, once as they are run. */
const COPIES = 2;

/** Where the model lies in a folder, as exporters and hubs lay it. */
const places = ["model.onnx", join("onnx", "model.onnx")];

/**
 * Opens the transformer in a folder: `model.onnx` or `onnx/model.onnx`, and `tokenizer.json`.
 * @param memory that it may take
 * @throws UserError where something is missing, cannot be read, or cannot be run on this machine
 */
export async function openBackboneFolder(
  folder: string,
  memory: TrainingMemory = new TrainingMemory(null),
): Promise<OpenedBackbone> {
  const file = places.map((place) => join(folder, place)).find((path) => existsSync(path));
  if (file === undefined)
    throw new UserError(
      `There is no ${places.join(" and no ")} in ${folder}; name a folder with a transformer exported to ONNX, or "lexical".`,
    );
  memory.demand(COPIES * modelBytes(file), `Opening ${folder}`);
  const described = readTokenizer(folder, LONGEST);
  const runtime = await loadRuntime();
  const backbone = await readBackbone(runtime, file);
  checkVocabulary(backbone, described.highest, folder);
  const limit = described.isPlaced ? described.limit : await textLimit(runtime, backbone, described.limit);
  const tokenizer = described.within(limit);
  const pooling = poolingOf(folder);
  const name = `${labelOf(folder)}-${pooling}-${contentName(backbone, folder)}`;
  return { runtime, backbone, reading: { name, tokenizer, pooling, threads: threadsLeft() } };
}

/** The editor goes on beside a fit: one processor is left to it where there are several. */
const threadsLeft = (): number => Math.max(1, availableParallelism() - 1);

/** Bytes of a model, with the files beside it that its weights may lie in. */
function modelBytes(file: string): number {
  const beside = readdirSync(dirname(file)).filter((name) => name.startsWith(basename(file)));
  return beside.reduce((sum, name) => sum + statSync(join(dirname(file), name)).size, 0);
}

/** What people know it by. Caches of hubs lay a commit below the owner and the name. */
function labelOf(folder: string): string {
  const names = folder.split(/[/\\]/).filter((name) => name !== "");
  const last = names.at(-1) ?? "";
  return /^[0-9a-f]{40}$/.test(last) ? names.slice(-3, -1).join("/") : last;
}

/** Heads must not be used with a model that is another in the same place, nor with other tokens. */
function contentName({ model }: Backbone, folder: string): string {
  const hash = createHash("sha256");
  for (const { opType, input, output, attribute } of model.graph.node)
    hash.update(JSON.stringify([opType, input, output, attribute.map(({ name, i, f, ints }) => [name, i, f, ints])]));
  for (const { name, rawData, floatData, int64Data } of model.graph.initializer)
    hash.update(`${name} ${floatData} ${int64Data}`).update(rawData);
  return hash
    .update(readFileSync(join(folder, "tokenizer.json")))
    .digest("hex")
    .slice(0, 12);
}

const modulesSchema = z.looseObject({
  pooling_mode_cls_token: z.boolean().optional(),
  pooling_mode_lasttoken: z.boolean().optional(),
});
const modelSchema = z.looseObject({ architectures: z.array(z.string()).optional() });

/** As sentence encoders say themselves; else the last place for language models, and all places for encoders. */
function poolingOf(folder: string): Pooling {
  const said = readIfThere(join(folder, "1_Pooling", "config.json"), modulesSchema);
  if (said?.pooling_mode_cls_token) return "first";
  if (said?.pooling_mode_lasttoken) return "last";
  const { architectures = [] } = readIfThere(join(folder, "config.json"), modelSchema) ?? {};
  return architectures.some((name) => name.endsWith("ForCausalLM")) ? "last" : "mean";
}

function readIfThere<T>(file: string, schema: z.ZodType<T>): T | undefined {
  return existsSync(file) ? schema.safeParse(JSON.parse(readFileSync(file, "utf8"))).data : undefined;
}
