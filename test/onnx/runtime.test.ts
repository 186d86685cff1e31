import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as runtime from "onnxruntime-node";
import { describe, expect, onTestFinished, test } from "vitest";
import { GraphBuilder } from "../../src/onnx/graph.ts";
import type { Model } from "../../src/onnx/proto.ts";
import { openModel } from "../../src/onnx/runtime.ts";
import { floatTensor } from "../../src/onnx/tensor.ts";
import { UserError } from "../../src/system/userError.ts";
import { scratchFolder } from "../data/scratchFolder.ts";
import { canMount, SmallDisk } from "../run/smallDisk.ts";
import { emptyModel, floatValue } from "./graphOf.ts";

/** y = x + w, with so many weights that it is opened from a file: 20 MB. */
function largeModel(): Model {
  const model = emptyModel();
  model.graph.input.push(floatValue("x"));
  const g = new GraphBuilder(model.graph);
  g.add(floatTensor("w", [5_000_000], new Float32Array(randomBytes(20_000_000).buffer)));
  model.graph.output.push({ name: g.op("Add", ["x", "w"]) });
  return model;
}

function temporaryFilesIn(folder: string): void {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  onTestFinished(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  });
}

describe.skipIf(process.platform === "win32")("a model that is opened from a file", () => {
  test("leaves nothing in the folder of temporary files", async () => {
    const folder = scratchFolder();
    temporaryFilesIn(folder);
    await (await openModel(runtime, largeModel())).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("says where there is no such folder, and how to name another", async () => {
    const folder = join(scratchFolder(), "none");
    temporaryFilesIn(folder);
    const opening = openModel(runtime, largeModel());
    await expect(opening).rejects.toThrow(UserError);
    await expect(opening).rejects.toThrow(
      `Cannot make a folder in ${folder}: it, or a folder above it, does not exist. Restore it or choose another folder, then try again; TMPDIR names another folder for such files`,
    );
  });

  test.runIf(canMount)("says when the disk is full, and leaves nothing there", async () => {
    const disk = new SmallDisk();
    onTestFinished(() => disk.dispose());
    temporaryFilesIn(disk.path);
    await expect(openModel(runtime, largeModel())).rejects.toThrow(
      /^Cannot write the model to be opened into .+: the disk is full\. Free some space, then try again; TMPDIR names/,
    );
    expect(readdirSync(disk.path)).toEqual([]);
  });
});
