import { join } from "node:path";
import { onDisk } from "../diskError.ts";
import { replaceFile } from "../durableFile.ts";
import type { RunView } from "../views/runView.ts";

/**
 * Writes `report.html` into the run's folder, replacing an earlier one.
 * @returns its path
 */
export async function writeReport(view: RunView, folder: string): Promise<string> {
  // Loaded late: the charts are the heaviest part of the program, and most commands draw none.
  const { reportHtml } = await import("./reportHtml.ts");
  const file = join(folder, "report.html");
  onDisk(`write ${file}`, undefined, () => replaceFile(file, reportHtml(view)));
  return file;
}
