import { languageModel } from "../../../src/models/modelRegistry.ts";
import { openAccess } from "../modelAccess.ts";

/** A process that asks models and has nothing left to do: an answer, a failure, a request that is given up. */
const [, , name = "", url = ""] = process.argv;
const access = openAccess({
  openai: { baseUrl: `${url}/v1`, keyVariable: "THE_KEY" },
  anthropic: { baseUrl: url, keyVariable: "THE_KEY" },
});
const model = languageModel(name, access);
const request = { messages: [{ role: "user", content: "Hello." }], temperature: 0, sample: 0 } as const;
const told: string[] = [];
for (const maxTokens of [100, 20_000]) {
  for (let asked = 0; asked < 3; asked++) {
    const controller = new AbortController();
    const answer = model.complete({ ...request, maxTokens }, controller.signal);
    if (asked === 2) setTimeout(() => controller.abort(), 50);
    told.push(
      await answer.then(
        ({ stop }) => stop,
        (error: unknown) => (error instanceof Error ? error.name : "?"),
      ),
    );
  }
}
process.stdout.write(told.join(" "));
