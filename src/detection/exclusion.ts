import { posix } from "node:path";
import picomatch from "picomatch";

/**
 * What the editor's settings `files.exclude` and `search.exclude` say: globs over paths relative to the workspace folder.
 * `false` switches a pattern off; `when` excludes a file only beside another one (`$(basename).ts`).
 */
export type ExclusionSetting = Readonly<Record<string, boolean | { readonly when: string }>>;

/**
 * True for a path that the settings exclude.
 * @param path relative to the workspace folder, with slashes
 * @param siblings names of everything in the same folder
 */
export type Excludes = (path: string, siblings: () => ReadonlySet<string>) => boolean;

/**
 * One matcher of several settings; of equal patterns the last setting's counts, as in the editor's own search. What lies
 * below an excluded folder is for the caller to leave out.
 */
export function excludes(settings: readonly ExclusionSetting[]): Excludes {
  const entries = Object.entries(Object.assign({}, ...settings) as ExclusionSetting);
  const always = matcher(entries.flatMap(([pattern, value]) => (value === true ? [pattern] : [])));
  const beside = entries.flatMap(([pattern, value]) =>
    typeof value === "object" ? [{ matches: matcher([pattern]), when: value.when }] : [],
  );
  return (path, siblings) =>
    always(path) || beside.some(({ matches, when }) => matches(path) && siblings().has(besideName(when, path)));
}

function besideName(when: string, path: string): string {
  const name = posix.basename(path);
  return when.replace("$(basename)", () => name.slice(0, name.length - posix.extname(name).length));
}

/** Longer patterns are refused by the matching library, and meant by nobody. */
const LONGEST_PATTERN = 10_000;

function matcher(patterns: readonly string[]): (path: string) => boolean {
  const globs = patterns
    .map((pattern) => plain(pattern.trim()))
    .filter((glob) => glob !== "" && glob.length < LONGEST_PATTERN);
  if (globs.length === 0) return () => false;
  return picomatch(globs, { dot: true, nonegate: true, noextglob: true, posix: true });
}

/**
 * The editor's globs know stars, question marks, braces and brackets; what else the library reads as a sign is escaped.
 * Brackets say "not" by `!` or `^`, so nothing within them is.
 */
function plain(pattern: string): string {
  return pattern.replace(/\/+$/, "").replaceAll(/[()|+@!$^](?![^[]*\])/g, String.raw`\$&`);
}
