import type {
  LockChainList,
  LockChainView,
  LockSessionView,
  LockWaiterView,
} from "@streamgate/contract";
import type { JSX } from "preact";
import { FigureText } from "../../components/figure.tsx";
import { StatementLink } from "../../components/statement-link.tsx";
import { Empty } from "../../components/states.tsx";
import { TimeText } from "../../components/time-text.tsx";
import "./lock-chains.css";

const DEEPEST = 6;

/** Who holds what others wait for: those that stand first, then those of the last day. */
export function LockChains({ list: { items } }: { list: LockChainList }): JSX.Element {
  if (items.length === 0)
    return (
      <Empty title="Nobody waited for a lock in the last day">
        <p>StreamGate looks each time that it reads a database; shorter waits are not seen.</p>
      </Empty>
    );
  return (
    <ul class="plain lock-chains">
      {items.map((chain) => (
        <Chain key={chain.id} chain={chain} />
      ))}
    </ul>
  );
}

function Chain({ chain }: { chain: LockChainView }): JSX.Element {
  const { database, root, waiting, endedAt, firstSeenAt, mostWaiting, longestWait } = chain;
  return (
    <li>
      <h2 class="lock-holder">
        {nameOf(root)}{" "}
        <span class={`tag ${endedAt === null ? "is-bad" : ""}`}>
          {endedAt === null ? "stands now" : "over"}
        </span>
      </h2>
      <p class="muted">
        {database} · <FigureText figure={mostWaiting} /> waited for it, up to{" "}
        <FigureText figure={longestWait} /> · seen first <TimeText at={firstSeenAt} />
        {endedAt === null ? null : (
          <>
            , gone <TimeText at={endedAt} />
          </>
        )}
      </p>
      <SessionFacts session={root} />
      <Statement session={root} database={database} />
      <ul class="plain lock-waiters" aria-label={`sessions that waited for process ${root.pid}`}>
        {waiting.map((waiter) => (
          <li key={waiter.pid} class={`lock-depth-${Math.min(waiter.depth, DEEPEST)}`}>
            <Waiter waiter={waiter} database={database} />
          </li>
        ))}
      </ul>
    </li>
  );
}

function Waiter({ waiter, database }: { waiter: LockWaiterView; database: string }): JSX.Element {
  const { waited, lock, relation, waitsFor } = waiter;
  return (
    <>
      <p>
        <strong>{nameOf(waiter)}</strong> waited <FigureText figure={waited} />
        <span class="muted">
          {lock === null ? null : ` · ${lock}`}
          {relation === null ? null : `, ${relation}`}
          {` · for ${waitsFor.join(", ")}`}
        </span>
      </p>
      <Statement session={waiter} database={database} />
    </>
  );
}

function SessionFacts({ session }: { session: LockSessionView }): JSX.Element | null {
  const { state, stateAge, transactionAge } = session;
  if (state === null) return null;
  return (
    <p class="muted">
      {state} for <FigureText figure={stateAge} /> in a transaction of{" "}
      <FigureText figure={transactionAge} />
    </p>
  );
}

function Statement({
  session: { fingerprint, text },
  database,
}: {
  session: LockSessionView;
  database: string;
}): JSX.Element | null {
  if (text === null) return null;
  if (fingerprint === null) return <code class="lock-text">{text}</code>;
  return <StatementLink fingerprint={fingerprint} text={text} database={database} />;
}

function nameOf({ pid, application, user }: LockSessionView): string {
  if (pid === 0) return "A prepared transaction";
  const who = [application, user].filter((word) => word !== null).join(", ");
  return `Process ${pid}${who === "" ? "" : ` (${who})`}`;
}
