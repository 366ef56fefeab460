import type { Command } from "../command-line/command.ts";
import { EXIT_CODES } from "../command-line/exit-codes.ts";
import { redact, redactDeeply } from "../secrets/redact.ts";

/** A sentence's words need no quotes. */
const MOST_WORDS = 1_000;

export const alerts: Command = {
  name: "alerts",
  mostPositionals: MOST_WORDS,
  flags: [
    { name: "file", kind: "text", isCommandLineOnly: true },
    { name: "for", kind: "text", isCommandLineOnly: true },
    { name: "since", kind: "text", isCommandLineOnly: true },
    { name: "comment", kind: "text", isCommandLineOnly: true },
    { name: "owner", kind: "text", isCommandLineOnly: true },
    { name: "to", kind: "text", isCommandLineOnly: true },
    { name: "runbooks", kind: "text", isCommandLineOnly: true },
    { name: "fail-on", kind: "text" },
    { name: "author", kind: "text" },
  ],
  run: async (call) => {
    // Loaded when it is asked for: no other command pays for the monitor's code.
    const { runAct } = await import("../watching/acts/run-act.ts");
    const [act = "list", ...words] = call.positionals;
    const { json, text, exitCode = EXIT_CODES.fine } = await runAct(act, words, call);
    call.terminal.print(
      call.settings.isOn("json") ? JSON.stringify(redactDeeply(json), null, 2) : redact(text),
    );
    return exitCode;
  },
};
