/** Word lists of the text operations. All are in the form that `stem` gives. */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Words that say nothing about a topic. */
export const commonWords = words(`
a an the and or but nor so of in on at by for from to with without into onto over under between among through during
about as than then that this these those it its he him his she her they them their we us our you your i me my
is are was were be been being am do does did done has have had having can could will would shall should may might must
who whom whose what which when where why how not no also both either neither each same other another such some any all
there here if while because after before since until up down out off only just very more most much many
known called named one two first second located following use used including include find out tell information details
question answer give please s t`);

/** Words that close a question's noun phrase ("what NHL team *drafted* ..."). */
export const phraseEnds = words(`
is are was were did does do has have had that who which whom of in for by to from with on at as and or can could would will
the a an this these those his her their its born made based released played directed wrote written formed founded located
produced starred featured featuring won called named also been both`);

export const months = words("january february march april may june july august september october november december");

export const placeNouns = words(`
city country state county town village river borough neighborhood neighbourhood region location place continent island
municipality province district area capital suburb ocean sea street park headquarters hometown birthplace stadium arena
venue territory commune lake mountain nation`);

export const personNouns = words(`
actor actress singer director author writer player person man woman president king queen musician politician artist
producer composer character novelist poet guitarist drummer rapper comedian footballer wrestler athlete scientist
screenwriter host star founder wife husband son daughter father mother brother sister filmmaker architect designer
playwright songwriter vocalist leader coach manager owner businessman model youtuber dancer boxer driver member philosopher
explorer painter botanist`);

export const groupNouns = words(`
band team company university school label magazine newspaper group organization organisation club league network
studio college airline brand corporation firm agency party orchestra publisher channel manufacturer station franchise
chain guild workshop academy`);

export const workNouns = words(`
film movie song album book novel show series play opera poem musical game single sitcom documentary soundtrack comic
painting ballad symphony`);

export const dateNouns = words("year date decade century month day season");

export const numberNouns = words("number population age height length size percentage amount rank");

export const kindNouns = words(`
profession occupation genre type kind sport position style job career role religion breed genus family language
instrument animal color colour species craft trade`);

export const originNouns = words("nationality ethnicity descent citizenship");

export const groupWords = words(`
university college company corporation club band records school institute association league network studio press
party orchestra society team magazine group inc ltd fc guild academy workshop brothers consortium`);

export const placeWords = words(`
city county river island lake mount street park road valley bay north south east west kingdom states province harbour
harbor coast beach hill village town square`);

/** Adjectives of origin that the endings below do not catch. */
export const origins = words(`
american british english french german italian spanish dutch irish scottish welsh swedish danish finnish polish turkish
greek swiss chinese japanese portuguese czech russian canadian australian indian mexican brazilian argentine norwegian
thai iraqi israeli filipino korean austrian belgian hungarian romanian chilean cuban jamaican barbadian`);

export const originEnding = /^(?:[a-z]{2,}(?:ian|ean|ish|ese|ican))$/;

/** Cues of comparisons, by direction of the date or number that wins. */
export const earlierCues = words("first older oldest earlier earliest sooner before elder eldest");
export const laterCues = words("later latest younger youngest newer newest recently recent last after");
export const largerCues = words("larger largest more most bigger higher highest longer longest taller greater wider");
export const smallerCues = words("smaller fewer shorter lower fewest smallest");
