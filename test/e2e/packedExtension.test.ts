import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, inject, test } from "vitest";
import { ownTarget } from "../../scripts/package.mjs";
import { startKernel } from "../../src/notebook/kernelClient.ts";
import { kernelEnvironment } from "../../src/notebook/kernelEnvironment.ts";
import type { Output } from "../../src/notebook/output.ts";
import { emptyWorkspace, examplesCopy } from "./workspaces.ts";

const extension = inject("extensionFolder");
const root = fileURLToPath(new URL("../..", import.meta.url));

/** A program of the packed extension, far away from the repository and its packages. */
function run(args: readonly string[], cwd: string) {
  return spawnSync(process.execPath, args, {
    cwd,
    encoding: "utf8",
    env: kernelEnvironment(process.env, { electron: false }),
  });
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

describe("what is packed", () => {
  const files = filesOf(extension);

  test("is everything that the manifest names, and the licences of others", () => {
    for (const name of ["dist/extension.cjs", "dist/kernel.js", "dist/trainer.js", "dist/cli.js", "dist/renderer.js"]) {
      expect(files).toContain(name);
    }
    expect(readFileSync(join(extension, "ThirdPartyNotices.txt"), "utf8")).toMatch(/onnxruntime-node[\s\S]+zod \d/);
    const manifest = JSON.parse(readFileSync(join(extension, "package.json"), "utf8"));
    for (const { name } of manifest.contributes.typescriptServerPlugins) {
      expect(files).toContain(`node_modules/${name}/index.js`);
    }
  });

  test("holds neither sources nor source maps, no tests and nothing of a run", () => {
    const wrong = /\.map$|^(?:src|test|scripts|webview)\/|\.optimas\/|\.(?:env|npmrc|pem)$|\.tsx$/;
    expect(files.filter((file) => wrong.test(file))).toEqual([]);
    expect(files.some((file) => file.includes("source") && /sourceMappingURL/.test(file))).toBe(false);
  });

  test("has binaries for one platform only", () => {
    const binaries = files.filter((file) => /\.(?:node|dll|dylib)$|\.so[.\d]*$|bin\/esbuild$/.test(file));
    expect(binaries.length).toBeGreaterThan(0);
    const [platform = "", arch = ""] = (ownTarget() ?? "").split("-");
    const place = new RegExp(`@esbuild/${platform}-${arch}/|/bin/napi-v6/${platform}/${arch}/`);
    expect(binaries.filter((file) => !place.test(file))).toEqual([]);
    expect(files.filter((file) => /node_modules\/(?:adm-zip|global-agent)\//.test(file))).toEqual([]);
  });
});

describe("without the repository", () => {
  test("the command line optimizes the example, with its trainer", () => {
    const folder = examplesCopy();
    try {
      const { stdout, stderr, status } = run(
        [join(extension, "dist/cli.js"), "run", "hotpotqa/experiment.ts", "--iterations", "1"],
        folder,
      );
      expect(`${stdout}${stderr}`).toContain("simulated model");
      expect(status, stderr).toBe(0);
      expect(existsSync(join(folder, ".optimas")) || existsSync(join(folder, "hotpotqa/.optimas"))).toBe(true);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("the kernel runs TypeScript that imports the SDK", async () => {
    const folder = emptyWorkspace();
    const kernel = await startKernel({
      entry: join(extension, "dist/kernel.js"),
      folder,
      environment: kernelEnvironment(process.env, { electron: false }),
    });
    try {
      const outputs: Output[] = [];
      const code = 'import { llm } from "optimas";\nconst kind: string = typeof llm;\nconsole.log(kind);';
      const { status } = await kernel.execute({ cell: "a", order: 1, code, language: "typescript" }, (given) => {
        outputs.push(...given);
      });
      expect(outputs).toEqual([{ type: "stream", name: "stdout", text: "function\n" }]);
      expect(status).toBe("succeeded");
    } finally {
      await kernel.dispose();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("onnxruntime loads", () => {
    const home = join(extension, "dist/node_modules/onnxruntime-node");
    const script = `const { Tensor, InferenceSession } = require(${JSON.stringify(home)});
      InferenceSession.create(new Uint8Array([1])).catch((error) =>
        console.log(new Tensor("float32", [1, 2], [2]).dims, error.message));`;
    const { stdout, stderr } = run(["-e", script], extension);
    // The runtime itself answers that this is no model.
    expect(`${stdout}${stderr}`).toMatch(/\[ 2 \].*(?:protobuf|model)/i);
  });
});

test("`vsce package` in the repository gives the same bytes again, and says how large they are", () => {
  const plain = `${inject("vsix")}.plain`;
  const args = ["package", "--target", ownTarget() ?? "", "--out", plain];
  const { stdout, stderr } = spawnSync(join(root, "node_modules/.bin/vsce"), args, {
    cwd: root,
    encoding: "utf8",
    // The times and the order of the files in the archive are all that this command leaves open.
    env: { ...process.env, SOURCE_DATE_EPOCH: "946684800", TZ: "UTC" },
  });
  const said = / pack to (\d+\.\d) MB/.exec(stdout)?.[1];
  expect(said, `${stdout}${stderr}`).toBeDefined();
  expect(Math.abs(Number(said) - statSync(plain).size / 1024 / 1024)).toBeLessThan(0.1);
  const hash = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");
  expect(hash(plain)).toBe(hash(inject("vsix")));
  rmSync(plain);
});
