import type { Command } from "../command-line/command.ts";
import { EXIT_CODES } from "../command-line/exit-codes.ts";
import { redact, redactDeeply } from "../secrets/redact.ts";

export const rewrite: Command = {
  name: "rewrite",
  mostPositionals: 2,
  flags: [
    { name: "database", kind: "text", variable: "STREAMGATE_DATABASE_URL" },
    { name: "prove", kind: "switch", isCommandLineOnly: true },
    { name: "lab", kind: "text", variable: "STREAMGATE_LAB_URL" },
    { name: "databases", kind: "text", isCommandLineOnly: true },
  ],
  run: async (call) => {
    // Loaded when it is asked for: no other command pays for it.
    const { runRewriteCommand } = await import("../rewriting/run-rewrite-command.ts");
    const { json, statement, remarks } = await runRewriteCommand(call);
    for (const remark of remarks) call.terminal.tell(redact(remark));
    if (call.settings.isOn("json"))
      call.terminal.print(JSON.stringify(redactDeeply(json), null, 2));
    else if (statement !== null) call.terminal.print(statement);
    return EXIT_CODES.fine;
  },
};
