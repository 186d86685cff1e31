import { UserError } from "../../system/userError.ts";
import type { Checksum } from "./checksum.ts";

/** A file as the hub lists it. */
export interface ListedFile {
  /** In the repository, with "/" between folders. */
  readonly path: string;
  readonly bytes: number;
  readonly checksum: Checksum;
}

/** A file that a backbone is made of. */
export type BackboneFile = ListedFile;

/** Where a model lies, the first that is there. */
const models = ["onnx/model.onnx", "model.onnx"];
const TOKENIZER = "tokenizer.json";
/** What is said beside them of how the model is used. */
const descriptions = ["tokenizer_config.json", "config.json", "1_Pooling/config.json"];
/** Weights of a model beside it: `model.onnx_data`, `model.onnx_data_1`, `model.onnx.data`, `model.data`. */
const weights = /^model(?:\.onnx)?[._]data(?:_\d+)?$/;

/**
 * Of all files of a repository, those that its backbone is made of, small ones first.
 * @throws UserError where it has no ONNX model in float32, or no tokenizer that can be read
 */
export function filesOfBackbone(repository: string, listed: readonly ListedFile[]): BackboneFile[] {
  const at = new Map(listed.map((file) => [file.path, file]));
  const model = models.flatMap((path) => at.get(path) ?? [])[0];
  if (model === undefined) throw new UserError(withoutModel(repository, listed));
  const tokenizer = at.get(TOKENIZER);
  if (tokenizer === undefined)
    throw new UserError(
      `${repository} has an ONNX model but no ${TOKENIZER}; it has ${shown(listed, /token|vocab|merges|spiece/i)}. Save its tokenizer in the fast form, with AutoTokenizer.from_pretrained("${repository}").save_pretrained("FOLDER") of the Python package transformers, put the model beside it, and name that folder.`,
    );
  const folder = model.path.slice(0, -"model.onnx".length);
  const data = listed.filter(({ path }) => path.startsWith(folder) && weights.test(path.slice(folder.length)));
  return [tokenizer, ...descriptions.flatMap((path) => at.get(path) ?? []), model, ...data];
}

function withoutModel(repository: string, listed: readonly ListedFile[]): string {
  const others = listed.filter(({ path }) => path.endsWith(".onnx"));
  const has =
    others.length > 0
      ? `no ONNX model in float32 (onnx/model.onnx or model.onnx), only ${shown(others)}, which cannot be trained`
      : `no ONNX model (onnx/model.onnx or model.onnx); it has ${shown(listed)}`;
  return `${repository} has ${has}. Export it with "optimum-cli export onnx --model ${repository} FOLDER" of the Python package optimum-onnx, and name that folder, or name another backbone.`;
}

const MOST_SHOWN = 8;

function shown(files: readonly ListedFile[], of = /./): string {
  const names = files.map(({ path }) => path).filter((path) => of.test(path));
  if (names.length === 0) return "nothing of the kind";
  // Names come from outside; a terminal would obey what stands in some.
  const some = names.slice(0, MOST_SHOWN).map((path) => path.replace(/[^\x20-\x7e]/g, "?"));
  return `${some.join(", ")}${names.length > MOST_SHOWN ? ` and ${names.length - MOST_SHOWN} more` : ""}`;
}
