/** All orders in which the steps of several actors can meet, each actor's own in their order. */
export function interleavings<Step>(actors: readonly (readonly Step[])[]): Step[][] {
  const alive = actors.filter((steps) => steps.length > 0);
  if (alive.length === 0) return [[]];
  return alive.flatMap((chosen) => {
    const [step, ...rest] = chosen;
    if (step === undefined) return [];
    const others = alive.map((steps) => (steps === chosen ? rest : steps));
    return interleavings(others).map((tail) => [step, ...tail]);
  });
}
