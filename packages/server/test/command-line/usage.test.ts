import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runStreamGate } from "../../../../test/support/streamgate.ts";

const URL = "postgresql://me@127.0.0.1:1/shop";

function folderWith(name: string, content: string): string {
  const folder = mkdtempSync(join("/tmp", "streamgate-config-"));
  writeFileSync(join(folder, name), content);
  return folder;
}

describe("a wrong command line ends with 2 and says what was meant", () => {
  test.each([
    [["advize", URL], "did you mean `streamgate advise`?"],
    [["advise", URL, "--prov"], "did you mean --prove?"],
    [["advise", URL, "--fail-onn", "high"], "did you mean --fail-on?"],
    [["advise", URL, "--xylophone"], "see `streamgate advise --help`"],
    [["advise", URL, "--replicas", `${URL},http://standby`], "write it like postgresql://"],
    [["advise"], "none was named"],
    [["advise", URL, "more"], "one word too many"],
    [["advise", "shop"], "it is no PostgreSQL connection string"],
    [["advise", URL, "--observe"], "its value is missing"],
    [["advise", URL, "--observe", "soon"], "it is not a duration"],
    [["advise", URL, "--budget", "much"], "write it like 512kb, 500mb or 1.5gb"],
    [["advise", URL, "--max-indexes", "-1"], "it is not a whole number of at least 0"],
    [["advise", URL, "--time", "soon"], "it is not a duration"],
    [["advise", URL, "--fail-on", "awful"], "use info, low, medium, high, critical"],
    [["advise", URL, "--prove=yes"], "it is a switch and takes no value"],
    [["advise", URL, "--verify", "5m"], "nothing is to be applied"],
    [["advise", URL, "--apply"], "there is no terminal to ask on"],
    [
      ["advise", URL, "--observe", "5s", "--workload", "x.sql"],
      "leave out --observe or --workload",
    ],
    [["advise", URL, "--workload", "/no/such.sql"], "it cannot be read"],
    [["revert"], "`streamgate history` lists the ids"],
    [["revert", "x"], "there is no terminal to ask on"],
    [["history", "--limit", "0"], "it is not a whole number of at least 1"],
    [["demo", "--scale", "huge"], "it is no number above 0"],
    [["watch", "/no/such.json"], "there is no such file"],
    [["alerts", "acknowlege", "1"], "did you mean `streamgate alerts acknowledge`?"],
    [["alerts", "test", "pager", "--file", "/no/such.json"], "there is no such file"],
  ])("streamgate %j: %s", async (words, saying) => {
    const { code, stderr, stdout } = await runStreamGate(words);
    expect(stderr).toContain(saying);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  test("a variable is named where it is the variable that is wrong", async () => {
    const { code, stderr } = await runStreamGate(["advise", URL], {
      environment: { STREAMGATE_OBSERVE: "soon" },
    });
    expect(code).toBe(2);
    expect(stderr).toContain("STREAMGATE_OBSERVE soon");
  });

  test("a key of the configuration file that does not exist is named with the nearest", async () => {
    const folder = folderWith("streamgate.config.json", '{ "failon": "high" }');
    const { code, stderr } = await runStreamGate(["advise", URL], { folder });
    expect(code).toBe(2);
    expect(stderr).toContain("did you mean failOn?");
  });

  test("a value of the configuration file is used, and a flag wins over it", async () => {
    const folder = folderWith("streamgate.config.js", 'export default { observe: "soon" };');
    expect((await runStreamGate(["advise", URL], { folder })).stderr).toContain("observe in ");
    const { stderr } = await runStreamGate(["advise", URL, "--observe", "never"], { folder });
    expect(stderr).toContain("--observe never");
  });
});

describe("configuration files that cannot be read end with 3", () => {
  test("broken JSON", async () => {
    const folder = folderWith("streamgate.config.json", "{");
    const { code, stderr } = await runStreamGate(["history"], { folder });
    expect(code).toBe(3);
    expect(stderr).toContain("SG_SERVER_CONFIGURATION");
  });

  test("TypeScript, where Node.js cannot run it", async () => {
    const folder = folderWith("streamgate.config.ts", "export default {} satisfies object;");
    const { code, stderr } = await runStreamGate(["advise"], { folder });
    const { typescript } = process.features as { readonly typescript?: unknown };
    const canRunTypeScript = typeof typescript === "string";
    expect(code).toBe(canRunTypeScript ? 2 : 3);
    if (!canRunTypeScript) expect(stderr).toContain("does not run TypeScript by itself");
  });
});

describe("help and version", () => {
  test.each(["advise", "demo", "history", "revert"])(
    "streamgate %s --help fits 100 columns",
    async (name) => {
      const { code, stdout } = await runStreamGate([name, "--help"]);
      expect(code).toBe(0);
      expect(stdout).toContain(`streamgate ${name}`);
      for (const line of stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(100);
    },
  );

  test("streamgate alone shows every command", async () => {
    const { code, stdout } = await runStreamGate([]);
    expect(code).toBe(0);
    for (const name of ["advise", "demo", "history", "revert"]) expect(stdout).toContain(name);
  });

  test("--version is that of the package", async () => {
    expect((await runStreamGate(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
