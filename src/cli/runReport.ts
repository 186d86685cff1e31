import { join } from "node:path";
import { onDisk } from "../run/diskError.ts";
import { replaceFile } from "../run/durableFile.ts";
import type { RunView } from "../run/views/runView.ts";

/**
 * Writes `report.html` into the run's folder, replacing an earlier one.
 * @returns its path
 */
export async function writeReport(view: RunView, folder: string): Promise<string> {
  // Loaded late: the charts are the heaviest part of the program, and most commands draw none.
  const { reportHtml } = await import("../run/report/reportHtml.ts");
  const file = join(folder, "report.html");
  onDisk(`write ${file}`, undefined, () => replaceFile(file, reportHtml(view)));
  return file;
}
