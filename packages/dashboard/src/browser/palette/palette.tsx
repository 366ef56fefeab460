import type { JSX, TargetedKeyboardEvent } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { AppActs } from "../../app/app-state.ts";
import { addressOf } from "../router.ts";
import { type Entry, findEntries, pageEntries } from "./entries.ts";
import "./palette.css";

const TYPING_MS = 120;

/** Where to go, by a few letters: pages at once, what the server knows a moment later. */
export function Overlay({
  onClose,
  api,
  navigate,
}: AppActs & { readonly onClose: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState("");
  const [found, setFound] = useState<readonly Entry[]>([]);
  const [chosen, setChosen] = useState(0);
  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    const giveUp = new AbortController();
    const timer = setTimeout(() => {
      void findEntries(api, typed, addressOf(new URL(location.href)), giveUp.signal).then(
        (entries) => {
          if (!giveUp.signal.aborted) setFound(entries);
        },
      );
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      giveUp.abort();
    };
  }, [api, typed]);
  const entries = [...pageEntries(typed, addressOf(new URL(location.href))), ...found];
  const current = Math.min(chosen, entries.length - 1);
  const go = (entry: Entry | undefined): void => {
    if (entry === undefined) return;
    dialog.current?.close();
    navigate(entry.href);
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) setChosen((current + step + entries.length) % Math.max(1, entries.length));
    else if (event.key === "Enter") go(entries[current]);
    else return;
    event.preventDefault();
  };
  return (
    <dialog ref={dialog} class="palette" aria-label="Search" onClose={onClose}>
      <input
        type="text"
        role="combobox"
        aria-label="Search pages, routes, statements, recommendations"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={entries.length === 0 ? undefined : `palette-${current}`}
        aria-autocomplete="list"
        placeholder="Page, route, statement, recommendation"
        autocomplete="off"
        spellcheck={false}
        value={typed}
        onInput={({ currentTarget }) => {
          setTyped(currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id="palette-list" role="listbox" aria-label="Found">
        {entries.map((entry, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys go to the field, as in every combobox
          <div
            key={entry.href}
            id={`palette-${index}`}
            class="palette-entry"
            role="option"
            tabIndex={-1}
            aria-selected={index === current}
            onClick={() => go(entry)}
          >
            <span>{entry.label}</span>
            <span class="muted small">{entry.kind}</span>
          </div>
        ))}
      </div>
      {entries.length === 0 ? <p class="muted">Nothing is called that.</p> : null}
    </dialog>
  );
}
