import { resolved } from "./moduleResolution.ts";
import { folderOf, uriBelow } from "./uriPath.ts";

/** `compilerOptions.paths` as they hold for one folder. */
export interface PathAliases {
  /** URI of the folder of the tsconfig file, without a slash at the end. */
  readonly folder: string;
  /** URI that the targets are relative to. */
  readonly base: string;
  /** Patterns with at most one `*`, each with its targets. */
  readonly patterns: readonly { readonly pattern: string; readonly targets: readonly string[] }[];
}

/** The text of a file; undefined where there is none, or it has not been read yet. */
export type TextOf = (uri: string) => string | undefined;

/**
 * What `paths` and `baseUrl` of tsconfig and jsconfig files say, those included that they inherit by `extends` from other
 * files and from packages. One counts for each folder: the one that the compiler takes by itself, else another one.
 * @param uris of the files that are nobody else's to inherit alone
 */
export function pathAliases(uris: Iterable<string>, textOf: TextOf): PathAliases[] {
  const found = new Map<string, PathAliases>();
  const ranked = [...uris].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  for (const uri of ranked) {
    const folder = folderOf(uri);
    if (found.has(folder)) continue;
    const aliases = aliasesOf(uri, textOf);
    if (aliases !== undefined) found.set(folder, aliases);
  }
  return [...found.values()];
}

const NAMES = ["tsconfig.json", "jsconfig.json", "tsconfig.base.json"];

function rank(uri: string): number {
  const at = NAMES.indexOf(uri.slice(uri.lastIndexOf("/") + 1));
  return at < 0 ? NAMES.length : at;
}

/** How far up a package is looked for. */
const HIGHEST = 12;

/** As far as it is said; relative to what it is meant by. */
interface Inherited {
  readonly base?: string;
  readonly paths?: Paths;
}

interface Paths {
  readonly from: string;
  readonly patterns: PathAliases["patterns"];
}

function aliasesOf(uri: string, textOf: TextOf): PathAliases | undefined {
  const folder = folderOf(uri);
  const { base, paths } = inherited(uri, folder, textOf, []);
  const patterns = [...(paths?.patterns ?? []), ...(base === undefined ? [] : [{ pattern: "*", targets: ["*"] }])];
  return patterns.length === 0 ? undefined : { folder, base: base ?? paths?.from ?? folder, patterns };
}

/**
 * @param root folder of the file that inherits, which `${configDir}` stands for
 * @param heirs files on the way to this one
 */
function inherited(uri: string, root: string, textOf: TextOf, heirs: readonly string[]): Inherited {
  const config = heirs.includes(uri) ? undefined : parsed(textOf(uri));
  if (config === undefined) return {};
  const named = member(config, "extends");
  const from = folderOf(uri);
  let all: Inherited = {};
  // Of several the last one counts, and the file's own above all.
  for (const name of Array.isArray(named) ? named : [named]) {
    if (typeof name !== "string" || name === "") continue;
    const extended = extendedFile(name, from, textOf);
    if (extended !== undefined) all = { ...all, ...inherited(extended, root, textOf, [...heirs, uri]) };
  }
  const options = member(config, "compilerOptions");
  const baseUrl = member(options, "baseUrl");
  const paths = member(options, "paths");
  const placed = (path: string) => (isBelowRoot(path) ? resolved(root, path.slice(CONFIG_DIR.length)) : undefined);
  if (typeof baseUrl === "string") all = { ...all, base: placed(baseUrl) ?? resolved(from, baseUrl) };
  if (typeof paths !== "object" || paths === null) return all;
  return { ...all, paths: patternsOf(paths, from, root) };
}

const CONFIG_DIR = "$" + "{configDir}";

function isBelowRoot(path: string): boolean {
  return path.startsWith(CONFIG_DIR);
}

function patternsOf(paths: object, from: string, root: string): Paths {
  const patterns = Object.entries(paths).flatMap(([pattern, targets]: [string, unknown]) => {
    const known = Array.isArray(targets) ? targets.filter((target) => typeof target === "string") : [];
    return known.length === 0 ? [] : [{ pattern, targets: known }];
  });
  const isTemplate = patterns.some(({ targets }) => targets.some(isBelowRoot));
  if (!isTemplate) return { from, patterns };
  // Meant by another folder than the file's own: such files have no other targets.
  const below = (target: string) => (isBelowRoot(target) ? `.${target.slice(CONFIG_DIR.length)}` : target);
  return { from: root, patterns: patterns.map(({ pattern, targets }) => ({ pattern, targets: targets.map(below) })) };
}

/** The file that `extends` names, of those that are there. */
function extendedFile(name: string, folder: string, textOf: TextOf): string | undefined {
  return extendedCandidates(name, folder, textOf).find((uri) => textOf(uri) !== undefined);
}

function extendedCandidates(name: string, folder: string, textOf: TextOf): string[] {
  if (/^\.\.?(?:\/|$)/.test(name)) return withJson(resolved(folder, name));
  if (name.startsWith("/")) return withJson(uriBelow(/^[^:]+:\/\/[^/]*/.exec(folder)?.[0] ?? "", name.slice(1)));
  const found: string[] = [];
  let above = folder;
  for (let level = 0; level < HIGHEST && /^[^:]+:\/\/[^/]*\/./.test(`${above}/`); level++) {
    const place = resolved(`${above}/node_modules`, name);
    const entry = member(parsed(textOf(`${place}/package.json`)), "tsconfig");
    found.push(
      ...withJson(place),
      ...(typeof entry === "string" ? withJson(resolved(place, entry)) : []),
      `${place}/tsconfig.json`,
    );
    if (!/^[^:]+:\/\/[^/]*\/./.test(above)) break;
    above = folderOf(above);
  }
  return found;
}

function withJson(uri: string): string[] {
  return uri.endsWith(".json") ? [uri] : [`${uri}.json`];
}

function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && key in value
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

/** JSON with comments and trailing commas, as the compiler reads it. */
function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  const plain = text
    .replaceAll(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, string: string | undefined) => string ?? " ")
    .replaceAll(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, (_, string: string | undefined) => string ?? "");
  try {
    return JSON.parse(plain);
  } catch {
    return undefined;
  }
}
