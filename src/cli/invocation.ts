import { basename, resolve } from "node:path";
import { shownPath } from "../loader/shownPath.ts";
import { DEFAULT_OUT } from "./startOptions.ts";

/** How this program was called, so that a printed command works as it stands. */
function invocation(): string {
  const script = process.argv[1] ?? "optimas";
  return basename(script) === "optimas" ? "optimas" : `node ${quoted(shownPath(script))}`;
}

/** The command that does something with a run of the folder `out`, to be run from the working directory. */
export function commandFor(action: "resume" | "show" | "report", runId: string, out: string): string {
  const where = resolve(out) === resolve(DEFAULT_OUT) ? "" : ` --out ${quoted(shownPath(out))}`;
  return `${invocation()} ${action} ${runId}${where}`;
}

function quoted(text: string): string {
  return /[^\w./:@-]/.test(text) ? `'${text.replaceAll("'", "'\\''")}'` : text;
}
