import { readFile } from "node:fs/promises";
import { dirname, extname } from "node:path";
import { pathToFileURL } from "node:url";
import type { Loader, Plugin } from "esbuild";

/** What a module may ask about itself, and the constant that answers in the bundle. */
const defines = {
  "import.meta.url": "__optimasUrl",
  "import.meta.filename": "__optimasFilename",
  "import.meta.dirname": "__optimasDirname",
  __filename: "__optimasFilename",
  __dirname: "__optimasDirname",
} as const;

const loaders: Readonly<Record<string, Loader>> = {
  ".ts": "ts",
  ".mts": "ts",
  ".cts": "ts",
  ".tsx": "tsx",
  ".js": "js",
  ".mjs": "js",
  ".cjs": "js",
  ".jsx": "jsx",
};

/** Lets every file keep its own address in a bundle that lies elsewhere. */
export const moduleIdentity: { readonly defines: Record<string, string>; readonly plugin: Plugin } = {
  defines,
  plugin: {
    name: "module-identity",
    setup(build) {
      build.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path }) => {
        const source = await readFile(path, "utf8");
        if (!/import\.meta|__filename|__dirname/.test(source)) return undefined;
        const constants =
          `const __optimasUrl=${JSON.stringify(pathToFileURL(path).href)},` +
          `__optimasFilename=${JSON.stringify(path)},__optimasDirname=${JSON.stringify(dirname(path))};`;
        // On the first line, so that every other line keeps its number; "#!" is only allowed to come first.
        return { contents: constants + source.replace(/^#!/, "//"), loader: loaders[extname(path)] ?? "ts" };
      });
    },
  },
};
