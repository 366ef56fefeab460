import type { Command } from "../command-line/command.ts";
import { EXIT_CODES } from "../command-line/exit-codes.ts";

export const serve: Command = {
  name: "serve",
  mostPositionals: 0,
  flags: [
    { name: "file", kind: "text" },
    { name: "host", kind: "text" },
    { name: "port", kind: "text" },
    { name: "open", kind: "switch", isCommandLineOnly: true },
  ],
  run: async (call) => {
    // Loaded when it is asked for: no other command pays for the platform's code.
    const { runServe } = await import("../platform/run-serve.ts");
    await runServe(call);
    return EXIT_CODES.fine;
  },
};
