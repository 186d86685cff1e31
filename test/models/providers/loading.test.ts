import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Everything that is loaded with the registry of models, before any model is asked. */
async function loadedAtOnce(): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["src/models/modelRegistry.ts"],
    outdir: "unwritten",
    write: false,
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    metafile: true,
    logLevel: "silent",
  });
  const { outputs } = metafile;
  const loaded = new Set<string>();
  const load = (path: string): void => {
    if (loaded.has(path)) return;
    loaded.add(path);
    for (const { path: next, kind } of outputs[path]?.imports ?? []) if (kind === "import-statement") load(next);
  };
  load("unwritten/modelRegistry.js");
  return [...loaded].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}));
}

test("the SDKs of providers are not loaded before a model is asked: kernels and the command line start without them", async () => {
  const loaded = await loadedAtOnce();
  expect(loaded).toContain("src/models/providers/openaiChat.ts");
  expect(loaded.filter((path) => /node_modules\/(?:openai|@anthropic-ai|cacache)\//.test(path))).toEqual([]);
});
