import { type Random, seededRandom } from "optimas";
import type { Band, Company, Person, Region, Town, Venue, Work, World } from "./world.ts";

/** A paragraph of the encyclopedia, with the sentence that states each of its facts. */
export interface Article {
  readonly title: string;
  readonly kind: string;
  /** Sentences after the first begin with a space: joined they are the paragraph. */
  readonly sentences: readonly string[];
  /** Index of the sentence that states a fact, by the fact's name. */
  readonly facts: Readonly<Record<string, number>>;
}

/** How often an article mentions what another one is the place for; then one paragraph answers a question about both. */
const shortcut = 0.45;

/** One sentence and the names of the facts it states. */
type Statement = readonly [facts: string, text: string];

/** Writes an article about everything in the world, in varying words. */
export function writeArticles(world: World, seed: string): ReadonlyMap<string, Article> {
  const random = seededRandom(seed);
  const articles = [
    ...world.regions.map((region) => article("region", region.name, aboutRegion(region, random))),
    ...world.towns.map((town) => article("town", town.name, aboutTown(town, world, random))),
    ...world.people.map((person) => article("person", person.name, aboutPerson(person, world, random))),
    ...world.works.map((work) => article(work.kind, work.name, aboutWork(work, random))),
    ...world.bands.map((band) => article("band", band.name, aboutBand(band, random))),
    ...world.companies.map((company) => article("company", company.name, aboutCompany(company, random))),
    ...world.venues.map((venue) => article(venue.kind, venue.name, aboutVenue(venue, random))),
  ];
  return new Map(articles.map((item) => [item.title, item] as const));
}

function article(kind: string, title: string, statements: readonly Statement[]): Article {
  const facts: Record<string, number> = {};
  for (const [at, [names]] of statements.entries()) for (const name of names.split(" ")) facts[name] ??= at;
  return { title, kind, sentences: statements.map(([, text], at) => (at === 0 ? text : ` ${text}`)), facts };
}

const articleFor = (noun: string): string => (/^[aeiou]/i.test(noun) ? `an ${noun}` : `a ${noun}`);
const grouped = (value: number): string => value.toLocaleString("en-US");

function aboutRegion(region: Region, random: Random): Statement[] {
  return [
    [
      "kind country",
      `${region.name} is a region in the ${random.pick(["north", "south", "east", "west"])} of ${region.country.name}.`,
    ],
    [
      "product",
      random.pick([`It is known for its ${region.product}.`, `The main product of the region is ${region.product}.`]),
    ],
  ];
}

function aboutTown(town: Town, world: World, random: Random): Statement[] {
  const opening: Statement = [
    "kind region country",
    random.pick([
      `${town.name} is a town in ${town.region.name}, ${town.region.country.name}.`,
      `${town.name} is a market town in the region of ${town.region.name} in ${town.region.country.name}.`,
    ]),
  ];
  const rest: Statement[] = [
    [
      "river",
      random.pick([`It lies on the banks of the ${town.river}.`, `The river ${town.river} flows through the town.`]),
    ],
    [
      "population",
      random.pick([
        `The town has ${grouped(town.population)} inhabitants.`,
        `Its population was ${grouped(town.population)} at the last census.`,
      ]),
    ],
    [
      "founded",
      random.pick([
        `It was founded in ${town.founded} by monks.`,
        `The settlement is first recorded in ${town.founded}.`,
      ]),
    ],
  ];
  const home = [...world.bands, ...world.companies, ...world.venues].filter((item) => item.town === town);
  for (const item of home.slice(0, 3)) {
    if (random.next() < 0.6)
      rest.push(["home", random.pick([`It is the home of ${item.name}.`, `Visitors know it for ${item.name}.`])]);
  }
  const born = world.people.find((person) => person.birthplace === town);
  if (born !== undefined && random.next() < 0.6)
    rest.push(["native", `The ${born.occupation} ${born.name} was born there.`]);
  return [opening, ...random.shuffle(rest)];
}

function aboutPerson(person: Person, world: World, random: Random): Statement[] {
  const subject = person.female ? "She" : "He";
  const { name, born, diedYear, origin, occupation, birthplace } = person;
  const opening: Statement = [
    "kind born origin occupation",
    random.pick([
      `${name} (${born} – ${diedYear}) was ${articleFor(origin)} ${occupation}.`,
      `${name} (born ${born}, died ${diedYear}) was ${articleFor(occupation)} of ${origin} descent and ${random.pick(["a teacher", "a collector of maps", "a member of the city council"])}.`,
    ]),
  ];
  const rest: Statement[] = [
    [
      "birthplace",
      random.pick([
        `${subject} was born in ${birthplace.name} and grew up near the ${birthplace.river}.`,
        `${subject} came from ${birthplace.name}, where the family kept an inn.`,
      ]),
    ],
  ];
  if (["singer", "musician", "composer"].includes(occupation)) {
    rest.push([
      "instrument",
      random.pick([
        `${subject} played the ${person.instrument}.`,
        `From childhood on, ${subject.toLowerCase()} learned the ${person.instrument}.`,
      ]),
    ]);
  }
  if (random.next() < shortcut)
    rest.push([
      "detour",
      `The town of ${birthplace.name}, on the river ${birthplace.river} in ${birthplace.region.name}, had ${grouped(birthplace.population)} inhabitants.`,
    ]);
  // Only some articles point back to what made the person known, as in a real encyclopedia.
  const known = [
    ...world.works.filter((work) => work.maker === person),
    ...world.bands.filter((band) => band.founder === person),
    ...world.companies.filter((company) => company.founder === person),
  ];
  for (const item of known.slice(0, 2)) {
    if (random.next() < 0.6)
      rest.push([
        "known",
        random.pick([
          `${subject} is best known for "${item.name}".`,
          `${subject} became famous through "${item.name}".`,
        ]),
      ]);
  }
  if (random.next() < 0.5)
    rest.push([
      "aside",
      random.pick([
        `${subject} never married.`,
        `${subject} travelled widely in ${random.pick(world.regions).name}.`,
        `A street in ${random.pick(world.towns).name} carries the name.`,
      ]),
    ]);
  return [opening, ...random.shuffle(rest)];
}

function aboutWork(work: Work, random: Random): Statement[] {
  const verb = { novel: "written", opera: "composed", film: "directed", painting: "painted" }[work.kind];
  const shown = { novel: "published", opera: "first performed", film: "released", painting: "finished" }[work.kind];
  const opening: Statement = random.pick<Statement>([
    ["kind maker year", `${work.name} is a ${work.year} ${work.kind} ${verb} by ${work.maker.name}.`],
    [
      "kind maker year",
      `${work.name} is ${articleFor(work.kind)} by the ${work.maker.origin} ${work.maker.occupation} ${work.maker.name}, ${shown} in ${work.year}.`,
    ],
  ]);
  const rest: Statement[] = [
    ["subject", random.pick([`It tells of ${work.subject}.`, `Its theme is ${work.subject}.`])],
    [
      "aside",
      random.pick([
        "Critics were divided at first.",
        "It was a great success with the public.",
        `A revised version followed in ${work.year + 3}.`,
      ]),
    ],
  ];
  const { maker } = work;
  if (random.next() < shortcut) {
    rest.push([
      "detour",
      random.pick([
        `${maker.name}, who was born in ${maker.birthplace.name}, never saw it finished.`,
        `Its maker, born on ${maker.born} and ${articleFor(maker.occupation)} by trade, gave it to the town of ${maker.birthplace.name}.`,
      ]),
    ]);
  }
  return [opening, ...random.shuffle(rest)];
}

function aboutBand(band: Band, random: Random): Statement[] {
  const opening: Statement = random.pick<Statement>([
    ["kind town year", `${band.name} were a ${band.genre} band formed in ${band.town.name} in ${band.year}.`],
    [
      "kind town year genre",
      `${band.name} is the name of a ${band.genre} band from ${band.town.name}, formed in ${band.year}.`,
    ],
  ]);
  return [
    opening,
    [
      "founder",
      random.pick([
        `The group was founded by ${band.founder.name}.`,
        `Its founder and leader was ${band.founder.name}.`,
      ]),
    ],
    [
      "album",
      `The album "${band.album}" was recorded ${random.pick(["in a barn", "within a week", "on a boat"])} and came out in ${band.year + 2}.`,
    ],
    ...(random.next() < shortcut ? [bandDetour(band, random)] : []),
  ];
}

function bandDetour({ town, founder }: Band, random: Random): Statement {
  return random.pick<Statement>([
    ["detour", `The town, which lies on the river ${town.river} in ${town.region.name}, still honours them.`],
    [
      "detour",
      `${founder.name}, a native of ${founder.birthplace.name}, played the ${founder.instrument} at every concert.`,
    ],
  ]);
}

function companyDetour({ town, founder }: Company, random: Random): Statement {
  return random.pick<Statement>([
    ["detour", `Most of the ${grouped(town.population)} people of ${town.name} once worked there.`],
    ["detour", `The founder was born in ${founder.birthplace.name} on ${founder.born}.`],
  ]);
}

function venueDetour({ town, namesake }: Venue, random: Random): Statement {
  return random.pick<Statement>([
    [
      "detour",
      `It stands beside the river ${town.river}, in the middle of a town of ${grouped(town.population)} inhabitants.`,
    ],
    [
      "detour",
      `${namesake.name}, born in ${namesake.bornYear}, had no part in it; the town itself was founded in ${town.founded}.`,
    ],
  ]);
}

function aboutCompany(company: Company, random: Random): Statement[] {
  return [
    [
      "kind town",
      random.pick([
        `${company.name} is a manufacturer of ${company.product} based in ${company.town.name}.`,
        `${company.name} is a company in ${company.town.name} that makes ${company.product}.`,
      ]),
    ],
    [
      "founder year",
      random.pick([
        `It was founded in ${company.year} by ${company.founder.name}.`,
        `${company.founder.name} set it up in ${company.year}.`,
      ]),
    ],
    ["aside", `At its height it employed ${grouped(40 + random.integer(3000))} people.`],
    ...(random.next() < shortcut ? [companyDetour(company, random)] : []),
  ];
}

function aboutVenue(venue: Venue, random: Random): Statement[] {
  const { name, kind, town, namesake, year } = venue;
  const opened = { museum: "opened", festival: "first held", school: "opened", bridge: "completed" }[kind];
  const rest: Statement[] = [
    [
      "namesake",
      random.pick([
        `It is named after the ${namesake.occupation} ${namesake.name}.`,
        `The name honours ${namesake.name}.`,
      ]),
    ],
    ["year", `It was ${opened} in ${year}.`],
    ...(random.next() < shortcut ? [venueDetour(venue, random)] : []),
  ];
  return [
    [
      "kind town",
      random.pick([
        `The ${name} is ${articleFor(kind)} in ${town.name}.`,
        `${name} is ${articleFor(kind)} in the town of ${town.name}.`,
      ]),
    ],
    ...random.shuffle(rest),
  ];
}
