import type { JSX } from "preact";
import { hrefTo } from "../app/address.ts";
import { useShell } from "../app/shell-context.tsx";
import { CodeLine } from "./code-block.tsx";
import "./statement-link.css";

interface StatementLinkProps {
  readonly fingerprint: string;
  readonly text: string;
  /** Where it ran; absent where any may be meant. */
  readonly database?: string;
  /** How many recommendations would make it faster. @default 0 */
  readonly recommendations?: number;
}

/** A statement on one line, as the way to its page. */
export function StatementLink(props: StatementLinkProps): JSX.Element {
  const { fingerprint, text, database, recommendations = 0 } = props;
  const { address } = useShell();
  const search = database === undefined ? {} : { database };
  return (
    <a
      class="statement-link"
      href={hrefTo(`/queries/${encodeURIComponent(fingerprint)}`, address, search)}
    >
      {recommendations === 0 ? null : (
        <span class="advice-sign" title="something is advised">
          <span aria-hidden="true">▲</span>
          <span class="sr">something is advised: </span>
        </span>
      )}
      <CodeLine code={text.replaceAll(/\s+/g, " ")} />
    </a>
  );
}
