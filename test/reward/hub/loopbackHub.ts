import { onTestFinished } from "vitest";
import { HubServer, type LoopbackRepository } from "./hubServer.ts";

export { type Arrived, COMMIT, type HubFaults, type LoopbackRepository, OTHER_COMMIT } from "./hubServer.ts";

/** A hub on this machine for tests of Vitest. */
export class LoopbackHub extends HubServer {
  /** One that ends with the test. */
  static async started(repositories: Readonly<Record<string, LoopbackRepository>>): Promise<LoopbackHub> {
    const hub = new LoopbackHub(repositories);
    await hub.listen();
    onTestFinished(() => hub.stop());
    return hub;
  }
}
