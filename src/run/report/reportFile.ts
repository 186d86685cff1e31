import { join, resolve } from "node:path";
import { redacted } from "../../system/secrets.ts";
import { onDisk } from "../diskError.ts";
import { replaceFile } from "../durableFile.ts";

/**
 * Writes the report of a run, made of its log alone, replacing an earlier one.
 * @param to path of the file; `report.html` in the run's folder without it
 * @returns its path
 * @throws UserError when the log cannot be read, or the file cannot be written
 */
export async function writeReport(folder: string, to?: string): Promise<string> {
  // Loaded late: the charts are the heaviest part of the program, and most commands draw none.
  const [{ reportHtml }, { reportData }, reading] = await Promise.all([
    import("./reportHtml.ts"),
    import("./reportData.ts"),
    import("./reportReader.ts"),
  ]);
  // Runs of earlier processes may have known fewer secrets than this one.
  const page = redacted(reportHtml(reportData(await reading.readRun(folder))));
  const file = to === undefined ? join(folder, "report.html") : resolve(to);
  onDisk(`write ${file}`, undefined, () => replaceFile(file, page));
  return file;
}
