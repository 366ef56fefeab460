/** What an API keeps of a page. */
export interface Page {
  readonly id: string;
  readonly items: readonly {
    readonly number: number;
    readonly title: string;
    readonly owner: string;
  }[];
}

/** About 1 KB of JSON. */
export function oneKilobyte(id: string): Page {
  return pageOf(id, 12);
}

/** About 100 KB of JSON. */
export function hundredKilobytes(id: string): Page {
  return pageOf(id, 1_400);
}

function pageOf(id: string, items: number): Page {
  return {
    id,
    items: Array.from({ length: items }, (_, number) => ({
      number,
      title: `title ${number} of what ${id} lists`,
      owner: `owner ${(number * 7919) % 1_000}`,
    })),
  };
}
