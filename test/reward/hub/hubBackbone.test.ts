import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { forgetSecrets } from "../../../src/system/secrets.ts";
import { contentsOf, course, expectWhole, files, NAME, ofModel, refused, total, wanted, weights } from "./hubCourse.ts";
import { COMMIT, LoopbackHub, OTHER_COMMIT } from "./loopbackHub.ts";

describe("a backbone of the hub", () => {
  test("is offered with its size, and comes with what it needs and nothing else", async () => {
    const hub = await LoopbackHub.started({ [NAME]: { files } });
    const { bring, offers, progress, cacheFolder } = course(hub);
    const folder = await bring();
    expect(folder).toBe(join(cacheFolder, "acme", "tiny-encoder", COMMIT));
    expectWhole(folder);
    expect(offers).toEqual([
      {
        name: NAME,
        revision: COMMIT,
        host: new URL(hub.endpoint).host,
        files: wanted.map((path) => ({ path, bytes: Buffer.from(files[path as keyof typeof files]).length })),
        bytes: total,
        present: 0,
      },
    ]);
    expect(progress.at(-1)).toEqual({ file: "onnx/model.onnx", bytes: 60_000, of: 60_000, present: total, total });
    for (const [at, { present }] of progress.entries())
      expect(present).toBeGreaterThanOrEqual(progress[at - 1]?.present ?? 0);
    for (const step of progress) expect(step.bytes).toBeLessThanOrEqual(step.of);
    expect(readdirSync(join(cacheFolder, "acme", "tiny-encoder"))).toEqual([COMMIT]);
  });

  test("that is cached needs neither network nor consent, and stays as it was", async () => {
    const hub = await LoopbackHub.started({ [NAME]: { files } });
    const { bring, offers } = course(hub);
    const folder = await bring();
    hub.push(NAME, { files: { ...files, "onnx/model.onnx": weights("newer") }, commit: OTHER_COMMIT });
    await hub.stop();
    const asked = hub.requests.length;
    expect(await bring()).toBe(folder);
    expect(await bring({}, `${NAME}@${COMMIT}`)).toBe(folder);
    expect([hub.requests.length, offers.length]).toEqual([asked, 1]);
    expectWhole(folder);
  });

  test("is downloaded once for all names of one commit, and again for another", async () => {
    const revisions = { "v1.0": COMMIT, old: OTHER_COMMIT };
    const hub = await LoopbackHub.started({ [NAME]: { files, revisions } });
    const { bring, offers } = course(hub);
    const folder = await bring();
    const { sent } = hub;
    expect(await bring({}, `${NAME}@v1.0`)).toBe(folder);
    expect([hub.sent, offers.length]).toEqual([sent, 1]);
    await hub.stop();
    expect(await bring({}, `${NAME}@v1.0`)).toBe(folder);
    expect(await refused(bring({}, `${NAME}@old`))).toContain("does not answer");
  });

  test("is not downloaded unless somebody agrees", async () => {
    const hub = await LoopbackHub.started({ [NAME]: { files } });
    const { bring, cacheFolder } = course(hub);
    expect(await refused(bring({ consent: async () => false }))).toContain("nobody agreed");
    expect([hub.sent, readdirSync(cacheFolder)]).toEqual([0, []]);
  });

  test("has its model beside the tokenizer, or with weights beside it", async () => {
    const model = { "model.onnx": weights("model"), "tokenizer.json": "{}" };
    const beside = { ...model, "model.onnx_data": weights("data"), "model.onnx_data_1": weights("more") };
    const strangers = { "onnx/model.onnx_data": weights("other"), "model.onnx_database": weights("base") };
    const hub = await LoopbackHub.started({
      "a/plain": { files: model },
      "a/large": { files: { ...beside, ...strangers } },
    });
    const { bring } = course(hub);
    expect(Object.keys(contentsOf(await bring({}, "a/plain"))).sort()).toEqual(
      ["backbone.json", ...Object.keys(model)].sort(),
    );
    expect(Object.keys(contentsOf(await bring({}, "a/large"))).sort()).toEqual(
      ["backbone.json", ...Object.keys(beside)].sort(),
    );
  });
});

describe("a hub's address", () => {
  for (const endpoint of [
    "hub.example",
    "ftp://hub.example",
    "https://me:secret@hub.example",
    "https://hub.example/?x",
  ]) {
    test(`is not ${endpoint}`, async () => {
      const hub = await LoopbackHub.started({});
      const said = await refused(course(hub).bring({ endpoint }));
      expect(said).toContain("HF_ENDPOINT");
      expect(said).not.toContain("secret");
    });
  }

  test("may end with a slash", async () => {
    const hub = await LoopbackHub.started({ [NAME]: { files } });
    expectWhole(await course(hub).bring({ endpoint: `${hub.endpoint}/` }));
  });
});

describe("two that want the same backbone", () => {
  test("download it once", async () => {
    const hub = await LoopbackHub.started({ [NAME]: { files } });
    hub.faults = { held: (request) => (ofModel(request) ? 30_000 : undefined) };
    const first = course(hub);
    const second = course(hub, first.cacheFolder);
    const bringing = [first.bring()];
    await expect.poll(() => hub.holds).toBe(true);
    bringing.push(second.bring());
    await expect.poll(() => second.offers.length).toBe(1);
    hub.faults = {};
    hub.goOn();
    const [one, other] = await Promise.all(bringing);
    expect(other).toBe(one);
    expectWhole(one ?? "");
    expect(hub.requests.filter(ofModel)).toHaveLength(1);
  });
});

describe("a token", () => {
  test("goes to the hub alone, and is in nothing that is said or kept", async () => {
    const hub = await LoopbackHub.started({ [NAME]: { files, access: "private" } });
    const { bring, cacheFolder } = course(hub);
    expect(await refused(bring())).toContain("HF_TOKEN");
    hub.requests.length = 0;
    hub.faults = { etag: () => undefined };
    expectWhole(await bring({ token: hub.token }));
    forgetSecrets();
    for (const { at, authorization } of hub.requests)
      expect(authorization).toBe(at === "hub" ? `Bearer ${hub.token}` : undefined);
    expect(hub.requests.some(ofModel)).toBe(true);
    for (const content of Object.values(contentsOf(cacheFolder))) expect(content.includes(hub.token)).toBe(false);
  });

  test("does not help where an owner lets nobody in", async () => {
    const hub = await LoopbackHub.started({ [NAME]: { files, access: "gated" } });
    const { bring, offers } = course(hub);
    const words = /whom its owner lets in: ask for access on http/;
    expect(await refused(bring())).toMatch(words);
    expect(offers).toEqual([]);
    expect(await refused(bring({ token: hub.token }))).toMatch(words);
  });

  test("does not follow a redirect to another port of the hub's own host", async () => {
    const hub = await LoopbackHub.started({ [NAME]: { files } });
    hub.faults = { location: `${hub.store}/elsewhere` };
    expect(await refused(course(hub).bring({ token: hub.token }))).toMatch(/where the hub sends for files/);
    expect(hub.requests.filter(ofModel).map(({ authorization }) => authorization)).toEqual(Array(6).fill(undefined));
  });

  test("does not go to where a listing says that it goes on", async () => {
    const hub = await LoopbackHub.started({ [NAME]: { files } });
    hub.faults = { pages: hub.store };
    await refused(course(hub).bring({ token: hub.token }));
    expect(hub.requests.filter(ofModel).map(({ authorization }) => authorization)).toContain(undefined);
    expect(hub.requests.filter(ofModel).filter(({ authorization }) => authorization !== undefined)).toEqual([]);
  });

  test("that cannot be one is refused, and not repeated", async () => {
    const hub = await LoopbackHub.started({ [NAME]: { files } });
    for (const token of ["hf_with a blank", "hf_with\na line", "hf_ünusual", "hf_1"]) {
      const said = await refused(course(hub).bring({ token }));
      expect(said).toContain("HF_TOKEN is no token");
      expect(said).not.toContain(token);
    }
    expect(hub.requests).toEqual([]);
  });

  test("is not asked of whatever else a redirect names", async () => {
    const hub = await LoopbackHub.started({ [NAME]: { files } });
    hub.faults = { location: "file:///etc/passwd" };
    expect(await refused(course(hub).bring())).toContain("without encryption");
    hub.faults = { location: `${hub.endpoint}/${NAME}/resolve/${COMMIT}/tokenizer.json` };
    expect(await refused(course(hub).bring())).toContain("without end");
  });
});
