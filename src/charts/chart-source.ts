/** Where the charts come from that labs install: written in charts/, or published, with the values of charts/. */
export const chartSources = ["own", "upstream"] as const;

export type ChartSource = (typeof chartSources)[number];
