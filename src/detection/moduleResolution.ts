import type { SourceLanguage } from "./definition.ts";
import type { PathAliases } from "./pathAliases.ts";
import { folderOf, uriBelow } from "./uriPath.ts";

/**
 * Where the file may lie that a module names, likeliest first; none for a package.
 * @param from URI of the file that names it
 */
export function moduleCandidates(
  specifier: string,
  from: string,
  language: SourceLanguage,
  aliases: readonly PathAliases[],
): readonly string[] {
  if (language === "python") return pythonCandidates(specifier, from);
  const folder = folderOf(from);
  if (/^\.\.?(?:\/|$)/.test(specifier)) return withExtensions(resolved(folder, specifier));
  const nearest = aliases
    .filter((alias) => folder === alias.folder || folder.startsWith(`${alias.folder}/`))
    .sort((a, b) => b.folder.length - a.folder.length)[0];
  return nearest === undefined ? [] : mapped(specifier, nearest).flatMap(withExtensions);
}

const scriptExtensions = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];
/** What the compiler writes a file as, and what it may have been written as. */
const sourcesOf: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx", ".js", ".jsx"],
  ".jsx": [".tsx", ".jsx"],
  ".mjs": [".mts", ".mjs"],
  ".cjs": [".cts", ".cjs"],
};

function withExtensions(uri: string): string[] {
  const [extension = ""] = /\.[mc]?[jt]sx?$/.exec(uri) ?? [];
  const stem = uri.slice(0, uri.length - extension.length);
  const written = extension === "" ? [] : (sourcesOf[extension] ?? [extension]).map((other) => stem + other);
  return [
    ...written,
    ...scriptExtensions.map((other) => uri + other),
    ...scriptExtensions.map((other) => `${uri}/index${other}`),
  ];
}

function mapped(specifier: string, { base, patterns }: PathAliases): string[] {
  const fitting = patterns.flatMap(({ pattern, targets }) => {
    const star = pattern.indexOf("*");
    if (star < 0) return pattern === specifier ? [{ length: Infinity, targets, rest: "" }] : [];
    const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
    const fits =
      specifier.length >= before.length + after.length && specifier.startsWith(before) && specifier.endsWith(after);
    return fits ? [{ length: star, targets, rest: specifier.slice(star, specifier.length - after.length) }] : [];
  });
  const [best] = fitting.sort((a, b) => b.length - a.length);
  return (best?.targets ?? []).map((target) =>
    resolved(
      base,
      target.replace("*", () => best?.rest ?? ""),
    ),
  );
}

/** How far up a package of Python is looked for. */
const HIGHEST = 12;

function pythonCandidates(specifier: string, from: string): string[] {
  const [, dots = "", rest = ""] = /^(\.*)(.*)$/.exec(specifier) ?? [];
  const path = rest.replaceAll(".", "/");
  let folder = folderOf(from);
  if (dots !== "") return pythonFiles(resolved(folder, "../".repeat(dots.length - 1)), path);
  const found: string[] = [];
  for (let level = 0; level < HIGHEST && /^[^:]+:\/\/[^/]*\/./.test(folder); level++) {
    found.push(...pythonFiles(folder, path), ...pythonFiles(`${folder}/src`, path));
    folder = folderOf(folder);
  }
  return found;
}

function pythonFiles(folder: string, path: string): string[] {
  if (path === "") return [`${folder}/__init__.py`];
  const below = uriBelow(folder, path);
  return [`${below}.py`, `${below}/__init__.py`];
}

/** @param path relative to the folder; steps up included */
export function resolved(folder: string, path: string): string {
  let place = folder;
  const names: string[] = [];
  for (const name of path.split("/")) {
    if (name === "" || name === ".") continue;
    if (name !== "..") names.push(name);
    else if (names.pop() === undefined) place = folderOf(place);
  }
  return names.length === 0 ? place : uriBelow(place, names.join("/"));
}
