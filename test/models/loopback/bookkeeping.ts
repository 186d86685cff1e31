import type { IncomingMessage, ServerResponse } from "node:http";
import { count, emptyLedger, sha256 } from "./ledger.ts";

/** Notes what reaches the server. */
export class Bookkeeping {
  readonly ledger = emptyLedger();
  #began: number | undefined;

  /** Milliseconds since the first arrival. */
  sinceFirst(): number {
    return performance.now() - (this.#began ?? 0);
  }

  /** A request came, whatever becomes of it. */
  enter(hash: string, response: ServerResponse): void {
    const { ledger } = this;
    const now = performance.now();
    this.#began ??= now;
    ledger.received++;
    ledger.arrivals.push(now - this.#began);
    ledger.bodies[hash] ??= { received: 0, answered: 0 };
    ledger.bodies[hash].received++;
    ledger.underWay++;
    ledger.mostUnderWay = Math.max(ledger.mostUnderWay, ledger.underWay);
    response.once("close", () => {
      ledger.underWay--;
      if (!response.writableFinished) ledger.abandoned++;
    });
  }

  /** @returns the key that the request came with */
  noteKeys(incoming: IncomingMessage, text: string): string | undefined {
    const found = (["authorization", "x-api-key", "api-key"] as const).flatMap((name) => {
      const value = incoming.headers[name];
      return typeof value === "string" ? [{ name, key: value.replace(/^Bearer /, "") }] : [];
    });
    const others = Object.entries(incoming.headers).filter(([name]) => found.every((header) => header.name !== name));
    for (const { name, key } of found) {
      count(this.ledger.keys, `${name} ${sha256(key)}`);
      const elsewhere = text.includes(key) || incoming.url?.includes(key) || JSON.stringify(others).includes(key);
      if (elsewhere) this.ledger.keysElsewhere++;
    }
    return found[0]?.key;
  }
}
