/** The recipes whose images an add-on of `manifests/` runs; built when the first lab asks for the add-on. */
const images: Readonly<Record<string, readonly string[]>> = {
  ingress: ["traefik"],
  "metrics-server": ["metrics-server"],
};

export function addonImages(addon: string): readonly string[] {
  return images[addon] ?? [];
}
