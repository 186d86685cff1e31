import { join } from "node:path";
import * as runtime from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { writeModel } from "../../../src/onnx/modelFile.ts";
import type { Model } from "../../../src/onnx/proto.ts";
import { readBackbone } from "../../../src/reward/transformer/backbone.ts";
import { trainingGraph } from "../../../src/reward/transformer/rewardGraph.ts";
import { TrainingMemory } from "../../../src/reward/transformer/trainingMemory.ts";
import { seededRandom } from "../../../src/system/random.ts";
import { scratchFolder } from "../../data/scratchFolder.ts";
import { randomBert } from "./randomBert.ts";

const MIB = 2 ** 20;

describe("memory that a trainer may take", () => {
  const machine = (held: number, available: number | undefined, total = 8192) => ({
    held: () => held * MIB,
    available: () => (available === undefined ? undefined : available * MIB),
    total: total * MIB,
  });

  test("is what is set, or six tenths of the machine", () => {
    expect(new TrainingMemory(1000, machine(400, 4000)).room).toBe(600 * MIB);
    expect(new TrainingMemory(null, machine(400, 6000)).room / MIB).toBeCloseTo(0.6 * 8192 - 400);
  });

  test("ends before the machine has none left for others, where the system says", () => {
    expect(new TrainingMemory(null, machine(400, 1000)).room).toBe((1000 - 384) * MIB);
    expect(new TrainingMemory(null, machine(400, undefined)).room / MIB).toBeCloseTo(0.6 * 8192 - 400);
  });

  test("is refused with what is short and what to do", () => {
    const small = new TrainingMemory(1000, machine(400, 4000));
    expect(() => small.demand(600 * MIB, "A step")).not.toThrow();
    expect(() => small.demand(601 * MIB, "A step")).toThrow(
      /^A step needs about 601 MiB, and the trainer holds 400 of 1000 MiB that `rewards\.memoryMb` allows\. Raise `rewards\.memoryMb`, choose a smaller backbone/,
    );
    const full = new TrainingMemory(null, machine(400, 500));
    expect(() => full.demand(200 * MIB, "A step")).toThrow(/this machine has 500 MiB left, .* Close other programs/);
  });

  test("counts what is taken already once", () => {
    const memory = new TrainingMemory(1000, machine(900, 4000));
    expect(() => memory.demand(500 * MIB, "A step", 450 * MIB)).not.toThrow();
    expect(() => memory.demand(500 * MIB, "A step", 300 * MIB)).toThrow(/needs about 500 MiB/);
  });
});

test("what a step takes grows with texts as tokens do, and with their length as attention does", async () => {
  const file = join(scratchFolder({}), "model.onnx");
  const size = { layers: 1, width: 8, heads: 2, feedForward: 16, vocabulary: 30, places: 64 };
  writeModel(randomBert({ ...size, random: seededRandom(1) }) as Model, file);
  const backbone = await readBackbone(runtime, file);
  const { bytes } = await trainingGraph(runtime, backbone, 1, { rank: 2, alpha: 2, targets: "all-linear" });
  const at = (sequences: number, length: number) => bytes({ sequences, length, pairs: sequences / 2 });
  const fixed = 2 * at(2, 16) - at(4, 16);
  expect(at(8, 16) - fixed).toBeCloseTo(4 * (at(2, 16) - fixed), 3);
  // Attention alone: scores of each head between all places, at least twice (before and after they are made shares).
  const square = (at(8, 32) - 2 * at(8, 16)) / 2;
  expect(square).toBeGreaterThan((2 * 8 * 2 * 16 * 16 * 4 * 0.5) / 2);
});
