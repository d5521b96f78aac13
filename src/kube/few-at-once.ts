/** Requests at the same time: opening a connection for each of thirty takes longer than all their answers. */
const few = 4;

/** Asks for each item, a few at the same time. @returns the answers in the order of the items. */
export async function fewAtOnce<T, R>(
  items: readonly T[],
  ask: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const answers: R[] = [];
  const waiting = items.map((item, index) => ({ item, index }));
  const askOn = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) answers[next.index] = await ask(next.item);
  };
  await Promise.all(Array.from({ length: few }, askOn));
  return answers;
}
