import { z } from "zod";
import { openaiHabits } from "./chatWire.ts";
import { noFaults, seededFaults } from "./faults.ts";
import { startLoopback } from "./loopbackServer.ts";
import { RequestLimit } from "./requestLimit.ts";

/** What a server of its own is started with, as JSON in the first argument. */
const settings = z.strictObject({
  port: z.int().nonnegative().default(0),
  latencyMs: z.number().nonnegative().default(0),
  key: z.string().optional(),
  requestsPerMinute: z.int().positive().optional(),
  burst: z.int().positive().optional(),
  /** Share of requests that meet a fault. */
  faults: z.object({ seed: z.string(), share: z.number().min(0).max(1), most: z.int().optional() }).optional(),
  /** `max_tokens`: as servers other than OpenAI speak. */
  bound: z.enum(["max_tokens", "max_completion_tokens"]).optional(),
});

export type LoopbackSettings = z.input<typeof settings>;

// The server runs until the process is ended. It says its address in one line, and its ledger whenever it is sent a line.
const given = settings.parse(JSON.parse(process.argv[2] ?? "{}"));
const server = await startLoopback(
  {
    latencyMs: given.latencyMs,
    faults: given.faults ? seededFaults(given.faults.seed, given.faults.share, undefined, given.faults.most) : noFaults,
    habits: { ...openaiHabits, bound: given.bound },
    ...(given.key === undefined ? {} : { key: given.key }),
    ...(given.requestsPerMinute === undefined ? {} : { limit: new RequestLimit(given.requestsPerMinute, given.burst) }),
  },
  given.port,
);
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
say({ url: server.url });
process.stdin.on("data", () => say(server.ledger));
// Whoever started it is gone.
process.stdin.on("end", () => process.exit(0));
