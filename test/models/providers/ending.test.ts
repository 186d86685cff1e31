import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scripted } from "../loopback/faults.ts";
import { startLoopback } from "../loopback/loopbackServer.ts";

let folder: string;
let program: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "optimas-test-"));
  program = join(folder, "asking.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL("asking.ts", import.meta.url))],
    outfile: program,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    logLevel: "warning",
    banner: { js: 'import { createRequire } from "node:module";const require = createRequire(import.meta.url);' },
  });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(["openai:m", "openai-responses:m", "anthropic:m"])(
  "a process that asked %s ends by itself: no timer, connection or rejection is left",
  async (name) => {
    const server = await startLoopback();
    // Six requests: an answer, a failure and a silence, whole and streamed.
    const three = [undefined, { kind: "error", status: 500 }, { kind: "silent" }] as const;
    server.meet(scripted(...three, ...three));
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, name, server.url], {
      timeout: 120_000,
      env: { ...process.env, OPENAI_LOG: "debug", ANTHROPIC_LOG: "debug" },
    });
    expect(stdout).toBe("end UserError AbortError end UserError AbortError");
    expect(stderr).toBe("");
    await server.close();
  },
);
