import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { targetAskedFor } from "../../scripts/vsceCommand.mjs";

const module = new URL("../../scripts/vsceCommand.mjs", import.meta.url).href;

/** What a script sees that a program of this name calls through a shell, as vsce calls npm. */
function seenFrom(program: string, args: readonly string[]): unknown {
  const folder = mkdtempSync(join(tmpdir(), "optimas-vsce-"));
  try {
    const script = join(folder, "script.mjs");
    writeFileSync(
      script,
      `import { callingVsce } from ${JSON.stringify(module)};
      try { console.log(JSON.stringify(callingVsce().args)); }
      catch (error) { console.log(JSON.stringify(error.message)); }`,
    );
    const call = `"${process.execPath}" "${script}" && true`;
    writeFileSync(
      join(folder, program),
      `require("node:child_process").execSync(${JSON.stringify(call)}, { stdio: "inherit" });`,
    );
    const { stdout } = spawnSync(process.execPath, [join(folder, program), ...args], { encoding: "utf8" });
    return JSON.parse(stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("the vsce that called", () => {
  test("is found above the shells and npm between", () => {
    const args = ["package", "--target", "linux-x64", "--out", "a folder/with spaces.vsix"];
    expect(seenFrom("vsce", args)).toEqual(args);
  });

  test("is missed with a word on what to do", () => {
    expect(seenFrom("other", ["package"])).toContain("npm run package -- --target");
  });
});

describe("the target", () => {
  test.each([
    ["package --target linux-x64", "linux-x64"],
    ["package --target=darwin-arm64 --out here.vsix", "darwin-arm64"],
    ["package --out here.vsix -t win32-x64", "win32-x64"],
    ["pack --pre-release -o here.vsix -twin32-arm64 --sign-tool sign", "win32-arm64"],
    ["package", undefined],
    ["package --pre-release --readme-path README.md", undefined],
  ])("of `vsce %s` is %s", (command, target) => {
    expect(targetAskedFor(command.split(" "))).toBe(target);
  });

  test.each([
    ["publish --target linux-x64", /only packs/],
    ["package 1.2.3", /1\.2\.3/],
    ["package --target linux-x64 minor", /minor/],
    ["package --no-dependencies", /--no-dependencies/],
  ])("of `vsce %s` is refused", (command, message) => {
    expect(() => targetAskedFor(command.split(" "))).toThrow(message);
  });
});
