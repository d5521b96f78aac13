/** Kubernetes's quantities: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */

const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** "500m" → 0.5, "2Ti" → 2 ** 41; 0 for what is left out or is no quantity. */
export function parseQuantity(text: string | undefined): number {
  const [, number = "", suffix = ""] = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([A-Za-z]*)$/.exec(text ?? "") ?? [];
  return Number(number) * (factors[suffix] ?? 0);
}

/** Cores as they are, bytes in Mi, Gi or Ti: "1.95", "7.7Gi". */
export function writeQuantity(resource: string, value: number): string {
  if (resource !== "memory") return String(Math.round(value * 1000) / 1000);
  const unit = (["Ti", "Gi", "Mi"] as const).find((name) => value >= (factors[name] ?? 1)) ?? "Mi";
  return `${String(Math.round((value / (factors[unit] ?? 1)) * 10) / 10)}${unit}`;
}
