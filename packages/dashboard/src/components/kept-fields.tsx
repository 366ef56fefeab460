import type { JSX } from "preact";
import { useShell } from "../app/shell-context.tsx";

/** Hidden fields that keep what else the address says when a form of the page is sent. */
export function KeptFields({ except }: { except: readonly string[] }): JSX.Element {
  const { search } = useShell().address;
  return (
    <>
      {[...search]
        .filter(([name]) => name !== "after" && !except.includes(name))
        .map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
    </>
  );
}
