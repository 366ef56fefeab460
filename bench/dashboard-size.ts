// How much travels before somebody sees the first screen without JavaScript, and how much JavaScript do the pages take?
import { execFileSync } from "node:child_process";
import { request } from "node:http";
import { fileURLToPath } from "node:url";
import type { Bench, BenchRow } from "./contract.ts";
import { withServedDashboard } from "./dashboard-paint/served-dashboard.ts";
import { libraryVersions } from "./support/versions.ts";

const KB = 1_024;
const GOAL = { firstScreen: 14 * KB, initial: 35 * KB, route: 12 * KB, all: 150 * KB } as const;
/** The check of every build weighs them, too. */
const WEIGHER = fileURLToPath(new URL("../scripts/check-dashboard-size.js", import.meta.url));

export const bench: Bench = {
  async measure(tell) {
    const screen = await withServedDashboard(tell, firstScreen);
    const scripts = weighScripts();
    const row = (metric: string, unit: string, value: number): BenchRow => ({
      subject: "dashboard",
      metric,
      unit,
      median: value,
      best: value,
      ratio: 1,
    });
    const largest = scripts.routes.reduce((left, right) =>
      left.bytes >= right.bytes ? left : right,
    );
    const isWhole =
      screen.verdicts === 1 && screen.figures === 6 && screen.charts === 6 && screen.actions >= 3;
    return {
      versions: await libraryVersions(["preact", "vite"]),
      rows: [
        row("first screen, brotli", "bytes", screen.bytes),
        row("figures in it", "figures", screen.figures),
        row("charts in it", "charts", screen.charts),
        row("actions in it", "actions", screen.actions),
        row("JavaScript of the first page, gzip", "bytes", scripts.initial),
        ...scripts.routes.map(({ name, bytes }) =>
          row(`JavaScript that ${name} adds, gzip`, "bytes", bytes),
        ),
        row("JavaScript of all pages, gzip", "bytes", scripts.all),
      ],
      verdict: {
        goal: `verdict, six figures, six charts, three actions in one response of ≤ 14 KB brotli without JavaScript; JavaScript, gzip: initial ≤ 35 KB, a route ≤ 12 KB, all ≤ 150 KB`,
        value: `${inKb(screen.bytes)} with ${screen.verdicts} verdict, ${screen.figures} figures, ${screen.charts} charts, ${screen.actions} actions; initial ${inKb(scripts.initial)}, largest route ${inKb(largest.bytes)} (${largest.name}), all ${inKb(scripts.all)}`,
        met:
          isWhole &&
          screen.bytes <= GOAL.firstScreen &&
          scripts.initial <= GOAL.initial &&
          largest.bytes <= GOAL.route &&
          scripts.all <= GOAL.all,
      },
    };
  },
};

interface Weighed {
  readonly what: string;
  readonly bytes: number;
}

interface Scripts {
  readonly initial: number;
  readonly routes: readonly { readonly name: string; readonly bytes: number }[];
  readonly all: number;
}

function weighScripts(): Scripts {
  const rows = JSON.parse(
    execFileSync(process.execPath, [WEIGHER, "--json"], { encoding: "utf8" }),
  ) as readonly Weighed[];
  const bytesOf = (start: string): number =>
    rows.find(({ what }) => what.startsWith(start))?.bytes ?? Number.NaN;
  return {
    initial: bytesOf("initial"),
    routes: rows
      .filter(({ what }) => what.startsWith("route"))
      .map(({ what, bytes }) => ({ name: /: (\S+)/.exec(what)?.[1] ?? what, bytes })),
    all: bytesOf("all"),
  };
}

interface Screen {
  /** Of the response's body as it travels. */
  readonly bytes: number;
  readonly verdicts: number;
  readonly figures: number;
  readonly charts: number;
  readonly actions: number;
}

/** What one request brings, as a browser without JavaScript would show it. */
async function firstScreen(url: string): Promise<Screen> {
  const bytes = await bodyBytes(url, "br");
  const html = await (await fetch(url, { headers: { "accept-encoding": "identity" } })).text();
  const [, main = ""] = /<main[^>]*>([\s\S]*)<\/main>/.exec(html) ?? [];
  const count = (pattern: RegExp): number => [...main.matchAll(pattern)].length;
  return {
    bytes: bytes.length,
    verdicts: count(/class="verdict /g),
    figures: count(/class="figure-large\b/g),
    charts: count(/<svg[^>]*role="img"/g),
    actions: count(/href="\/recommendations\/[^"]+"/g),
  };
}

/** The body as it travels: `fetch` would unpack it. */
function bodyBytes(url: string, encoding: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers: { "accept-encoding": encoding } }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.once("end", () => resolve(Buffer.concat(parts)));
    });
    sent.once("error", reject);
    sent.end();
  });
}

function inKb(bytes: number): string {
  return `${(bytes / KB).toFixed(1)} KB`;
}
