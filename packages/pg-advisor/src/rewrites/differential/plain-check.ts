/** `CHECK (…)` of a definition, without what says how far it is believed; null for what is no check. */
export function plainCheck(definition: string): string | null {
  if (!definition.startsWith("CHECK")) return null;
  return definition.replace(/\s+(?:NOT VALID|NO INHERIT|NOT ENFORCED)\b/g, "");
}
