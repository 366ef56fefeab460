/** Where people live, from most to least frequent, with what is spoken there. */
const COUNTRIES = [
  { country: "US", share: 0.28, languages: ["en", "en", "en", "es"] },
  { country: "IN", share: 0.16, languages: ["hi", "en", "hi", "ta"] },
  { country: "BR", share: 0.12, languages: ["pt"] },
  { country: "DE", share: 0.09, languages: ["de", "de", "de", "en"] },
  { country: "JP", share: 0.08, languages: ["ja"] },
  { country: "FR", share: 0.07, languages: ["fr", "fr", "fr", "en"] },
  { country: "MX", share: 0.06, languages: ["es"] },
  { country: "GB", share: 0.05, languages: ["en"] },
  { country: "NG", share: 0.04, languages: ["en", "yo"] },
  { country: "KR", share: 0.03, languages: ["ko"] },
  { country: "NL", share: 0.02, languages: ["nl", "nl", "en"] },
] as const;

type Place = (typeof COUNTRIES)[number];

/** The place of a uniform number in [0, 1). */
export function placeOf(uniform: number): Place {
  let remaining = uniform;
  for (const place of COUNTRIES) {
    remaining -= place.share;
    if (remaining < 0) return place;
  }
  return COUNTRIES[0];
}

/** One of the languages of the place. */
export function languageOf(place: Place, hash: number): string {
  return place.languages[hash % place.languages.length] ?? place.languages[0];
}
