import type { MemoryWatch } from "../memory/memory-watch.ts";
import { jsonReportOf } from "../report/json-report.ts";
import { terminalReport } from "../report/terminal-report.ts";
import type { TurnEvent } from "../turn/events.ts";
import type { Goal } from "../turn/turn-options.ts";
import { afterEvent, initialState, type TurnState } from "../turn/turn-state.ts";
import { narrate } from "./narrator.ts";
import { startProgressLine } from "./progress-line.ts";
import type { Terminal } from "./terminal.ts";

/** Where and how a turn is shown. */
export interface TurnShow {
  readonly terminal: Terminal;
  readonly isJson: boolean;
  readonly memory: MemoryWatch;
  /** No report at the end: something else shows it. @default false */
  readonly isQuiet?: boolean;
  /** What `--json` prints beside the turn. */
  readonly more?: () => Readonly<Record<string, unknown>>;
}

/** Runs a turn: `onEvent` shows what happens, `whileAsking` keeps the progress out of a question. */
type RunShown = (
  onEvent: (event: TurnEvent) => void,
  whileAsking: <T>(ask: () => Promise<T>) => Promise<T>,
) => Promise<unknown>;

/**
 * Tells a turn while it runs and reports at its end. A turn that fails or is stopped reports what
 * it had found by then, and its error goes on.
 */
export async function showTurn(
  show: TurnShow,
  about: { readonly target: string; readonly goal: Goal },
  run: RunShown,
): Promise<TurnState> {
  const { terminal } = show;
  const line = startProgressLine(terminal, () => performance.now());
  let state = initialState(about.target, about.goal);
  const onEvent = (event: TurnEvent): void => {
    state = afterEvent(state, event);
    if (event.kind === "turn started") state = { ...state, target: event.target };
    if (event.kind === "progress") line.show(event.stage, event.progress);
    const text = narrate(event, state);
    if (text !== null) line.say(text);
  };
  const whileAsking = <T>(ask: () => Promise<T>): Promise<T> => {
    line.clear();
    return ask();
  };
  try {
    await run(onEvent, whileAsking);
  } catch (error) {
    line.clear();
    if (show.isJson || state.findings.length > 0) printReport(show, state);
    throw error;
  }
  line.clear();
  if (!show.isQuiet || show.isJson) printReport(show, state);
  return state;
}

/** The report of a turn on standard output. */
function printReport({ terminal, isJson, memory, more }: TurnShow, state: TurnState): void {
  terminal.print(
    isJson
      ? JSON.stringify({ ...jsonReportOf(state, memory.parts()), ...more?.() }, null, 2)
      : `\n${terminalReport(state, terminal)}`,
  );
}
