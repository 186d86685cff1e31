import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { steadyClock } from "../system/clock.ts";
import { redactedJson } from "../system/secrets.ts";
import { UserError } from "../system/userError.ts";
import { diskErrorCode, onDisk } from "./diskError.ts";
import { makeFolders, replaceFile, syncPath } from "./durableFile.ts";
import { RUN_FORMAT } from "./events.ts";
import { removeFitTextsAfter } from "./fitFolder.ts";
import { nothingLeft, readLeftovers } from "./leftovers.ts";
import { type Clock, type Retries, RunFolder, removeRewardsBut } from "./runFolder.ts";
import { isDefaultOut, type NewRunInfo, type RunInfo, readRunInfo, resumeCommand } from "./runInfo.ts";
import { acquireRunLock, type RunLock } from "./runLock.ts";

/**
 * Starts a run's folder `<out>/<runId>/` and holds it.
 * @param options.out folder of runs, created where missing; `.optimas/runs` keeps itself out of Git
 * @throws UserError when the folder exists or cannot be written
 */
export function createRun(options: {
  out: string;
  runId: string;
  info: NewRunInfo;
  clock: Clock;
  retries?: Retries;
}): RunFolder {
  const { runId, clock } = options;
  const out = resolve(options.out);
  const folder = join(out, runId);
  return onDisk(`create the run's folder ${folder}`, undefined, () => {
    makeFolders(out);
    if (isDefaultOut(out)) keepOutOfGit(dirname(out));
    makeNew(folder);
    const startedAt = clock();
    return holding(folder, startedAt, (lock) => {
      mkdirSync(join(folder, "rewards"));
      const info: RunInfo = { ...options.info, format: RUN_FORMAT, runId, node: process.version, startedAt };
      replaceFile(join(folder, "run.json"), `${redactedJson(info, 2)}\n`);
      syncPath(out);
      return new RunFolder(folder, info, clock, lock, nothingLeft, options.retries ?? steadyClock);
    });
  });
}

/**
 * Holds the folder of a run that was interrupted, failed, killed or ended by a budget, in order to go on with it: torn lines
 * and candidate sets after the last checkpoint are cut off, weights that belong to no checkpoint removed. See
 * `RunFolder.resume`.
 * @throws UserError when another process holds the run, when it is finished, or when a file is damaged or of a newer
 *   version; the folder is then as it was
 */
export function openRun(folder: string, clock: Clock, retries: Retries = steadyClock): RunFolder {
  const path = resolve(folder);
  const info = readRunInfo(path);
  return onDisk(`open the run's folder ${path}`, `run: ${resumeCommand(dirname(path), info.runId)}`, () =>
    holding(path, clock(), (lock) => {
      const left = readLeftovers(path, info.runId);
      makeFolders(join(path, "rewards"));
      removeRewardsBut(path, left.state?.rewards ?? null);
      removeFitTextsAfter(path, left.state?.checkpoint ?? -1);
      return new RunFolder(path, info, clock, lock, left, retries);
    }),
  );
}

/** Does something under the run's lock, which stays taken unless it throws. */
function holding(folder: string, at: number, action: (lock: RunLock) => RunFolder): RunFolder {
  const lock = acquireRunLock(folder, at);
  try {
    return action(lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function makeNew(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (diskErrorCode(error) !== "EEXIST") throw error;
    throw new UserError(`There is a run at ${folder} already. Try again, or choose another folder with --out.`);
  }
}

function keepOutOfGit(folder: string): void {
  try {
    writeFileSync(join(folder, ".gitignore"), "*\n", { flag: "wx" });
  } catch (error) {
    if (diskErrorCode(error) !== "EEXIST") throw error;
  }
}
