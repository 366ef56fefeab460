import type { Command } from "../command-line/command.ts";
import { EXIT_CODES } from "../command-line/exit-codes.ts";

export const twin: Command = {
  name: "twin",
  mostPositionals: 3,
  flags: [
    { name: "database", kind: "text", variable: "STREAMGATE_DATABASE_URL" },
    { name: "names", kind: "text", isCommandLineOnly: true },
    { name: "values", kind: "text", isCommandLineOnly: true },
    { name: "secret", kind: "text", variable: "STREAMGATE_TWIN_SECRET" },
  ],
  run: async (call) => {
    // Loaded when it is asked for: no other command pays for it.
    const { runTwinAct } = await import("../what-if/twin-acts.ts");
    const { json, text } = await runTwinAct(call);
    call.terminal.print(call.settings.isOn("json") ? JSON.stringify(json, null, 2) : text);
    return EXIT_CODES.fine;
  },
};
