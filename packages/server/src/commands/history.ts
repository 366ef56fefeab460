import type { Command } from "../command-line/command.ts";
import { EXIT_CODES } from "../command-line/exit-codes.ts";
import { withStore } from "../command-line/session.ts";
import { historyJson, historyReport } from "../report/history-report.ts";

const DEFAULT_LIMIT = 50;

export const history: Command = {
  name: "history",
  mostPositionals: 0,
  flags: [{ name: "limit", kind: "text" }],
  run: async (call) => {
    const limit = call.settings.count("limit", 1) ?? DEFAULT_LIMIT;
    const entries = await withStore(call, (store) => store.history(limit));
    call.terminal.print(
      call.settings.isOn("json")
        ? JSON.stringify(historyJson(entries), null, 2)
        : historyReport(entries, call.terminal),
    );
    return EXIT_CODES.fine;
  },
};
