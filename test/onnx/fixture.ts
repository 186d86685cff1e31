import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

const tensorSchema = z.object({ shape: z.array(z.number()), data: z.array(z.number()) });
const tensors = z.record(z.string(), tensorSchema);

const referenceSchema = z.object({
  inputs: tensors,
  pooling: z.enum(["mean", "last"]),
  hidden: tensorSchema,
  lora: z.object({
    rank: z.number(),
    alpha: z.number(),
    targets: z.array(
      z.object({ name: z.string(), nodes: z.record(z.string(), z.object({ node: z.string(), weight: z.string() })) }),
    ),
  }),
  heads: z.number(),
  pairs: z.array(z.tuple([z.number(), z.number()])),
  pairWeight: tensorSchema,
  rewards: tensorSchema,
  loss: z.number(),
  losses: z.array(z.number()),
  lossAfter20: z.number(),
  rewardsAfter20: tensorSchema,
  adamw: z.object({
    lr: z.number(),
    beta1: z.number(),
    beta2: z.number(),
    eps: z.number(),
    weightDecay: z.number(),
    steps: z.number(),
  }),
});

export type FixtureTensor = z.infer<typeof tensorSchema>;

/** What PyTorch computed in 64-bit floats for one of the tiny models, from the weights in its file. */
export interface Fixture extends z.infer<typeof referenceSchema> {
  readonly parameters: z.infer<typeof parametersSchema>;
}

const parametersSchema = z.object({ init: tensors, grads: tensors, after1: tensors, after20: tensors });

const json = (folder: string, name: string): unknown => JSON.parse(readFileSync(join(folder, name), "utf8"));

export function readFixture(folder: string, kind: "encoder" | "decoder"): Fixture {
  const parameters = parametersSchema.parse(json(folder, `${kind}-params.json`));
  return { ...referenceSchema.parse(json(folder, `${kind}-reference.json`)), parameters };
}
