import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";

/**
 * Lays a backbone that runs can name: the tiny encoder of the fixtures with its tokenizer.
 * @param fixtures folder of the fixtures, as `sharedFixtures("onnx")` gives it
 * @param folder made where it is missing
 * @returns the folder
 */
export function fixtureBackbone(fixtures: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(fixtures, "encoder-dynamo.onnx"), join(folder, "model.onnx"));
  copyFileSync(join(fixtures, "tokenizer-encoder.json"), join(folder, "tokenizer.json"));
  return folder;
}
