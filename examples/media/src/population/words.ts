/** What titles, keywords and posted texts are made of. */
const MANNERS = [
  "quiet",
  "golden",
  "midnight",
  "electric",
  "velvet",
  "broken",
  "rising",
  "hidden",
  "northern",
  "paper",
  "silver",
  "distant",
  "burning",
  "frozen",
  "endless",
  "crystal",
  "wandering",
  "hollow",
  "scarlet",
  "lunar",
  "tidal",
  "amber",
  "forgotten",
  "restless",
  "copper",
  "winter",
  "neon",
  "gentle",
  "feral",
  "analog",
  "marble",
  "sleepless",
] as const;

const THINGS = [
  "river",
  "garden",
  "signal",
  "harbour",
  "engine",
  "lantern",
  "orchard",
  "mirror",
  "station",
  "archive",
  "canyon",
  "festival",
  "machine",
  "island",
  "theatre",
  "meadow",
  "circuit",
  "parade",
  "library",
  "fountain",
  "glacier",
  "market",
  "observatory",
  "tunnel",
  "workshop",
  "balcony",
  "compass",
  "carousel",
  "cathedral",
  "delta",
  "ferry",
  "greenhouse",
] as const;

const FORMS = [
  "session",
  "story",
  "premiere",
  "remix",
  "portrait",
  "diary",
  "rehearsal",
  "concert",
  "talk",
  "walkthrough",
  "documentary",
  "duet",
  "overture",
  "episode",
  "broadcast",
  "sketch",
  "interview",
  "study",
  "journey",
  "lesson",
  "showcase",
  "medley",
  "review",
  "workout",
  "prologue",
  "encore",
  "demo",
  "letter",
  "debate",
  "recital",
  "mixtape",
  "retrospective",
] as const;

const REMARKS = [
  "please tell me when the next one is out",
  "the sound was bad in the second half",
  "this is the best thing I have heard all year",
  "buy now and get a discount on every token",
  "the ending where he leaves is a surprise",
  "why is it not available in my country",
  "I loved every minute of it",
  "thank you for playing this one",
  "the stream stopped twice, I want a refund",
  "does anyone know the name of the first song",
  "follow my channel for free tokens",
  "see you at the show on friday",
] as const;

/** How many different phrases `phraseOf` gives. */
export const PHRASE_COUNT: number = MANNERS.length * THINGS.length * FORMS.length;

/** `velvet harbour session`: the phrase with this number, the same for the same number. */
export function phraseOf(number: number): string {
  const manner = MANNERS[number % MANNERS.length];
  const thing = THINGS[Math.floor(number / MANNERS.length) % THINGS.length];
  const form = FORMS[Math.floor(number / (MANNERS.length * THINGS.length)) % FORMS.length];
  return `${manner} ${thing} ${form}`;
}

/** A short remark from the audience, the same for the same number. */
export function remarkOf(number: number): string {
  return REMARKS[number % REMARKS.length] ?? REMARKS[0];
}
