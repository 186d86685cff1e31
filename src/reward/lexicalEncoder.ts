import { setImmediate } from "node:timers/promises";
import type { Fields } from "../system/component.ts";
import { fieldText } from "../system/fieldFormat.ts";
import type { OptionValues } from "../system/variable.ts";
import type { DenseBlock, Encoder, Features } from "./encoder.ts";
import { bucketCount, hashedTerms } from "./hashedTerms.ts";
import type { RewardItem } from "./localRewards.ts";
import { textOverlap } from "./textOverlap.ts";
import { type TextShape, textShape } from "./textShape.ts";
import { textStatistics } from "./textStatistics.ts";

/** Items encoded before others get a turn on the event loop. */
const batchSize = 256;

/** Where outputs differ by option, that is why they were made; of the text's hundred features, each is a guess. */
const optionEmphasis = 3;

/** Keeps squares of differences finite. */
const greatestAmount = 1e12;

/**
 * Text features without a download and without native code. Dense blocks:
 * - `output`: statistics of all output fields together; `output.<field>`: of each, where there are several
 * - `overlap`: all output against all input; `overlap.<field>`: each output field against all input, where there are
 *   several; `overlap~<field>`: all output against each input field, where there are several
 * - `option.<name>`: a numeric value v as (v, sign(v) log(1 + |v|)); `option.<name>=<value>`: 1
 *
 * plus the hashed terms of all output. Deterministic, equal on every platform.
 */
export function lexicalEncoder(): Encoder {
  return {
    name: "lexical-1",
    buckets: bucketCount,
    async encode(items, signal) {
      const inputs = new Map<Fields, FieldShapes>();
      const features: Features[] = [];
      for (const [index, item] of items.entries()) {
        if (index % batchSize === batchSize - 1) await setImmediate();
        signal.throwIfAborted();
        // Many items share one input object; its reading is reused, but only while it is the same object.
        const input = inputs.get(item.input) ?? fieldShapes(item.input);
        inputs.set(item.input, input);
        features.push(encodeItem(item, input));
      }
      return features;
    },
  };
}

interface FieldShapes {
  readonly all: TextShape;
  readonly fields: readonly (readonly [name: string, shape: TextShape])[];
}

function fieldShapes(fields: Fields): FieldShapes {
  const texts = Object.entries(fields)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => [name, fieldText(value)] as const);
  const shapes = texts.map(([name, text]) => [name, textShape(text)] as const);
  const only = shapes.length === 1 ? shapes[0]?.[1] : undefined;
  return { all: only ?? textShape(texts.map(([, text]) => text).join("\n")), fields: shapes };
}

function encodeItem(item: RewardItem, input: FieldShapes): Features {
  const output = fieldShapes(item.output);
  const dense: DenseBlock[] = [
    { name: "output", values: textStatistics(output.all), emphasis: 1 },
    { name: "overlap", values: textOverlap(output.all, input.all), emphasis: 1 },
  ];
  if (output.fields.length > 1) {
    for (const [name, shape] of output.fields) {
      dense.push({ name: `output.${name}`, values: textStatistics(shape), emphasis: 1 });
      dense.push({ name: `overlap.${name}`, values: textOverlap(shape, input.all), emphasis: 1 });
    }
  }
  if (input.fields.length > 1) {
    for (const [name, shape] of input.fields)
      dense.push({ name: `overlap~${name}`, values: textOverlap(output.all, shape), emphasis: 1 });
  }
  return { dense: [...dense, ...optionBlocks(item.options)], ...hashedTerms(output.all, input.all, item.options) };
}

function optionBlocks(options: OptionValues | undefined): DenseBlock[] {
  return Object.entries(options ?? {}).flatMap(([name, value]) => {
    const oneHot = { name: `option.${name}=${String(value)}`, values: Float64Array.of(1), emphasis: optionEmphasis };
    if (typeof value !== "number" || !Number.isFinite(value)) return [oneHot];
    const amount = Math.sign(value) * Math.min(Math.abs(value), greatestAmount);
    const values = Float64Array.of(amount, Math.sign(value) * Math.log1p(Math.abs(amount)));
    return [oneHot, { name: `option.${name}`, values, emphasis: optionEmphasis }];
  });
}
