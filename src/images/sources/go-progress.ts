type Detail = (text: string) => void;

/** Shows the modules that a go command downloads; its other output is its result. */
export function goDownloads(detail: Detail): (line: string) => void {
  return (line) => {
    if (line.startsWith("go: ")) detail(line.slice("go: ".length));
  };
}

/**
 * Turns the lines of `go build -v` (a package each, when it is compiled) into how far it is. Packages that the build
 * cache has are not printed, so `total` is the most that it can be.
 */
export function goPackages(
  build: { readonly what: string; readonly total: number },
  detail: Detail,
): (line: string) => void {
  let compiled = 0;
  return (line) => {
    if (line.startsWith("go: ") || line.startsWith("#")) {
      detail(line);
      return;
    }
    compiled += 1;
    detail(`${build.what}: package ${String(compiled)} of at most ${String(build.total)}, ${line}`);
  };
}
