// Builds what is shipped: `node esbuild.mjs` bundles dist and the plug-in of the TypeScript server, `--types` also
// declares the SDK in dist/types, `--clean` starts from nothing.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(fileURLToPath(import.meta.url));
const product = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** One file of dist per process or face of the product; what they share lands in common chunks. */
const nodeEntries = {
  optimas: "src/sdk/index.ts",
  cli: "src/cli/main.ts",
  trainer: "src/reward/trainer.ts",
  kernel: "src/kernel/main.ts",
};
const extensionEntry = "src/extension/extension.ts";
/** Threads of the editor's own process: what loads there is of the editor's kind. */
const threadEntries = { detector: "src/detection/detector.ts", runReader: "src/run/panel/readerThread.ts" };
/** What the editor shows in pages of their own. */
const pageEntries = {
  renderer: "webview/renderer.ts",
  tweak: "webview/tweak/tweakPage.ts",
  run: "webview/run/runPage.ts",
};
const pluginEntry = "src/tsplugin/plugin.ts";

/**
 * Every module that imports the editor's interface would get a copy of its own of some hundred names, as the bundle is
 * loaded: half of the time that activation takes. They share one.
 * @type {import("esbuild").Plugin}
 */
const editorOnce = {
  name: "editor-once",
  setup(bundling) {
    const namespace = "editor";
    bundling.onResolve({ filter: /^vscode$/ }, ({ importer }) =>
      importer === "interface" ? { path: "vscode", external: true } : { path: "interface", namespace },
    );
    bundling.onLoad({ filter: /^interface$/, namespace }, () => ({ contents: 'export * from "vscode";' }));
  },
};

/** What stays a package of its own: binaries, and the editor itself. Everything else is bundled, so that dist runs alone. */
export const nativePackages = ["esbuild", "onnxruntime-node"];

/** The TypeScript server finds its plug-ins only as packages in node_modules beside the extension's manifest. */
const [{ name: pluginName } = {}] = product.contributes?.typescriptServerPlugins ?? [];

/** Files, relative to the repository, that a complete build has written. */
export const outputs = [
  ...Object.entries(nodeEntries).flatMap(([name, source]) => present(source, `dist/${name}.js`)),
  ...present(extensionEntry, "dist/extension.cjs"),
  ...Object.entries(threadEntries).flatMap(([name, source]) => present(source, `dist/${name}.cjs`)),
  ...Object.entries(pageEntries).flatMap(([name, source]) => present(source, `dist/${name}.js`)),
  ...present(pluginEntry, `node_modules/${pluginName}/index.js`),
];

function present(source, output) {
  return existsSync(join(root, source)) ? [output] : [];
}

/** A run that began before a build may load chunks of its own build until it ends. */
const KEPT_MS = 24 * 60 * 60 * 1000;

/** Bundled CommonJS packages require Node's own modules, which an ES module cannot do by itself. */
const requireForModules =
  'import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);';

/**
 * Writes the bundles into `folder`, which gets dist and node_modules as the extension's folder has them. In the repository
 * it removes what builds before yesterday left: a run that is under way never misses a file.
 * @param options.shipped without source maps, and smaller; names stay, so that stacks in reports can be read
 * @param options.alias packages bundled in the place of others
 * @returns paths of the sources of all bundles, packages included, relative to the repository
 */
export async function bundle(folder = root, { shipped = false, alias = {} } = {}) {
  const dist = join(folder, "dist");
  const common = {
    absWorkingDir: root,
    bundle: true,
    target: "node20",
    platform: "node",
    external: nativePackages.filter((name) => !(name in alias)),
    alias,
    sourcemap: shipped ? false : "linked",
    minifyWhitespace: shipped,
    minifySyntax: shipped,
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  };
  const entryPoints = Object.fromEntries(
    Object.entries(nodeEntries).filter(([, source]) => existsSync(join(root, source))),
  );
  const results = await Promise.all([
    build({
      ...common,
      entryPoints,
      outdir: dist,
      format: "esm",
      banner: { js: requireForModules },
      // A kernel, the command line and user code that imports "optimas" must share one instance of every module.
      splitting: true,
    }),
    ...present(extensionEntry, extensionEntry).map((source) =>
      build({
        ...common,
        entryPoints: [source],
        outfile: join(dist, "extension.cjs"),
        format: "cjs",
        plugins: [editorOnce],
        define: { "import.meta.url": "__extensionUrl" },
        banner: { js: 'const __extensionUrl = require("node:url").pathToFileURL(__filename).href;' },
      }),
    ),
    ...Object.entries(threadEntries).flatMap(([name, entry]) =>
      present(entry, entry).map((source) =>
        build({ ...common, entryPoints: [source], outfile: join(dist, `${name}.cjs`), format: "cjs" }),
      ),
    ),
    ...Object.entries(pageEntries).flatMap(([name, entry]) =>
      present(entry, entry).map((source) =>
        build({
          ...common,
          entryPoints: [source],
          outfile: join(dist, `${name}.js`),
          format: "esm",
          platform: "browser",
          target: "chrome132",
          external: [],
          // Charts are large, and nobody reports the stack of a page.
          minifyIdentifiers: shipped,
          // Libraries leave out what helps only while they themselves are worked on.
          define: { "process.env.NODE_ENV": '"production"' },
        }),
      ),
    ),
    ...present(pluginEntry, pluginEntry).map((source) => bundlePlugin(source, folder, common)),
  ]);
  layGrammars(join(dist, "grammars"));
  if (!shipped) removeStale(dist, results);
  return [...new Set(results.flatMap(({ metafile }) => Object.keys(metafile.inputs)))].sort();
}

/** The parser that finds definitions, and what it knows of each language. */
const grammars = ["tree-sitter", ...["typescript", "tsx", "javascript", "python"].map((name) => `tree-sitter-${name}`)];

function layGrammars(folder) {
  mkdirSync(folder, { recursive: true });
  for (const name of grammars) {
    cpSync(join(root, "node_modules/@vscode/tree-sitter-wasm/wasm", `${name}.wasm`), join(folder, `${name}.wasm`));
  }
}

async function bundlePlugin(source, folder, common) {
  const home = join(folder, "node_modules", pluginName);
  mkdirSync(home, { recursive: true });
  const manifest = { name: pluginName, version: product.version, license: product.license, main: "index.js" };
  writeFileSync(join(home, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return build({
    ...common,
    entryPoints: [source],
    outfile: join(home, "index.js"),
    format: "cjs",
    // The server hands its own compiler to its plug-ins.
    external: ["typescript"],
    // It calls what the module exports, which has to be a function.
    footer: { js: "module.exports = module.exports.default ?? module.exports;" },
  });
}

function removeStale(dist, results) {
  const written = new Set(
    results.flatMap(({ metafile }) => Object.keys(metafile.outputs)).map((path) => basename(path)),
  );
  for (const entry of readdirSync(dist, { withFileTypes: true })) {
    if (!entry.isFile() || written.has(entry.name)) continue;
    const age = Date.now() - (statSync(join(dist, entry.name), { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (age > KEPT_MS) rmSync(join(dist, entry.name), { force: true });
  }
}

/** Declares the SDK's types, for editors and for compilers of experiments. */
export function declare(folder = root) {
  const types = join(folder, "dist/types");
  rmSync(types, { recursive: true, force: true });
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const project = join(root, "tsconfig.types.json");
  execFileSync(process.execPath, [compiler, "-p", project, "--outDir", types], { stdio: ["ignore", 2, 2] });
  if (!existsSync(join(types, "sdk/index.d.ts"))) throw new Error("The compiler declared nothing for the SDK.");
  carryDeclarations(types);
}

/** Declarations that cells of a notebook need where the workspace has none: of Node.js, and what the SDK's own name. */
const carriedPackages = ["@types/node", "undici-types", "zod"];

function carryDeclarations(types) {
  for (const name of carriedPackages) {
    cpSync(join(root, "node_modules", name), join(types, "node_modules", name), {
      recursive: true,
      filter: (path) => path.endsWith(".d.ts") || statSync(path).isDirectory(),
    });
  }
  const globals = "kernel/cellGlobals.d.ts";
  if (existsSync(join(root, "src", globals))) cpSync(join(root, "src", globals), join(types, globals));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--clean")) rmSync(join(root, "dist"), { recursive: true, force: true });
  await bundle();
  if (process.argv.includes("--types")) declare();
}
