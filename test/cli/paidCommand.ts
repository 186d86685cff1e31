import { execFileSync, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { End, Life } from "./killedRuns.ts";
import type { PaidPlace } from "./paidPlace.ts";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

/** What a process gets that asks the toy's model. */
export const paidEnvironment = { OPENAI_API_KEY: "sk-killed-paid-run-0000" };

/** A command in the place. @param program the child of it that is to be killed; else it is the command itself */
export function command(args: readonly string[], { cwd }: PaidPlace, program?: string): Life {
  const { PATH = "", HOME = "", TMPDIR } = process.env;
  const child = spawn(process.execPath, [cli, ...args], {
    cwd,
    env: { PATH, HOME, ...(TMPDIR !== undefined && { TMPDIR }), ...paidEnvironment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const end = new Promise<End>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) =>
      resolve(code === 0 ? { kind: "well" } : { kind: "failed", why: `${signal ?? code}\n${stderr}` }),
    );
  });
  return { victim: () => (program === undefined ? child.pid : childOf(child.pid ?? 0, program)), end };
}

/** The child of a process that runs a program of dist. */
export function childOf(parent: number, program: string): number | undefined {
  const lines = execFileSync("ps", ["-A", "-ww", "-o", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
  for (const line of lines) {
    const [, pid, ppid, args = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (Number(ppid) === parent && args.includes(`/dist/${program}.js`)) return Number(pid);
  }
  return undefined;
}
