import { createRequire, isBuiltin } from "node:module";
import { extname, isAbsolute, join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { ImportKind, OnResolveResult, Plugin } from "esbuild";

/** Marks our own question to esbuild's resolver, so that it is not answered by us again. */
const asked = Symbol("asked");

/** What Node can load by itself; everything else in a package (TypeScript, JSON) is compiled in. */
const loadedByNode: ReadonlySet<string> = new Set(["", ".js", ".mjs", ".cjs", ".node"]);

/**
 * Leaves packages outside of the bundle: each import becomes the absolute address of what it means in the folder of the
 * importing file, so that the bundle may lie anywhere. "optimas" is the workspace's own installation or else `sdk`.
 */
export function packageImports(sdk: string): Plugin {
  return {
    name: "package-imports",
    setup(build) {
      build.onResolve(
        { filter: /^[^./]/ },
        async ({ path, kind, resolveDir, importer, pluginData, with: attributes }) => {
          if (pluginData === asked || kind === "entry-point" || isAbsolute(path)) return undefined;
          if (isBuiltin(path)) return { path, external: true };
          if (path === "optimas") return outside(installedSdk(resolveDir) ?? sdk, kind);
          const resolved = await build.resolve(path, {
            resolveDir,
            kind,
            importer,
            with: attributes,
            pluginData: asked,
          });
          if (resolved.errors.length > 0) {
            return {
              errors: [
                { text: `Could not find "${path}". Install it (npm install ${packageName(path)}) or mend the import.` },
              ],
            };
          }
          return isOutside(resolved.path) ? outside(resolved.path, kind) : resolved;
        },
      );
      build.onResolve({ filter: /\.node$/ }, ({ path, kind, resolveDir }) => outside(join(resolveDir, path), kind));
    },
  };
}

function isOutside(path: string): boolean {
  return path.includes(`${sep}node_modules${sep}`) && loadedByNode.has(extname(path));
}

/** `import` takes addresses, `require` takes paths. */
function outside(path: string, kind: ImportKind): OnResolveResult {
  const byPath = kind === "require-call" || kind === "require-resolve";
  return { path: byPath ? path : pathToFileURL(path).href, external: true };
}

/** Found in node_modules above the folder, or the folder's own package is the SDK itself. */
function installedSdk(folder: string): string | undefined {
  try {
    return createRequire(join(folder, "experiment.js")).resolve("optimas");
  } catch {
    // Not installed here: the shipped SDK takes its place.
    return undefined;
  }
}

function packageName(path: string): string {
  const [first = path, second] = path.split("/");
  return first.startsWith("@") && second !== undefined ? `${first}/${second}` : first;
}
