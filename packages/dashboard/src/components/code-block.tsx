import type { JSX } from "preact";
import { useState } from "preact/hooks";
import "./code-block.css";

/** Code to be read and copied; SQL has its words set apart. */
export function CodeBlock({
  code,
  language = "text",
  label,
}: {
  code: string;
  language?: "sql" | "text" | "json";
  label?: string;
}): JSX.Element {
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    void navigator.clipboard.writeText(code).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 1_500);
    });
  };
  return (
    <div class="code-block">
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what can scroll must be reachable by the keyboard
        tabIndex={0}
        aria-label={label ?? (language === "sql" ? "SQL" : "code")}
      >
        <pre>
          <code>{language === "sql" ? sqlParts(code) : code}</code>
        </pre>
      </section>
      <button type="button" class="quiet needs-script" onClick={copy}>
        {copied ? "Copied" : "Copy"}
      </button>
    </div>
  );
}

/** One line of SQL or of a name, cut off at the end; whole as a title. */
export function CodeLine({ code }: { code: string }): JSX.Element {
  return (
    <code class="code-line" title={code}>
      {code.length > 400 ? `${code.slice(0, 400)}…` : code}
    </code>
  );
}

const WORDS =
  /('(?:[^']|'')*'|--[^\n]*|\$\d+)|\b(select|from|where|and|or|not|in|is|null|join|left|right|full|inner|outer|cross|lateral|on|using|group|order|by|having|limit|offset|union|all|distinct|as|with|recursive|insert|into|values|update|set|delete|returning|create|unique|index|concurrently|drop|table|alter|add|column|analyze|vacuum|reindex|explain|case|when|then|else|end|exists|between|like|ilike|asc|desc|nulls|first|last|for|over|partition|filter|cast|if|begin|commit|rollback|include)\b/gi;

function sqlParts(code: string): (string | JSX.Element)[] {
  const parts: (string | JSX.Element)[] = [];
  let end = 0;
  for (const match of code.matchAll(WORDS)) {
    if (match.index > end) parts.push(code.slice(end, match.index));
    parts.push(<span class={match[1] === undefined ? "sql-word" : "sql-value"}>{match[0]}</span>);
    end = match.index + match[0].length;
  }
  parts.push(code.slice(end));
  return parts;
}
