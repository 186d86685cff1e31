import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { redactedJson } from "../system/secrets.ts";
import { makeFolders, replaceFile } from "./durableFile.ts";
import { type FitTexts, fitTextsSchema } from "./fitTexts.ts";
import { readStored } from "./storedJson.ts";

/** Fits of one run whose texts are kept: at most about 200 KB each. */
export const MOST_FIT_TEXTS = 60;

const FOLDER = "fits";
const UNFINISHED = ".new";
const NAME = /^fit-(\d+)\.json$/;

/** Name within the run's folder of the texts of a fit. @param seq number of its event */
export function fitTextsName(seq: number): string {
  return `${FOLDER}/fit-${seq}.json`;
}

/** Writes the texts of a fit; the oldest ones go where there are too many. @throws the file system's error */
export function writeFitTexts(folder: string, seq: number, texts: FitTexts): void {
  makeFolders(join(folder, FOLDER));
  replaceFile(join(folder, fitTextsName(seq)), `${redactedJson(fitTextsSchema.parse(texts))}\n`);
  const numbers = fitNumbers(folder);
  for (const oldest of numbers.slice(0, Math.max(0, numbers.length - MOST_FIT_TEXTS))) remove(folder, oldest);
}

/**
 * The texts of a fit.
 * @returns undefined where they were not kept, or are no longer
 * @throws UserError when the file is damaged or of a newer version
 */
export function readFitTexts(folder: string, seq: number): FitTexts | undefined {
  const file = join(folder, fitTextsName(seq));
  return existsSync(file) ? readStored(file, fitTextsSchema) : undefined;
}

/**
 * Removes the texts of fits that are going to be done again, and what a crash left half written.
 * @param checkpoint number of the event that the run goes on from
 */
export function removeFitTextsAfter(folder: string, checkpoint: number): void {
  for (const seq of fitNumbers(folder)) if (seq > checkpoint) remove(folder, seq);
  for (const name of namesIn(folder))
    if (name.endsWith(UNFINISHED)) rmSync(join(folder, FOLDER, name), { force: true });
}

function remove(folder: string, seq: number): void {
  rmSync(join(folder, fitTextsName(seq)), { force: true });
}

/** Numbers of the fits whose texts are there, in order. */
function fitNumbers(folder: string): number[] {
  const numbers = namesIn(folder).flatMap((name) => NAME.exec(name)?.[1] ?? []);
  return numbers.map(Number).sort((a, b) => a - b);
}

function namesIn(folder: string): string[] {
  const path = join(folder, FOLDER);
  return existsSync(path) ? readdirSync(path) : [];
}
