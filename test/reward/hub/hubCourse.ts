import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { type HubOffer, type HubOptions, type HubProgress, hubBackbone } from "../../../src/reward/hub/hubBackbone.ts";
import { type Clock, steadyClock } from "../../../src/system/clock.ts";
import { UserError } from "../../../src/system/userError.ts";
import { scratchFolder } from "../../data/scratchFolder.ts";
import type { Arrived, LoopbackHub } from "./loopbackHub.ts";

export const NAME = "acme/tiny-encoder";
/** 60,000 bytes that follow from a word. */
export function weights(word: string): Uint8Array {
  const bytes = new Uint8Array(60_000);
  for (let at = 0; at < bytes.length; at += 32) bytes.set(createHash("sha256").update(`${word} ${at}`).digest(), at);
  return bytes;
}

export const files = {
  "README.md": "# Tiny",
  "config.json": '{"architectures":["BertModel"]}',
  "tokenizer.json": '{"model":{}}',
  "tokenizer_config.json": "{}",
  "1_Pooling/config.json": '{"pooling_mode_cls_token":true}',
  "onnx/model.onnx": weights("model"),
  "onnx/model_quantized.onnx": weights("quantized"),
  "model.safetensors": weights("safetensors"),
};
export const wanted = [
  "tokenizer.json",
  "tokenizer_config.json",
  "config.json",
  "1_Pooling/config.json",
  "onnx/model.onnx",
];
export const total = wanted.reduce((sum, path) => sum + Buffer.from(files[path as keyof typeof files]).length, 0);

/** Waits between attempts take no time; others, as long as they do. */
export const hurried: Clock = {
  now: steadyClock.now,
  after: (ms, action) => steadyClock.after(ms < 30_000 ? 0 : ms, action),
};

export interface Course {
  readonly offers: HubOffer[];
  readonly progress: HubProgress[];
  readonly cacheFolder: string;
  bring(options?: Partial<HubOptions>, name?: string): Promise<string>;
}

export function course(hub: LoopbackHub, cacheFolder = scratchFolder()): Course {
  const offers: HubOffer[] = [];
  const progress: HubProgress[] = [];
  const usual: HubOptions = {
    signal: new AbortController().signal,
    consent: async (offer) => offers.push(offer) > 0,
    onProgress: (step) => progress.push(step),
    cacheFolder,
    endpoint: hub.endpoint,
    token: "",
    clock: hurried,
    random: () => 0.5,
  };
  return {
    offers,
    progress,
    cacheFolder,
    bring: (options, name = NAME) => hubBackbone(name, { ...usual, ...options }),
  };
}

export const contentsOf = (folder: string): Record<string, Buffer> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
      .map((path) => [path.replaceAll("\\", "/"), readFileSync(join(folder, path))]),
  );

export function expectWhole(folder: string, expected: Readonly<Record<string, string | Uint8Array>> = files): void {
  const contents = contentsOf(folder);
  expect(Object.keys(contents).sort()).toEqual(["backbone.json", ...wanted].sort());
  for (const path of wanted) expect(contents[path]?.equals(Buffer.from(expected[path] ?? ""))).toBe(true);
}

export const refused = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).message;
};
export const ofModel = ({ at }: Arrived): boolean => at === "store";
