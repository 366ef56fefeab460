import { redact } from "../secrets/redact.ts";

/** What PostgreSQL can hold in no text, beside U+0000: lone halves of surrogate pairs. */
const LONE_SURROGATES = /\p{Cs}/gu;
const NUL = String.fromCodePoint(0);

/** A text as the store keeps it: without passwords, and without what PostgreSQL cannot hold. */
export function storableText(text: string): string {
  return redact(text.replaceAll(NUL, "�").replace(LONE_SURROGATES, "�"));
}

/** JSON for a jsonb column, every string in it storable. */
export function storableDocument(value: unknown): string {
  return JSON.stringify(value ?? null, (_, item: unknown) =>
    typeof item === "string" ? storableText(item) : item,
  );
}
