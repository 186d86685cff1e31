import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { kernelEnvironment, shellEnvironment } from "../../src/notebook/kernelEnvironment.ts";

const plain = { electron: false };

/** Names as they occur, among them those that must never be passed on. */
const secretName = fc.oneof(
  fc.constantFrom("NODE_OPTIONS", "node_options", "NODE_PATH", "LD_PRELOAD", "DYLD_INSERT_LIBRARIES", "BASH_ENV"),
  fc.string({ minLength: 1 }).map((name) => `VSCODE_${name}`),
  fc.string({ minLength: 1 }).map((name) => `ELECTRON_${name}`),
  fc.string().map((name) => `${name}_API_KEY`),
  fc.string().map((name) => `${name}_TOKEN`),
  fc.string().map((name) => `${name}SECRET`),
  fc.constantFrom("OMP_API_KEY", "ORT_THREADS_API_KEY", "PATH_API_KEY", "HOME_TOKEN", "ELECTRON_RUN_AS_NODE"),
);

describe("the environment of a kernel in the editor", () => {
  test("passes on what a program needs to start, to find its folders and to reach the network", () => {
    const own = {
      PATH: "/bin",
      Path: "C:\\",
      HOME: "/home/a",
      USERPROFILE: "C:\\a",
      XDG_CACHE_HOME: "/home/a/caches",
      TEMP: "/t",
      SystemRoot: "C:\\Windows",
      LANG: "de_DE.UTF-8",
      TZ: "UTC",
      https_proxy: "http://proxy",
      NO_PROXY: "localhost",
      NODE_EXTRA_CA_CERTS: "/ca.pem",
      HF_ENDPOINT: "https://hub.example",
      OMP_NUM_THREADS: "4",
      ORT_INTRA_OP_NUM_THREADS: "2",
    };
    expect(kernelEnvironment(own, plain)).toEqual(own);
  });

  test("never passes on keys, what steers the editor, or what changes how Node runs", () => {
    fc.assert(
      fc.property(fc.dictionary(secretName, fc.string(), { minKeys: 1 }), (own) => {
        expect(kernelEnvironment(own, plain)).toEqual({});
      }),
    );
  });

  test("passes on nothing that it was not given, and no value changed", () => {
    const any = fc.dictionary(fc.oneof(fc.string(), secretName, fc.constantFrom("PATH", "HOME", "TZ")), fc.string());
    fc.assert(
      fc.property(any, (own) => {
        for (const [name, value] of Object.entries(kernelEnvironment(own, plain))) expect(own[name]).toBe(value);
      }),
    );
  });

  test("leaves out what has no value", () => {
    expect(kernelEnvironment({ PATH: undefined }, plain)).toEqual({});
  });

  test("tells Electron to be Node", () => {
    expect(kernelEnvironment({ ELECTRON_RUN_AS_NODE: "0", ELECTRON_NO_ASAR: "1" }, { electron: true })).toEqual({
      ELECTRON_RUN_AS_NODE: "1",
    });
  });
});

test("the environment of a shell is passed on whole, but for what speaks to the command line's own Node", () => {
  expect(shellEnvironment({ MY_API_KEY: "k", PATH: "/bin", NODE_OPTIONS: "--inspect", EMPTY: undefined })).toEqual({
    MY_API_KEY: "k",
    PATH: "/bin",
  });
});
