import { seededRandom, systemClock } from "@streamgate/core";
import type { Command, CommandCall } from "../command-line/command.ts";
import { EXIT_CODES } from "../command-line/exit-codes.ts";
import { startProgressLine } from "../command-line/progress-line.ts";
import { withStore } from "../command-line/session.ts";
import { DEMO_TARGET, findRunningDemo } from "../demo/running-demo.ts";
import { findingUnknown, nothingToRevert, usageError } from "../errors.ts";
import { oneLine } from "../report/text/layout.ts";
import { redactDeeply } from "../secrets/redact.ts";
import { STANDING_STATES } from "../store/finding-state.ts";
import type { HistoryEntry } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import { INSTRUMENTS } from "../turn/instruments.ts";
import { revertStanding } from "../turn/revert-standing.ts";

export const revert: Command = {
  name: "revert",
  mostPositionals: 1,
  flags: [
    { name: "database", kind: "text", variable: "STREAMGATE_DATABASE_URL" },
    { name: "yes", kind: "switch", isCommandLineOnly: true },
  ],
  run: async (call) => {
    const id = call.positionals[0];
    if (id === undefined) {
      throw usageError(
        "revert a finding",
        "none was named",
        "write `streamgate revert ID`; `streamgate history` lists the ids",
      );
    }
    if (!call.settings.isOn("yes") && !call.terminal.canAsk) {
      throw usageError(
        "ask before the revert",
        "there is no terminal to ask on",
        "add --yes to revert without asking",
      );
    }
    return withStore(call, (store) => revertById(call, store, id));
  },
};

async function revertById(call: CommandCall, store: Store, id: string): Promise<number> {
  const { terminal, signal, settings } = call;
  const entry = await findStanding(store, id);
  const { fix } = entry.finding;
  if (fix === undefined) throw nothingToRevert(id, entry.state);
  const connectionString = await addressFor(call, entry);
  for (const step of fix.steps) {
    if (step.kind === "sql" && step.revert !== "") terminal.tell(`  ${oneLine(step.revert)}`);
  }
  const isAgreed =
    settings.isOn("yes") || (await terminal.ask(`Run this on ${entry.target}?`, signal));
  if (!isAgreed) return EXIT_CODES.fine;
  const line = startProgressLine(terminal, () => performance.now());
  const application = await revertStanding(
    {
      run: null,
      target: entry.target,
      finding: entry.id,
      fix,
      connectionString,
      reason: "`streamgate revert`",
    },
    store,
    INSTRUMENTS,
    {
      clock: systemClock,
      random: seededRandom(Date.now()),
      signal,
      onProgress: (progress) => line.show("revert", progress),
    },
  );
  line.clear();
  if (settings.isOn("json")) {
    const { target, id: finding } = entry;
    terminal.print(JSON.stringify(redactDeeply({ finding, target, application }), null, 2));
  } else {
    const isChanged = application.steps.some(({ outcome }) => outcome !== "already there");
    terminal.print(
      isChanged
        ? `Taken back: ${oneLine(fix.summary)}`
        : `Already gone from ${entry.target}, and noted as taken back: ${oneLine(fix.summary)}`,
    );
  }
  return EXIT_CODES.fine;
}

async function findStanding(store: Store, id: string): Promise<HistoryEntry> {
  const matches = await store.findingsWithId(id);
  const exact = matches.filter((entry) => entry.id === id);
  const wanted = exact.length > 0 ? exact : matches;
  const standing = wanted.filter(({ state }) => STANDING_STATES.includes(state));
  const [only] = standing;
  if (only !== undefined && standing.length === 1) return only;
  if (standing.length > 1 || wanted.length !== 1) {
    throw findingUnknown(
      id,
      wanted.map((entry) => `${entry.id} on ${entry.target}`),
    );
  }
  throw nothingToRevert(id, wanted[0]?.state ?? "unknown");
}

async function addressFor({ settings, folder }: CommandCall, entry: HistoryEntry): Promise<string> {
  const named = settings.text("database");
  if (named !== undefined) return named;
  if (entry.target !== DEMO_TARGET) return entry.connection;
  const demo = await findRunningDemo(folder);
  if (demo !== undefined) return demo;
  throw usageError(
    `revert ${entry.id}`,
    "it was applied to the demo's database, and no demo is running",
    "start it with `streamgate demo`",
  );
}
