import { readFile } from "node:fs/promises";
import { isAtLeast, SEVERITIES, seededRandom, systemClock } from "@streamgate/core";
import type { ChoiceOptions } from "@streamgate/pg-advisor";
import type { Command, CommandCall } from "../command-line/command.ts";
import { EXIT_CODES } from "../command-line/exit-codes.ts";
import { followServers, type Session, withSession } from "../command-line/session.ts";
import { showTurn } from "../command-line/show-turn.ts";
import type { Settings } from "../configuration/settings.ts";
import { badSetting, usageError } from "../errors.ts";
import { INSTRUMENTS } from "../turn/instruments.ts";
import { runTurn } from "../turn/run-turn.ts";
import type { Goal, LabChoice, Observation, TurnOptions } from "../turn/turn-options.ts";
import { TURN_DEFAULTS } from "../turn/turn-options.ts";
import type { TurnState } from "../turn/turn-state.ts";
import { askToApply } from "./ask-to-apply.ts";

export const advise: Command = {
  name: "advise",
  mostPositionals: 1,
  flags: [
    { name: "database", kind: "text", variable: "STREAMGATE_DATABASE_URL" },
    { name: "observe", kind: "text" },
    { name: "workload", kind: "text" },
    { name: "replicas", kind: "text", variable: "STREAMGATE_REPLICA_URLS" },
    { name: "budget", kind: "text" },
    { name: "max-indexes", kind: "text" },
    { name: "time", kind: "text" },
    { name: "pareto", kind: "switch" },
    { name: "prove", kind: "switch" },
    { name: "lab", kind: "text" },
    { name: "apply", kind: "switch" },
    { name: "yes", kind: "switch", isCommandLineOnly: true },
    { name: "unproven", kind: "switch" },
    { name: "verify", kind: "text" },
    { name: "fail-on", kind: "text" },
  ],
  run: async (call) => {
    const failOn = call.settings.oneOf("fail-on", SEVERITIES);
    const options = await readOptions(call);
    refuseSilentApply(call, options.goal);
    const state = await withSession(call, (session) => runAndShow(call, session, options));
    const isAlarming = state.findings.some(
      ({ finding }) => failOn !== undefined && isAtLeast(finding.severity, failOn),
    );
    return isAlarming ? EXIT_CODES.findings : EXIT_CODES.fine;
  },
};

type AdviseOptions = Omit<TurnOptions, "folder" | "sharedFolder">;

async function runAndShow(
  call: CommandCall,
  { store, runFolder, memory }: Session,
  options: AdviseOptions,
): Promise<TurnState> {
  const { terminal, signal, settings, folder } = call;
  return showTurn(
    { terminal, isJson: settings.isOn("json"), memory },
    { target: options.targetName ?? "", goal: options.goal },
    (onEvent, whileAsking) =>
      runTurn(
        { ...options, folder: runFolder, sharedFolder: folder.root },
        store,
        {
          clock: systemClock,
          random: seededRandom(Date.now()),
          signal,
          instruments: INSTRUMENTS,
          confirm: settings.isOn("yes")
            ? async () => true
            : (finding, proof) => whileAsking(() => askToApply(terminal, finding, proof, signal)),
        },
        (event) => {
          followServers(memory, event);
          onEvent(event);
        },
      ),
  );
}

async function readOptions(call: CommandCall): Promise<AdviseOptions> {
  const { settings, positionals } = call;
  const connectionString = positionals[0] ?? settings.text("database");
  if (connectionString === undefined) {
    throw usageError(
      "advise on a database",
      "none was named",
      "write `streamgate advise postgresql://user@host:5432/database`, or set STREAMGATE_DATABASE_URL",
    );
  }
  const verifyMs = settings.durationMs("verify");
  return {
    connectionString: checkUrl(connectionString, "the database's URL"),
    goal: goalOf(settings, verifyMs),
    observation: await observationOf(settings),
    choice: choiceOf(settings),
    replicaUrls: replicasOf(settings),
    lab: labOf(settings),
    allowsUnproven: settings.isOn("unproven"),
    verifyMs: verifyMs ?? TURN_DEFAULTS.verifyMs,
  };
}

/** What is applied is watched, unless the user says `--verify 0s`. */
function goalOf(settings: Settings, verifyMs: number | undefined): Goal {
  if (settings.isOn("apply")) return verifyMs === 0 ? "apply" : "verify";
  for (const name of ["verify", "unproven", "yes"]) {
    if (!settings.isOnCommandLine(name)) continue;
    throw usageError(`use --${name}`, "nothing is to be applied", "add --apply, or leave it out");
  }
  return settings.isOn("prove") ? "prove" : "diagnose";
}

async function observationOf(settings: Settings): Promise<Observation> {
  const file = settings.text("workload");
  const windowMs = settings.durationMs("observe");
  if (file !== undefined && windowMs !== undefined) {
    throw usageError(
      "read the workload",
      "it cannot both be watched and come from a file",
      "leave out --observe or --workload",
    );
  }
  if (file !== undefined) {
    try {
      return { kind: "file", text: await readFile(file, "utf8") };
    } catch (cause) {
      throw badSetting(`the workload ${file}`, "it cannot be read", "name a file of SQL", cause);
    }
  }
  return windowMs === undefined ? TURN_DEFAULTS.observation : { kind: "window", ms: windowMs };
}

/** Standbys: an index that only they read is used. */
function replicasOf(settings: Settings): readonly string[] {
  const urls = (settings.text("replicas") ?? "").split(",").map((url) => url.trim());
  return urls.filter((url) => url !== "").map((url) => checkUrl(url, "--replicas"));
}

/** What was not said is left to the choice's own defaults. */
function choiceOf(settings: Settings): ChoiceOptions {
  const budgetBytes = settings.sizeBytes("budget");
  const indexesAtMost = settings.count("max-indexes", 0);
  const timeMs = settings.durationMs("time");
  return {
    ...(budgetBytes === undefined ? {} : { budgetBytes }),
    ...(indexesAtMost === undefined ? {} : { indexesAtMost }),
    ...(timeMs === undefined ? {} : { timeMs }),
    pareto: settings.isOn("pareto"),
  };
}

function labOf(settings: Settings): LabChoice {
  const lab = settings.text("lab");
  if (lab === undefined || lab === "embedded") return { kind: "copy" };
  return { kind: "named", url: checkUrl(lab, "--lab") };
}

function checkUrl(text: string, what: string): string {
  if (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text)) return text;
  throw usageError(
    `read ${what}`,
    "it is no PostgreSQL connection string",
    "write it like postgresql://user@host:5432/database",
  );
}

function refuseSilentApply({ settings, terminal }: CommandCall, goal: Goal): void {
  const mayApply = goal === "apply" || goal === "verify";
  if (!mayApply || settings.isOn("yes") || terminal.canAsk) return;
  throw usageError(
    "ask before each apply",
    "there is no terminal to ask on",
    "add --yes to apply without asking, or use --prove and decide later",
  );
}
