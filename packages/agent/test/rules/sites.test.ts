import { describe, expect, test } from "vitest";
import { startAllocationSampling } from "../../src/rules/sites/allocation-sampler.ts";
import { isOwnCode, kindOfCode, type RawFrame } from "../../src/rules/sites/code-frame.ts";
import {
  type AllocationNode,
  type AllocationSample,
  liveStacks,
} from "../../src/rules/sites/kept-allocations.ts";
import { leakSites, outsideStacks } from "../../src/rules/sites/leak-sites.ts";

const HANDLER = frame("handleRequest", "file:///srv/app/src/routes.js", 10);
const REMEMBER = frame("remember", "file:///srv/app/src/sessions.js", 20);
const HELPER = frame("makeRecord", "file:///srv/app/src/records.js", 30);
const LIBRARY = frame("parse", "file:///srv/app/node_modules/qs/lib/parse.js", 40);
const ALLOC = frame("alloc", "node:buffer", 50);
const AGENT = frame("look", new URL("../../src/rules/rule.ts", import.meta.url).href, 5);

describe("code is told apart by its address:", () => {
  test.each([
    ["file:///srv/app/src/routes.js", "own"],
    ["/srv/app/src/routes.js", "own"],
    ["file:///srv/app/node_modules/pg/lib/client.js", "library"],
    ["node:net", "node"],
    ["", "unknown"],
    [AGENT.url, "agent"],
  ])("%s is %s", (url, kind) => {
    expect(kindOfCode(url)).toBe(kind);
    expect(isOwnCode(url)).toBe(kind === "own");
  });
});

describe("places that leak", () => {
  test("are those of which objects from every part of the profile still live", () => {
    const stacks = profileOf([
      { frames: [REMEMBER, HANDLER], ordinals: everyPart(), size: 100 },
      { frames: [HANDLER], ordinals: theEnd(), size: 5000 },
    ]);
    const [site, ...others] = leakSites(stacks);
    expect(others).toEqual([]);
    expect(site?.place).toBe("remember (/srv/app/src/sessions.js:21)");
    expect(site?.share).toBe(1);
    expect(site?.callers).toEqual(["handleRequest (/srv/app/src/routes.js:11)"]);
  });

  test("are not the helpers that others call, too, but those who call them", () => {
    const stacks = profileOf([
      { frames: [HELPER, REMEMBER], ordinals: everyPart(), size: 100 },
      { frames: [HELPER, HANDLER], ordinals: theEnd(), size: 100 },
    ]);
    const [site] = leakSites(stacks);
    expect(site?.place).toBe("remember (/srv/app/src/sessions.js:21)");
    expect(site?.through).toBe("makeRecord (/srv/app/src/records.js:31)");
  });

  test("are the program's own, with the library that allocated for them noted", () => {
    const [site] = leakSites(
      profileOf([{ frames: [LIBRARY, HANDLER], ordinals: everyPart(), size: 100 }]),
    );
    expect(site?.place).toBe("handleRequest (/srv/app/src/routes.js:11)");
    expect(site?.through).toBe("parse (/srv/app/node_modules/qs/lib/parse.js:41)");
  });

  test("are a library's only where no code of the program is on the stack", () => {
    const [site] = leakSites(profileOf([{ frames: [LIBRARY], ordinals: everyPart(), size: 100 }]));
    expect(site?.place).toBe("parse (/srv/app/node_modules/qs/lib/parse.js:41)");
  });

  test("are the function around an arrow without a name", () => {
    const arrow = frame("", REMEMBER.url, 24);
    const [site] = leakSites(
      profileOf([{ frames: [arrow, REMEMBER, HANDLER], ordinals: everyPart(), size: 100 }]),
    );
    expect(site?.place).toBe("remember (/srv/app/src/sessions.js:21)");
  });

  test("are never the agent's own readings", () => {
    const stacks = profileOf([
      { frames: [AGENT], ordinals: everyPart(), size: 1000 },
      { frames: [REMEMBER], ordinals: everyPart(), size: 10 },
    ]);
    expect(leakSites(stacks).map(({ place }) => place)).toEqual([
      "remember (/srv/app/src/sessions.js:21)",
    ]);
  });

  test("outside the heap are those that make buffers", () => {
    const stacks = profileOf([
      { frames: [HANDLER], ordinals: everyPart(), size: 1000 },
      { frames: [ALLOC, REMEMBER], ordinals: everyPart(), size: 10 },
    ]);
    expect(leakSites(outsideStacks(stacks))[0]?.place).toBe(
      "remember (/srv/app/src/sessions.js:21)",
    );
  });

  test("are none where nothing stays", () => {
    expect(leakSites(profileOf([{ frames: [HANDLER], ordinals: theEnd(), size: 10 }]))).toEqual([]);
    expect(leakSites([])).toEqual([]);
  });
});

describe("V8's sampling", () => {
  const kept: object[] = [];

  function keepForEver(): void {
    kept.push({ values: new Array(40).fill(kept.length) });
  }

  function useForAMoment(): number {
    return new Array(40).fill(kept.length).length;
  }

  test("names the function that keeps, though V8 would inline it", async () => {
    const work = (): void => {
      for (let round = 0; round < 300; round += 1) {
        keepForEver();
        for (let use = 0; use < 20; use += 1) useForAMoment();
      }
    };
    for (let warm = 0; warm < 50; warm += 1) work();
    const sampling = startAllocationSampling(4096, {});
    expect(sampling).toBeDefined();
    for (let turn = 0; turn < 30; turn += 1) {
      work();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const profile = await sampling?.finish();
    const [site] = leakSites(profile === undefined ? [] : liveStacks(profile));
    expect(site?.place).toContain("keepForEver (");
    expect(site?.share).toBeGreaterThan(0.5);
  });

  test("is left to whoever has it", () => {
    const first = startAllocationSampling(65_536, {});
    expect(startAllocationSampling(65_536, {})).toBeUndefined();
    first?.abandon();
    const third = startAllocationSampling(65_536, {});
    expect(third).toBeDefined();
    third?.abandon();
  });
});

function frame(functionName: string, url: string, lineNumber: number): RawFrame {
  return { functionName, url, lineNumber, columnNumber: 0 };
}

/** Ordinals of samples as a leak leaves them, of 1,000 in all. */
function everyPart(): number[] {
  return Array.from({ length: 20 }, (_, index) => 1 + index * 50);
}

/** As what is in use for a moment. */
function theEnd(): number[] {
  return Array.from({ length: 20 }, (_, index) => 981 + index);
}

/** Innermost frames first, as they are told; the tree has them the other way round. */
function profileOf(
  kept: readonly {
    readonly frames: readonly RawFrame[];
    readonly ordinals: readonly number[];
    readonly size: number;
  }[],
): ReturnType<typeof liveStacks> {
  const samples: AllocationSample[] = [];
  const children = kept.map(({ frames, ordinals, size }, index): AllocationNode => {
    const id = 1000 + index;
    samples.push(...ordinals.map((ordinal) => ({ nodeId: id, size, ordinal })));
    return frames.reduce<AllocationNode | undefined>(
      (inner, callFrame, depth) => ({
        id: depth === 0 ? id : id * 10 + depth,
        callFrame,
        children: inner === undefined ? [] : [inner],
      }),
      undefined,
    ) as AllocationNode;
  });
  const head = { id: 1, callFrame: frame("(root)", "", -1), children };
  return liveStacks({ head, samples: [...samples, { nodeId: 1, size: 1, ordinal: 1000 }] });
}
