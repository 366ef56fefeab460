import type { Progress } from "@streamgate/core";
import { groupDigits } from "../report/wording.ts";
import type { Terminal } from "./terminal.ts";

/** Shows how far long work is: drawn over in a terminal, a line now and then elsewhere. */
export interface ProgressLine {
  show(label: string, progress: Progress): void;
  /** Says a line of text; the progress is drawn again below it. */
  say(text: string): void;
  clear(): void;
}

const REDRAW_MS = 80;
const PLAIN_LINE_MS = 10_000;
const BAR_COLUMNS = 24;

export function startProgressLine(terminal: Terminal, nowMs: () => number): ProgressLine {
  return terminal.canDraw ? drawnLine(terminal, nowMs) : plainLines(terminal, nowMs);
}

/** `\r` and Erase in Line (ECMA-48, 8.3.41) draw over what was there. */
const ERASE = "\r\u001b[2K";

function drawnLine(terminal: Terminal, nowMs: () => number): ProgressLine {
  let lastMs = Number.NEGATIVE_INFINITY;
  let isDrawn = false;
  const clear = (): void => {
    if (isDrawn) terminal.draw(ERASE);
    isDrawn = false;
  };
  return {
    clear,
    say: (text) => {
      clear();
      terminal.tell(text);
    },
    show: (label, progress) => {
      const isEnd = progress.total !== undefined && progress.done >= progress.total;
      if (!isEnd && nowMs() - lastMs < REDRAW_MS) return;
      lastMs = nowMs();
      const text = `${label.padEnd(9)} ${barOf(progress)}${describeProgress(progress)}`;
      terminal.draw(
        `${ERASE}${Array.from(text)
          .slice(0, terminal.widthColumns - 1)
          .join("")}`,
      );
      isDrawn = true;
    },
  };
}

function plainLines(terminal: Terminal, nowMs: () => number): ProgressLine {
  let lastMs = Number.NEGATIVE_INFINITY;
  return {
    clear: () => undefined,
    say: (text) => terminal.tell(text),
    show: (label, progress) => {
      if (Number.isNaN(lastMs) || nowMs() - lastMs < PLAIN_LINE_MS) return;
      lastMs = nowMs();
      terminal.tell(`${label}: ${describeProgress(progress)}`);
    },
  };
}

/** `copying public.users, 120,000 of 200,000 rows` */
function describeProgress({ activity, done, total, unit }: Progress): string {
  const amount =
    total === undefined ? groupDigits(done) : `${groupDigits(done)} of ${groupDigits(total)}`;
  return `${activity}, ${amount} ${unit}`;
}

function barOf({ done, total }: Progress): string {
  if (total === undefined || total <= 0) return "";
  const filled = Math.round(Math.min(1, Math.max(0, done / total)) * BAR_COLUMNS);
  return `${"━".repeat(filled)}${"╌".repeat(BAR_COLUMNS - filled)} `;
}
