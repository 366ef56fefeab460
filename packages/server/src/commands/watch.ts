import type { Command } from "../command-line/command.ts";

export const watch: Command = {
  name: "watch",
  mostPositionals: 1,
  flags: [
    { name: "check", kind: "switch", isCommandLineOnly: true },
    { name: "agent-port", kind: "text" },
  ],
  // Loaded when it is asked for: no other command pays for the monitor's code.
  run: async (call) => (await import("../watching/watch-command.ts")).runWatchCommand(call),
};
