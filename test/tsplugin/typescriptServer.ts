import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { PluginConfiguration } from "../../src/tsplugin/pluginConfiguration.ts";
import { PLUGIN_NAME } from "../../src/tsplugin/pluginName.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const serverFile = createRequire(import.meta.url).resolve("typescript-services/lib/tsserver.js");

/** What the editor sends while nobody changes its settings. */
const inferredOptions = {
  module: "ESNext",
  moduleResolution: "Bundler",
  target: "ES2022",
  jsx: "react-jsx",
  strictNullChecks: true,
  strictFunctionTypes: true,
  allowImportingTsExtensions: true,
  sourceMap: true,
  allowJs: true,
  allowSyntheticDefaultImports: true,
  allowNonTsExtensions: true,
  resolveJsonModule: true,
};

const preferences = {
  includeCompletionsForModuleExports: true,
  includeCompletionsForImportStatements: true,
  includeCompletionsWithInsertText: true,
  providePrefixAndSuffixTextForRename: true,
  allowIncompleteCompletions: true,
};

/** How the server refuses when it knows nothing to say. */
const NOTHING = "No content available.";

interface TypeScriptServerOptions {
  readonly plugin?: boolean;
  readonly extension?: string;
  /** Path of a log with everything that the server does. */
  readonly log?: string;
  /** The editor starts a second server, which answers what needs no types. */
  readonly syntaxOnly?: boolean;
}

/** A TypeScript server as the editor starts it: the built plugin is found as a package beside the manifest. */
export class TypeScriptServer {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, { resolve(body: unknown): void; reject(reason: Error): void }>();
  readonly #events: string[] = [];
  #onEvent: () => void = () => {};
  #sequence = 0;
  #received = "";

  /** @param options.extension folder of the extension that contributes the plugin */
  constructor({ plugin = true, extension = repository, log, syntaxOnly = false }: TypeScriptServerOptions = {}) {
    const plugins = plugin ? ["--globalPlugins", PLUGIN_NAME, "--pluginProbeLocations", extension] : [];
    const logging = log === undefined ? [] : ["--logVerbosity", "verbose", "--logFile", log];
    const mode = syntaxOnly ? ["--serverMode", "partialSemantic"] : [];
    const fixed = [
      "--useInferredProjectPerProjectRoot",
      "--disableAutomaticTypingAcquisition",
      "--noGetErrOnBackgroundUpdate",
    ];
    const server = spawn(process.execPath, [serverFile, ...fixed, ...mode, ...plugins, ...logging], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#process = server;
    server.stdout.setEncoding("utf8").on("data", (chunk: string) => this.#receive(chunk));
    server.on("exit", (code, signal) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`The server ended: ${code ?? signal}`));
    });
    this.send("compilerOptionsForInferredProjects", { options: inferredOptions });
    this.send("configure", { preferences });
  }

  close(): void {
    this.#process.kill();
  }

  send(command: string, args: unknown): number {
    this.#sequence += 1;
    const request = { seq: this.#sequence, type: "request", command, arguments: args };
    this.#process.stdin?.write(`${JSON.stringify(request)}\n`);
    return this.#sequence;
  }

  /** @throws Error when the server refuses the request or ends; what it has nothing to say to is undefined */
  request<Body>(command: string, args: unknown): Promise<Body> {
    const sequence = this.send(command, args);
    return new Promise((resolve, reject) => {
      this.#waiting.set(sequence, { resolve: (body) => resolve(body as Body), reject });
    });
  }

  /** Waits for an event, and takes it. */
  async event(name: string): Promise<void> {
    while (!this.#events.includes(name)) {
      await new Promise<void>((resolve) => {
        this.#onEvent = resolve;
      });
    }
    this.#events.splice(this.#events.indexOf(name), 1);
  }

  configurePlugin(configuration: PluginConfiguration): void {
    this.send("configurePlugin", { pluginName: PLUGIN_NAME, configuration });
  }

  #receive(chunk: string): void {
    this.#received += chunk;
    const lines = this.#received.split("\n");
    this.#received = lines.pop() ?? "";
    for (const line of lines) {
      if (!line.startsWith("{")) continue;
      const message = JSON.parse(line);
      if (message.type === "event") {
        this.#events.push(message.event);
        this.#onEvent();
      } else if (message.type === "response") {
        const waiting = this.#waiting.get(message.request_seq);
        this.#waiting.delete(message.request_seq);
        if (message.success || message.message === NOTHING) waiting?.resolve(message.body);
        else waiting?.reject(new Error(message.message));
      }
    }
  }
}
