import type { Scope } from "@streamgate/contract";

/** What an issuer says of a person, as far as it is looked at. */
export interface PersonClaims {
  readonly sub: string;
  readonly email?: unknown;
  readonly email_verified?: unknown;
}

/** Who may come in, and who of them may act. */
export interface PeopleRules {
  readonly allowed: readonly string[];
  readonly actors: readonly string[];
}

/** An address that the issuer has not verified may be anybody's: then a person is known by the subject. */
export function personNameOf({ sub, email, email_verified }: PersonClaims): string {
  return typeof email === "string" && email_verified === true ? email.toLowerCase() : sub;
}

/** What a person may do; null for one who may not come in. */
export function scopesOfPerson(
  name: string,
  { allowed, actors }: PeopleRules,
): readonly Scope[] | null {
  if (isListed(name, actors)) return ["read", "act"];
  return isListed(name, allowed) ? ["read"] : null;
}

/** An address or subject as it stands in the list, or an address whose domain does: `@example.com`. */
function isListed(name: string, list: readonly string[]): boolean {
  const domain = /^[^@\s]+(@[^@\s]+)$/.exec(name.toLowerCase())?.[1];
  return list.some((entry) =>
    entry.startsWith("@") ? entry.toLowerCase() === domain : isSamePerson(entry, name),
  );
}

function isSamePerson(entry: string, name: string): boolean {
  return entry === name || (entry.includes("@") && entry.toLowerCase() === name.toLowerCase());
}
