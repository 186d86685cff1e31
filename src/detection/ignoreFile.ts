import ignore, { type Ignore } from "ignore";

/** The rules of one `.gitignore`, or of `.git/info/exclude`, and those of the folders above it. */
export interface IgnoreRules {
  /** Path of the folder that the rules are for, relative to the workspace folder; "" for that folder itself. */
  readonly folder: string;
  readonly rules: Ignore;
  /** Rules that count where these say nothing. */
  readonly above: IgnoreRules | undefined;
}

/**
 * @param folder path relative to the workspace folder
 * @param text of the file
 * @param ignoreCase as Git does where the disk's names differ by more than case
 */
export function withIgnoreFile(
  above: IgnoreRules | undefined,
  folder: string,
  text: string,
  ignoreCase: boolean,
): IgnoreRules {
  return { folder, rules: ignore({ ignorecase: ignoreCase }).add(text), above };
}

/**
 * True where the nearest file that has a rule for a path ignores it. The folders above the path are not ignored
 * themselves: nobody asks for what lies in an ignored folder.
 * @param path relative to the workspace folder, below the folder of the rules
 */
export function isIgnored(rules: IgnoreRules | undefined, path: string, isFolder: boolean): boolean {
  for (let level = rules; level !== undefined; level = level.above) {
    const below = level.folder === "" ? path : path.slice(level.folder.length + 1);
    const { ignored, unignored } = level.rules.test(isFolder ? `${below}/` : below);
    if (unignored) return false;
    if (ignored && !isInherited(level.rules, below)) return true;
  }
  return false;
}

/** A folder that these rules ignore, but a nearer file took back: the rule is not one about what lies in it. */
function isInherited(rules: Ignore, path: string): boolean {
  const end = path.lastIndexOf("/");
  return end !== -1 && rules.ignores(path.slice(0, end + 1));
}
