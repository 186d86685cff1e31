import { randomInt } from "node:crypto";
import fc from "fast-check";

/**
 * Properties are tried on the same cases in every run, so that what fails was caused by what changed. A number in
 * OPTIMAS_PROPERTY_SEED tries others, and `any` tries new ones every time.
 */
const wanted = process.env.OPTIMAS_PROPERTY_SEED ?? "1";
const seed = wanted === "any" ? randomInt(2 ** 31) : Number(wanted);
if (!Number.isSafeInteger(seed)) throw new Error(`OPTIMAS_PROPERTY_SEED is ${wanted}; it must be a number or "any".`);
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
