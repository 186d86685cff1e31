import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";

/** A fresh folder with a copy of the examples as they are packed, which runs may write into. */
export function examplesCopy(): string {
  const folder = mkdtempSync(join(tmpdir(), "optimas-workspace-"));
  cpSync(join(inject("extensionFolder"), "examples"), folder, { recursive: true });
  return folder;
}

/** An empty folder for a workspace. */
export function emptyWorkspace(): string {
  return mkdtempSync(join(tmpdir(), "optimas-workspace-"));
}
