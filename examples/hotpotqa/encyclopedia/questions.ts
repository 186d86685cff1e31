import { type Random, seededRandom } from "optimas";
import type { Article } from "./articles.ts";
import type { Band, Company, Person, Town, Venue, Work, World } from "./world.ts";

/** A question over two articles, with the facts that answer it. */
export interface MultiHopQuestion {
  readonly question: string;
  readonly answer: string;
  readonly type: "bridge" | "comparison";
  /** Article title and fact name. */
  readonly facts: readonly (readonly [title: string, fact: string])[];
}

type Draft = Omit<MultiHopQuestion, "type">;

/** Invents `count` distinct questions, about a fifth of them comparisons. */
export function inventQuestions(
  world: World,
  articles: ReadonlyMap<string, Article>,
  seed: string,
  count: number,
): MultiHopQuestion[] {
  const random = seededRandom(seed);
  const found = new Map<string, MultiHopQuestion>();
  while (found.size < count) {
    const type = random.next() < 0.27 ? "comparison" : "bridge";
    const draft = type === "bridge" ? bridge(world, random) : comparison(world, random);
    // A question counts only where both articles do state its facts.
    const stated = draft?.facts.every(([title, fact]) => articles.get(title)?.facts[fact] !== undefined);
    if (draft !== undefined && stated) found.set(draft.question, { ...draft, type });
  }
  return [...found.values()];
}

function bridge(world: World, random: Random): Draft | undefined {
  switch (random.integer(5)) {
    case 0:
      return aboutMaker(random.pick(world.works), random);
    case 1:
      return aboutBand(random.pick(world.bands), random);
    case 2:
      return aboutCompany(random.pick(world.companies), random);
    case 3:
      return aboutVenue(random.pick(world.venues), random);
    default:
      return aboutBirthplace(random.pick(world.people), random);
  }
}

function aboutMaker(work: Work, random: Random): Draft {
  const { maker } = work;
  const from = [work.name, "maker"] as const;
  const verb = { novel: "wrote", opera: "composed", film: "directed", painting: "painted" }[work.kind];
  return random.pick<Draft>([
    {
      question: `In which town was the ${maker.occupation} who ${verb} "${work.name}" born?`,
      answer: maker.birthplace.name,
      facts: [from, [maker.name, "birthplace"]],
    },
    {
      question: `When was the ${maker.occupation} behind the ${work.kind} "${work.name}" born?`,
      answer: maker.born,
      facts: [from, [maker.name, "born"]],
    },
    {
      question: `What is the nationality of the person who ${verb} the ${work.kind} ${work.name}?`,
      answer: maker.origin,
      facts: [from, [maker.name, "origin"]],
    },
    {
      question: `Which ${maker.occupation}, born in ${maker.birthplace.name}, ${verb} a ${work.kind} in ${work.year}?`,
      answer: maker.name,
      facts: [from, [maker.name, "birthplace"]],
    },
    {
      question: `What was the profession of the person who ${verb} "${work.name}"?`,
      answer: maker.occupation,
      facts: [from, [maker.name, "occupation"]],
    },
  ]);
}

function aboutBand(band: Band, random: Random): Draft {
  const { town, founder } = band;
  return random.pick<Draft>([
    {
      question: `Which river flows through the town where the band ${band.name} was formed?`,
      answer: town.river,
      facts: [
        [band.name, "town"],
        [town.name, "river"],
      ],
    },
    {
      question: `In what region is the town located where the ${band.genre} band ${band.name} was formed?`,
      answer: town.region.name,
      facts: [
        [band.name, "town"],
        [town.name, "region"],
      ],
    },
    {
      question: `What instrument did the founder of the band that recorded "${band.album}" play?`,
      answer: founder.instrument,
      facts: [
        [band.name, "founder"],
        [founder.name, "instrument"],
      ],
    },
    {
      question: `The founder of ${band.name} was born in which town?`,
      answer: founder.birthplace.name,
      facts: [
        [band.name, "founder"],
        [founder.name, "birthplace"],
      ],
    },
  ]);
}

function aboutCompany(company: Company, random: Random): Draft {
  const { founder, town } = company;
  return random.pick<Draft>([
    {
      question: `When was the founder of ${company.name} born?`,
      answer: founder.born,
      facts: [
        [company.name, "founder"],
        [founder.name, "born"],
      ],
    },
    {
      question: `How many people live in the town where ${company.name} makes ${company.product}?`,
      answer: town.population.toLocaleString("en-US"),
      facts: [
        [company.name, "town"],
        [town.name, "population"],
      ],
    },
    {
      question: `In which town was the ${founder.occupation} born who founded ${company.name} in ${company.year}?`,
      answer: founder.birthplace.name,
      facts: [
        [company.name, "founder"],
        [founder.name, "birthplace"],
      ],
    },
    {
      question: `Which manufacturer of ${company.product} was founded by ${articleOf(founder.origin)} ${founder.occupation} born on ${founder.born}?`,
      answer: company.name,
      facts: [
        [company.name, "founder"],
        [founder.name, "born"],
      ],
    },
  ]);
}

function aboutVenue(venue: Venue, random: Random): Draft {
  const { town, namesake } = venue;
  return random.pick<Draft>([
    {
      question: `The ${venue.name} is named after a ${namesake.occupation} born in what year?`,
      answer: String(namesake.bornYear),
      facts: [
        [venue.name, "namesake"],
        [namesake.name, "born"],
      ],
    },
    {
      question: `What is the population of the town that has the ${venue.name}?`,
      answer: town.population.toLocaleString("en-US"),
      facts: [
        [venue.name, "town"],
        [town.name, "population"],
      ],
    },
    {
      question: `In what year was the town founded in which the ${venue.name} stands?`,
      answer: String(town.founded),
      facts: [
        [venue.name, "town"],
        [town.name, "founded"],
      ],
    },
    {
      question: `On which river lies the home of the ${venue.name}?`,
      answer: town.river,
      facts: [
        [venue.name, "town"],
        [town.name, "river"],
      ],
    },
  ]);
}

function aboutBirthplace(person: Person, random: Random): Draft {
  const town = person.birthplace;
  return random.pick<Draft>([
    {
      question: `Which river did ${person.name}'s birthplace lie on?`,
      answer: town.river,
      facts: [
        [person.name, "birthplace"],
        [town.name, "river"],
      ],
    },
    {
      question: `${person.name} was born in a town in which region of ${town.region.country.name}?`,
      answer: town.region.name,
      facts: [
        [person.name, "birthplace"],
        [town.name, "region"],
      ],
    },
    {
      question: `How many inhabitants does the town have where the ${person.occupation} ${person.name} was born?`,
      answer: town.population.toLocaleString("en-US"),
      facts: [
        [person.name, "birthplace"],
        [town.name, "population"],
      ],
    },
  ]);
}

function comparison(world: World, random: Random): Draft | undefined {
  const twoOf = <T extends { readonly name: string }>(items: readonly T[]): readonly [T, T] =>
    random.sample(items, 2) as [T, T];
  switch (random.integer(6)) {
    case 0:
    case 1: {
      const [a, b] = twoOf(world.people);
      if (a.bornYear === b.bornYear) return undefined;
      const facts = [
        [a.name, "born"],
        [b.name, "born"],
      ] as const;
      const [elder, younger] = a.bornYear < b.bornYear ? [a, b] : [b, a];
      return random.next() < 0.6
        ? {
            question: random.pick([
              `Who was born first, ${a.name} or ${b.name}?`,
              `Who is older, ${a.name} or ${b.name}?`,
            ]),
            answer: elder.name,
            facts,
          }
        : { question: `Who was born later, ${a.name} or ${b.name}?`, answer: younger.name, facts };
    }
    case 2:
      return olderTown(twoOf(world.towns), random);
    case 3: {
      const [a, b] = twoOf(world.bands);
      if (a.year === b.year) return undefined;
      return {
        question: `Which band was formed first, ${a.name} or ${b.name}?`,
        answer: (a.year < b.year ? a : b).name,
        facts: [
          [a.name, "year"],
          [b.name, "year"],
        ],
      };
    }
    case 4: {
      const [a, b] = twoOf(world.people);
      return {
        question: random.pick([
          `Were ${a.name} and ${b.name} of the same nationality?`,
          `Did ${a.name} and ${b.name} have the same nationality?`,
        ]),
        answer: a.origin === b.origin ? "yes" : "no",
        facts: [
          [a.name, "origin"],
          [b.name, "origin"],
        ],
      };
    }
    default: {
      const [a, b] = twoOf(world.people);
      const other =
        random.next() < 0.6
          ? (world.people.find((person) => person !== a && person.occupation === a.occupation) ?? b)
          : b;
      return {
        question: `Were ${a.name} and ${other.name} both ${a.occupation}s?`,
        answer: a.occupation === other.occupation ? "yes" : "no",
        facts: [
          [a.name, "occupation"],
          [other.name, "occupation"],
        ],
      };
    }
  }
}

function olderTown([a, b]: readonly [Town, Town], random: Random): Draft | undefined {
  if (a.founded === b.founded) return undefined;
  return random.next() < 0.5
    ? {
        question: `Which town has more inhabitants, ${a.name} or ${b.name}?`,
        answer: (a.population > b.population ? a : b).name,
        facts: [
          [a.name, "population"],
          [b.name, "population"],
        ],
      }
    : {
        question: `Was ${a.name} founded before ${b.name}?`,
        answer: a.founded < b.founded ? "yes" : "no",
        facts: [
          [a.name, "founded"],
          [b.name, "founded"],
        ],
      };
}

const articleOf = (word: string): string => (/^[aeiou]/i.test(word) ? `an ${word}` : `a ${word}`);
