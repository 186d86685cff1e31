import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LoopbackHub } from "./loopbackHub.ts";

/** A hub with one backbone, "acme/small": the tiny encoder of the fixtures. */
export const fixtureHub = (fixtures: string): ReturnType<typeof LoopbackHub.started> =>
  LoopbackHub.started({
    "acme/small": {
      files: {
        "onnx/model.onnx": readFileSync(join(fixtures, "encoder-dynamo.onnx")),
        "tokenizer.json": readFileSync(join(fixtures, "tokenizer-encoder.json")),
      },
    },
  });
