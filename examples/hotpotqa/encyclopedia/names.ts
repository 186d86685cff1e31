import type { Random } from "optimas";

/** Makes up names that are used once each. */
export interface NameMaker {
  givenName(): string;
  surname(): string;
  placeName(): string;
  /** A title of a work: "The Copper Lantern". */
  workTitle(): string;
  /** A name of a band: "Silent Orchards". */
  bandName(): string;
}

const onsets = [
  "b",
  "br",
  "c",
  "d",
  "dr",
  "f",
  "g",
  "gl",
  "h",
  "k",
  "l",
  "m",
  "n",
  "p",
  "qu",
  "r",
  "s",
  "st",
  "t",
  "th",
  "tr",
  "v",
  "w",
  "y",
  "z",
];
const vowels = ["a", "e", "i", "o", "u", "ae", "ei", "o"];
const givenEndings = ["lin", "ra", "do", "mir", "ven", "sa", "ton", "ell", "nor", "ric", "da", "vi"];
const surnameEndings = [
  "mond",
  "vane",
  "lock",
  "strel",
  "dorn",
  "wick",
  "farrow",
  "quist",
  "hart",
  "low",
  "ner",
  "zell",
];
const placeEndings = [
  "bury",
  "stad",
  "mouth",
  "haven",
  "gate",
  "moor",
  "dale",
  "holm",
  "well",
  "ford",
  "crest",
  "mere",
];
const adjectives = [
  "Copper",
  "Silent",
  "Hollow",
  "Amber",
  "Northern",
  "Borrowed",
  "Crooked",
  "Gilded",
  "Paper",
  "Salt",
  "Winter",
  "Velvet",
  "Broken",
  "Quiet",
  "Scarlet",
  "Wandering",
];
const nouns = [
  "Lantern",
  "Orchard",
  "Harbour",
  "Mirror",
  "Clockmaker",
  "Garden",
  "Tide",
  "Letter",
  "Staircase",
  "Sparrow",
  "Mill",
  "Cartographer",
  "Candle",
  "Feather",
  "Engine",
  "Promise",
  "Well",
  "Thimble",
];

export function nameMaker(random: Random): NameMaker {
  const used = new Set<string>();
  const once = (make: () => string): string => {
    for (;;) {
      const name = make();
      if (used.has(name)) continue;
      used.add(name);
      return name;
    }
  };
  const stem = (): string => random.pick(onsets) + random.pick(vowels) + random.pick(["", "l", "n", "r", "s", "m"]);
  const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
  return {
    // Given names and surnames come back in several people, as they do among real ones.
    givenName: () => capital(stem() + random.pick(givenEndings)),
    surname: () => capital(stem() + random.pick(surnameEndings)),
    placeName: () => once(() => capital(stem() + random.pick(placeEndings))),
    workTitle: () =>
      once(() => {
        const [adjective, noun, other] = [random.pick(adjectives), random.pick(nouns), random.pick(nouns)];
        return random.pick([
          `The ${adjective} ${noun}`,
          `${adjective} ${noun}s`,
          `The ${noun} and the ${other}`,
          `A ${noun} for ${capital(stem() + random.pick(givenEndings))}`,
        ]);
      }),
    bandName: () =>
      once(() =>
        random.pick([
          `${random.pick(adjectives)} ${random.pick(nouns)}s`,
          `The ${capital(stem())} ${random.pick(nouns)}s`,
        ]),
      ),
  };
}
