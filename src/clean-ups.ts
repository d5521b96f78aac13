/** What has to be put back before labctl may end, so that an interrupt knows whether there is anything to wait for. */
export interface CleanUps {
  /** Does something at whose end something is put back: an interrupted labctl waits for that, for a while. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** Whether such work is under way. */
  isPending(): boolean;
  /** Resolves once nothing is; at once where nothing was. */
  over(): Promise<void>;
}

export function createCleanUps(): CleanUps {
  let open = 0;
  let waiting: (() => void)[] = [];
  const end = (): void => {
    open--;
    if (open > 0) return;
    for (const wake of waiting) wake();
    waiting = [];
  };
  return {
    async during(work) {
      open++;
      try {
        return await work();
      } finally {
        end();
      }
    },
    isPending: () => open > 0,
    over: () => (open === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}
