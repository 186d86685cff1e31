import { type Behaviour, defaultBehaviour } from "./behaviour.ts";

export const families = ["length", "extraction", "evidence", "answer type", "reasoning", "format"] as const;
export type Family = (typeof families)[number];

/** An instruction that the simulated model understands. */
export interface Directive {
  readonly id: string;
  readonly family: Family;
  /** What it does, in one line. */
  readonly does: string;
  /** Ways to say it; matched without regard to case. */
  readonly patterns: readonly RegExp[];
  readonly effect: Partial<Behaviour>;
  /** An example that the patterns recognise; for the documentation. */
  readonly example: string;
}

const directive = (
  id: string,
  family: Family,
  example: string,
  does: string,
  effect: Partial<Behaviour>,
  ...patterns: RegExp[]
): Directive => ({ id, family, example, does, effect, patterns });

export const directives: readonly Directive[] = [
  directive(
    "length.bare",
    "length",
    "Answer with only the name, date or number.",
    "Gives the bare answer span.",
    { length: "span" },
    /\b(?:only|just|nothing (?:but|except))\b[^.\n]{0,40}\b(?:the )?(?:exact |final |bare |short )?(?:answer|name|date|entity|value|span|number)\b/,
    /\b(?:one|1)(?:\s*(?:to|-|–|or)\s*)(?:two|three|four|five|[2-5])[ -]words?\b/,
    /\b(?:as few words as possible|fewest (?:possible )?words|shortest possible|minimal answer|bare answer|nothing else|no other words|no extra (?:words|text))\b/,
    /\b(?:at most|no more than|maximum of|up to|under) (?:two|three|four|five|six|[2-6]) words\b/,
  ),
  directive(
    "length.phrase",
    "length",
    "Give a short phrase.",
    "Gives the answer and the word after it.",
    { length: "phrase" },
    /\b(?:a |in a |as a )?(?:short|brief) (?:phrase|answer|reply|response)\b/,
    /\b(?:answer|reply|respond) (?:with |in |using )?(?:a )?(?:few words|short(?:ly)?|phrase)\b/,
    /\bkeep (?:it|the answer|your answer|answers) (?:very )?short\b/,
    /\bin a few words\b/,
  ),
  directive(
    "length.concise",
    "length",
    "Be concise.",
    "Gives the answer and the word after it; cuts hints after 12 words.",
    { length: "phrase", clip: 12 },
    /\b(?:be|stay|remain|keep (?:it|them|this|the answer|the hints)) (?:very )?(?:concise|brief|succinct|compact|to the point)\b/,
    /\b(?:concise(?:ly)?|briefly|succinct(?:ly)?|tersely)\b/,
    /\bavoid (?:long|unnecessary) (?:sentences|text|wording)\b/,
  ),
  directive(
    "length.sentence",
    "length",
    "Answer in a complete sentence.",
    "Gives a whole sentence: keeps hints uncut; harmful to answers, which should be short.",
    { length: "sentence", clip: 80 },
    /\b(?:complete|full|whole|well-formed) sentences?\b/,
    /\bin (?:one|a single) sentence\b/,
  ),
  directive(
    "length.explained",
    "length",
    "Explain your answer in detail.",
    "Gives a paragraph with an explanation. Harmful.",
    { length: "explained" },
    /\bexplain (?:your|the|how|why|each|in)\b/,
    /\b(?:in (?:great )?detail|detailed (?:answer|explanation|response)|thorough(?:ly)?|comprehensive(?:ly)?|elaborate)\b/,
    /\b(?:justify|give reasons for|include (?:a|your) (?:rationale|explanation|reasoning))\b/,
  ),
  directive(
    "length.oneHint",
    "length",
    "Write a single hint.",
    "Gives one hint. Harmful to questions with two hops.",
    { hintCount: 1 },
    /\b(?:a single|only one|just one|exactly one|one) (?:hint|fact|sentence|clue)\b(?! (?:per|on|for each|each))/,
    /\bthe (?:single )?(?:best|most relevant) (?:hint|fact|sentence)\b/,
  ),
  directive(
    "length.severalHints",
    "length",
    "Give about five hints.",
    "Gives five hints.",
    { hintCount: 5 },
    /\b(?:four|five|six|4|5|6|several) (?:short |key |relevant )?(?:hints|facts|sentences|clues)\b/,
    /\b(?:three|four|3|4) (?:to|or|-) (?:five|six|5|6)\b/,
  ),
  directive(
    "length.manyHints",
    "length",
    "List up to ten facts.",
    "Gives ten hints.",
    { hintCount: 10 },
    /\b(?:eight|nine|ten|twelve|8|9|10|12) (?:short |key |relevant )?(?:hints|facts|sentences|clues)\b/,
    /\b(?:as many|all (?:the )?(?:relevant|useful|related)|every (?:relevant|useful)|include all)\b[^.\n]{0,30}(?:hints?|facts?|sentences?|clues?|evidence)?/,
    /\bdo not (?:leave|miss) (?:out )?any\b/,
  ),
  directive(
    "length.fewKeywords",
    "length",
    "Use no more than three keywords.",
    "Keeps the first three keywords. Harmful.",
    { keywordCount: 3 },
    /\b(?:two|three|2|3) (?:search )?(?:keywords|terms|words)\b/,
    /\b(?:very )?few (?:keywords|search terms)\b/,
  ),
  directive(
    "extract.names",
    "extraction",
    "List the named entities: people, places, works.",
    "Searches for names; together with content words, for both.",
    { keywords: "names", keywordCount: 30 },
    /\bnamed entit(?:y|ies)\b/,
    /\bproper (?:nouns?|names?)\b/,
    /\b(?:extract|list|include|use|pick|find|take|start with|give|identify) (?:out )?(?:all |the |every |each |of |any |main |exact )*(?:entities|entity names|names)\b/,
    /\bnames of (?:the )?(?:people|persons|places|works|things|entities)\b/,
  ),
  directive(
    "extract.content",
    "extraction",
    "Leave out filler words and keep the specific terms.",
    "Searches for content words; together with names, for both.",
    { keywords: "content", keywordCount: 30 },
    /\b(?:drop|remove|omit|skip|leave out|exclude|without|ignore|no) (?:all |the |any )?(?:stop ?words|filler|function words|filler words|question words|common words)\b/,
    /\b(?:content|rare|distinctive|specific|descriptive|discriminative) (?:words|terms|nouns|details)\b/,
    /\bkey ?(?:nouns|terms and phrases)\b/,
  ),
  directive(
    "extract.topics",
    "extraction",
    "Name the broad topic.",
    "Adds broad topics to the keywords. Harmful.",
    { broaden: true },
    /\b(?:broad|general|overall|wider) (?:topics?|themes?|subjects?|categor(?:y|ies)|areas?)\b/,
    /\b(?:topic|subject) area\b/,
  ),
  directive(
    "extract.one",
    "extraction",
    "Pick the single most important keyword.",
    "Keeps one keyword. Harmful.",
    { keywordCount: 1 },
    /\b(?:single|one) (?:most )?(?:important |best |main )?(?:keyword|term|search term|word)\b(?! answer)/,
  ),
  directive(
    "extract.related",
    "extraction",
    "Add synonyms and related words.",
    "Adds related words to the keywords; sometimes helps, sometimes not.",
    { related: true },
    /\b(?:add|include|use|with) (?:[a-z]+ )?(?:synonyms|related (?:words|terms)|alternative (?:words|terms|spellings))\b/,
    /\bsynonyms\b/,
  ),
  directive(
    "extract.figures",
    "extraction",
    "Keep dates and numbers.",
    "Prefers sentences with dates and numbers as hints.",
    { figures: true },
    /\b(?:dates?|years?|figures),? (?:and|or) (?:numbers?|figures|quantities|dates?)\b/,
    /\b(?:numbers?|quantities),? (?:and|or) (?:dates?|years?)\b/,
    /\b(?:include|keep|prefer|look for) (?:all |any |the |every )?(?:dates|years|numbers|figures)\b/,
  ),
  directive(
    "evidence.relevant",
    "evidence",
    "Select the sentences that mention the question's terms.",
    "Selects hints by the words they share with the question; without it more passages do not help.",
    { relevant: true },
    /\b(?:sentences?|facts?|passages?|parts?|information|lines?|those|hints?|evidence)\b[^.\n]{0,30}\b(?:mention|share|match|contain|overlap|address|relate to|relevant to|related to|bear on|about)\w*\b[^.\n]{0,30}\b(?:question|query)\b/,
    /\b(?:relevant|pertinent|related) (?:to the (?:question|query)|sentences?|facts?|information|evidence)\b/,
    /\b(?:ignore|skip|discard|leave out|drop) (?:all |any |the )?(?:irrelevant|unrelated|off-topic)\b/,
  ),
  directive(
    "evidence.connect",
    "evidence",
    "Connect the facts: follow a name found in one passage to the passage about it.",
    "Follows names from one piece of evidence to the next, in hints (with relevant selection) and in answers.",
    { bridge: true },
    /\b(?:follow|trace|chase)\b[^.\n]{0,40}\b(?:names?|entit(?:y|ies)|links?|chain|connections?)\b/,
    /\b(?:connect|link|combine|chain|join|relate|tie)\w*\b[^.\n]{0,20}\b(?:facts|hints|passages|pieces|evidence|entities|clues|them|two)\b/,
    /\b(?:bridge|bridging|multi-?hop|two[- ]hop|second hop|intermediate|linking|connecting) ?(?:entit(?:y|ies)|names?|facts?|person|thing|steps?|questions?)?\b/,
  ),
  directive(
    "evidence.everyName",
    "evidence",
    "Cover every name in the question.",
    "Has a hint for each name that the question mentions.",
    { cover: true },
    /\b(?:every|each|both|all)(?: of the| the)? (?:names?|entit(?:y|ies)|items?|things?|subjects?|sides?|people)\b[^.\n]{0,20}\b(?:in|of|from|named|mentioned)\b/,
    /\b(?:cover|for|about|on|describe) (?:every|each|both|all)(?: of the| the)? (?:named? |mentioned )?(?:names?|entit(?:y|ies)|items?|things?|sides?|subjects?)\b/,
  ),
  directive(
    "evidence.introduce",
    "evidence",
    "Say what each thing is, using the opening sentence of its passage.",
    "Adds the opening sentence of every passage that gives a hint.",
    { introduce: true },
    /\b(?:first|opening|introductory|defining) sentences?\b/,
    /\b(?:say|state|tell|note|define) what (?:each|every|it|they|the)\b[^.\n]{0,30}\b(?:is|are)\b/,
  ),
  directive(
    "evidence.useLabels",
    "evidence",
    "Use the labelled facts: the name before the colon is what the fact is about.",
    "Reads `entity: fact` hints as facts about the entity; helps only where hints are written that way.",
    { useLabels: true },
    /\b(?:use|read|rely on|look at|go by|check|trust|consult)\b[^.\n]{0,30}\b(?:labell?ed|labels?)\b/,
    /\b(?:name|entity|word|label|subject|part) (?:that stands )?(?:before|in front of|left of) (?:the|each|every) colon\b/,
  ),
  directive(
    "evidence.verbatim",
    "evidence",
    "Copy the answer word for word from the hints.",
    "Copies names, dates and whole sentences as written instead of shortening them.",
    { verbatim: true, clip: 80 },
    /\b(?:verbatim|word[- ]for[- ]word|literally)\b/,
    /\b(?:copy|use|take|keep|quote|give)\b[^.\n]{0,30}\b(?:exact(?:ly)?|same|original) (?:words?|wording|spelling|form|phrase|text|as)\b/,
    /\b(?:copy|copied|taken) (?:it |the answer |directly )*from\b/,
    /\bexactly as (?:it |they )?(?:is |are |appears?|written|stated|given|spelled)/,
  ),
  directive(
    "evidence.ownKnowledge",
    "evidence",
    "Use your own background knowledge.",
    "Adds general remarks instead of evidence. Harmful.",
    { background: true },
    /\b(?:your|own|prior|general|world|background|common) (?:own )?(?:background |world |general )?knowledge\b/,
    /\b(?:background|general|extra|additional) (?:information|context|remarks)\b/,
  ),
  directive(
    "evidence.abstain",
    "evidence",
    "If you are not certain, say unknown.",
    'Says "unknown" where the evidence looks thin. Harmful.',
    { abstain: true },
    /\b(?:say|answer|reply|write|respond|return)\b[^.\n]{0,20}\b(?:unknown|unsure|i don't know|do not know|cannot be determined|n\/a|insufficient)\b/,
    /\bif (?:you are )?(?:not (?:sure|certain)|unsure|in doubt|uncertain)\b/,
  ),
  directive(
    "type.match",
    "answer type",
    "Match the kind of answer the question asks for: who wants a person, when a date.",
    "Prefers spans of the kind that the question asks for.",
    { typed: 1 },
    /\b(?:match|fit|suit|respect|correspond to|agree with)\w*\b[^.\n]{0,30}\b(?:type|kind|question word|category)\b/,
    /\b(?:who|where|when|how many)\b['"”]?[^.\n]{0,30}\b(?:person|people|place|location|date|year|number)\b/,
    /\b(?:type|kind) of (?:answer|thing|entity|information)\b[^.\n]{0,25}\b(?:asked|asks|wants|wanted|expected|required|requested|called for)\b/,
    /\b(?:right|correct|expected|requested) (?:type|kind)\b/,
  ),
  directive(
    "type.state",
    "answer type",
    "State the expected kind of answer after the question.",
    "Appends the expected kind of answer to a rewritten question.",
    { stateKind: true },
    /\b(?:state|add|append|mention|note|include|specify|say|make clear|indicate)\b[^.\n]{0,30}\b(?:kind|type) of (?:answer|thing|information|entity)\b/,
    /\b(?:state|add|append|mention|specify|indicate)\b[^.\n]{0,20}\b(?:expected|desired|required) (?:answer|kind|type|answer type)\b/,
  ),
  directive(
    "type.yesNo",
    "answer type",
    "Answer yes or no when the question asks for it.",
    "Answers yes/no questions with yes or no.",
    { yesNo: true },
    /["'“]?\byes["'”]? ?(?:or|\/|and) ?["'“]?no\b/,
    /\byes-or-no\b|\byes-no\b/,
  ),
  directive(
    "type.compare",
    "answer type",
    "When two things are compared, weigh both and name one of them.",
    "Decides comparisons and yes/no questions by dates, numbers and what both sides are.",
    { compare: true },
    /\bcompar(?:e|es|ed|ing|ison|isons)\b/,
    /\b(?:choose|pick|select|name|decide) (?:between |one of |either )(?:the )?(?:two|both|options|alternatives)\b/,
    /\bone of the (?:two|options|alternatives|given)\b/,
  ),
  directive(
    "type.full",
    "answer type",
    "Give full names and complete dates.",
    "Prefers the longer of overlapping spans.",
    { full: true },
    /\b(?:full|complete|entire|whole) (?:names?|dates?|titles?)\b/,
  ),
  directive(
    "type.question",
    "answer type",
    "Keep it a question that starts with its question word.",
    "A rewritten question keeps its question word; without it later components cannot tell what is asked for.",
    { form: "question" },
    /\b(?:keep|preserve|retain|start with|begin with|maintain|same)\b[^.\n]{0,30}\b(?:question word|interrogative|who, what|wh-word|form of (?:a|the) question|question form|as a question|a question)\b/,
    /\b(?:as|into|form|write|ask|one|a single) (?:a |one |it as a |a single )?(?:clear|direct|explicit|self-contained|precise|single|specific) question\b/,
    /\b(?:do not|don't|never|without) (?:chang|alter|los)\w+ (?:the |its |what is )?(?:meaning|asked|intent)\b/,
  ),
  directive(
    "reasoning.steps",
    "reasoning",
    "Think step by step.",
    "Follows names from hop to hop, and writes the steps down unless a short answer is asked for.",
    { bridge: true, showSteps: true },
    /\bstep[- ]by[- ]step\b/,
    /\b(?:break|split|decompose)\b[^.\n]{0,30}\b(?:down|steps|parts|sub-?questions)\b/,
    /\b(?:think|reason)\b[^.\n]{0,20}\b(?:carefully|through|before|first|in steps)\b/,
  ),
  directive(
    "reasoning.check",
    "reasoning",
    "Check that the answer does not repeat the question.",
    "Keeps names out of the answer that the question itself gives.",
    { check: true },
    /\b(?:check|verify|make sure|ensure|confirm|double-check)\b/,
    /\b(?:do not|don't|never|avoid) (?:simply )?(?:repeat|repeating|restate|restating|echo|reuse|copy)\w*\b[^.\n]{0,30}\b(?:question|query)\b/,
    /\bnot (?:already )?(?:in|named in|part of) the question\b/,
  ),
  directive(
    "reasoning.hasty",
    "reasoning",
    "Go with the first thing you see.",
    "Takes the first name in the evidence. Harmful.",
    { hasty: true },
    /\b(?:first (?:thing|impression|name|hint|guess)|gut|instinct|intuition|don't overthink|do not overthink|quick(?:ly)? guess|guess)\b/,
  ),
  directive(
    "format.labelled",
    "format",
    'Write each hint as "entity: fact".',
    "Writes hints as `entity: fact` lines; helps only where the answer generator uses the labels.",
    { labelled: true, lines: true },
    /\b(?:entity|name|title|subject|topic)["'”]?\s?: ?["'“]?(?:fact|statement|information|detail|sentence)/,
    /\b(?:label|prefix|precede|begin|start)\w*\b[^.\n]{0,30}\b(?:fact|hint|sentence|line|it|them)s?\b[^.\n]{0,20}\b(?:with|by)\b[^.\n]{0,20}\b(?:entity|name|title|subject)\b/,
    /\blabell?ed (?:facts|hints|lines)\b(?=[^.\n]*\b(?:write|list|form|as)\b)|\b(?:write|list|give|produce|output|as) labell?ed (?:facts|hints|lines)\b/,
  ),
  directive(
    "format.lines",
    "format",
    "Use a bullet list, one hint per line.",
    "Writes each hint on its own line.",
    { lines: true },
    /\b(?:bullet(?:s|ed)?|numbered list|bullet points?)\b/,
    /\b(?:one|each|every|a) (?:hint|fact|sentence|item|keyword)?s? ?(?:per|on (?:its|a|their) (?:own|separate|new)) line\b/,
    /\bseparate lines?\b/,
  ),
  directive(
    "format.plain",
    "format",
    "No explanation, no formatting.",
    "Leaves out explanations, steps, citations and Markdown.",
    { showSteps: false, cite: false, markdown: false, background: false },
    /\b(?:no|without|avoid|do not (?:add|include|give|write)|don't (?:add|include|give|write)|omit|skip) (?:any |an |a |the |further |extra )?(?:explanations?|commentary|formatting|markdown|preamble|justification|reasoning|introduction|prefix)\b/,
    /\bplain text\b/,
  ),
  directive(
    "format.markdown",
    "format",
    "Format the answer in Markdown with bold text.",
    "Wraps the answer in Markdown. Harmful.",
    { markdown: true },
    /\b(?:use|in|with|as|format\w*)\b[^.\n]{0,20}\b(?:markdown|bold|headings?|headline)\b/,
  ),
  directive(
    "format.cite",
    "format",
    "Quote the hint that supports the answer.",
    "Appends the supporting sentence. Harmful.",
    { cite: true },
    /\b(?:cite|quote|mention|include|name|add|give)\b[^.\n]{0,20}\b(?:source|supporting|evidence|citation|reference)s?\b/,
    /\b(?:quote|cite) the (?:hint|passage|sentence)\b/,
  ),
  directive(
    "format.statement",
    "format",
    "Turn the question into a statement.",
    "A rewritten question becomes a statement without question word. Harmful.",
    { form: "statement" },
    /\b(?:as|into) an? (?:statement|declarative|topic|request)\b/,
  ),
  directive(
    "format.simplify",
    "format",
    "Simplify and shorten the question.",
    "Drops the last third of a rewritten question. Harmful.",
    { shorten: true },
    /\b(?:simplify|shorten|simpler|shorter|condense|trim)\b/,
  ),
  directive(
    "extract.generalise",
    "extraction",
    "Make the question more general.",
    "Replaces names by general words in a rewritten question. Harmful.",
    { generalise: true },
    /\b(?:more |make it |be )(?:general|abstract|generic)\b/,
    /\bgenerali[sz]e\b/,
  ),
  directive(
    "extract.keepNames",
    "extraction",
    "Keep every name exactly as it is written.",
    "Repeats the names after a rewritten question, so that they weigh more in the search.",
    { repeatNames: true, generalise: false },
    /\b(?:keep|preserve|retain|repeat|maintain)\b[^.\n]{0,20}\b(?:names?|entit(?:y|ies)|titles?|quoted)\b/,
    /\b(?:do not|don't|never) (?:change|alter|drop|omit|remove|replace)\b[^.\n]{0,15}\b(?:names?|entit(?:y|ies)|titles?)\b/,
  ),
];

/** A directive found in a prompt. */
export interface Mention {
  readonly directive: Directive;
  /** Offset of its first word in the prompt. */
  readonly at: number;
}

/** Directives of a prompt in the order in which they are mentioned. */
export function findDirectives(prompt: string): readonly Mention[] {
  const known = recent.get(prompt);
  if (known !== undefined) return known;
  const text = prompt.toLowerCase().replace(/[’]/g, "'");
  const mentions = directives.flatMap((directive) => {
    // The last mention counts: within a family, what is said later overrides what was said earlier.
    const last = Math.max(-1, ...directive.patterns.map((pattern) => lastMatch(text, pattern)));
    return last < 0 ? [] : [{ directive, at: last }];
  });
  const found = mentions.sort((a, b) => a.at - b.at);
  if (recent.size > 2_000) recent.clear();
  recent.set(prompt, found);
  return found;
}

const recent = new Map<string, readonly Mention[]>();

function lastMatch(text: string, pattern: RegExp): number {
  let last = -1;
  for (const match of text.matchAll(new RegExp(pattern, "g"))) last = match.index;
  return last;
}

/** What a list of directives makes of the default behaviour. */
export function applyDirectives(found: readonly Directive[]): Behaviour {
  const ids = new Set(found.map((item) => item.id));
  const behaviour: Behaviour = Object.assign({}, defaultBehaviour, ...found.map((item) => item.effect));
  const both = ids.has("extract.names") && ids.has("extract.content");
  return both ? { ...behaviour, keywords: "both" } : behaviour;
}
