import type { Command } from "../command-line/command.ts";
import { EXIT_CODES } from "../command-line/exit-codes.ts";
import { redact, redactDeeply } from "../secrets/redact.ts";

export const indexes: Command = {
  name: "indexes",
  mostPositionals: 2,
  flags: [
    { name: "table", kind: "text", isCommandLineOnly: true },
    { name: "search", kind: "text", isCommandLineOnly: true },
    { name: "sort", kind: "text", isCommandLineOnly: true },
    { name: "limit", kind: "text" },
  ],
  run: async (call) => {
    // Loaded when it is asked for: no other command pays for it.
    const { runIndexesCommand } = await import("../indexes/command/run-indexes-command.ts");
    const { json, lines } = await runIndexesCommand(call);
    call.terminal.print(
      call.settings.isOn("json")
        ? JSON.stringify(redactDeeply(json), null, 2)
        : redact(lines.join("\n")),
    );
    return EXIT_CODES.fine;
  },
};
