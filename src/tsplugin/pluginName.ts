/** Name under which the TypeScript server finds the plugin; the manifest contributes it. */
export const PLUGIN_NAME = "optimas-cells";
