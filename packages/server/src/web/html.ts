/** Markup that may be sent as it is. Only `html` makes it. */
export class Html {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

export type HtmlValue = Html | string | number | null | undefined | false | readonly HtmlValue[];

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Control characters, which HTML does not allow; line ends and tabs it does. */
const FORBIDDEN = /[^\P{Cc}\n\t\r]/gu;

/**
 * A template whose values are escaped for text and for quoted attributes, unless they are markup
 * themselves. Null, undefined and false leave nothing; lists are joined.
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const [first = "", ...rest] = strings;
  return new Html(rest.reduce((text, part, index) => text + markupOf(values[index]) + part, first));
}

function markupOf(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return "";
  if (value instanceof Html) return value.toString();
  if (typeof value === "string") return escaped(value);
  if (typeof value === "number") return String(value);
  return value.map(markupOf).join("");
}

function escaped(text: string): string {
  return text.replace(FORBIDDEN, "�").replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? "");
}
