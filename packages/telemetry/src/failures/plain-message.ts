const LONGEST_PLAIN = 300;

/** In this order: what is quoted first, since a quotation may hold all the others. */
const LITERALS: readonly (readonly [RegExp, string])[] = [
  [/"(?:[^"\\]|\\.){0,400}"/g, '"…"'],
  [/'(?:[^'\\]|\\.){0,400}'(?![a-z])/g, "'…'"],
  [/`(?:[^`\\]|\\.){0,400}`/g, "`…`"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "<id>"],
  [/\b[a-z][a-z0-9+.-]{1,20}:\/\/\S+/gi, "<url>"],
  [/[^\s@<>()]{1,64}@[^\s@<>()]{1,255}/g, "<address>"],
  [/\b(?=[0-9a-f]*\d)[0-9a-f]{12,}\b/gi, "<id>"],
  [/\b0x[0-9a-f]+\b/gi, "<n>"],
  [/[-+]?\b\d+(?:[.,:]\d+)*(?:e[-+]?\d+)?(?=\b|[a-z%])/gi, "<n>"],
];

/** The message without what differs from one occurrence to the next, and without what is nobody's business. */
export function plainMessage(message: string): string {
  const line = message.replace(/\s+/g, " ").trim();
  const plain = LITERALS.reduce((text, [literal, stand]) => text.replace(literal, stand), line);
  return plain.length > LONGEST_PLAIN ? `${plain.slice(0, LONGEST_PLAIN - 1)}…` : plain;
}
