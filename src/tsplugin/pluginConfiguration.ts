import * as z from "zod/mini";

/** What the extension tells the plugin, anew whenever a notebook opens, closes or changes its order of cells. */
export const pluginConfigurationSchema = z.object({
  /** Declarations of `"optimas"` where the workspace has no installation of its own. */
  sdk: z.string(),
  /** Declarations of the names that every cell finds, such as `display`; exports of a module. */
  globals: z.string(),
  /** Declarations of Node.js where the workspace has none. */
  node: z.optional(z.string()),
  notebooks: z.array(
    z.object({
      /** Folder that relative imports and packages are looked up from; undefined for a notebook that was never saved. */
      folder: z.optional(z.string()),
      /** Names of the code cells in the server, in the notebook's order. */
      cells: z.array(z.string()),
    }),
  ),
});
export type PluginConfiguration = Readonly<z.infer<typeof pluginConfigurationSchema>>;
