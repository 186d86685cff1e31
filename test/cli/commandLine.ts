import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const built = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

/** What a command left behind. */
export interface Outcome {
  /** Exit code, or null when a signal ended the process. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Manner {
  readonly cwd: string;
  /** The program; the one that is built in this repository by default. */
  readonly cli?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Sent, in order and at once, when stderr first shows `at`. */
  readonly signals?: {
    readonly at: string;
    readonly send: readonly NodeJS.Signals[];
    /** Called once all are sent. */
    readonly sent?: () => void;
  };
  /** Sends SIGKILL once stdout has so many lines. */
  readonly killAfterLines?: number;
}

/** Runs the built `optimas` command to its end, with both outputs in pipes. */
export function optimas(
  args: readonly string[],
  { cwd, cli = built, env = {}, signals, killAfterLines = Number.POSITIVE_INFINITY }: Manner,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const { PATH, HOME, TMPDIR } = process.env;
    const inherited = Object.fromEntries(
      Object.entries({ PATH, HOME, TMPDIR }).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    const child = spawn(process.execPath, [cli, ...args], {
      cwd,
      env: { ...inherited, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    let lines = 0;
    let isSent = false;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      lines += text.split("\n").length - 1;
      if (lines >= killAfterLines) child.kill("SIGKILL");
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      if (signals === undefined || isSent || !stderr.includes(signals.at)) return;
      isSent = true;
      for (const signal of signals.send) child.kill(signal);
      signals.sent?.();
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
