import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import * as vscode from "vscode";
import * as z from "zod";

const bytes = z.number().nonnegative();
const offerSchema = z.object({ name: z.string(), host: z.string(), bytes, present: bytes });
/** Why this machine cannot run it, where it cannot. */
const unusable = z.string().optional();
const newsSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("offered"), offer: offerSchema, unusable }),
  z.object({ kind: z.literal("progress"), present: bytes, total: bytes }),
  z.object({ kind: z.literal("cached"), folder: z.string(), unusable }),
]);

/** What a download would bring. */
export type Offer = Readonly<z.infer<typeof offerSchema>>;
/** What `optimas backbone NAME --json` says, line by line. */
export type BackboneNews = Readonly<z.infer<typeof newsSchema>>;

/**
 * Looks for a backbone, or downloads it, in a process of its own: the editor's process loads nothing of the hub.
 * @param command the backbone's name and options
 * @returns the last that it says
 * @throws Error with what the process said where it fails; the signal's reason
 */
export async function backboneNews(
  context: vscode.ExtensionContext,
  command: readonly string[],
  { signal, onNews }: { readonly signal: AbortSignal; readonly onNews: (news: BackboneNews) => void },
): Promise<BackboneNews> {
  const cli = vscode.Uri.joinPath(context.extensionUri, "dist", "cli.js").fsPath;
  const { kernelEnvironment } = await import("../../notebook/kernelEnvironment.ts");
  const { HF_TOKEN } = process.env;
  const env = {
    ...kernelEnvironment(process.env, { electron: "electron" in process.versions }),
    // This process runs nothing of the workspace, and sends it to the hub alone.
    ...(HF_TOKEN !== undefined && { HF_TOKEN }),
  };
  const child = spawn(process.execPath, [cli, "backbone", ...command, "--json"], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = (): void => void child.kill("SIGINT");
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  // Waited for below, once its output is over.
  ended.catch(() => undefined);
  try {
    let last: BackboneNews | undefined;
    for await (const line of createInterface({ input: child.stdout })) {
      last = newsSchema.parse(JSON.parse(line));
      onNews(last);
    }
    const code = await ended;
    signal.throwIfAborted();
    if (code === 0 && last !== undefined) return last;
    throw new Error(said.trim() || `The download ended with exit code ${code}.`);
  } finally {
    signal.removeEventListener("abort", stop);
    child.kill();
  }
}
