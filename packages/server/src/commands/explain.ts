import { SEVERITIES } from "@streamgate/core";
import type { Command } from "../command-line/command.ts";
import { redact, redactDeeply } from "../secrets/redact.ts";

export const explain: Command = {
  name: "explain",
  mostPositionals: 2,
  flags: [
    { name: "diff", kind: "switch", isCommandLineOnly: true },
    { name: "database", kind: "text", isCommandLineOnly: true },
    { name: "limit", kind: "text" },
    { name: "fail-on", kind: "text" },
  ],
  run: async (call) => {
    const failOn = call.settings.oneOf("fail-on", SEVERITIES);
    // Loaded when it is asked for: no other command pays for it.
    const { runExplainCommand } = await import("../plans/command/run-explain-command.ts");
    const { json, lines, exitCode } = await runExplainCommand(call, failOn);
    call.terminal.print(
      call.settings.isOn("json")
        ? JSON.stringify(redactDeeply(json), null, 2)
        : redact(lines.join("\n")),
    );
    return exitCode;
  },
};
