import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as Onnxruntime from "onnxruntime-node";
import { onDisk } from "../run/diskError.ts";
import { UserError } from "../system/userError.ts";
import { missingRuntime } from "./installedRuntime.ts";
import { LIMIT_BYTES, weightBytes, withWeightsIn } from "./modelFile.ts";
import { encodeModel, type Model } from "./proto.ts";

/** The native module, loaded when something first asks. */
export type Runtime = typeof Onnxruntime;

/** @throws UserError where it is not made for this machine, did not come with this installation, or does not load */
export async function loadRuntime(): Promise<Runtime> {
  try {
    return await import("onnxruntime-node");
  } catch (thrown) {
    throw new UserError(missingRuntime(thrown));
  }
}

/**
 * Models with more bytes of weights are opened from a file, which onnxruntime maps into memory instead of copying it. On
 * Windows such a file stays until the process ends, so that only those go that way that fit into no buffer.
 */
const LARGE_BYTES = process.platform === "win32" ? LIMIT_BYTES : 2 ** 24;

const REMEDY = "try again; TMPDIR names another folder for such files";

/** For a session of a run or two: weights are used as they are, not laid out anew for speed. */
export const forOneLook: Onnxruntime.InferenceSession.SessionOptions = {
  extra: { session: { disable_prepacking: "1" } },
};

/**
 * Opens a model. A large one goes through files that are gone afterwards.
 * @throws UserError where there is no room for these; the runtime's error where it cannot run the graph
 */
export async function openModel(
  runtime: Runtime,
  model: Model,
  options: Onnxruntime.InferenceSession.SessionOptions = {},
): Promise<Onnxruntime.InferenceSession> {
  const told = { logSeverityLevel: 3 as const, ...options };
  if (weightBytes(model) < LARGE_BYTES) return runtime.InferenceSession.create(encodeModel(model), told);
  const folder = onDisk(`make a folder in ${tmpdir()}`, REMEDY, () =>
    mkdtempSync(join(tmpdir(), `optimas-model-${process.pid}-`)),
  );
  try {
    const file = join(folder, "model.onnx");
    onDisk(`write the model to be opened into ${folder}`, REMEDY, () =>
      writeFileSync(file, encodeModel(withWeightsIn(`${file}.data`, model))),
    );
    return await runtime.InferenceSession.create(file, told);
  } finally {
    removeFolder(folder);
  }
}

function removeFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // A file that is mapped into memory may have to stay; the system clears its folder for such files.
  }
}
