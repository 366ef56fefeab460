import type { Command } from "../command-line/command.ts";
import { redact, redactDeeply } from "../secrets/redact.ts";

export const requests: Command = {
  name: "requests",
  mostPositionals: 1,
  flags: [{ name: "fail-on", kind: "text" }],
  run: async (call) => {
    // Loaded when it is asked for: no other command pays for it.
    const { runRequestsCommand } = await import("../requests/run-requests-command.ts");
    const { json, text, exitCode } = await runRequestsCommand(call);
    call.terminal.print(
      call.settings.isOn("json") ? JSON.stringify(redactDeeply(json), null, 2) : redact(text),
    );
    return exitCode;
  },
};
