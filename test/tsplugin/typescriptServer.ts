import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type ts from "typescript-services";
import { cellFileName } from "../../src/tsplugin/cellFileName.ts";
import type { PluginConfiguration } from "../../src/tsplugin/pluginConfiguration.ts";
import { PLUGIN_NAME } from "../../src/tsplugin/pluginName.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const serverFile = createRequire(import.meta.url).resolve("typescript-services/lib/tsserver.js");

/** What the editor sends when nobody has changed its settings. */
const inferredOptions = {
  module: "ESNext",
  moduleResolution: "Bundler",
  target: "ES2022",
  jsx: "react-jsx",
  strictNullChecks: true,
  strictFunctionTypes: true,
  sourceMap: true,
  allowJs: true,
  allowSyntheticDefaultImports: true,
  allowNonTsExtensions: true,
  resolveJsonModule: true,
};

/** A TypeScript server as the editor starts it, with or without the plugin. */
export class TypeScriptServer {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, (body: unknown) => void>();
  readonly #events: { event: string; body: unknown }[] = [];
  #onEvent: () => void = () => {};
  #sequence = 0;
  #received = "";

  constructor({ plugin = true, log }: { plugin?: boolean; log?: string } = {}) {
    const plugins = plugin ? ["--globalPlugins", PLUGIN_NAME, "--pluginProbeLocations", repository] : [];
    const logging = log === undefined ? [] : ["--logVerbosity", "verbose", "--logFile", log];

    const server = spawn(
      process.execPath,
      [
        serverFile,
        "--useInferredProjectPerProjectRoot",
        "--disableAutomaticTypingAcquisition",
        "--noGetErrOnBackgroundUpdate",
        ...plugins,
        ...logging,
      ],
      { stdio: ["pipe", "pipe", "inherit"] },
    );
    this.#process = server;
    server.stdout?.setEncoding("utf8").on("data", (chunk: string) => this.#receive(chunk));
    void this.request("compilerOptionsForInferredProjects", { options: inferredOptions });
    void this.request("configure", {
      preferences: {
        includeCompletionsForModuleExports: true,
        includeCompletionsWithInsertText: true,
        providePrefixAndSuffixTextForRename: true,
        allowIncompleteCompletions: true,
        includePackageJsonAutoImports: "auto",
      },
    });
  }

  close(): void {
    this.#process.kill();
  }

  #receive(chunk: string): void {
    this.#received += chunk;
    const lines = this.#received.split("\n");
    this.#received = lines.pop() ?? "";
    for (const line of lines) {
      if (!line.startsWith("{")) continue;
      const message = JSON.parse(line);
      if (message.type === "event") {
        this.#events.push(message);
        this.#onEvent();
      } else if (message.type === "response") {
        this.#waiting.get(message.request_seq)?.(message.success ? message.body : { failed: message.message });
        this.#waiting.delete(message.request_seq);
      }
    }
  }

  send(command: string, args: unknown): number {
    this.#sequence += 1;
    this.#process.stdin?.write(
      `${JSON.stringify({ seq: this.#sequence, type: "request", command, arguments: args })}\n`,
    );
    return this.#sequence;
  }

  request<Body>(command: string, args: unknown): Promise<Body> {
    const sequence = this.send(command, args);
    return new Promise((resolve) => this.#waiting.set(sequence, (body) => resolve(body as Body)));
  }

  /** The body of the next event of this kind for which `matches` holds. */
  async event(kind: string, matches: (body: Record<string, unknown>) => boolean = () => true): Promise<void> {
    for (;;) {
      const index = this.#events.findIndex((e) => e.event === kind && matches(e.body as Record<string, unknown>));
      if (index !== -1) {
        this.#events.splice(index, 1);
        return;
      }
      await new Promise<void>((resolve) => {
        this.#onEvent = resolve;
      });
    }
  }

  configurePlugin(configuration: PluginConfiguration): void {
    this.send("configurePlugin", { pluginName: PLUGIN_NAME, configuration });
  }
}

export type Language = "TS" | "JS";

/** The name under which the editor opens the n-th cell of a notebook. */
export function cellName(notebook: string, n: number): string {
  const uri = {
    scheme: "vscode-notebook-cell",
    authority: "",
    path: notebook,
    fragment: `W${n.toString(36)}sZmlsZQ==`,
  };
  return cellFileName(uri) ?? "";
}

export type Diagnostic = ts.server.protocol.Diagnostic;
