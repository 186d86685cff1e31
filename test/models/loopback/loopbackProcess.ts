import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { LedgerLines } from "./ledger.ts";
import type { LoopbackSettings } from "./main.ts";

/** A server in a process of its own: it stays when the processes that ask it are killed. */
export interface LoopbackProcess {
  readonly url: string;
  ledger(): Promise<LedgerLines>;
  close(): Promise<void>;
}

/**
 * @param entry source of the program, for those that are bundled themselves
 * @throws when the process ends before it says its address
 */
export async function startLoopbackProcess(
  settings: LoopbackSettings = {},
  entry = fileURLToPath(new URL("main.ts", import.meta.url)),
): Promise<LoopbackProcess> {
  const folder = await mkdtemp(join(tmpdir(), "optimas-loopback-"));
  const program = join(folder, "loopback.mjs");
  await build({
    entryPoints: [entry],
    outfile: program,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    logLevel: "warning",
  });
  const child = spawn(process.execPath, [program, JSON.stringify(settings)], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  const gone = ended(child);
  gone.catch(() => undefined);
  const next = async (): Promise<unknown> => {
    const [line] = await Promise.race([once(lines, "line"), gone]);
    return JSON.parse(String(line));
  };
  const { url } = (await next()) as { readonly url: string };
  let asked: Promise<unknown> = Promise.resolve();
  return {
    url,
    ledger: () => {
      // One question at a time: answers have no other mark than their order.
      const answer = asked.then(() => {
        const line = next();
        child.stdin.write("\n");
        return line;
      });
      asked = answer.catch(() => undefined);
      return answer as Promise<LedgerLines>;
    },
    close: async () => {
      const exit = once(child, "exit");
      child.stdin.end();
      await exit;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function ended(child: Pick<ChildProcess, "once">): Promise<never> {
  const code = await new Promise((resolve) => child.once("exit", resolve));
  throw new Error(`the loopback server ended with code ${String(code)}`);
}
