import { seededRandom, seedFrom } from "../../src/system/random.ts";
import { seededFaults } from "../models/loopback/faults.ts";
import { startLoopback } from "../models/loopback/loopbackServer.ts";
import { RequestLimit } from "../models/loopback/requestLimit.ts";
import { type Answering, fixedReply } from "../models/loopback/simulatedReply.ts";

/** Words that make a prompt better. */
const GOOD_WORDS = ["verify", "cite", "compare"];

/** Drafts as solid as the prompt has good words, and proposes prompts with some of them by chance of the request. */
const toyAnswers: Answering = (request) => {
  const contents = request.messages.map(({ content }) => content);
  const random = seededRandom(seedFrom(...contents));
  if (contents.at(-1)?.includes("<prompt>")) {
    const words = GOOD_WORDS.filter(() => random.next() < 0.5);
    return fixedReply(`<prompt>Write draft ${random.integer(1000)}. ${words.join(" ")}</prompt>`)(request);
  }
  const merit = GOOD_WORDS.filter((word) => contents.some((content) => content.includes(word))).length;
  const draft = "solid ".repeat(merit) + "vague ".repeat(3 - merit);
  return fixedReply(request.format ? JSON.stringify({ draft }) : `### draft\n${draft}`)(request);
};

// It says its address in one line, and its ledger whenever it is sent a line; it ends with whoever started it.
const given = JSON.parse(process.argv[2] ?? "{}") as {
  readonly latencyMs: number;
  readonly share: number;
  readonly requestsPerMinute?: number;
};
const server = await startLoopback({
  answer: toyAnswers,
  latencyMs: given.latencyMs,
  faults: seededFaults("killed", given.share),
  ...(given.requestsPerMinute === undefined ? {} : { limit: new RequestLimit(given.requestsPerMinute, 10) }),
});
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
say({ url: server.url });
process.stdin.on("data", () => say(server.ledger));
process.stdin.on("end", () => process.exit(0));
