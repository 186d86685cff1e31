import { resolve } from "node:path";
import type { AnswerRecord } from "../models/answerRecord.ts";
import { cachedAnswers } from "../models/cachedAnswers.ts";
import { environmentKeys } from "../models/environmentKeys.ts";
import type { ModelAccess } from "../models/modelAccess.ts";
import { readDescriptions } from "../models/modelDescriptions.ts";
import { processGate } from "../models/processGate.ts";
import { recordFolder } from "../models/record/recordFolder.ts";
import type { CellModels } from "./cellHost.ts";
import { unfinishedSince } from "./unfinishedRuns.ts";

/**
 * What calls of models need in this process.
 * @param models what the editor, or whoever started the kernel, has for them
 * @param directory folder of the experiment: the nearest `optimas.models.json` from there upward says what is known of models
 * @param out folder of runs: answers are recorded for all of them together; undefined where nothing may be kept
 * @throws UserError where that file cannot be used
 */
export function modelAccess(models: CellModels | undefined, directory: string, out: string | undefined): ModelAccess {
  return {
    keys: models?.keys ?? environmentKeys(),
    gate: models?.gate ?? processGate(),
    record: out === undefined ? undefined : recordFor(resolve(out)),
    editorModels: models?.editorModels,
    descriptions: readDescriptions(directory),
    fetch: globalThis.fetch,
  };
}

function recordFor(out: string): AnswerRecord {
  return cachedAnswers(recordFolder(out), { keptSince: () => unfinishedSince(out, Date.now()) });
}
