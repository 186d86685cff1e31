import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { patientFetch } from "../../../src/models/providers/patientFetch.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

test("waits as long as it is told to, whatever Node.js does by itself", async () => {
  const silent = createServer(() => undefined);
  server = silent;
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const fetch = patientFetch(globalThis.fetch, 1_000, 0);
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  // Node.js would have waited five minutes.
  const failure: unknown = await fetch(url).catch((error: unknown) => error);
  expect(failure).toMatchObject({ cause: { code: "UND_ERR_HEADERS_TIMEOUT" } });
});

test("is the very same below what Node.js waits by itself", () => {
  expect(patientFetch(globalThis.fetch, 240_000)).toBe(globalThis.fetch);
  expect(patientFetch(globalThis.fetch, 300_000)).not.toBe(globalThis.fetch);
});
