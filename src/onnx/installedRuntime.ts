import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { errorMessage, UserError } from "../system/userError.ts";

/** What a native module has to be made for. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** Linux with the C library of Alpine instead of glibc. */
  readonly isMusl: boolean;
}

/** What onnxruntime is made for, since 1.24. */
const made: readonly string[] = ["linux-x64", "linux-arm64", "darwin-arm64", "win32-x64", "win32-arm64"];

/** @throws UserError where onnxruntime is not made for this machine, or did not come with this installation */
export function requireRuntime(): void {
  const absence = absentRuntime();
  if (absence !== undefined) throw new UserError(absence);
}

/**
 * Looks whether there is an onnxruntime to load, without loading it: that is for the trainer's process alone.
 * @returns why there is none, and what to do, for the user
 */
export function absentRuntime(): string | undefined {
  const { platform, arch } = process;
  try {
    const home = dirname(dirname(createRequire(import.meta.url).resolve("onnxruntime-node")));
    const binding = join(home, "bin", "napi-v6", platform, arch, "onnxruntime_binding.node");
    return existsSync(binding) ? undefined : missingRuntime(new Error(`there is no ${binding}`));
  } catch (thrown) {
    return missingRuntime(thrown);
  }
}

/** Why the native module is not there, and what to do, for the user. @param thrown what loading it threw */
export function missingRuntime(thrown: unknown, { platform, arch, isMusl }: Machine = thisMachine()): string {
  const machine = `${platform}-${arch}`;
  const needs = "Transformer backbones are run by onnxruntime,";
  const remedy = 'Everything else works: set the backbone of local rewards to "lexical".';
  if (isMusl) return `${needs} which is not made for Linux with musl, such as Alpine. ${remedy}`;
  if (!made.includes(machine)) return `${needs} which is not made for this machine (${machine}). ${remedy}`;
  const why = errorMessage(thrown).split("\n")[0] ?? "";
  if (/Cannot find (?:package|module) 'onnxruntime-node'/.test(why))
    return `${needs} which did not come with this installation of Optimas: install the one made for ${machine}. ${remedy}`;
  return `${needs} which cannot be loaded on this machine (${machine}): ${why.replace(/\.$/, "")}. ${remedy}`;
}

function thisMachine(): Machine {
  const { platform, arch } = process;
  if (platform !== "linux") return { platform, arch, isMusl: false };
  // Node.js itself says which C library it runs on.
  const report: { readonly header?: { readonly glibcVersionRuntime?: string } } = process.report.getReport();
  return { platform, arch, isMusl: report.header?.glibcVersionRuntime === undefined };
}
