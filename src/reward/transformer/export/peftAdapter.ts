import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { LinearLayer } from "../../../onnx/lora.ts";
import { isTargeted } from "../../../onnx/modulePath.ts";
import { replaceFile } from "../../../run/durableFile.ts";
import { errorMessage, UserError } from "../../../system/userError.ts";
import type { LoraSettings, TrainedAdapter } from "../adapter.ts";
import { readSafetensors, type StoredTensor, writeSafetensors } from "../safetensors.ts";

/** The files of an adapter, by PEFT's names. */
export const peftFiles = { config: "adapter_config.json", tensors: "adapter_model.safetensors" } as const;

/** What PEFT puts before the module path of an adapted model. */
const WRAPPER = "base_model.model.";

/** Names shown of many. */
const SHOWN = 8;

/**
 * Writes an adapter as PEFT's `PeftModel.from_pretrained` reads it.
 * @param layers the adapted ones
 * @param base by which the backbone is known to its author; null where only its exported form is known
 */
export function writePeftAdapter(
  folder: string,
  { settings, values }: TrainedAdapter,
  layers: readonly LinearLayer[],
  base: string | null,
): void {
  const { rank, alpha } = settings;
  const tensors = new Map<string, StoredTensor>();
  for (const { path, inputs, outputs } of layers)
    for (const [name, shape] of [
      [`${path}.lora_A.weight`, [rank, inputs]],
      [`${path}.lora_B.weight`, [outputs, rank]],
    ] as const) {
      const numbers = values.get(name);
      if (numbers === undefined) throw new Error(`there are no values of ${name}`);
      tensors.set(`${WRAPPER}${name}`, { shape, values: numbers });
    }
  writeSafetensors(join(folder, peftFiles.tensors), tensors, new Map([["format", "pt"]]));
  const config = {
    auto_mapping: null,
    base_model_name_or_path: base,
    bias: "none",
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    lora_alpha: alpha,
    lora_dropout: 0,
    modules_to_save: null,
    peft_type: "LORA",
    r: rank,
    // Whole paths: what a model has beside them (a pooler, a head of another task) is no part of this.
    target_modules: layers.map(({ path }) => path),
    task_type: "FEATURE_EXTRACTION",
    use_dora: false,
    use_rslora: false,
  };
  replaceFile(join(folder, peftFiles.config), `${JSON.stringify(config, null, 2)}\n`);
}

const pattern = z.record(z.string(), z.number()).nullish();
const configSchema = z.looseObject({
  peft_type: z.string(),
  r: z.number().int().positive(),
  lora_alpha: z.number().positive(),
  target_modules: z.union([z.string(), z.array(z.string())]).nullish(),
  bias: z.string().nullish(),
  use_rslora: z.boolean().nullish(),
  lora_bias: z.boolean().nullish(),
  rank_pattern: pattern,
  alpha_pattern: pattern,
});
type PeftConfig = z.infer<typeof configSchema>;

export interface ReadAdapter {
  readonly adapter: TrainedAdapter;
  /** Sentences on what was left out. */
  readonly notes: readonly string[];
}

/**
 * Reads an adapter that PEFT, or `writePeftAdapter`, wrote, for a backbone with these linear layers.
 * @param patterns of module paths that the adapted layers were meant by, where they are known
 * @throws UserError where it cannot be read, is of another kind, or has a place in no layer
 */
export function readPeftAdapter(
  folder: string,
  layers: readonly LinearLayer[],
  patterns?: LoraSettings["targets"],
): ReadAdapter {
  const file = join(folder, peftFiles.tensors);
  const config = readConfig(join(folder, peftFiles.config));
  const { sides, others } = sidesIn(readSafetensors(file).tensors);
  const unknown = others.filter((name) => name.includes(".lora_"));
  if (unknown.length > 0)
    throw new UserError(`${file} adapts more than linear layers, which cannot be imported: ${some(unknown)}.`);
  const notes =
    others.length === 0
      ? []
      : [`${others.length} tensors that are no part of an adapter were left out: ${some(others)}.`];
  const paths = matchedPaths(file, [...new Set(sides.map(({ path }) => path))], layers);
  const values = new Map<string, Float32Array>();
  const adapted = new Set<LinearLayer>();
  for (const { name, path, side, tensor } of sides) {
    const layer = paths.get(path) as LinearLayer;
    const shape = side === "A" ? [config.r, layer.inputs] : [layer.outputs, config.r];
    if (tensor.shape.join() !== shape.join())
      throw new UserError(
        `"${name}" in ${file} is ${tensor.shape.join(" x ")}; with rank ${config.r}, the layer ${layer.path} of this backbone ` +
          `needs ${shape.join(" x ")}.`,
      );
    if (!tensor.values.every(Number.isFinite)) throw new UserError(`A number of "${name}" in ${file} is not finite.`);
    values.set(`${layer.path}.lora_${side}.weight`, tensor.values);
    adapted.add(layer);
  }
  const halves = [...adapted].filter(
    ({ path }) => !values.has(`${path}.lora_A.weight`) || !values.has(`${path}.lora_B.weight`),
  );
  if (halves.length > 0)
    throw new UserError(`${file} has only one half, A or B, of ${some(halves.map(({ path }) => path))}.`);
  if (adapted.size === 0) throw new UserError(`${file} holds no adapter of linear layers (lora_A and lora_B).`);
  // Of adapters scaled by their rank's square root, alpha / rank says the same with another alpha.
  const alpha = config.use_rslora ? config.lora_alpha * Math.sqrt(config.r) : config.lora_alpha;
  const targets = targetsOf([...adapted], layers, [patterns, listed(config.target_modules)]);
  return { adapter: { settings: { rank: config.r, alpha, targets }, values }, notes };
}

function readConfig(file: string): PeftConfig {
  let config: PeftConfig;
  try {
    config = configSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (thrown) {
    const reason = thrown instanceof z.ZodError ? z.prettifyError(thrown) : errorMessage(thrown);
    throw new UserError(`${file} is no configuration of a PEFT adapter that can be read: ${reason}`);
  }
  const unknown = [
    config.peft_type !== "LORA" && `peft_type ${config.peft_type}`,
    (config.bias ?? "none") !== "none" && `bias ${config.bias}`,
    ...Object.entries(config).map(
      ([key, value]) => key.startsWith("use_") && key !== "use_rslora" && value === true && key,
    ),
    config.lora_bias && "lora_bias",
    Object.keys(config.rank_pattern ?? {}).length > 0 && "rank_pattern",
    Object.keys(config.alpha_pattern ?? {}).length > 0 && "alpha_pattern",
  ].filter((word) => typeof word === "string");
  if (unknown.length === 0) return config;
  throw new UserError(
    `${file} describes an adapter with ${unknown.join(" and ")}; only plain LoRA, of one rank and alpha, can be imported.`,
  );
}

/** One half of a layer's adapter. */
interface Side {
  readonly name: string;
  /** As the file has it, without what PEFT puts before it. */
  readonly path: string;
  readonly side: "A" | "B";
  readonly tensor: StoredTensor;
}

/** Whoever saves a model's state by hand keeps the adapter's own name in it: `lora_A.default.weight`. */
const sideName = /^(?:base_model\.model\.)?(.+)\.lora_([AB])(?:\.[^.]+)?\.weight$/;

function sidesIn(tensors: ReadonlyMap<string, StoredTensor>): { readonly sides: Side[]; readonly others: string[] } {
  const sides: Side[] = [];
  const others: string[] = [];
  for (const [name, tensor] of tensors) {
    const [, path, side] = sideName.exec(name) ?? [];
    if (path !== undefined && (side === "A" || side === "B")) sides.push({ name, path, side, tensor });
    else others.push(name);
  }
  return { sides, others };
}

/**
 * The layer of each path. A model that was adapted within another, or without the one that it was exported within, has
 * paths that are longer, or shorter, by the same beginning.
 * @throws UserError naming the paths that no layer has
 */
function matchedPaths(
  file: string,
  paths: readonly string[],
  layers: readonly LinearLayer[],
): ReadonlyMap<string, LinearLayer> {
  const byPath = new Map(layers.map((layer) => [layer.path, layer]));
  const [first = ""] = paths;
  const ways = [
    (path: string) => path,
    ...layers.flatMap(({ path: known }) => {
      if (known.endsWith(`.${first}`)) {
        const added = known.slice(0, -first.length);
        return [(path: string) => added + path];
      }
      if (!first.endsWith(`.${known}`)) return [];
      const dropped = first.slice(0, -known.length);
      return [(path: string) => (path.startsWith(dropped) ? path.slice(dropped.length) : path)];
    }),
  ];
  let fewest = paths;
  for (const way of ways) {
    const missing = paths.filter((path) => !byPath.has(way(path)));
    if (missing.length === 0) return new Map(paths.map((path) => [path, byPath.get(way(path)) as LinearLayer]));
    if (missing.length < fewest.length) fewest = missing;
  }
  throw new UserError(
    `${file} adapts ${fewest.length} layers that this backbone does not have: ${some(fewest)}. It has ` +
      `${some(layers.map(({ path }) => path))}.`,
  );
}

/** Patterns that mean these layers and no others: the first of those told that do, else the paths. */
function targetsOf(
  adapted: readonly LinearLayer[],
  layers: readonly LinearLayer[],
  told: readonly (LoraSettings["targets"] | null | undefined)[],
): LoraSettings["targets"] {
  const paths = adapted.map(({ path }) => path);
  for (const patterns of [...told, "all-linear" as const, paths]) {
    if (patterns == null || patterns.length === 0) continue;
    const meant = layers.filter(({ path }) => isTargeted(path, patterns)).map(({ path }) => path);
    if (sameSet(new Set(meant), new Set(paths))) return patterns;
  }
  throw new UserError(`No patterns of module paths mean the adapted layers alone: ${some(paths)}.`);
}

/** A text would be a regular expression, but for one word. */
const listed = (said: PeftConfig["target_modules"]) =>
  Array.isArray(said) || said === "all-linear" ? said : undefined;

const sameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((path) => b.has(path));

const some = (names: readonly string[]): string =>
  names.length > SHOWN ? `${names.slice(0, SHOWN).join(", ")} and ${names.length - SHOWN} more` : names.join(", ");
