import type { PreferencePair } from "../../src/reward/preferencePair.ts";
import { preferencePairs } from "../../src/reward/preferencePair.ts";
import type { Random } from "../../src/system/random.ts";

/** Made-up preferences with a known reason behind them. */
export type Task = "short answers" | "overlap with input" | "option value" | "copied numbers" | "random labels";

const names =
  "Ada Turing Noether Curie Bohr Franklin Gauss Euler Hopper Lovelace Darwin Kepler Tesla Newton Fermi Planck".split(
    " ",
  );
const places = "Paris Vienna Oslo Lima Cairo Kyoto Boston Delhi Quito Riga Accra Minsk Turin Leeds Porto Basel".split(
  " ",
);
const verbs = "studied visited built described founded measured painted crossed joined taught planned sold".split(" ");
const things =
  "bridge theory engine river school museum comet harbour festival railway archive garden vaccine novel".split(" ");
const fillers =
  "roughly considering several additional aspects together with many related remarks that one could perhaps mention".split(
    " ",
  );

const words = (random: Random, count: number): string =>
  Array.from({ length: count }, () => random.pick([...names, ...places, ...verbs, ...things, ...fillers])).join(" ");

function candidate(task: Task, question: string, random: Random) {
  const own = question.split(" ");
  const kept = random.integer(6);
  const length = 3 + random.integer(25);
  const text = random.shuffle([...random.sample(own, kept), ...words(random, length).split(" ")]).join(" ");
  const k = random.pick([1, 5, 10, 25]);
  const year = 1800 + random.integer(200);
  const copies = random.next() < 0.5;
  const shown = task === "copied numbers" ? `${text} ${copies ? (/\d+/.exec(question)?.[0] ?? "") : year}` : text;
  const merit = {
    "short answers": -Math.log(shown.length),
    "overlap with input": own.filter((word) => shown.includes(word)).length / own.length,
    "option value": k === 10 ? 1 : k === 25 ? 0.6 : 0.1,
    "copied numbers": copies ? 1 : 0,
    "random labels": random.next(),
  }[task];
  return { output: { text: shown }, options: task === "option value" ? { k } : undefined, merit };
}

/** Pairs of `examples` examples with four candidates each; `noise` is the deviation added to each candidate's merit. */
export function taskPairs(task: Task, examples: number, random: Random, noise = 0): PreferencePair[] {
  return Array.from({ length: examples }, (_, example) => {
    const question = `Who ${random.pick(verbs)} the ${random.pick(things)} of ${random.pick(places)} with ${random.pick(names)} in ${1800 + random.integer(200)} ?`;
    const candidates = Array.from({ length: 4 }, () => {
      const { output, options, merit } = candidate(task, question, random);
      return { output, options, score: merit + noise * random.normal() };
    });
    return preferencePairs("answerer", `${task} ${example}`, { question, hint: words(random, 12) }, candidates, "all");
  }).flat();
}
