import type { Command } from "../command-line/command.ts";
import { EXIT_CODES } from "../command-line/exit-codes.ts";
import type { Settings } from "../configuration/settings.ts";
import { DEMO_DEFAULTS, type DemoOptions, TINY_SCALE } from "../demo/demo-options.ts";
import { badSetting } from "../errors.ts";

export const demo: Command = {
  name: "demo",
  mostPositionals: 0,
  flags: [
    { name: "scale", kind: "text" },
    { name: "port", kind: "text" },
    { name: "rate", kind: "text" },
    { name: "observe", kind: "text" },
    { name: "verify", kind: "text" },
    { name: "once", kind: "switch", isCommandLineOnly: true },
    { name: "fresh", kind: "switch", isCommandLineOnly: true },
  ],
  run: async (call) => {
    const options = readOptions(call.settings);
    // Loaded when it is asked for: no other command pays for the monitor's code.
    const { runDemo } = await import("../demo/run-demo.ts");
    await runDemo(options, call);
    return EXIT_CODES.fine;
  },
};

function readOptions(settings: Settings): DemoOptions {
  return {
    scale: scaleOf(settings.text("scale")),
    port: settings.count("port", 1) ?? DEMO_DEFAULTS.port,
    rate: settings.count("rate", 1) ?? DEMO_DEFAULTS.rate,
    observeMs: settings.durationMs("observe") ?? DEMO_DEFAULTS.observeMs,
    verifyMs: settings.durationMs("verify") ?? DEMO_DEFAULTS.verifyMs,
    isOnce: settings.isOn("once"),
    isFresh: settings.isOn("fresh"),
  };
}

function scaleOf(text: string | undefined): number {
  if (text === undefined) return DEMO_DEFAULTS.scale;
  if (text === "tiny") return TINY_SCALE;
  const scale = Number(text);
  if (scale > 0 && scale <= 100) return scale;
  throw badSetting(
    `--scale ${text}`,
    "it is no number above 0 and up to 100",
    "write 1, 0.5 or tiny",
  );
}
