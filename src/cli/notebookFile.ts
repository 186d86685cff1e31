import { basename, extname } from "node:path";
import { UserError } from "../system/userError.ts";

/** Whether a file is run as a notebook. */
export function isNotebook(file: string): boolean {
  return extname(file).toLowerCase() === ".optnb";
}

/** Says which options of an experiment file's run make no sense for a notebook. @throws UserError */
export function refuseOptions(file: string, given: readonly string[]): void {
  if (given.length === 0) return;
  const names = given.join(", ");
  throw new UserError(
    `${names} ${given.length === 1 ? "does" : "do"} not apply to a notebook: the cells of ${basename(file)} say what ` +
      "they run, with which data, model and settings. Change it there; only --save, --no-save, --from-source, --no-cache, --backbone, --yes, --ask-above and --json can be given.",
  );
}

/** The commands that are for experiment files alone. @throws UserError when the file is a notebook */
export function refuseNotebook(file: string): void {
  if (!isNotebook(file)) return;
  throw new UserError(`${file} is a notebook: its cells say what is done. Run them: optimas run ${file}`);
}
