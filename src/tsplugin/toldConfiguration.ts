import type ts from "typescript-services";
import { type PluginConfiguration, pluginConfigurationSchema } from "./pluginConfiguration.ts";
import { PLUGIN_NAME } from "./pluginName.ts";

/** What the extension told the plugin last, as one project knows it. */
export class ToldConfiguration {
  readonly #compiler: typeof ts;
  readonly #project: ts.server.Project;
  #told: unknown;
  #kept: unknown;
  #read: unknown;
  #current: PluginConfiguration | undefined;

  /** @param first what the server gave when the project began */
  constructor(compiler: typeof ts, project: ts.server.Project, first: unknown) {
    this.#compiler = compiler;
    this.#project = project;
    this.#told = first;
    this.#kept = this.#keptByServer();
  }

  tell(configuration: unknown): void {
    this.#told = configuration;
  }

  /** The last configuration that was one; the same object until the extension tells another. */
  get current(): PluginConfiguration | undefined {
    const kept = this.#keptByServer();
    if (kept !== this.#kept) this.#told = kept;
    this.#kept = kept;
    if (this.#read === this.#told) return this.#current;
    this.#read = this.#told;
    const parsed = pluginConfigurationSchema.safeParse(this.#told);
    if (parsed.success) this.#current = this.#asServerWrites(parsed.data);
    return this.#current;
  }

  /**
   * The server keeps what it was told last, for projects to come. A project without an open file is not told, but may be
   * filled again later.
   */
  #keptByServer(): unknown {
    const kept: unknown = Reflect.get(this.#project.projectService, "currentPluginConfigOverrides");
    return kept instanceof Map ? kept.get(PLUGIN_NAME) : undefined;
  }

  /** The server writes paths with slashes on every platform. */
  #asServerWrites(given: PluginConfiguration): PluginConfiguration {
    const slashed = (name: string) => name.replaceAll("\\", "/");
    // Whoever finds the declarations by the plugin's own place must find the same files.
    const shipped = (name: string) => slashed(this.#compiler.sys.realpath?.(name) ?? name);
    return {
      sdk: shipped(given.sdk),
      globals: shipped(given.globals),
      ...(given.node === undefined ? {} : { node: shipped(given.node) }),
      notebooks: given.notebooks.map(({ folder, cells }) =>
        folder === undefined ? { cells } : { folder: slashed(folder), cells },
      ),
    };
  }
}
