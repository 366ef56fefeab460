import type { TracedRequest, TracedStatement } from "../requests/traced-request.ts";
import { FormCache, type StatementForm } from "../statements/statement-form.ts";

const MOST_SHOWN = 10;
const LONGEST_TEXT = 200;

/** The statements of a request by form, the most frequent first: `7× 12.3 ms  select … (shop.ts:14:9)`. */
export function describeStatements({ statements, omitted }: TracedRequest): string {
  const forms = new FormCache();
  const groups = new Map<StatementForm, TracedStatement[]>();
  for (const statement of statements) {
    const form = forms.formOf(statement.sql);
    const group = groups.get(form);
    if (group === undefined) groups.set(form, [statement]);
    else group.push(statement);
  }
  const lines = [...groups]
    .sort(([, one], [, other]) => other.length - one.length)
    .map(
      ([form, group]) => `  ${group.length}× ${timeOf(group)}  ${cut(form.text)}${siteOf(group)}`,
    );
  const hidden = lines.length - MOST_SHOWN;
  return [
    ...lines.slice(0, MOST_SHOWN),
    ...(hidden > 0 ? [`  and ${hidden} more`] : []),
    ...(omitted > 0 ? [`  and ${omitted} calls that were not kept`] : []),
  ].join("\n");
}

function timeOf(group: readonly TracedStatement[]): string {
  const totalMs = group.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  return `${totalMs.toFixed(1)} ms`;
}

function cut(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT - 1)}…` : text;
}

function siteOf(group: readonly TracedStatement[]): string {
  const frame = group.find(({ stack }) => (stack?.length ?? 0) > 0)?.stack?.[0];
  return frame === undefined ? "" : `\n       at ${frame}`;
}
