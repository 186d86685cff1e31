import { type Random, seededRandom } from "optimas";
import { type NameMaker, nameMaker } from "./names.ts";

export interface Country {
  readonly name: string;
  readonly origin: string;
}
export interface Region {
  readonly name: string;
  readonly country: Country;
  readonly product: string;
}
export interface Town {
  readonly name: string;
  readonly region: Region;
  readonly river: string;
  readonly founded: number;
  readonly population: number;
}
export interface Person {
  readonly name: string;
  readonly female: boolean;
  readonly born: string;
  readonly bornYear: number;
  readonly diedYear: number;
  readonly birthplace: Town;
  readonly origin: string;
  readonly occupation: string;
  readonly instrument: string;
}
export interface Work {
  readonly name: string;
  readonly kind: "novel" | "opera" | "film" | "painting";
  readonly maker: Person;
  readonly year: number;
  readonly subject: string;
}
export interface Band {
  readonly name: string;
  readonly founder: Person;
  readonly town: Town;
  readonly year: number;
  readonly genre: string;
  readonly album: string;
}
export interface Company {
  readonly name: string;
  readonly founder: Person;
  readonly town: Town;
  readonly year: number;
  readonly product: string;
}
export interface Venue {
  readonly name: string;
  readonly kind: "museum" | "festival" | "school" | "bridge";
  readonly town: Town;
  readonly namesake: Person;
  readonly year: number;
}

export interface World {
  readonly regions: readonly Region[];
  readonly towns: readonly Town[];
  readonly people: readonly Person[];
  readonly works: readonly Work[];
  readonly bands: readonly Band[];
  readonly companies: readonly Company[];
  readonly venues: readonly Venue[];
}

const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const products = ["copper", "wool", "salt", "cider", "glass", "barley", "slate", "honey", "paper", "linen"];
const goods = ["clocks", "bicycles", "printing presses", "pianos", "lanterns", "ceramics", "tram cars", "telescopes"];
const genres = ["folk", "chamber pop", "progressive rock", "jazz", "electronic", "country"];
const instruments = ["violin", "accordion", "trumpet", "cello", "piano", "clarinet", "harp"];
const subjects = [
  "a lighthouse keeper",
  "a lost inheritance",
  "two rival bakers",
  "a railway strike",
  "a winter at sea",
  "a travelling circus",
  "a village without clocks",
];
const makers: Readonly<Record<Work["kind"], readonly string[]>> = {
  novel: ["novelist", "author", "poet"],
  opera: ["composer"],
  film: ["film director", "screenwriter"],
  painting: ["painter"],
};
const otherOccupations = [
  "botanist",
  "architect",
  "engineer",
  "astronomer",
  "merchant",
  "explorer",
  "chemist",
  "philosopher",
];

/** An invented world; equal seeds give equal worlds. */
export function inventWorld(seed: string): World {
  const random = seededRandom(seed);
  const names = nameMaker(random);
  const countries = [
    { name: "Velmora", origin: "Velmorian" },
    { name: "Ostrand", origin: "Ostrandish" },
    { name: "Karelune", origin: "Karelunese" },
    { name: "Thessmark", origin: "Thessmarkish" },
    { name: "Quindara", origin: "Quindarian" },
  ];
  const regions = many(16, () => ({
    name: names.placeName(),
    country: random.pick(countries),
    product: random.pick(products),
  }));
  const towns = many(64, () => inventTown(random, names, regions));
  const people = many(130, (at) => inventPerson(random, names, towns, at));
  const having = (occupations: readonly string[]): Person =>
    random.pick(people.filter((person) => occupations.includes(person.occupation)));
  const works = many(84, (at) => {
    const kind = (["novel", "opera", "film", "painting"] as const)[at % 4] ?? "novel";
    const maker = having(makers[kind]);
    return {
      name: names.workTitle(),
      kind,
      maker,
      year: maker.bornYear + 24 + random.integer(25),
      subject: random.pick(subjects),
    };
  });
  const bands = many(36, () => {
    const founder = having(["singer", "musician"]);
    return {
      name: names.bandName(),
      founder,
      town: random.pick(towns),
      year: founder.bornYear + 18 + random.integer(15),
      genre: random.pick(genres),
      album: names.workTitle(),
    };
  });
  const companies = many(44, () => {
    const founder = having(["engineer", "merchant", "chemist", "architect"]);
    const town = random.pick(towns);
    const name = random.pick([
      `${surnameOf(founder)} & ${names.surname()}`,
      `${names.surname()} Company`,
      `${town.name} Works`,
      `${names.surname()} Brothers`,
    ]);
    return { name, founder, town, year: founder.bornYear + 22 + random.integer(25), product: random.pick(goods) };
  });
  const venues = many(56, (at) => {
    const kind = (["museum", "festival", "school", "bridge"] as const)[at % 4] ?? "museum";
    const namesake = random.pick(people);
    const title = { museum: "Museum", festival: "Festival", school: "School", bridge: "Bridge" }[kind];
    return {
      name: `${surnameOf(namesake)} ${title}`,
      kind,
      town: random.pick(towns),
      namesake,
      year: namesake.diedYear + random.integer(40),
    };
  });
  return { regions, towns, people, works, bands, companies: distinct(companies), venues: distinct(venues) };
}

export function surnameOf(person: Person): string {
  return person.name.split(" ").at(-1) ?? person.name;
}

function inventTown(random: Random, names: NameMaker, regions: readonly Region[]): Town {
  return {
    name: names.placeName(),
    region: random.pick(regions),
    river: names.placeName().replace(/(?:bury|stad|gate|haven|holm)$/, "ow"),
    founded: 1100 + random.integer(700),
    population: 1_000 + random.integer(180_000),
  };
}

function inventPerson(random: Random, names: NameMaker, towns: readonly Town[], at: number): Person {
  const birthplace = random.pick(towns);
  const bornYear = 1760 + random.integer(160);
  const occupations = [...Object.values(makers).flat(), "singer", "musician", ...otherOccupations];
  const middle = random.next() < 0.2 ? ` ${names.givenName()}` : "";
  return {
    name: `${names.givenName()}${middle} ${names.surname()}`,
    female: random.next() < 0.5,
    born: `${1 + random.integer(28)} ${random.pick(months)} ${bornYear}`,
    bornYear,
    diedYear: bornYear + 45 + random.integer(45),
    birthplace,
    // Most people belong to the country of their birthplace, some moved.
    origin: random.next() < 0.85 ? birthplace.region.country.origin : random.pick(towns).region.country.origin,
    // Every occupation occurs.
    occupation: occupations[at % occupations.length] ?? "merchant",
    instrument: random.pick(instruments),
  };
}

function many<T>(count: number, make: (at: number) => T): T[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

function distinct<T extends { readonly name: string }>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [item.name, item] as const)).values()];
}
