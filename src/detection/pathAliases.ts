import { resolved } from "./moduleResolution.ts";
import { folderOf } from "./uriPath.ts";

/** `compilerOptions.paths` of one tsconfig file. */
export interface PathAliases {
  /** URI of the folder of the tsconfig file, without a slash at the end. */
  readonly folder: string;
  /** URI that the targets are relative to. */
  readonly base: string;
  /** Patterns with at most one `*`, each with its targets. */
  readonly patterns: readonly { readonly pattern: string; readonly targets: readonly string[] }[];
}

/**
 * Reads `paths` and `baseUrl` of a tsconfig or jsconfig file; undefined where it sets neither or cannot be read. What a file
 * inherits by `extends` is not followed.
 */
export function readPathAliases(uri: string, text: string): PathAliases | undefined {
  const options = member(parsed(text), "compilerOptions");
  const baseUrl = member(options, "baseUrl");
  const paths = member(options, "paths");
  const folder = folderOf(uri);
  const base = typeof baseUrl === "string" ? resolved(folder, baseUrl) : folder;
  const patterns = Object.entries(typeof paths === "object" && paths !== null ? paths : {}).flatMap(
    ([pattern, targets]: [string, unknown]) => {
      const known = Array.isArray(targets) ? targets.filter((target) => typeof target === "string") : [];
      return known.length === 0 ? [] : [{ pattern, targets: known }];
    },
  );
  if (typeof baseUrl === "string") patterns.push({ pattern: "*", targets: ["*"] });
  return patterns.length === 0 ? undefined : { folder, base, patterns };
}

function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && key in value
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

/** JSON with comments and trailing commas, as the compiler reads it. */
function parsed(text: string): unknown {
  const plain = text
    .replaceAll(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, string: string | undefined) => string ?? " ")
    .replaceAll(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, (_, string: string | undefined) => string ?? "");
  try {
    return JSON.parse(plain);
  } catch {
    return undefined;
  }
}
