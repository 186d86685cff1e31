import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { course, expectWhole, files, NAME, refused } from "./hubCourse.ts";
import { LoopbackHub } from "./loopbackHub.ts";

describe("what a hub may say", () => {
  const failing = async (status: number, headers: Record<string, string> = {}, token = ""): Promise<string> => {
    const hub = await LoopbackHub.started({ [NAME]: { files } });
    hub.faults = { status: () => ({ status, headers }) };
    const said = await refused(course(hub).bring({ token }));
    return `${hub.requests.length}: ${said}`;
  };
  test("401 without a token", async () => expect(await failing(401)).toMatch(/^1: .*knows no acme.*set HF_TOKEN/));
  test("401 with a token", async () =>
    expect(await failing(401, {}, "hf_of_somebody")).toMatch(/^1: .*that the token in HF_TOKEN may read/));
  test("403", async () => expect(await failing(403)).toMatch(/^1: .*ask for access on http.*HF_TOKEN/));
  test("404", async () => expect(await failing(404)).toMatch(/^1: .*knows no acme/));
  test("404 of a revision", async () =>
    expect(await failing(404, { "x-error-code": "RevisionNotFound" })).toMatch(/^1: .*has no revision main/));
  test("418", async () => expect(await failing(418)).toMatch(/^1: .*HTTP 418/));
  test("429, and is asked again", async () => expect(await failing(429)).toMatch(/^6: .*fewer requests/));
  test("429 with a moment that is far off", async () =>
    expect(await failing(429, { "retry-after": "300" })).toMatch(/^1: .*Try again in 300 s/));
  test("500, and is asked again", async () => expect(await failing(500)).toMatch(/^6: .*HTTP 500/));

  test("once or twice that it is busy, without any harm", async () => {
    const hub = await LoopbackHub.started({ [NAME]: { files } });
    const statuses = new Map<string, number[]>();
    hub.faults = {
      status: ({ path, at }) => {
        if (!statuses.has(path)) statuses.set(path, at === "store" ? [403, 503] : [429, 502]);
        const status = statuses.get(path)?.shift();
        return status === undefined ? undefined : { status, headers: { "retry-after": "1" } };
      },
    };
    expectWhole(await course(hub).bring());
  });

  test("nothing, for it is not there", async () => {
    const hub = await LoopbackHub.started({ [NAME]: { files } });
    const { bring } = course(hub);
    await hub.stop();
    expect(await refused(bring())).toMatch(
      /^acme\/tiny-encoder was not downloaded, for 127\.0\.0\.1:\d+ does not answer: connect ECONNREFUSED.* HF_ENDPOINT/,
    );
  });

  const refusals: Readonly<Record<string, readonly [Readonly<Record<string, string>>, RegExp]>> = {
    "no ONNX model": [
      { "model.safetensors": "x", "tokenizer.json": "{}" },
      /has no ONNX model .*; it has model\.safetensors, tokenizer\.json\. Export it with "optimum-cli/,
    ],
    "quantised ONNX models alone": [
      { "onnx/model_int8.onnx": "x", "tokenizer.json": "{}" },
      /only onnx\/model_int8\.onnx, which cannot be trained/,
    ],
    "no tokenizer": [
      { "model.onnx": "x", "vocab.txt": "x", "config.json": "{}" },
      /no tokenizer\.json; it has vocab\.txt\. Save its tokenizer in the fast form/,
    ],
  };
  for (const [what, [held, words]] of Object.entries(refusals)) {
    test(`that a repository has ${what}`, async () => {
      const hub = await LoopbackHub.started({ [NAME]: { files: held } });
      const { bring, offers } = course(hub);
      expect(await refused(bring())).toMatch(words);
      expect(offers).toEqual([]);
    });
  }

  for (const path of ["../model.onnx", "onnx/../../x", "/etc/passwd", "a\\b", "c:/x", "onnx//model.onnx"]) {
    test(`that a file lies at ${path}`, async () => {
      const hub = await LoopbackHub.started({ [NAME]: { files } });
      hub.faults = { listed: [{ type: "file", oid: "0".repeat(40), size: 1, path }] };
      const { bring, cacheFolder } = course(hub);
      expect(await refused(bring())).toContain("outside of its folder");
      expect(readdirSync(cacheFolder)).toEqual([]);
    });
  }

  test("what is not understood", async () => {
    const hub = await LoopbackHub.started({ [NAME]: { files } });
    hub.faults = { listed: [{ type: "file", oid: "nothing", size: -1, path: "x" }] };
    expect(await refused(course(hub).bring())).toContain("does not answer as a hub does");
    hub.faults = { status: () => ({ status: 200 }) };
    expect(await refused(course(hub).bring())).toContain("no JSON");
  });

  test("that a model is larger than the disk", async () => {
    const hub = await LoopbackHub.started({ [NAME]: { files } });
    const lfs = { oid: "a".repeat(64), size: 2 ** 52 };
    hub.faults = { listed: [{ type: "file", oid: "0".repeat(40), size: 2 ** 52, path: "onnx/model.onnx_data", lfs }] };
    const { bring, offers } = course(hub);
    expect(await refused(bring())).toMatch(/needs 4503599627\.\d+ MB on the disk of .+, which has [\d.]+ MB left/);
    expect(offers).toEqual([]);
  });
});
