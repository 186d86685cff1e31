import { LEXICAL } from "../../reward/backboneName.ts";

/**
 * Settings of a run one by one, as they are told: those of rewards under `rewards.<name>`, and only the backbone where nothing
 * else counts. Runs that were started before there was a choice have learned on words.
 */
export function toldSettings(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { rewards, ...others } = settings;
  const given: Record<string, unknown> = typeof rewards === "object" && rewards !== null ? { ...rewards } : {};
  const { backbone = LEXICAL } = given;
  const told = backbone === LEXICAL ? { backbone } : given;
  const named = Object.entries(told).map(([name, value]) => [`rewards.${name}`, value] as const);
  return { ...others, ...Object.fromEntries(named) };
}
