import { describe, expect, test } from "vitest";
import { type Machine, missingRuntime } from "../../src/onnx/installedRuntime.ts";

const on = (platform: NodeJS.Platform, arch: string, isMusl = false): Machine => ({ platform, arch, isMusl });
const absent = new Error("Cannot find package 'onnxruntime-node' imported from /work/dist/chunk.js");
const noBinding = new Error(
  "Cannot find module '../bin/napi-v6/darwin/x64/onnxruntime_binding.node'\nRequire stack:\n-",
);
const unloadable = new Error("/x/onnxruntime_binding.node: version `GLIBC_2.28' not found");

describe("a machine without onnxruntime", () => {
  test.each([
    ["darwin-x64", noBinding, on("darwin", "x64"), "which is not made for this machine (darwin-x64)."],
    ["linux-arm", absent, on("linux", "arm"), "which is not made for this machine (linux-arm)."],
    ["Alpine", unloadable, on("linux", "x64", true), "which is not made for Linux with musl, such as Alpine."],
    ["the package for any machine", absent, on("linux", "x64"), "install the one made for linux-x64."],
    [
      "an old glibc",
      unloadable,
      on("linux", "x64"),
      "(linux-x64): /x/onnxruntime_binding.node: version `GLIBC_2.28' not found.",
    ],
  ])("%s is told why, and what works all the same", (_, thrown, machine, why) => {
    const words = missingRuntime(thrown, machine);
    expect(words).toContain(`Transformer backbones are run by onnxruntime,`);
    expect(words).toContain(`${why} Everything else works: set the backbone of local rewards to "lexical".`);
    expect(words).not.toContain("Require stack");
  });
});
