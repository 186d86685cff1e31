/**
 * `npm run bench:alignment`: how many preference pairs made of real rows are ordered rightly by local rewards that have not
 * seen these rows: on lexical features, on a small transformer, and on both. The transformer is not pretrained: all of its
 * weights are random before it learns from the pairs. Options: `--data DIR --rows 100000 --parts 3 --passes 6 --layers 2
 * --width 64 --length 96 --seed 1 --tasks amazon,pubmedqa,hotpotqa,collected`; `--backbone DIR` takes the transformer in a folder
 * instead, pretrained or not, and trains adapters beside it as runs do.
 */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { adaptersOn, type Margins, measure, smallTransformer, tableOf } from "./alignmentTable.ts";
import { type PairTask, tasks } from "./realPairs.ts";

const { values: given } = parseArgs({
  options: {
    data: { type: "string", default: process.env.OPTIMAS_SHARED_DATA ?? "../shared/data" },
    rows: { type: "string", default: "100000" },
    parts: { type: "string", default: "3" },
    passes: { type: "string", default: "6" },
    layers: { type: "string", default: "2" },
    width: { type: "string", default: "64" },
    length: { type: "string", default: "96" },
    seed: { type: "string", default: "1" },
    backbone: { type: "string" },
    tasks: { type: "string", default: Object.keys(tasks).join(",") },
  },
});
const [parts, passes, layers, width, length, seed] = [
  given.parts,
  given.passes,
  given.layers,
  given.width,
  given.length,
  given.seed,
].map(Number) as [number, number, number, number, number, number];
const { backbone } = given;
const learner =
  backbone === undefined
    ? smallTransformer({ layers, width, length, passes }, availableParallelism())
    : adaptersOn(backbone, length, seed);
const about =
  backbone === undefined
    ? `a transformer of ${layers} layers x ${width} from random weights, not pretrained`
    : `adapters beside the transformer in ${backbone}`;

const measured: [PairTask, Margins][] = [];
for (const name of given.tasks.split(",")) {
  const asked = tasks[name];
  if (asked === undefined) throw new Error(`there is no task "${name}"; there are ${Object.keys(tasks).join(", ")}`);
  const folder = join(given.data, asked.dataset);
  if (!existsSync(folder)) {
    console.log(`SKIPPED ${name}: there is no folder ${folder}; name the folder of datasets by --data.`);
    continue;
  }
  const start = performance.now();
  const task = await asked.pairsOf(folder, Number(given.rows));
  measured.push([task, await measure(task, { parts, seed }, learner)]);
  console.error(`${name}: ${((performance.now() - start) / 1000).toFixed(0)} s`);
}
if (measured.length > 0) {
  console.log(
    `Alignment on rows that the rewards have not seen, ${parts} parts in turn, with 95 % intervals; ${about}, ${length} tokens, seed ${seed}.\n`,
  );
  console.log(tableOf(measured, backbone === undefined ? undefined : "transformer, adapters"));
  console.log(`\n${measured.map(([{ title, pairsAre }]) => `${title}: ${pairsAre}.`).join("\n")}`);
}
