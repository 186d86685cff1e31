import { join, resolve } from "node:path";
import { onDisk } from "../diskError.ts";
import { replaceFile } from "../durableFile.ts";
import { eventsFile } from "../leftovers.ts";

/**
 * Writes the report of a run, made of its log alone, replacing an earlier one.
 * @param to path of the file; `report.html` in the run's folder without it
 * @returns its path
 * @throws UserError when the log cannot be read, or the file cannot be written
 */
export async function writeReport(folder: string, to?: string): Promise<string> {
  // Loaded late: the charts are the heaviest part of the program, and most commands draw none.
  const [{ reportHtml }, { reportData, reportModels }, { RunReader }] = await Promise.all([
    import("./reportHtml.ts"),
    import("./reportData.ts"),
    import("../panel/runReader.ts"),
  ]);
  const reader = new RunReader(eventsFile(folder), reportModels);
  while ((await reader.readOn()).more);
  const page = reportHtml(reportData((name, query) => reader.shown(name, query), reader.discardedMs));
  const file = to === undefined ? join(folder, "report.html") : resolve(to);
  onDisk(`write ${file}`, undefined, () => replaceFile(file, page));
  return file;
}
