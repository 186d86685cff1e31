import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Brings dist up to date once before all tests, for those that start dist/cli.js or dist/trainer.js. */
export default function buildProduct(): void {
  const setup = fileURLToPath(new URL("../scripts/setup.mjs", import.meta.url));
  const { status } = spawnSync(process.execPath, [setup, "--bundles-only"], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) throw new Error("The product does not build; see above.");
}
