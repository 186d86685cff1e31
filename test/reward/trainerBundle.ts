import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** What bundled CommonJS dependencies take for granted and an ES module lacks (`vscode-jsonrpc` is one). */
const commonJsNames = `
import { createRequire as createRequireOfBundle } from "node:module";
import { fileURLToPath as fileOfBundle } from "node:url";
const require = createRequireOfBundle(import.meta.url);
const __filename = fileOfBundle(import.meta.url);
`;

/** The trainer's entry as it is shipped, native code apart: one ES module, written to `outfile`. */
export async function bundleTrainer(outfile: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL("../../src/reward/trainer.ts", import.meta.url))],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    external: ["onnxruntime-node"],
    banner: { js: commonJsNames },
    logLevel: "error",
  });
}
