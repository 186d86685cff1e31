/** How a run tells which experiment it is of. */
export interface ToldExperiment {
  /** Path as the user gave it, relative to some folder or absolute; "" for a run started from code. */
  readonly given: string;
  /** Absolute path of the file; undefined where it is not known any more. */
  readonly file: string | undefined;
}

/**
 * The experiments that runs mean, named so that two names differ just where two experiments do: a path given from one
 * folder and the same path given from another, or whole, are one. What is common to all of the folders is left out.
 * @returns in the order of the runs; null for those started from code
 */
export function meantExperiments(told: readonly ToldExperiment[]): (string | null)[] {
  const paths = told.map(({ given, file }) => plainPath(file === undefined || file === "" ? given : file));
  const whole = paths.filter(isWhole);
  const meant = paths.map((path) => {
    if (path === "" || isWhole(path)) return path;
    // Which folder it was given from is not known: it is the one file that it can be, if there is one.
    const ends = new Set(whole.filter((other) => other.endsWith(`/${path}`)));
    const [only] = ends;
    return ends.size === 1 && only !== undefined ? only : path;
  });
  const common = commonFolder(meant.filter((path) => path !== ""));
  return meant.map((path) => (path === "" ? null : path.slice(common.length)));
}

/** One way of writing for all: slashes, no detours, drives in capitals. */
function plainPath(path: string): string {
  const slashed = /^[a-z]:[\\/]|^\\\\/i.test(path) || !path.includes("/") ? path.replaceAll("\\", "/") : path;
  const parts: string[] = [];
  for (const part of slashed.split("/")) {
    if (part === "." || (part === "" && parts.length > 0)) continue;
    const last = parts.at(-1);
    if (part === ".." && last !== undefined && last !== ".." && last !== "") parts.pop();
    else parts.push(part);
  }
  return parts.join("/").replace(/^[a-z]:/, (drive) => drive.toUpperCase());
}

function isWhole(path: string): boolean {
  return path.startsWith("/") || /^[A-Z]:\//.test(path);
}

/** The folder, with its slash, that all paths lie in; "" where there is none. */
function commonFolder(paths: readonly string[]): string {
  const [first = "", ...others] = paths;
  let common = first.slice(0, first.lastIndexOf("/") + 1);
  while (common !== "" && others.some((path) => !path.startsWith(common))) {
    common = common.slice(0, common.lastIndexOf("/", common.length - 2) + 1);
  }
  return common;
}
