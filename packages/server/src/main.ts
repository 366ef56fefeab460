import { StreamGateError } from "@streamgate/core";
import { EXIT_CODES } from "./command-line/exit-codes.ts";
import { listenForInterruption } from "./command-line/interruption.ts";
import { runCommand } from "./command-line/run-command.ts";
import { openTerminal } from "./command-line/terminal.ts";
import { advise } from "./commands/advise.ts";
import { alerts } from "./commands/alerts.ts";
import { demo } from "./commands/demo.ts";
import { explain as explainPlans } from "./commands/explain.ts";
import { history } from "./commands/history.ts";
import { indexes } from "./commands/indexes.ts";
import { requests } from "./commands/requests.ts";
import { revert } from "./commands/revert.ts";
import { rewrite } from "./commands/rewrite.ts";
import { serve } from "./commands/serve.ts";
import { tokens } from "./commands/tokens.ts";
import { twin } from "./commands/twin.ts";
import { watch } from "./commands/watch.ts";
import { growHeapSlowly } from "./memory/grow-heap-slowly.ts";
import { redact } from "./secrets/redact.ts";
import { problemOf } from "./turn/take-turn.ts";

growHeapSlowly();
const terminal = openTerminal();
const signal = listenForInterruption(() =>
  terminal.tell("\nStopping, and leaving nothing behind. Ctrl-C once more forces it."),
);

try {
  process.exitCode = await runCommand(
    process.argv.slice(2),
    [
      demo,
      advise,
      explainPlans,
      indexes,
      requests,
      history,
      revert,
      serve,
      watch,
      alerts,
      tokens,
      twin,
      rewrite,
    ],
    {
      terminal,
      signal,
      environment: process.env,
      folder: process.cwd(),
    },
  );
} catch (error) {
  process.exitCode = signal.aborted ? EXIT_CODES.interrupted : exitCodeOf(error);
  // What was stopped on purpose needs no word, unless something is left to do.
  if (!signal.aborted || isWorthAWord(error)) explain(error);
}
// Timers and sockets of what was left to itself must not keep the process alive.
process.stdout.write("", () => process.exit());

function exitCodeOf(error: unknown): number {
  const isUsage =
    error instanceof StreamGateError &&
    (error.code === "SG_SERVER_USAGE" || error.code === "SG_SERVER_BAD_SETTING");
  return isUsage ? EXIT_CODES.usage : EXIT_CODES.couldNotRun;
}

function isWorthAWord(error: unknown): boolean {
  return error instanceof StreamGateError && !error.code.endsWith("_ABORTED");
}

function explain(error: unknown): void {
  const { code, tried, happened, remedy } = problemOf(error);
  terminal.tell(`${code}\n  tried to   ${tried}\n  happened   ${happened}\n  to mend it ${remedy}`);
  if ((process.env.STREAMGATE_DEBUG ?? "") === "" || !(error instanceof Error)) return;
  terminal.tell(redact(error.stack ?? ""));
  if (error.cause instanceof Error) terminal.tell(redact(error.cause.stack ?? ""));
}
