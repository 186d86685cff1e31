import { forOneLook, openModel, type Runtime } from "../../onnx/runtime.ts";
import { shapeOf } from "../../onnx/tensor.ts";
import { UserError } from "../../system/userError.ts";
import type { Backbone } from "./backbone.ts";
import { backboneFeeds, onesBatch } from "./backboneInputs.ts";

/**
 * Whether a model has a row for every token: one that does not would fail in the midst of a run.
 * @param highest number of a token
 * @throws UserError where it has not
 */
export function checkVocabulary({ model }: Backbone, highest: number, folder: string): void {
  const table = model.graph.node.find(({ opType, input }) => opType === "Gather" && input[1] === "input_ids")?.input[0];
  const tensor = model.graph.initializer.find(({ name }) => name === table);
  const [rows = Number.POSITIVE_INFINITY] = tensor === undefined ? [] : shapeOf(tensor);
  if (highest < rows) return;
  throw new UserError(
    `The tokenizer in ${folder} has tokens up to number ${highest}, and the model beside it knows ${rows}: they do not belong ` +
      "together. Put the tokenizer.json there that the model was exported with.",
  );
}

/**
 * The longest text that a model reads, as running it shows: one that has learned its places knows no more of them.
 * @param most tokens, which are returned where it reads so many
 * @throws UserError where it reads none
 */
export async function textLimit(runtime: Runtime, { model, hidden }: Backbone, most: number): Promise<number> {
  const graph = { ...model.graph, output: [{ name: hidden }] };
  // What fails here is expected to, and not to be told.
  const session = await openModel(runtime, { ...model, graph }, { ...forOneLook, logSeverityLevel: 4 });
  const reads = async (length: number): Promise<boolean> => {
    try {
      await session.run(backboneFeeds(runtime, graph, onesBatch(1, length)));
      return true;
    } catch {
      return false;
    }
  };
  try {
    if (await reads(most)) return most;
    let [least, tooMany] = [2, most];
    if (!(await reads(least))) throw new UserError("The model cannot be run on a text of two tokens.");
    while (tooMany - least > 1) {
      const middle = Math.floor((least + tooMany) / 2);
      if (await reads(middle)) least = middle;
      else tooMany = middle;
    }
    return least;
  } finally {
    await session.release();
  }
}
