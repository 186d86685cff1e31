import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { pageSizes } from "../../scripts/extensionFolder.mjs";
import { ownTarget, packageExtension } from "../../scripts/package.mjs";
import { needPrograms } from "../../scripts/systemPrograms.mjs";
import { installTestHost } from "../../scripts/testHost.mjs";
import { installExtension } from "../../scripts/testHostServer.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** The packed extension. */
    readonly vsix: string;
    /** Folder that VS Code keeps its installed extensions in. */
    readonly extensionsFolder: string;
    /** Folder of our extension in there, outside of the repository. */
    readonly extensionFolder: string;
  }
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Packs the extension and installs it once, for all tests. */
export default async function installPackedExtension(project: TestProject): Promise<() => void> {
  installTestHost(say);
  needPrograms(["chromium"], say);
  mkdirSync(join(root, "test-results/screenshots"), { recursive: true });
  const vsix = join(root, "test-results/optimas.vsix");
  const { bytes, entries, pages } = await packageExtension({ target: ownTarget(), out: vsix });
  say(`The packed extension has ${(bytes / 1024 / 1024).toFixed(1)} MB in ${entries} files.`);
  say(`Scripts of pages: ${pageSizes(pages)}.`);
  const extensionsFolder = mkdtempSync(join(tmpdir(), "optimas-extensions-"));
  project.provide("vsix", vsix);
  project.provide("extensionsFolder", extensionsFolder);
  project.provide("extensionFolder", installExtension(vsix, extensionsFolder));
  return () => rmSync(extensionsFolder, { recursive: true, force: true, maxRetries: 5 });
}
