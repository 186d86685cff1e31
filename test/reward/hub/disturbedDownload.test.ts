import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BackboneCache } from "../../../src/reward/hub/backboneCache.ts";
import { type Clock, steadyClock } from "../../../src/system/clock.ts";
import { scratchFolder } from "../../data/scratchFolder.ts";
import { course, expectWhole, files, hurried, NAME, ofModel, refused, total, weights } from "./hubCourse.ts";
import { COMMIT, LoopbackHub } from "./loopbackHub.ts";

describe("a download that is disturbed", () => {
  test("goes on wherever the connection is cut, and its progress adds up", () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 60_000 }), { minLength: 1, maxLength: 4 }), async (cuts) => {
        const hub = await LoopbackHub.started({ [NAME]: { files } });
        const left = [...cuts];
        hub.faults = { cut: (request) => (ofModel(request) ? left.shift() : undefined) };
        const { bring, progress } = course(hub);
        expectWhole(await bring());
        expect(progress.at(-1)?.present).toBe(total);
        for (const [at, { present }] of progress.entries())
          expect(present).toBeGreaterThanOrEqual(progress[at - 1]?.present ?? 0);
        // What had come was not asked for again.
        expect(hub.requests.filter(ofModel).map(({ range }) => range)[0]).toBeUndefined();
        await hub.stop();
      }),
      { numRuns: 12 },
    ));

  test("goes on in a later attempt from what came", async () => {
    const hub = await LoopbackHub.started({ [NAME]: { files } });
    const { bring, offers, cacheFolder } = course(hub);
    hub.faults = { cut: (request) => (ofModel(request) ? (request.range === undefined ? 25_000 : 0) : undefined) };
    const said = await refused(bring());
    expect(said).toContain("What has come is kept");
    const part = join(cacheFolder, "acme", "tiny-encoder", COMMIT, "onnx/model.onnx.part");
    const came = readFileSync(part).length;
    expect(came).toBeGreaterThan(0);
    expect(readFileSync(`${part}.etag`, "utf8")).toMatch(/^"[0-9a-f]{64}"$/);
    hub.faults = {};
    hub.requests.length = 0;
    const folder = await bring();
    expectWhole(folder);
    expect(offers[1]?.present).toBe(total - 60_000 + came);
    expect(hub.requests.filter(ofModel).map(({ range }) => range)).toEqual([`bytes=${came}-`]);
  });

  const spoiltParts: Readonly<Record<string, (part: string) => void>> = {
    "of another content": (part) => writeFileSync(part, weights("another").subarray(0, 30_000)),
    "that is longer than the file": (part) => writeFileSync(part, Buffer.alloc(70_000)),
    "that is as long as the file": (part) => writeFileSync(part, weights("another")),
    "with zeros at its end, as a power cut leaves it": (part) =>
      writeFileSync(part, Buffer.concat([weights("model").subarray(0, 10_000), Buffer.alloc(9_000)])),
    "that the server says is of something else": (part) => {
      writeFileSync(part, weights("another").subarray(0, 30_000));
      writeFileSync(`${part}.etag`, '"another"');
    },
  };
  for (const [what, spoil] of Object.entries(spoiltParts)) {
    test(`comes out right from a part ${what}`, async () => {
      const hub = await LoopbackHub.started({ [NAME]: { files } });
      const cacheFolder = scratchFolder({ [`acme/tiny-encoder/${COMMIT}/onnx/nothing`]: "" });
      const model = join(cacheFolder, "acme/tiny-encoder", COMMIT, "onnx");
      spoil(join(model, "model.onnx.part"));
      const folder = await course(hub, cacheFolder).bring();
      expect(readFileSync(join(folder, "onnx/model.onnx")).equals(Buffer.from(weights("model")))).toBe(true);
      expect(readdirSync(model).sort()).toEqual(["model.onnx", "nothing"]);
    });
  }

  test("begins anew where the server cannot go on in the midst", async () => {
    const hub = await LoopbackHub.started({ [NAME]: { files } });
    const left = [20_000, 30_000];
    hub.faults = { withoutRange: true, cut: (request) => (ofModel(request) ? left.shift() : undefined) };
    const { bring, progress } = course(hub);
    expectWhole(await bring());
    expect(progress.at(-1)?.present).toBe(total);
    expect(hub.requests.filter(ofModel)).toHaveLength(3);
  });

  test("begins anew where the file has changed meanwhile", async () => {
    const hub = await LoopbackHub.started({ [NAME]: { files } });
    const left = [20_000];
    const tags = ['"one"', '"two"', '"two"'];
    hub.faults = {
      cut: (request) => (ofModel(request) ? left.shift() : undefined),
      etag: ({ path }) => (path.includes("/resolve/") && path.endsWith(".onnx") ? tags.shift() : undefined),
    };
    expectWhole(await course(hub).bring());
    expect(hub.requests.filter(ofModel).at(-1)?.range).toBeUndefined();
  });

  test("comes again where its content is wrong, once", async () => {
    const hub = await LoopbackHub.started({ [NAME]: { files } });
    let spoilt = 1;
    hub.faults = { spoilt: (request) => ofModel(request) && spoilt-- > 0 };
    expectWhole(await course(hub).bring());
    expect(hub.requests.filter(ofModel)).toHaveLength(2);
  });

  for (const path of ["tokenizer.json", "onnx/model.onnx"]) {
    test(`is refused where the content of ${path} stays wrong, and nothing of that is kept`, async () => {
      const hub = await LoopbackHub.started({ [NAME]: { files } });
      const large = path.endsWith(".onnx");
      hub.faults = { spoilt: (request) => (large ? ofModel(request) : request.path.endsWith(path)) };
      const { bring, cacheFolder } = course(hub);
      const said = await refused(bring());
      expect(said).toContain(`${path} came from`);
      expect(said).toContain("twice");
      const folder = join(cacheFolder, "acme/tiny-encoder", COMMIT);
      expect(
        [path, `${path}.part`, `${path}.part.etag`, "backbone.json"].map((name) => existsSync(join(folder, name))),
      ).toEqual([false, false, false, false]);
    });
  }

  test("does not take more than was offered", async () => {
    const hub = await LoopbackHub.started({ [NAME]: { files } });
    const { bring, cacheFolder } = course(hub);
    const endless: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (!String(input).startsWith(hub.store)) return response;
      const zeros = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) });
      return new Response(zeros, { status: 200 });
    };
    expect(await refused(bring({ fetch: endless }))).toContain("another content");
    expect(new BackboneCache(cacheFolder).list().map(({ bytes }) => bytes)).toEqual([total - 60_000]);
  });

  test("stops at once when nobody wants it any more, and keeps what came", async () => {
    const hub = await LoopbackHub.started({ [NAME]: { files } });
    hub.faults = { held: (request) => (ofModel(request) ? 30_000 : undefined) };
    const { bring, cacheFolder, offers } = course(hub);
    const stop = new AbortController();
    const reason = new Error("enough");
    const bringing = bring({
      signal: stop.signal,
      onProgress: ({ file, bytes }) => {
        if (file === "onnx/model.onnx" && bytes === 30_000) stop.abort(reason);
      },
    });
    await expect(bringing).rejects.toBe(reason);
    hub.faults = {};
    hub.goOn();
    expectWhole(await bring());
    expect(offers[1]?.present).toBe(total - 30_000);
    expect(readdirSync(join(cacheFolder, "acme/tiny-encoder"))).toEqual([COMMIT]);
  });

  test("gives up a server that says nothing for a minute", async () => {
    const hub = await LoopbackHub.started({ [NAME]: { files } });
    hub.faults = { silent: ({ path }) => path.includes("/revision/") };
    // A minute is over as soon as the request has arrived.
    const minutes: Clock = {
      now: steadyClock.now,
      after: (ms, action) => {
        if (ms < 30_000) return hurried.after(ms, action);
        const { length } = hub.requests;
        const timer = setInterval(() => {
          if (hub.requests.length > length) action();
        }, 1);
        return () => clearInterval(timer);
      },
    };
    expect(await refused(course(hub).bring({ clock: minutes }))).toMatch(/sent nothing for 60 s/);
    expect(hub.requests).toHaveLength(6);
  });

  test("asks again where a file stops in the midst for a minute, from where it stopped", async () => {
    const hub = await LoopbackHub.started({ [NAME]: { files } });
    let holding = 1;
    hub.faults = { held: (request) => (ofModel(request) && holding-- > 0 ? 20_000 : undefined) };
    const { bring, progress } = course(hub);
    // A minute is over, once, when nothing more can come.
    let isOver = false;
    const minutes: Clock = {
      now: steadyClock.now,
      after: (ms, action) => {
        if (ms < 30_000) return hurried.after(ms, action);
        const timer = setInterval(() => {
          if (isOver || !hub.holds || progress.at(-1)?.bytes !== 20_000) return;
          isOver = true;
          action();
        }, 1);
        return () => clearInterval(timer);
      },
    };
    expectWhole(await bring({ clock: minutes }));
    expect(hub.requests.filter(ofModel).map(({ range }) => range)).toEqual([undefined, "bytes=20000-"]);
  });
});
