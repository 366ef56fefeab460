import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import { ALLOWED_IMPORTS, ONLY_AS_PROCESS, PURE_PACKAGES } from "./allowed-imports.ts";
import { packageOf, readWorkspace, type WorkspacePackage } from "./workspace.ts";

const workspace = readWorkspace();
const ownNames = new Set(workspace.map(({ name }) => name));

test("every package of the workspace has its row in the table of arrows", () => {
  expect([...ownNames].sort()).toEqual(Object.keys(ALLOWED_IMPORTS).sort());
});

describe.each(workspace)("$name", (pack: WorkspacePackage) => {
  const allowed = ALLOWED_IMPORTS[pack.name] ?? [];

  test("its manifest names no package that the table forbids", () => {
    const own = pack.dependencies.filter((name) => ownNames.has(name));
    expect(own.filter((name) => !allowed.includes(name))).toEqual([]);
  });

  test("its sources import only what its manifest declares", () => {
    const undeclared = pack.modules.flatMap(({ path, imports }) =>
      imports.flatMap((specifier) => {
        const name = packageOf(specifier);
        return name === undefined || pack.dependencies.includes(name) ? [] : [`${path} → ${name}`];
      }),
    );
    expect(undeclared).toEqual([]);
  });

  test("its sources import no package that it may only start", () => {
    const forbidden = ONLY_AS_PROCESS[pack.name] ?? [];
    const found = pack.modules.flatMap(({ path, imports }) =>
      imports
        .filter((name) => forbidden.includes(packageOf(name) ?? ""))
        .map((name) => `${path} → ${name}`),
    );
    expect(found).toEqual([]);
  });

  test("its relative imports stay inside the package", () => {
    const outside = pack.modules.flatMap(({ path, imports }) =>
      imports
        .filter((specifier) => specifier.startsWith("."))
        .filter(
          (specifier) =>
            !normalize(join(dirname(path), specifier)).startsWith(`${pack.folder}/src/`),
        )
        .map((specifier) => `${path} → ${specifier}`),
    );
    expect(outside).toEqual([]);
  });

  test("its index holds named re-exports only", () => {
    const index = pack.modules.find(({ path }) => path === pack.index);
    expect(index, pack.index).toBeDefined();
    const others = (index?.text ?? "")
      .replace(/\/\*[\s\S]*?\*\//g, "")
      .replace(/\/\/.*$/gm, "")
      .replace(/export (?:type )?\{[^}]*\} from "[^"]+";/g, "")
      .trim();
    expect(others).toBe("");
  });

  test("no folder is a drawer for anything", () => {
    const drawers = ["utils", "helpers", "common", "types", "misc"];
    const found = pack.modules.filter(({ path }) =>
      path.split("/").some((part) => drawers.includes(part)),
    );
    expect(found.map(({ path }) => path)).toEqual([]);
  });
});

describe.each(PURE_PACKAGES)("%s", (name) => {
  test("does no input or output and needs nothing", () => {
    const pack = workspace.find((candidate) => candidate.name === name);
    expect(pack?.dependencies).toEqual([]);
    expect(
      pack?.modules.flatMap(({ imports }) =>
        imports.filter((specifier) => !specifier.startsWith(".")),
      ),
    ).toEqual([]);
  });
});
