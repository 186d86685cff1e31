import { readFile } from "node:fs/promises";
import * as z from "zod";
import { replaceFile } from "../run/durableFile.ts";
import { errorMessage, UserError } from "../system/userError.ts";
import { isSameBackbone } from "./backboneName.ts";
import { foldCount, type Head, type HeadWeights } from "./head.ts";
import type { FitRequest } from "./localRewards.ts";
import { fitMessage, fitRequest, fitSchema } from "./trainerProtocol.ts";
import type { TrainedAdapter } from "./transformer/adapter.ts";

const kind = "optimas-local-rewards";
/** With an adapter, or with fits; files without either have the first version, which earlier programs read. */
const version = 2;

const count = z.number().int().nonnegative();
const base64 = z.base64();
const weightsSchema = z.strictObject({ dense: base64, buckets: base64 });

const adapterSchema = z.strictObject({
  rank: count,
  alpha: z.number(),
  targets: z.union([z.literal("all-linear"), z.array(z.string())]),
  /** Of A and B, by their names. */
  values: z.array(z.tuple([z.string(), base64])),
});

const originSchema = z.strictObject({
  /** "owner/name". */
  repository: z.string(),
  commit: z.string(),
  /** Branches and tags that stood for the commit. */
  asked: z.array(z.string()),
});
/** A repository of the hub at one of its commits. */
export type HubOrigin = Readonly<z.infer<typeof originSchema>>;

/** One JSON object; arrays of numbers are base64 of little-endian 32-bit values. */
const fileSchema = z.strictObject({
  kind: z.literal(kind),
  version: z.union([z.literal(1), z.literal(version)]),
  /** Name of the encoder the weights belong to. */
  backbone: z.string(),
  /** Where it came from, if from the hub: branches go on, and rewards belong to the commit that they were learned on. */
  origin: originSchema.optional(),
  /** Lists of pairs instead of objects keep every name apart, `__proto__` too. */
  components: z.array(
    z.strictObject({
      name: z.string(),
      blocks: z.array(z.strictObject({ name: z.string(), size: count })),
      scales: base64,
      buckets: base64,
      weights: weightsSchema,
      foldWeights: z.array(weightsSchema).length(foldCount),
      folds: z.array(z.tuple([z.string(), count.max(foldCount - 1)])),
      bias: z.number(),
    }),
  ),
  adapter: adapterSchema.optional(),
  /** What the heads were last fitted on, which they are fitted on anew when the adapter changes. */
  fits: z.array(fitSchema).optional(),
});

type SavedHead = z.infer<typeof fileSchema>["components"][number];

/** Everything that local rewards have learned. */
export interface SavedRewards {
  readonly heads: ReadonlyMap<string, Head>;
  readonly adapter?: TrainedAdapter | undefined;
  /** The last fit of each component, by its name. */
  readonly fits?: ReadonlyMap<string, FitRequest>;
  readonly origin?: HubOrigin | undefined;
}

/** Writes it all, replacing the file in one step. @throws when the folder cannot be written to. */
export async function saveRewards(file: string, backbone: string, saved: SavedRewards): Promise<void> {
  const { heads, adapter, fits = new Map<string, FitRequest>(), origin } = saved;
  const components = [...heads].map(([name, head]) => savedHead(name, head));
  const content: z.infer<typeof fileSchema> = {
    kind,
    version: adapter === undefined && fits.size === 0 ? 1 : version,
    backbone,
    ...(origin && { origin }),
    components,
    ...(adapter && { adapter: savedAdapter(adapter) }),
    ...(fits.size > 0 && { fits: [...fits.values()].map((request) => fitMessage(request, 0)) }),
  };
  replaceFile(file, `${JSON.stringify(content)}\n`);
}

/** @throws UserError when the file is missing, broken, newer than this version, or made with another backbone. */
export async function loadRewards(file: string, backbone: string): Promise<Required<Omit<SavedRewards, "origin">>> {
  const content = await readJson(file);
  const header = z.looseObject({ kind: z.literal(kind), version: z.number(), backbone: z.string() }).safeParse(content);
  if (!header.success) throw new UserError(`${file} holds no local rewards; choose the file that a run saved them in.`);
  if (header.data.version > version)
    throw new UserError(
      `${file} has version ${header.data.version} of the local rewards' format, this program reads up to ${version}; update Optimas to load it.`,
    );
  const parsed = fileSchema.safeParse(content);
  if (!parsed.success) throw broken(file, z.prettifyError(parsed.error));
  if (!isSameBackbone(parsed.data.backbone, backbone))
    throw new UserError(
      `${file} was fitted with the backbone "${parsed.data.backbone}", in use is "${backbone}"; fit the local rewards anew or select that backbone.`,
    );
  const { components, adapter, fits = [] } = parsed.data;
  const requests = fits.map(fitRequest);
  return {
    heads: new Map(components.map((saved) => [saved.name, restoredHead(file, saved)] as const)),
    adapter: adapter && restoredAdapter(adapter),
    fits: new Map(requests.map((request) => [request.component.name, request] as const)),
  };
}

/** Where the backbone of saved rewards came from; undefined where that is not the hub. @throws UserError as `loadRewards` */
export async function savedOrigin(file: string): Promise<HubOrigin | undefined> {
  return z.looseObject({ origin: originSchema.optional() }).safeParse(await readJson(file)).data?.origin;
}

async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (thrown) {
    throw new UserError(`Local rewards cannot be read: ${errorMessage(thrown)}`);
  }
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw broken(file, errorMessage(thrown));
  }
}

function broken(file: string, reason: string): UserError {
  return new UserError(`${file} is damaged; restore it or fit the local rewards anew.\n${reason}`);
}

function savedHead(name: string, head: Head): SavedHead {
  return {
    name,
    blocks: head.layout.blocks.map(({ name, size }) => ({ name, size })),
    scales: bytesOf(head.layout.scales),
    buckets: bytesOf(head.layout.buckets),
    weights: savedWeights(head.weights),
    foldWeights: head.foldWeights.map(savedWeights),
    folds: [...head.folds],
    bias: head.bias,
  };
}

function restoredHead(file: string, saved: SavedHead): Head {
  const layout = { blocks: saved.blocks, scales: floats(saved.scales), buckets: integers(saved.buckets) };
  const head: Head = {
    layout,
    weights: restoredWeights(saved.weights),
    foldWeights: saved.foldWeights.map(restoredWeights),
    folds: new Map(saved.folds),
    bias: saved.bias,
  };
  const denseSize = layout.blocks.reduce((sum, { size }) => sum + size, 0);
  if (layout.scales.length !== denseSize || !layout.scales.every((scale) => scale > 0 && Number.isFinite(scale)))
    throw broken(file, `"${saved.name}": ${layout.scales.length} scales for ${denseSize} features`);
  for (const weights of [head.weights, ...head.foldWeights]) {
    if (weights.dense.length !== denseSize || weights.buckets.length !== layout.buckets.length)
      throw broken(file, `"${saved.name}": the number of weights does not match the number of features`);
    if (![...weights.dense, ...weights.buckets].every(Number.isFinite))
      throw broken(file, `"${saved.name}": a weight is not a finite number`);
  }
  return head;
}

function savedAdapter({ settings, values }: TrainedAdapter): z.infer<typeof adapterSchema> {
  const { rank, alpha, targets } = settings;
  return {
    rank,
    alpha,
    targets: targets === "all-linear" ? targets : [...targets],
    values: [...values].map(([name, numbers]) => [name, bytesOf(numbers)]),
  };
}

function restoredAdapter({ values, ...settings }: z.infer<typeof adapterSchema>): TrainedAdapter {
  return { settings, values: new Map(values.map(([name, numbers]) => [name, floats(numbers)])) };
}

function savedWeights(weights: HeadWeights): SavedHead["weights"] {
  return { dense: bytesOf(weights.dense), buckets: bytesOf(weights.buckets) };
}

function restoredWeights(saved: SavedHead["weights"]): HeadWeights {
  return { dense: floats(saved.dense), buckets: floats(saved.buckets) };
}

/** All platforms that Node runs on are little-endian, so memory order is file order. */
function bytesOf(numbers: Float32Array | Uint32Array): string {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString("base64");
}

function floats(text: string): Float32Array {
  return new Float32Array(alignedBytes(text));
}

function integers(text: string): Uint32Array {
  return new Uint32Array(alignedBytes(text));
}

/** A copy whose length is a whole number of 32-bit values; a torn tail is found by the counts not matching. */
function alignedBytes(text: string): ArrayBuffer {
  const bytes = Buffer.from(text, "base64");
  return Uint8Array.from(bytes.subarray(0, bytes.length - (bytes.length % 4))).buffer;
}
