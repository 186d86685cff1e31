import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LoopbackHub } from "./loopbackHub.ts";

/** A tiny model of the fixtures, as it lies in a repository. */
export const fixtureFiles = (fixtures: string, kind: "encoder" | "decoder") => ({
  "onnx/model.onnx": readFileSync(join(fixtures, `${kind}-dynamo.onnx`)),
  "tokenizer.json": readFileSync(join(fixtures, `tokenizer-${kind}.json`)),
});

/** A hub with one backbone, "acme/small": the tiny encoder of the fixtures. */
export const fixtureHub = (fixtures: string): ReturnType<typeof LoopbackHub.started> =>
  LoopbackHub.started({ "acme/small": { files: fixtureFiles(fixtures, "encoder") } });
