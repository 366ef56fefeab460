import type { Command } from "../command-line/command.ts";
import { EXIT_CODES } from "../command-line/exit-codes.ts";

export const tokens: Command = {
  name: "tokens",
  mostPositionals: 2,
  flags: [
    { name: "scope", kind: "text", isCommandLineOnly: true },
    { name: "expires", kind: "text", isCommandLineOnly: true },
    { name: "grace", kind: "text", isCommandLineOnly: true },
  ],
  run: async (call) => {
    // Loaded when it is asked for: no other command pays for it.
    const { runTokenAct } = await import("../access/token-acts.ts");
    const { json, text } = await runTokenAct(call);
    call.terminal.print(call.settings.isOn("json") ? JSON.stringify(json, null, 2) : text);
    return EXIT_CODES.fine;
  },
};
